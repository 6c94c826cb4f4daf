//! Ridge against scikit-learn, and its paths against themselves.

use std::ops::ControlFlow;

use heads::{
    ClassWeight, FitError, Folds, PathPoint, PathProblem, Ridge, Targets, ridge_leave_one_out,
    solve_ridge_path,
};
use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array2, ArrayView2, array};

use crate::{
    heads_under_test::{Head, Options},
    objective::objective,
    reference_file::{
        max_difference, small_heads_objective, small_heads_scores, small_heads_signs, test_rows,
        training,
    },
};

/// Both sides solve in f64: what is left is the rounding of scores to f32 on both, 1e-7, and up to
/// 1e-16 times the condition of the normal equations, about 1e5 at C = 100.
const TOLERANCE: f32 = 1e-6;
const CS: [&str; 3] = ["0.001", "1", "100"];
const UNIFORM: ClassWeight = ClassWeight::Uniform;

/// More rows than features, and more features than rows.
const SETS: [&str; 2] = ["main", "wide"];

fn assert_scores(key: &str, got: ArrayView2<'_, f32>, tolerance: f32) {
    let expected = small_heads_scores(key);
    let largest = expected.iter().fold(0.0_f32, |max, score| max.max(score.abs()));
    let error = max_difference(got, expected.view()) / largest;
    assert!(error <= tolerance, "{key}: scores are off by {error:e} of the largest");
}

fn parse(cs: &[&str]) -> Vec<f64> {
    cs.iter().map(|c| c.parse().unwrap()).collect()
}

/// All points of a path.
fn path(
    problem: &PathProblem<'_>,
    cs: &[f64],
    class_weight: &ClassWeight,
    keep_heads: bool,
) -> Result<Vec<PathPoint>, FitError> {
    let mut points = Vec::new();
    solve_ridge_path(problem, cs, class_weight, keep_heads, &mut |point| {
        points.push(point);
        ControlFlow::Continue(())
    })?;
    Ok(points)
}

/// Row `i` is held out by fold `i mod 4`, and by none where that is 3.
fn folds_of_make_py(n_samples: usize) -> Vec<Option<usize>> {
    (0..n_samples).map(|row| (row % 4 < 3).then_some(row % 4)).collect()
}

#[test]
fn fits_agree() {
    for set in SETS {
        let (training, x_test) = (training(set), test_rows(set));
        for c in CS {
            let key = format!("{set}.ridge.{c}");
            let c = c.parse().unwrap();
            let fitted = Ridge::params().c(c).fit(&training).unwrap();
            // Weights and scores in f32: 1e-7 of a sum whose terms cancel as C grows.
            assert_scores(&key, fitted.head.decision_function(x_test.view()).view(), 2e-5);
            let expected = small_heads_objective(&key);
            let plain = objective(Head::Ridge, &fitted.head, &training, c, &[1.0; 5]);
            for got in [fitted.report.objective, plain] {
                let error = (got - expected).abs() / expected;
                assert!(error < 1e-6, "{key}: objective {got}, expected {expected}");
            }
        }
        let balanced = Ridge::params().class_weight(ClassWeight::Balanced).fit(&training).unwrap();
        let scores = balanced.head.decision_function(x_test.view());
        assert_scores(&format!("{set}.ridge.1.balanced"), scores.view(), 2e-5);
    }
}

