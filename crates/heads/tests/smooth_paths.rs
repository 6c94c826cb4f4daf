//! Paths of softmax and squared hinge: against the reference, against separate fits, and what does
//! not change a result.

use std::ops::{ControlFlow, Range};

use heads::{
    ClassWeight, FeatureRows, FitError, Folds, HingeLoss, LinearHead, ParamError, PathLoss,
    PathOptions, PathPoint, PathProblem, Targets, solve_path,
};
use ndarray::{Array2, ArrayView2, Axis, s};

use crate::{
    heads_under_test::{Head, Options},
    objective::objective,
    reference_file::{Training, max_difference, select, solution, test_rows, training},
};

const LOSSES: [(PathLoss, Head, &str); 2] = [
    (PathLoss::Softmax, Head::Softmax, "softmax"),
    (PathLoss::Svm(HingeLoss::SquaredHinge), Head::SquaredHinge, "squared_hinge"),
];

fn options(cs: &[f64], tol: f64) -> PathOptions {
    PathOptions {
        cs: cs.to_vec(),
        tol,
        max_iter: 5000,
        class_weight: ClassWeight::Uniform,
        seed: 0,
        keep_heads: true,
    }
}

fn solve(
    problem: &PathProblem<'_>,
    loss: PathLoss,
    options: &PathOptions,
) -> Result<Vec<PathPoint>, FitError> {
    let mut points = Vec::new();
    solve_path(problem, loss, options, &mut |point| {
        points.push(point);
        ControlFlow::Continue(())
    })?;
    Ok(points)
}

/// A path over a training set; `fold_of` says which fold holds out each row.
fn path(
    training: &Training,
    n_folds: usize,
    fold_of: impl Fn(usize) -> Option<usize>,
    loss: PathLoss,
    options: &PathOptions,
) -> Vec<PathPoint> {
    let labels = training.targets.to_vec();
    let held_out_by: Vec<_> = (0..labels.len()).map(fold_of).collect();
    let problem = PathProblem {
        rows: &training.records.view(),
        targets: Targets::Classes(&labels),
        n_classes: labels.iter().max().unwrap() + 1,
        folds: Folds { n_folds, held_out_by: &held_out_by },
    };
    solve(&problem, loss, options).unwrap()
}

/// Rows 0, 8, 16, ... are never held out; every fold trains on every class.
fn three_folds(row: usize) -> Option<usize> {
    (!row.is_multiple_of(8)).then_some(row % 3)
}

fn bits(points: &[PathPoint]) -> Vec<u32> {
    let heads = points.iter().flat_map(|point| &point.heads);
    let of_head = |head: &LinearHead| -> Vec<u32> {
        head.coef().iter().chain(head.intercept()).map(|value| value.to_bits()).collect()
    };
    let scores = points.iter().flat_map(|point| &point.held_out_scores);
    heads.flat_map(of_head).chain(scores.map(|score| score.to_bits())).collect()
}

/// With more features than rows ("wide") the Gram matrix is the shorter way, with fewer ("main")
/// the features are: both are checked against scikit-learn, at the tolerance of a sweep.
#[test]
fn the_tolerance_of_a_sweep_is_close_to_the_reference() {
    for (loss, kind, name) in LOSSES {
        for (set, cs) in [("main", &["0.01", "0.1", "1", "10", "100"][..]), ("wide", &["1"])] {
            let numbers: Vec<f64> = cs.iter().map(|c| c.parse().unwrap()).collect();
            let training = training(set);
            let points = path(&training, 1, |_| None, loss, &options(&numbers, 1e-3));
            for (c, point) in cs.iter().zip(points) {
                let expected = solution(&format!("{set}.{name}.{c}"));
                let weights = vec![1.0; point.heads[0].n_classes()];
                let got = objective(kind, &point.heads[0], &training, point.c, &weights);
                let excess = (got - expected.objective) / expected.objective;
                assert!((-1e-6..1e-3).contains(&excess), "{set} {name} {c}: {excess:e}");
                assert!(point.reports[0].converged);
                assert!((point.reports[0].objective - got).abs() < 1e-5 * got);
            }
        }
    }
}

