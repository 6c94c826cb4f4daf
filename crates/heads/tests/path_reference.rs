//! Paths against converged solutions, from C = 1e-3 to 1e2; `reference/make_path.py` made them.

use std::ops::ControlFlow;

use heads::{
    ClassWeight, FitReport, Folds, HingeLoss, LinearHead, OneVsOneHead, PathLoss, PathOptions,
    PathProblem, Targets, solve_one_vs_one_path, solve_path, solve_ridge_path,
};
use linfa::DatasetBase;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, s};
use safetensors::SafeTensors;

use crate::{
    generated::{Set, checksum},
    heads_under_test::Head,
    objective::objective,
    reference_file::{Training, max_difference},
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
    let kinds = [Head::Hinge, Head::SquaredHinge, Head::Softmax, Head::Ridge];
    for loss in kinds.map(Loss::Path).into_iter().chain([Loss::OneVsOne]) {
        check_loss(set, x.view(), &labels, loss);
    }
}

/// What a path is of.
#[derive(Clone, Copy)]
enum Loss {
    /// A head of one score a class.
    Path(Head),
    /// Hinge, one pair of classes at a time.
    OneVsOne,
}

/// What a path is checked on.
struct Point {
    c: f64,
    report: FitReport,
    objective: f64,
    held_out_scores: Array2<f32>,
}

fn check_loss(set: &Set, x: ArrayView2<'_, f32>, labels: &[usize], loss: Loss) {
    let name = match loss {
        Loss::Path(Head::Softmax) => "softmax",
        Loss::Path(Head::Hinge) => "hinge",
        Loss::Path(Head::SquaredHinge) => "squared_hinge",
        Loss::Path(Head::Ridge) => "ridge",
        Loss::Path(Head::Smo) => unreachable!("it has no path"),
        Loss::OneVsOne => "one_vs_one",
    };
    let name = format!("{}.{name}", set.name);
    let points = solve(set, x, labels, loss);
    let expected = Reference::read(&name, set.n_classes);
    assert_eq!(points.len(), expected.objective.len(), "{name}: points");
    for (index, point) in points.iter().enumerate() {
        let key = format!("{name}, C = {}", point.c);
        assert!(point.report.converged, "{key}: {:?}", point.report);
        let (got, optimum) = (point.objective, expected.objective[index]);
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
fn solve(set: &Set, x: ArrayView2<'_, f32>, labels: &[usize], loss: Loss) -> Vec<Point> {
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
    let training = DatasetBase::new(
        x.slice(s![..set.n_train, ..]).to_owned(),
        Array1::from(labels[..set.n_train].to_vec()),
    );
    let mut points = Vec::new();
    let mut push = |c, reports: &[FitReport], objective, held_out_scores| {
        points.push(Point { c, report: reports[0], objective, held_out_scores });
        ControlFlow::Continue(())
    };
    let weights = vec![1.0; set.n_classes];
    let linear = |kind, head: &LinearHead, c| objective(kind, head, &training, c, &weights);
    match loss {
        Loss::OneVsOne => solve_one_vs_one_path(&problem, &options, &mut |point| {
            let objective = one_vs_one_objective(&point.heads[0], &training, point.c);
            push(point.c, &point.reports, objective, point.held_out_scores)
        }),
        Loss::Path(Head::Ridge) => {
            let weights = &options.class_weight;
            solve_ridge_path(&problem, &options.cs, weights, true, &mut |point| {
                let objective = linear(Head::Ridge, &point.heads[0], point.c);
                push(point.c, &point.reports, objective, point.held_out_scores)
            })
        }
        Loss::Path(kind) => {
            let loss = match kind {
                Head::Hinge => PathLoss::Svm(HingeLoss::Hinge),
                Head::SquaredHinge => PathLoss::Svm(HingeLoss::SquaredHinge),
                _ => PathLoss::Softmax,
            };
            solve_path(&problem, loss, &options, &mut |point| {
                let objective = linear(kind, &point.heads[0], point.c);
                push(point.c, &point.reports, objective, point.held_out_scores)
            })
        }
    }
    .unwrap();
    points
}

/// The summed objectives of all pairs of classes.
fn one_vs_one_objective(head: &OneVsOneHead, training: &Training, c: f64) -> f64 {
    let n_classes = head.n_classes();
    let pairs = (0..n_classes).flat_map(|a| (a + 1..n_classes).map(move |b| (a, b)));
    let mut total = 0.0;
    for (pair, (a, b)) in pairs.enumerate() {
        let coef = head.coef().row(pair).mapv(f64::from);
        let intercept = f64::from(head.intercept()[pair]);
        let rows = training.records.rows().into_iter().zip(&training.targets);
        let losses: f64 = rows
            .filter(|(_, label)| **label == a || **label == b)
            .map(|(row, &label)| {
                let score = row.mapv(f64::from).dot(&coef) + intercept;
                (1.0 - if label == a { score } else { -score }).max(0.0)
            })
            .sum();
        total += 0.5 * (coef.dot(&coef) + intercept * intercept) + c * losses;
    }
    total
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