#[test]
fn folds_agree() {
    for set in SETS {
        let training = training(set);
        let labels = training.targets.to_vec();
        let held_out_by = folds_of_make_py(labels.len());
        let problem = PathProblem {
            rows: &training.records.view(),
            targets: Targets::Classes(&labels),
            n_classes: 5,
            folds: Folds { n_folds: 3, held_out_by: &held_out_by },
        };
        let points = path(&problem, &parse(&CS), &UNIFORM, false).unwrap();
        for (c, point) in CS.iter().zip(&points) {
            assert_scores(
                &format!("{set}.ridge_folds.{c}"),
                point.held_out_scores.view(),
                TOLERANCE,
            );
            assert_eq!((point.reports.len(), point.heads.len()), (3, 0));
        }
        let balanced = path(&problem, &[1.0], &ClassWeight::Balanced, false).unwrap();
        let scores = balanced[0].held_out_scores.view();
        assert_scores(&format!("{set}.ridge_folds.1.balanced"), scores, TOLERANCE);
        // Weights that are given are those of all folds, so that the folds share their sums.
        let given = ClassWeight::Given(vec![1.0; 5]);
        let points = path(&problem, &[1.0], &given, false).unwrap();
        let scores = points[0].held_out_scores.view();
        assert_scores(&format!("{set}.ridge_folds.1"), scores, TOLERANCE);
    }
}

#[test]
fn heads_of_folds_score_what_they_hold_out() {
    for set in SETS {
        let training = training(set);
        let labels = training.targets.to_vec();
        let held_out_by = folds_of_make_py(labels.len());
        let problem = PathProblem {
            rows: &training.records.view(),
            targets: Targets::Classes(&labels),
            n_classes: 5,
            folds: Folds { n_folds: 3, held_out_by: &held_out_by },
        };
        let point = path(&problem, &[1.0], &UNIFORM, true).unwrap().remove(0);
        assert_eq!(point.heads.len(), 3);
        for (fold, head) in point.heads.iter().enumerate() {
            let scores = head.decision_function(training.records.view());
            for row in (0..labels.len()).filter(|&row| held_out_by[row] == Some(fold)) {
                let differences = &scores.row(row) - &point.held_out_scores.row(row);
                assert!(differences.iter().all(|difference| difference.abs() < 1e-5), "{set}");
            }
        }
    }
}

#[test]
fn leave_one_out_agrees() {
    for set in SETS {
        let training = training(set);
        let labels = training.targets.to_vec();
        let rows = training.records.view();
        let scores =
            ridge_leave_one_out(&rows, Targets::Classes(&labels), 5, &parse(&CS), &UNIFORM)
                .unwrap();
        for (c, scores) in CS.iter().zip(&scores) {
            assert_scores(&format!("{set}.ridge_loo.{c}"), scores.view(), TOLERANCE);
        }
    }
}

#[test]
fn one_fold_a_row_is_leave_one_out() {
    for set in SETS {
        let training = training(set);
        let labels = training.targets.to_vec();
        // In another order than that of the rows.
        let n = labels.len();
        let held_out_by: Vec<_> = (0..n).map(|row| Some(n - 1 - row)).collect();
        let problem = PathProblem {
            rows: &training.records.view(),
            targets: Targets::Classes(&labels),
            n_classes: 5,
            folds: Folds { n_folds: n, held_out_by: &held_out_by },
        };
        let short = path(&problem, &[1.0], &UNIFORM, false).unwrap().remove(0);
        assert_scores(&format!("{set}.ridge_loo.1"), short.held_out_scores.view(), TOLERANCE);
        // With heads every fold is solved by itself.
        let long = path(&problem, &[1.0], &UNIFORM, true).unwrap().remove(0);
        assert_scores(&format!("{set}.ridge_loo.1"), long.held_out_scores.view(), TOLERANCE);
        assert_eq!(short.reports.len(), n);
        for (short, long) in short.reports.iter().zip(&long.reports) {
            assert!((short.objective - long.objective).abs() < 1e-9 * long.objective, "{set}");
        }
    }
}

