//! Fits of tolerance 1e-6 against scikit-learn's solutions, on rows of length 1 and on long ones.

use std::ops::ControlFlow;

use heads::{
    ClassWeight, FitError, Folds, HingeLoss, PathLoss, PathOptions, PathPoint, PathProblem,
    Targets, solve_path,
};
use ndarray::{Array2, ArrayView2, Axis, concatenate};

use crate::reference_file::{matrix_of, tensor_of};

/// Made by `reference/make_precise.py`.
const BYTES: &[u8] = include_bytes!("reference/precise.safetensors");

const LOSSES: [(&str, PathLoss); 3] = [
    ("softmax", PathLoss::Softmax),
    ("hinge", PathLoss::Svm(HingeLoss::Hinge)),
    ("squared_hinge", PathLoss::Svm(HingeLoss::SquaredHinge)),
];

fn options(tol: f64, cs: &[f64]) -> PathOptions {
    PathOptions {
        cs: cs.to_vec(),
        tol,
        max_iter: 10_000,
        class_weight: ClassWeight::Uniform,
        seed: 0,
        keep_heads: true,
    }
}

fn labels(set: &str) -> Vec<usize> {
    tensor_of(BYTES, &format!("{set}.y")).1.into_iter().map(usize::from).collect()
}

fn solve(
    x: ArrayView2<'_, f32>,
    labels: &[usize],
    held_out_by: &[Option<usize>],
    loss: PathLoss,
    options: &PathOptions,
) -> Vec<PathPoint> {
    let n_folds = held_out_by.iter().flatten().max().map_or(1, |fold| fold + 1);
    let problem = PathProblem {
        rows: &x,
        targets: Targets::Classes(labels),
        n_classes: 3,
        folds: Folds { n_folds, held_out_by },
    };
    let mut points = Vec::new();
    solve_path(&problem, loss, options, &mut |point| {
        points.push(point);
        ControlFlow::Continue(())
    })
    .unwrap();
    points
}

#[test]
fn a_tolerance_of_a_millionth_is_met() {
    for set in ["wide", "long"] {
        for norm in ["l2", "raw"] {
            let x = matrix_of(BYTES, &format!("{set}.{norm}.x"));
            let labels = labels(set);
            for (name, loss) in LOSSES {
                for c in ["0.01", "1", "100"] {
                    let problem = format!("{set}.{norm}.{name}.{c}");
                    let (_, expected) = tensor_of(BYTES, &problem);
                    let expected = f64::from_le_bytes(expected.try_into().unwrap());
                    let options = options(1e-6, &[c.parse().unwrap()]);
                    let none = vec![None; labels.len()];
                    let point = solve(x.view(), &labels, &none, loss, &options).remove(0);
                    let report = point.reports[0];
                    assert!(report.converged && report.residual <= 1e-6, "{problem}: {report:?}");
                    let error = (report.objective - expected) / expected;
                    assert!(error.abs() < 1e-6, "{problem}: off by {error:e}: {report:?}");
                }
            }
        }
    }
}

/// What f32 does not solve is finished in f64, fold by fold; held-out scores are those of the heads.
#[test]
fn long_rows_converge_at_every_c() {
    let cs = [1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0];
    for set in ["wide", "long"] {
        let (x, labels) = (matrix_of(BYTES, &format!("{set}.raw.x")), labels(set));
        let held_out_by: Vec<_> = (0..labels.len()).map(|row| Some(row / 3 % 3)).collect();
        for (name, loss) in LOSSES {
            for point in solve(x.view(), &labels, &held_out_by, loss, &options(1e-4, &cs)) {
                for (fold, report) in point.reports.iter().enumerate() {
                    assert!(report.converged, "{set} {name} C = {}: {report:?}", point.c);
                    let scores = point.heads[fold].decision_function(x.view());
                    for row in (0..labels.len()).filter(|&row| held_out_by[row] == Some(fold)) {
                        let pairs = scores.row(row).into_iter().zip(point.held_out_scores.row(row));
                        for (a, b) in pairs {
                            let difference = (a - b).abs();
                            assert!(difference < 1e-3 * b.abs().max(1.0), "{set} {name}: {a} {b}");
                        }
                    }
                }
            }
        }
    }
}