#[test]
fn a_tight_tolerance_is_within_1e_5_of_the_reference_and_predicts_the_same() {
    for (loss, kind, name) in LOSSES {
        for (set, cs) in [("main", &["0.01", "0.1", "1", "10", "100"][..]), ("wide", &["1"])] {
            let numbers: Vec<f64> = cs.iter().map(|c| c.parse().unwrap()).collect();
            let training = training(set);
            let points = path(&training, 1, |_| None, loss, &options(&numbers, 1e-6));
            for (c, point) in cs.iter().zip(points) {
                let key = format!("{set}.{name}.{c}");
                let (expected, head) = (solution(&key), &point.heads[0]);
                let got = objective(kind, head, &training, point.c, &vec![1.0; head.n_classes()]);
                let error = (got - expected.objective).abs() / expected.objective;
                assert!(error < 1e-5, "{key}: {error:e}");
                let scores = head.decision_function(test_rows(set).view());
                let same = scores
                    .rows()
                    .into_iter()
                    .zip(&expected.predicted)
                    .filter(|(row, class)| row.iter().all(|score| score <= &row[**class]));
                let part = same.count() as f64 / expected.predicted.len() as f64;
                assert!(part >= 0.995, "{key}: {part} of the predictions");
            }
        }
    }
}

/// The smallest C of a sweep: the gap alone would leave scores that say little.
#[test]
fn at_a_tiny_c_a_sweep_predicts_what_a_precise_fit_predicts() {
    let training = training("main");
    for (loss, _, name) in LOSSES {
        let predict = |tol| {
            let points = path(&training, 1, |_| None, loss, &options(&[1e-3], tol));
            let scores = points[0].heads[0].decision_function(test_rows("main").view());
            let top = |row: ndarray::ArrayView1<'_, f32>| {
                (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap()
            };
            scores.rows().into_iter().map(top).collect::<Vec<_>>()
        };
        let (sweep, precise) = (predict(1e-3), predict(1e-8));
        let same = sweep.iter().zip(&precise).filter(|(a, b)| a == b).count();
        assert!(same >= 199, "{name}: {same} of 200");
    }
}

#[test]
fn folds_are_separate_fits() {
    for set in ["main", "wide"] {
        let training = training(set);
        let n = training.targets.len();
        for (loss, kind, name) in LOSSES {
            for class_weight in [ClassWeight::Uniform, ClassWeight::Balanced] {
                let options = PathOptions {
                    class_weight: class_weight.clone(),
                    ..options(&[0.1, 1.0], 1e-8)
                };
                let points = path(&training, 3, three_folds, loss, &options);
                let point = &points[1];
                for fold in 0..3 {
                    let (held_out, trained): (Vec<usize>, Vec<usize>) =
                        (0..n).partition(|&row| three_folds(row) == Some(fold));
                    let alone =
                        Options { class_weight: class_weight.clone(), ..Options::precise(1.0) };
                    let alone = kind.fit(&alone, &select(&training, &trained)).unwrap();
                    let x = training.records.select(Axis(0), &held_out);
                    let expected = alone.head.decision_function(x.view());
                    let of_head = point.heads[fold].decision_function(x.view());
                    let got = point.held_out_scores.select(Axis(0), &held_out);
                    // Both are within 1e-8 of the objective: scores, of order 1, within 1e-3.
                    let error = max_difference(got.view(), expected.view());
                    assert!(error < 1e-3, "{set} {name} fold {fold}: {error}");
                    assert!(max_difference(got.view(), of_head.view()) < 1e-5, "{set} {name}");
                }
                let kept = (0..n).filter(|&row| three_folds(row).is_none());
                assert!(kept.into_iter().all(|row| point.held_out_scores.row(row).sum() == 0.0));
            }
        }
    }
}

/// Rows that are written into the solver's buffer, as a cache that transforms them would.
struct Written<'a>(ArrayView2<'a, f32>);

impl FeatureRows for Written<'_> {
    fn n_samples(&self) -> usize {
        self.0.nrows()
    }

    fn n_features(&self) -> usize {
        self.0.ncols()
    }

    fn block<'a>(&'a self, range: Range<usize>, buffer: &'a mut Vec<f32>) -> ArrayView2<'a, f32> {
        let rows = self.0.slice(s![range, ..]);
        buffer.clear();
        buffer.extend(rows.iter());
        ArrayView2::from_shape(rows.dim(), buffer).unwrap()
    }
}

#[test]
fn rows_that_are_streamed_give_the_same_bytes_on_any_number_of_threads() {
    // More than one block of rows.
    let training = select(&training("main"), &(0..600).map(|row| row % 200).collect::<Vec<_>>());
    let labels = training.targets.to_vec();
    let held_out_by: Vec<_> = (0..600).map(|row| Some(row % 2)).collect();
    let folds = Folds { n_folds: 2, held_out_by: &held_out_by };
    let (x, streamed) = (training.records.view(), Written(training.records.view()));
    for (loss, ..) in LOSSES {
        let fit = |threads, rows: &dyn FeatureRows| {
            let targets = Targets::Classes(&labels);
            let problem = PathProblem { rows, targets, n_classes: 5, folds };
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            bits(&pool.install(|| solve(&problem, loss, &options(&[0.1, 1.0], 1e-4))).unwrap())
        };
        let expected = fit(1, &x);
        assert_eq!(fit(2, &x), expected, "{loss:?}");
        assert_eq!(fit(2, &streamed), expected, "{loss:?}");
    }
}