#[test]
fn ignored_entries_are_rows_that_a_class_does_not_have() {
    for set in SETS {
        let (training, x_test) = (training(set), test_rows(set));
        let signs = small_heads_signs(set);
        let rows = training.records.view();
        let targets = Targets::MultiLabel(signs.view());
        let held_out_by = vec![None; rows.nrows()];
        let problem = PathProblem {
            rows: &rows,
            targets,
            n_classes: 5,
            folds: Folds { n_folds: 1, held_out_by: &held_out_by },
        };
        let point = path(&problem, &[1.0], &UNIFORM, true).unwrap().remove(0);
        let scores = point.heads[0].decision_function(x_test.view());
        assert_scores(&format!("{set}.ridge_partial.1"), scores.view(), 2e-5);

        let scores = ridge_leave_one_out(&rows, targets, 5, &[1.0], &UNIFORM).unwrap();
        assert_scores(&format!("{set}.ridge_partial_loo.1"), scores[0].view(), TOLERANCE);
        // The same by folds of one row.
        let held_out_by: Vec<_> = (0..rows.nrows()).map(Some).collect();
        let folds = Folds { n_folds: rows.nrows(), held_out_by: &held_out_by };
        let problem = PathProblem { folds, ..problem };
        for keep_heads in [false, true] {
            let point = path(&problem, &[1.0], &UNIFORM, keep_heads).unwrap().remove(0);
            let scores = point.held_out_scores.view();
            assert_scores(&format!("{set}.ridge_partial_loo.1"), scores, TOLERANCE);
        }
    }
}

#[test]
fn a_path_ends_when_it_is_told_to() {
    let training = training("main");
    let labels = training.targets.to_vec();
    for held_out_by in [vec![None; 200], (0..200).map(Some).collect()] {
        let n_folds = if held_out_by[0].is_none() { 1 } else { 200 };
        let problem = PathProblem {
            rows: &training.records.view(),
            targets: Targets::Classes(&labels),
            n_classes: 5,
            folds: Folds { n_folds, held_out_by: &held_out_by },
        };
        let mut seen = Vec::new();
        solve_ridge_path(&problem, &[1.0, 2.0, 3.0], &UNIFORM, false, &mut |point| {
            seen.push(point.c);
            if point.c < 2.0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
        .unwrap();
        assert_eq!(seen, [1.0, 2.0]);
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    for set in SETS {
        let training = training(set);
        let labels = training.targets.to_vec();
        let held_out_by = folds_of_make_py(labels.len());
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let rows = training.records.view();
                let targets = Targets::Classes(&labels);
                let folds = Folds { n_folds: 3, held_out_by: &held_out_by };
                let problem = PathProblem { rows: &rows, targets, n_classes: 5, folds };
                let points = path(&problem, &[0.1, 10.0], &UNIFORM, true).unwrap();
                let loo = ridge_leave_one_out(&rows, targets, 5, &[0.1, 10.0], &UNIFORM).unwrap();
                (points, loo)
            })
        };
        assert_eq!(run(1), run(2), "{set}");
    }
}

#[test]
fn a_problem_that_cannot_be_solved_is_refused() {
    // A column twice, so large that alpha is lost beside it.
    let a = 2.0_f32.powi(40);
    let x = array![[a, a], [-a, -a], [a, a], [-a, -a]];
    let training = DatasetBase::new(x, array![0, 1, 0, 1]);
    let error = Ridge::params().c(1e6).fit(&training).unwrap_err();
    assert!(matches!(error, FitError::IllConditioned { .. }), "{error}");
    assert!(matches!(
        Head::Ridge.fit(&Options::c(-1.0), &training).unwrap_err(),
        FitError::Param(_)
    ));
}

#[test]
fn a_class_that_a_fold_lacks_is_named() {
    let x = Array2::<f32>::eye(4);
    let held_out_by = [Some(0), Some(1), Some(0), Some(1)];
    let problem = PathProblem {
        rows: &x.view(),
        targets: Targets::Classes(&[0, 1, 0, 0]),
        n_classes: 2,
        folds: Folds { n_folds: 2, held_out_by: &held_out_by },
    };
    let error = path(&problem, &[1.0], &UNIFORM, false).unwrap_err();
    assert!(matches!(error, FitError::MissingClass { class: 1 }));
}
