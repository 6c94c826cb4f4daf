//! The curve against scikit-learn's heads on the same draws (`reference/make_shots.py`).

use audit::{ShotsError, ShotsReport, ShotsRequest, shots};
use head::HeadSpec;
use ndarray::Array2;
use schema::Split;
use serde::Deserialize;
use train::{Event, Work};

use crate::fixture::{Row, cache};

/// A row whose best two classes are a millionth apart may be either's: both sides stop at a tolerance.
const ROWS_THAT_MAY_DIFFER: f64 = 1.0;

/// Of exponent and gain: they move with an error of one of the 120 rows in one draw.
const TOLERANCE: f64 = 5e-3;

#[derive(Deserialize)]
struct Reference {
    c: f64,
    classes: Vec<String>,
    features: Vec<Vec<f32>>,
    labels: Vec<i32>,
    is_test: Vec<bool>,
    sizes: Vec<usize>,
    draws: Vec<Vec<Vec<usize>>>,
    accuracies: Vec<Vec<f64>>,
    fractions: Vec<Vec<f64>>,
    exponent: f64,
    gain: f64,
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("reference/shots.json")).unwrap()
}

/// The request of the reference, on its features with the splits that `split` gives.
fn with_request<T>(
    split: impl Fn(bool) -> Split,
    f: impl FnOnce(&Reference, ShotsRequest) -> T,
) -> T {
    let reference = reference();
    let shape = (reference.features.len(), reference.features[0].len());
    let features = Array2::from_shape_vec(shape, reference.features.concat()).unwrap();
    let row = |(content, (&label, &is_test)): (usize, (&i32, &bool))| Row {
        label,
        split: split(is_test),
        content,
    };
    let rows: Vec<Row> =
        reference.labels.iter().zip(&reference.is_test).enumerate().map(row).collect();
    let classes: Vec<&str> = reference.classes.iter().map(String::as_str).collect();
    let (_folder, path) = cache(&features, &rows, &classes);
    let spec = HeadSpec::Softmax { c: reference.c };
    let (sizes, draws) = (reference.sizes.clone(), reference.draws.len());
    f(&reference, ShotsRequest { sizes, draws, ..ShotsRequest::new(path, spec) })
}

fn train_and_test(is_test: bool) -> Split {
    if is_test { Split::Test } else { Split::Train }
}

/// The report of the reference's request, and what was told meanwhile.
fn report() -> (Reference, ShotsReport, Vec<Event>) {
    with_request(train_and_test, |_, request| {
        let mut events = Vec::new();
        let report = shots(&request, &mut |event| events.push(event)).unwrap();
        (reference(), report, events)
    })
}

#[test]
fn the_curve_is_that_of_scikit_learn_on_the_same_draws() {
    let (reference, report, events) = report();
    let draws: Vec<_> = report.draws.iter().map(|draw| draw.by_class.clone()).collect();
    assert_eq!(draws, reference.draws, "make_shots.py was run with other draws");
    let tolerance = ROWS_THAT_MAY_DIFFER / report.n_scored as f64 + 1e-12;
    assert_eq!(report.points.len(), reference.sizes.len() + 1);
    for (point, expected) in report.points.iter().zip(&reference.accuracies) {
        for (accuracy, expected) in point.accuracies.iter().zip(expected) {
            assert!((accuracy - expected).abs() <= tolerance, "{:?}", point.per_class);
        }
        let mean = expected.iter().sum::<f64>() / expected.len() as f64;
        assert!((point.accuracy - mean).abs() < tolerance / 2.0, "{:?}", point.per_class);
    }
    for (part, expected) in report.outlook.fractions.iter().zip(&reference.fractions) {
        let mean = expected.iter().sum::<f64>() / expected.len() as f64;
        assert!((part.accuracy - mean).abs() < tolerance / 2.0, "{}", part.fraction);
    }
    assert!((report.outlook.exponent - reference.exponent).abs() < TOLERANCE);
    assert!((report.outlook.gain - reference.gain).abs() < TOLERANCE);
    assert!(report.converged);
    let n_fits = (reference.sizes.len() + 3) * reference.draws.len() + 1;
    assert_eq!(events[0], Event::Started(Work::Fits, n_fits));
    let n_done = |event: &Event| if let Event::Advanced(n) = event { *n } else { 0 };
    assert_eq!(events.iter().map(n_done).sum::<usize>(), n_fits);
}

#[test]
fn numbers_do_not_depend_on_the_number_of_threads() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(pool.install(report).1.points, report().1.points);
}

#[test]
fn what_is_scored_on_is_never_trained_on() {
    with_request(train_and_test, |reference, request| {
        let report = shots(&request, &mut |_| {}).unwrap();
        let mut trained: Vec<usize> = report.draws[0].by_class.concat();
        trained.sort_unstable();
        let rows = (0..reference.is_test.len()).filter(|&row| !reference.is_test[row]);
        assert!(rows.eq(trained));
    });
    // A cache without splits has a fifth of each class held out.
    with_request(
        |_| Split::None,
        |reference, request| {
            let report = shots(&request, &mut |_| {}).unwrap();
            assert_eq!((report.hold_out, report.scored_on), (Some(0.2), None));
            assert_eq!(report.n_train + report.n_scored, reference.labels.len());
        },
    );
    with_request(
        |_| Split::Train,
        |_, request| {
            let refused = shots(&request, &mut |_| {});
            assert!(matches!(refused, Err(ShotsError::NothingHeldOut(_))));
            let none = ShotsRequest { draws: 0, ..request };
            assert!(matches!(shots(&none, &mut |_| {}), Err(ShotsError::NoDraws)));
        },
    );
}