/// The best head of features that are all the same has but an intercept; it is found, and said to be.
#[test]
fn constant_features_converge() {
    let labels: Vec<usize> = (0..60).map(|row| row % 4 % 3).collect();
    for value in [0.0, 1.0, 50.0] {
        for d in [2, 80] {
            let x = Array2::from_elem((60, d), value);
            for (name, loss) in LOSSES {
                for tol in [1e-4, 1e-6] {
                    let none = vec![None; labels.len()];
                    let points =
                        solve(x.view(), &labels, &none, loss, &options(tol, &[0.01, 1.0, 100.0]));
                    for point in points {
                        let report = point.reports[0];
                        assert!(report.converged, "{value} {d} {name} C = {}: {report:?}", point.c);
                    }
                }
            }
        }
    }
}

/// Few centred features, as principal components are, with a large C.
#[test]
fn few_centred_features_converge() {
    let x = matrix_of(BYTES, "long.l2.x");
    let x = concatenate![Axis(0), x, x];
    let x = &x - &x.mean_axis(Axis(0)).unwrap();
    let labels = labels("long").repeat(2);
    let held_out_by: Vec<_> = (0..labels.len()).map(|row| Some(row / 3 % 3)).collect();
    let cs = [1.0, 100.0, 1e4];
    for (name, loss) in LOSSES {
        for point in solve(x.view(), &labels, &held_out_by, loss, &options(1e-4, &cs)) {
            let reports = &point.reports;
            assert!(
                reports.iter().all(|report| report.converged),
                "{name} {}: {reports:?}",
                point.c
            );
        }
    }
}

type OnPoint<'a> = &'a mut dyn FnMut(PathPoint) -> ControlFlow<()>;

/// The hinge on the rows themselves, and in its dual on the matrix of their inner products.
#[test]
fn both_forms_reach_the_same_optimum() {
    let value = |(i, j): (usize, usize)| ((i * 37 + j * 101 + i * j * 7) % 29) as f32 / 29.0;
    let x = Array2::from_shape_fn((90, 5), value);
    let label = |(row, class): (usize, usize)| match row % 5 {
        4 => 0,
        side if side == class || value((row, class)) > 0.8 => 1,
        _ => -1,
    };
    let labels = Array2::from_shape_fn((90, 3), label);
    let held_out_by: Vec<_> = (0..90).map(|row| [None, Some(0), Some(1)][row % 3]).collect();
    let problem = PathProblem {
        rows: &x.view(),
        targets: Targets::MultiLabel(labels.view()),
        n_classes: 3,
        folds: Folds { n_folds: 2, held_out_by: &held_out_by },
    };
    let options =
        PathOptions { class_weight: ClassWeight::Balanced, ..options(1e-4, &[0.01, 1.0]) };
    let points = |solve: &dyn Fn(OnPoint<'_>) -> Result<(), FitError>| {
        let mut points = Vec::new();
        solve(&mut |point| {
            points.push(point);
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(points.len(), 2);
        points
    };
    let rows = points(&|on_point| linear_precise::solve_path(&problem, &options, on_point));
    let matrix =
        points(&|on_point| linear_dual::solve_path(&problem, HingeLoss::Hinge, &options, on_point));
    for (a, b) in rows.iter().zip(&matrix) {
        for (a, b) in a.reports.iter().zip(&b.reports) {
            assert!(a.converged && b.converged);
            assert!((a.objective - b.objective).abs() < 2e-4 * a.objective);
        }
        let difference = (&a.held_out_scores - &b.held_out_scores).mapv(f32::abs);
        assert!(difference.iter().all(|&value| value < 5e-3), "{difference}");
        assert_eq!((a.heads.len(), b.heads.len()), (2, 2));
    }
}
