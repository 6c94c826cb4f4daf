//! Paths against converged solutions, from C = 1e-3 to 1e2; `reference/make_path.py` made them.

use std::ops::ControlFlow;

use heads::{
    ClassWeight, Folds, HingeLoss, PathLoss, PathOptions, PathPoint, PathProblem, Targets,
    solve_path,
};
use linfa::DatasetBase;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, s};
use safetensors::SafeTensors;

use crate::{
    generated::{Set, checksum},
    heads_under_test::Head,
    objective::objective,
    reference_file::max_difference,
};

/// `SETS` of `make_path.py`: more and fewer training rows than features.
const TALL_512: Set = Set {
    name: "tall512",
    n_features: 512,
    n_train: 900,
    n_held_out: 400,
    n_classes: 10,
    separation: 6,
    seed: 1,
};
const WIDE_512: Set = Set { name: "wide512", n_train: 300, n_classes: 8, seed: 2, ..TALL_512 };
const TALL_4096: Set = Set {
    name: "tall4096",
    n_features: 4096,
    n_train: 4200,
    n_held_out: 400,
    n_classes: 3,
    separation: 4,
    seed: 3,
};
const WIDE_4096: Set =
    Set { name: "wide4096", n_features: 4096, n_train: 500, n_classes: 8, seed: 4, ..TALL_512 };

/// The stopping tolerance of a sweep.
const TOL: f64 = 1e-3;
/// What that tolerance promises: of the objective, relative to the optimum.
const OBJECTIVE: f64 = 1e-3;
/// Part of the held-out predictions that are those of the optimum.
const PREDICTIONS: f64 = 0.995;
/// Of held-out scores, relative to the spread of all of them. Strong convexity makes it about the
/// square root of the objective's.
const DECISION: f32 = 0.03;

#[test]
fn tall_512() {
    check(&TALL_512);
}

#[test]
fn wide_512() {
    check(&WIDE_512);
}

#[test]
fn tall_4096() {
    check(&TALL_4096);
}

#[test]
fn wide_4096() {
    check(&WIDE_4096);
}

/// Every loss on a set.
fn check(set: &Set) {
    let (x, labels) = set.generate();
    let expected = values(&format!("{}.checksum", set.name), u64::from_le_bytes);
    assert_eq!(checksum(&x, &labels), expected[0], "features of {} as Python makes them", set.name);
    for (kind, loss) in [
        (Head::Hinge, PathLoss::Svm(HingeLoss::Hinge)),
        (Head::SquaredHinge, PathLoss::Svm(HingeLoss::SquaredHinge)),
        (Head::Softmax, PathLoss::Softmax),
    ] {
        check_loss(set, x.view(), &labels, kind, loss);
    }
}

fn check_loss(set: &Set, x: ArrayView2<'_, f32>, labels: &[usize], kind: Head, loss: PathLoss) {
    let name = match kind {
        Head::Softmax => "softmax",
        Head::Hinge => "hinge",
        Head::SquaredHinge => "squared_hinge",
        Head::Smo => unreachable!("it has no path"),
    };
    let name = format!("{}.{name}", set.name);
    let points = solve(set, x, labels, loss);
    let training = DatasetBase::new(
        x.slice(s![..set.n_train, ..]).to_owned(),
        Array1::from(labels[..set.n_train].to_vec()),
    );
    let expected = Reference::read(&name, set.n_classes);
    assert_eq!(points.len(), expected.objective.len(), "{name}: points");
    for (index, point) in points.iter().enumerate() {
        let key = format!("{name}, C = {}", point.c);
        assert!(point.reports[0].converged, "{key}: {:?}", point.reports[0]);
        let weights = vec![1.0; set.n_classes];
        let got = objective(kind, &point.heads[0], &training, point.c, &weights);
        let optimum = expected.objective[index];
        let error = (got - optimum) / optimum;
        assert!(error.abs() <= OBJECTIVE, "{key}: objective {got}, optimum {optimum}: {error:e}");

        let held_out = point.held_out_scores.slice(s![set.n_train.., ..]);
        assert!(held_out.iter().all(|score| score.is_finite()), "{key}: scores");
        let same = held_out.rows().into_iter().map(argmax).zip(&expected.predicted[index]);
        let equal = same.filter(|(got, expected)| got == *expected).count();
        assert!(
            equal as f64 >= PREDICTIONS * set.n_held_out as f64,
            "{key}: {equal} of {} held-out predictions are those of the optimum",
            set.n_held_out
        );

        let decision = &expected.decision[index];
        let spread = max(decision.iter().copied()) + max(decision.iter().map(|score| -score));
        let got = held_out.slice(s![..decision.nrows(), ..]);
        let error = max_difference(got, decision.view()) / spread;
        assert!(error <= DECISION, "{key}: scores are off by {error:e} of their spread");
    }
}

/// The path of the reference's values of C, with the rows after the training rows held out.
fn solve(set: &Set, x: ArrayView2<'_, f32>, labels: &[usize], loss: PathLoss) -> Vec<PathPoint> {
    let held_out_by: Vec<Option<usize>> =
        (0..labels.len()).map(|row| (row >= set.n_train).then_some(0)).collect();
    let problem = PathProblem {
        rows: &x,
        targets: Targets::Classes(labels),
        n_classes: set.n_classes,
        folds: Folds { n_folds: 1, held_out_by: &held_out_by },
    };
    let options = PathOptions {
        cs: values("cs", f64::from_le_bytes),
        tol: TOL,
        max_iter: 10_000,
        class_weight: ClassWeight::Uniform,
        seed: 0,
        keep_heads: true,
    };
    let mut points = Vec::new();
    solve_path(&problem, loss, &options, &mut |point| {
        points.push(point);
        ControlFlow::Continue(())
    })
    .unwrap();
    points
}

/// The converged solutions of one loss on one set, C after C.
struct Reference {
    objective: Vec<f64>,
    /// Classes of the held-out rows.
    predicted: Vec<Vec<usize>>,
    /// Scores of the first held-out rows, `[n_rows, n_classes]`.
    decision: Vec<Array2<f32>>,
}

impl Reference {
    fn read(name: &str, n_classes: usize) -> Self {
        let objective = values(&format!("{name}.objective"), f64::from_le_bytes);
        let predicted = values(&format!("{name}.predicted"), |[class]: [u8; 1]| usize::from(class));
        let decision = values(&format!("{name}.decision"), f32::from_le_bytes);
        let n_points = objective.len();
        let of_point = |scores: &[f32]| {
            Array2::from_shape_vec((scores.len() / n_classes, n_classes), scores.to_vec()).unwrap()
        };
        Self {
            predicted: predicted.chunks(predicted.len() / n_points).map(<[_]>::to_vec).collect(),
            decision: decision.chunks(decision.len() / n_points).map(of_point).collect(),
            objective,
        }
    }
}

/// The numbers of a tensor in `path.safetensors`.
fn values<const N: usize, T>(name: &str, number: impl Fn([u8; N]) -> T) -> Vec<T> {
    let file = SafeTensors::deserialize(include_bytes!("reference/path.safetensors")).unwrap();
    let tensor = file.tensor(name).unwrap();
    tensor.data().as_chunks().0.iter().map(|&bytes| number(bytes)).collect()
}

fn argmax(scores: ArrayView1<'_, f32>) -> usize {
    (0..scores.len()).fold(0, |best, class| if scores[class] > scores[best] { class } else { best })
}

fn max(values: impl Iterator<Item = f32>) -> f32 {
    values.fold(f32::NEG_INFINITY, f32::max)
}