fn multi_label(entries: &Array2<i8>, x: ArrayView2<'_, f32>, options: &PathOptions) -> PathPoint {
    let held_out_by = vec![None; x.nrows()];
    let problem = PathProblem {
        rows: &x,
        targets: Targets::MultiLabel(entries.view()),
        n_classes: entries.ncols(),
        folds: Folds { n_folds: 1, held_out_by: &held_out_by },
    };
    let loss = PathLoss::Svm(HingeLoss::SquaredHinge);
    solve(&problem, loss, options).unwrap().swap_remove(0)
}

#[test]
fn ignored_entries_are_rows_that_are_not_there() {
    let training = training("main");
    let mut entries = Array2::from_elem((200, 2), -1_i8);
    for (row, &class) in training.targets.iter().enumerate() {
        entries[[row, 0]] = if class == 0 { 1 } else { -1 };
        entries[[row, 1]] = if class == 1 { 1 } else { -1 };
    }
    let rows: Vec<usize> = (0..200).filter(|row| row % 5 != 0).collect();
    let without = multi_label(
        &entries.select(Axis(0), &rows),
        training.records.select(Axis(0), &rows).view(),
        &options(&[1.0], 1e-8),
    );
    entries.rows_mut().into_iter().step_by(5).for_each(|mut row| row.fill(0));
    let ignored = multi_label(&entries, training.records.view(), &options(&[1.0], 1e-8));
    let scores = |point: &PathPoint| point.heads[0].decision_function(test_rows("main").view());
    assert!(max_difference(scores(&without).view(), scores(&ignored).view()) < 1e-3);
}

#[test]
fn a_path_ends_when_it_is_told_to() {
    let training = training("main");
    let labels = training.targets.to_vec();
    let problem = PathProblem {
        rows: &training.records.view(),
        targets: Targets::Classes(&labels),
        n_classes: 5,
        folds: Folds { n_folds: 1, held_out_by: &vec![None; 200] },
    };
    let mut n_points = 0;
    let options = options(&[0.1, 1.0, 10.0], 1e-3);
    solve_path(&problem, PathLoss::Softmax, &options, &mut |_| {
        n_points += 1;
        if n_points == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    assert_eq!(n_points, 2);
}

#[test]
fn a_fold_without_a_class_is_refused() {
    let training = training("main");
    let labels = training.targets.to_vec();
    let held_out_by: Vec<_> = labels.iter().map(|&label| (label == 3).then_some(0)).collect();
    let problem = PathProblem {
        rows: &training.records.view(),
        targets: Targets::Classes(&labels),
        n_classes: 5,
        folds: Folds { n_folds: 1, held_out_by: &held_out_by },
    };
    for (loss, ..) in LOSSES {
        let error = solve(&problem, loss, &options(&[1.0], 1e-3)).unwrap_err();
        assert!(matches!(error, FitError::MissingClass { class: 3 }));
    }
}

#[test]
fn options_outside_their_range_and_rows_without_labels_are_refused() {
    let x = Array2::zeros((4, 2));
    let problem = PathProblem {
        rows: &x.view(),
        targets: Targets::Classes(&[0, 1, 0, 1]),
        n_classes: 2,
        folds: Folds { n_folds: 1, held_out_by: &[None; 4] },
    };
    let mismatched = [
        PathProblem { targets: Targets::Classes(&[0, 1, 0]), ..problem },
        PathProblem { folds: Folds { n_folds: 1, held_out_by: &[None; 3] }, ..problem },
    ];
    for (loss, _, name) in LOSSES {
        let error = solve(&problem, loss, &options(&[-1.0], 1e-3)).unwrap_err();
        assert!(matches!(error, FitError::Param(ParamError::C { got: -1.0 })), "{name}: {error}");
        for problem in &mismatched {
            let error = solve(problem, loss, &options(&[1.0], 1e-3)).unwrap_err();
            assert!(
                matches!(error, FitError::ShapeMismatch { rows: 4, labels: 3 }),
                "{name}: {error}"
            );
        }
    }
}
