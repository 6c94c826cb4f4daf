//! Paths of linear SVMs against separate fits by the f64 solver, and against each other.

use std::ops::ControlFlow;

use heads::{
    ClassWeight, FitError, Folds, HingeLoss, LinearSvm, OneVsOneHead, OneVsOnePoint, PathLoss,
    PathOptions, PathPoint, PathProblem, Targets, solve_one_vs_one_path, solve_path,
};
use linfa::{
    DatasetBase,
    traits::{Fit, Predict},
};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use crate::reference_file::max_difference;

const N_CLASSES: usize = 4;
const N_FOLDS: usize = 3;
const CS: [f64; 5] = [1e-3, 1e-2, 1e-1, 1.0, 1e2];
const LOSSES: [HingeLoss; 2] = [HingeLoss::Hinge, HingeLoss::SquaredHinge];

/// Features, labels and folds. Rows have length 1 and resemble each other, some labels are wrong.
struct Data {
    x: Array2<f32>,
    labels: Vec<usize>,
    held_out_by: Vec<Option<usize>>,
}

impl Data {
    fn new(n: usize, d: usize) -> Self {
        let mut state = 1_u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f32 / (1_u64 << 24) as f32
        };
        let means = Array2::from_shape_simple_fn((N_CLASSES, d), &mut uniform);
        let mut x = Array2::from_shape_simple_fn((n, d), || 2.0 * uniform() - 0.6);
        let mut labels = Vec::new();
        for (row, mut features) in x.rows_mut().into_iter().enumerate() {
            features.scaled_add(0.8, &means.row(row % N_CLASSES));
            features.mapv_inplace(|value| value.max(0.0));
            let norm = features.dot(&features).sqrt();
            features /= norm;
            labels.push(if row % 11 == 0 { row / 11 % N_CLASSES } else { row % N_CLASSES });
        }
        let held_out_by = (0..n).map(|row| Some(row / N_CLASSES % N_FOLDS)).collect();
        Self { x, labels, held_out_by }
    }

    fn train(&self, fold: usize) -> Vec<usize> {
        (0..self.labels.len()).filter(|&row| self.held_out_by[row] != Some(fold)).collect()
    }

    fn folds(&self) -> Folds<'_> {
        Folds { n_folds: N_FOLDS, held_out_by: &self.held_out_by }
    }
}

fn options() -> PathOptions {
    PathOptions {
        cs: CS.to_vec(),
        tol: 1e-3,
        max_iter: 1000,
        class_weight: ClassWeight::Uniform,
        seed: 0,
        keep_heads: true,
    }
}

fn solve<'a>(
    rows: &'a ArrayView2<'a, f32>,
    targets: Targets<'a>,
    n_classes: usize,
    folds: Folds<'a>,
    loss: HingeLoss,
    options: &PathOptions,
) -> Result<Vec<PathPoint>, FitError> {
    let mut points = Vec::new();
    let problem = PathProblem { rows, targets, n_classes, folds };
    solve_path(&problem, PathLoss::Svm(loss), options, &mut |point| {
        points.push(point);
        ControlFlow::Continue(())
    })?;
    Ok(points)
}

fn solve_classes(data: &Data, loss: HingeLoss, options: &PathOptions) -> Vec<PathPoint> {
    let targets = Targets::Classes(&data.labels);
    solve(&data.x.view(), targets, N_CLASSES, data.folds(), loss, options).unwrap()
}

fn argmax(scores: ArrayView1<'_, f32>) -> usize {
    (0..scores.len()).fold(0, |best, class| if scores[class] > scores[best] { class } else { best })
}

fn assert_near(what: &str, got: f64, expected: f64, tolerance: f64) {
    let error = (got - expected).abs() / expected;
    assert!(error <= tolerance, "{what}: {got}, expected {expected}, off by {error:e}");
}

/// The optimum of each fold by the f64 solver: objective, predictions of the rows held out.
fn assert_optimal(data: &Data, loss: HingeLoss, class_weight: &ClassWeight) {
    let options = PathOptions { class_weight: class_weight.clone(), ..options() };
    let points = solve_classes(data, loss, &options);
    assert_eq!(points.len(), CS.len());
    for point in &points {
        let mut equal = 0;
        for fold in 0..N_FOLDS {
            let train = data.train(fold);
            let labels: Array1<usize> = train.iter().map(|&row| data.labels[row]).collect();
            let training = DatasetBase::new(data.x.select(Axis(0), &train), labels);
            let params = LinearSvm::params().loss(loss).c(point.c).tol(1e-5).max_iter(100_000);
            let expected = params.class_weight(class_weight.clone()).fit(&training).unwrap();
            assert!(expected.report.converged);
            let report = point.reports[fold];
            let what = format!("{loss:?} n {} C {} {report:?}", data.labels.len(), point.c);
            assert!(report.converged && report.residual <= 1e-3 && report.n_iter > 0, "{what}");
            assert_near(&what, report.objective, expected.report.objective, 1e-3);
            let scores = expected.head.decision_function(data.x.view());
            let own = point.heads[fold].decision_function(data.x.view());
            for row in (0..data.labels.len()).filter(|row| !train.contains(row)) {
                equal +=
                    usize::from(argmax(scores.row(row)) == argmax(point.held_out_scores.row(row)));
                let held_out = point.held_out_scores.row(row).insert_axis(Axis(0));
                let difference = max_difference(own.row(row).insert_axis(Axis(0)), held_out);
                // The head rounds weights whose terms are larger than their sum, most at C = 100.
                assert!(difference < 5e-4, "{what}: scores and head differ by {difference}");
            }
        }
        let part = equal as f64 / data.labels.len() as f64;
        assert!(part >= 0.995, "{loss:?} C {}: {part} of the predictions", point.c);
    }
}

#[test]
fn paths_reach_the_optimum_of_more_rows_than_features() {
    let data = Data::new(420, 40);
    LOSSES.into_iter().for_each(|loss| assert_optimal(&data, loss, &ClassWeight::Uniform));
}

#[test]
fn paths_reach_the_optimum_of_fewer_rows_than_features() {
    let data = Data::new(240, 500);
    LOSSES.into_iter().for_each(|loss| assert_optimal(&data, loss, &ClassWeight::Uniform));
}

#[test]
fn class_weights_multiply_c() {
    let data = Data::new(240, 60);
    let given = ClassWeight::Given(vec![1.0, 3.0, 0.5, 1.0]);
    for class_weight in [given, ClassWeight::Balanced] {
        LOSSES.into_iter().for_each(|loss| assert_optimal(&data, loss, &class_weight));
    }
}

#[test]
fn labels_that_are_ignored_count_as_rows_that_are_not_there() {
    let data = Data::new(200, 30);
    // Presence of either of two classes; every seventh row ignored in the second column.
    let label = |(row, column): (usize, usize)| match (column, data.labels[row]) {
        (1, _) if row % 7 == 0 => 0,
        (column, label) => {
            if label == column || label == 3 {
                1
            } else {
                -1
            }
        }
    };
    let labels = Array2::from_shape_fn((200, 2), label);
    let none = vec![None; 200];
    let all = Folds { n_folds: 1, held_out_by: &none };
    let kept: Vec<usize> = (0..200).filter(|row| row % 7 != 0).collect();
    let of_kept = Folds { n_folds: 1, held_out_by: &none[..kept.len()] };
    for loss in LOSSES {
        let options = PathOptions { tol: 1e-4, ..options() };
        let ignoring =
            solve(&data.x.view(), Targets::MultiLabel(labels.view()), 2, all, loss, &options);
        let (x, labels) = (data.x.select(Axis(0), &kept), labels.select(Axis(0), &kept));
        let targets = Targets::MultiLabel(labels.view());
        let without = solve(&x.view(), targets, 2, of_kept, loss, &options);
        for (a, b) in ignoring.unwrap().iter().zip(&without.unwrap()) {
            let [a_scores, b_scores] =
                [a, b].map(|point| point.heads[0].decision_function(x.view()).column(1).to_owned());
            let [a, b] = [a_scores, b_scores].map(|scores| scores.insert_axis(Axis(0)));
            let difference = max_difference(a.view(), b.view());
            // Margins may be off by `tol` of the spread, on either side.
            assert!(difference < 5e-3, "{loss:?}: scores differ by {difference}");
        }
    }
}

#[test]
fn a_path_does_not_depend_on_the_number_of_threads() {
    let data = Data::new(420, 40);
    let in_pool = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| (solve_classes(&data, HingeLoss::Hinge, &options()), one_vs_one(&data)))
    };
    assert_eq!(in_pool(1), in_pool(2));
}

#[test]
fn a_path_ends_where_it_is_told_to() {
    let data = Data::new(120, 10);
    let problem = PathProblem {
        rows: &data.x.view(),
        targets: Targets::Classes(&data.labels),
        n_classes: N_CLASSES,
        folds: data.folds(),
    };
    let mut seen = Vec::new();
    solve_path(&problem, PathLoss::Svm(HingeLoss::Hinge), &options(), &mut |point| {
        seen.push(point.c);
        if seen.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    assert_eq!(seen, CS[..2]);
}

#[test]
fn a_smaller_c_after_a_larger_one_starts_anew() {
    let data = Data::new(120, 10);
    let forth = solve_classes(&data, HingeLoss::Hinge, &options());
    let back = PathOptions { cs: CS.iter().rev().copied().collect(), ..options() };
    for (a, b) in forth.iter().rev().zip(&solve_classes(&data, HingeLoss::Hinge, &back)) {
        assert_near("objective", a.reports[0].objective, b.reports[0].objective, 1e-3);
    }
}

#[test]
fn a_path_stopped_early_says_so() {
    let data = Data::new(240, 20);
    for max_iter in [1, 9] {
        let options = PathOptions { max_iter, cs: vec![10.0], tol: 1e-6, ..options() };
        let report = solve_classes(&data, HingeLoss::Hinge, &options)[0].reports[0];
        assert_eq!((report.n_iter, report.converged), (max_iter, false));
    }
}

#[test]
fn a_class_that_a_fold_does_not_train_on_is_named() {
    let mut data = Data::new(120, 10);
    for (label, held_out) in data.labels.iter().zip(&mut data.held_out_by) {
        *held_out = Some(if *label == 2 { 0 } else { held_out.unwrap() });
    }
    let targets = Targets::Classes(&data.labels);
    let result =
        solve(&data.x.view(), targets, N_CLASSES, data.folds(), HingeLoss::Hinge, &options());
    assert!(matches!(result, Err(FitError::MissingClass { class: 2 })));
}

fn one_vs_one(data: &Data) -> Vec<OneVsOnePoint> {
    let mut points = Vec::new();
    let problem = PathProblem {
        rows: &data.x.view(),
        targets: Targets::Classes(&data.labels),
        n_classes: N_CLASSES,
        folds: data.folds(),
    };
    solve_one_vs_one_path(&problem, &options(), &mut |point| {
        points.push(point);
        ControlFlow::Continue(())
    })
    .unwrap();
    points
}

/// Each pair is the binary problem of its two classes.
#[test]
fn one_vs_one_solves_every_pair() {
    let data = Data::new(240, 60);
    for point in one_vs_one(&data) {
        for fold in 0..N_FOLDS {
            let mut objective = 0.0;
            let (mut coef, mut intercept) = (Vec::new(), Vec::new());
            for (a, b) in (0..N_CLASSES).flat_map(|a| (a + 1..N_CLASSES).map(move |b| (a, b))) {
                let rows =
                    data.train(fold).into_iter().filter(|&row| [a, b].contains(&data.labels[row]));
                let rows: Vec<usize> = rows.collect();
                let labels: Array1<usize> =
                    rows.iter().map(|&row| usize::from(data.labels[row] == b)).collect();
                let training = DatasetBase::new(data.x.select(Axis(0), &rows), labels);
                let params = LinearSvm::params().c(point.c).tol(1e-5).max_iter(100_000);
                let fitted = params.fit(&training).unwrap();
                // Both classes of two have their problem, each the mirror image of the other.
                objective += 0.5 * fitted.report.objective;
                coef.extend(fitted.head.coef().row(0).to_vec());
                intercept.push(fitted.head.intercept()[0]);
            }
            let report = point.reports[fold];
            assert!(report.converged, "C {} {report:?}", point.c);
            assert_near(&format!("C {}", point.c), report.objective, objective, 1e-3);

            let coef = Array2::from_shape_vec((intercept.len(), 60), coef).unwrap();
            let expected = OneVsOneHead::new(N_CLASSES, coef, intercept.into()).unwrap();
            let (expected, got): (Array1<usize>, Array1<usize>) =
                (expected.predict(&data.x), point.heads[fold].predict(&data.x));
            let equal = expected.iter().zip(&got).filter(|(a, b)| a == b).count();
            assert!(equal >= 238, "C {}: {equal} of 240 predictions", point.c);
            let scores = point.heads[fold].decision_function(data.x.view());
            let held_out = (0..240).filter(|&row| data.held_out_by[row] == Some(fold));
            for row in held_out {
                assert_eq!(argmax(scores.row(row)), argmax(point.held_out_scores.row(row)));
            }
        }
    }
}

#[test]
fn one_vs_one_refuses_several_labels_a_row() {
    let data = Data::new(120, 10);
    let labels = Array2::from_elem((120, 2), 1_i8);
    let problem = PathProblem {
        rows: &data.x.view(),
        targets: Targets::MultiLabel(labels.view()),
        n_classes: 2,
        folds: data.folds(),
    };
    let error = solve_one_vs_one_path(&problem, &options(), &mut |_| ControlFlow::Break(()));
    let message = "one-vs-one takes one class a row\n  hint: fit several labels a row one-vs-rest";
    assert_eq!(error.unwrap_err().to_string(), message);
}

#[test]
fn a_matrix_beyond_its_limit_is_refused() {
    let x = Array2::<f32>::zeros((30_000, 1));
    let labels: Vec<usize> = (0..30_000).map(|row| row % 2).collect();
    let held_out_by = vec![None; 30_000];
    let problem = PathProblem {
        rows: &x.view(),
        targets: Targets::Classes(&labels),
        n_classes: 2,
        folds: Folds { n_folds: 1, held_out_by: &held_out_by },
    };
    let error = solve_one_vs_one_path(&problem, &options(), &mut |_| ControlFlow::Break(()));
    assert!(matches!(error, Err(FitError::OutOfMemory { bytes: 3_600_000_000 })));
}

/// More than a thousand rows: the form that multiplies all rows by each other, to the tolerance
/// that makes it the choice, against the f64 solver.
#[test]
fn a_large_single_fit_agrees_with_the_precise_one() {
    let data = Data::new(1040, 90);
    let training = DatasetBase::new(data.x.view(), Array1::from_vec(data.labels.clone()));
    for loss in LOSSES {
        let fit = |tol| {
            let params = LinearSvm::params().loss(loss).c(1.0).tol(tol).max_iter(100_000);
            params.fit(&training).unwrap()
        };
        let (quick, precise) = (fit(1e-4), fit(1e-6));
        assert!(quick.report.converged && quick.report.n_iter > 1);
        assert_near("objective", quick.report.objective, precise.report.objective, 1e-4);
        let [a, b] = [quick, precise].map(|fitted| fitted.head.predict(&data.x));
        let (a, b): (Array1<usize>, Array1<usize>) = (a, b);
        let equal = a.iter().zip(&b).filter(|(a, b)| a == b).count();
        assert!(equal >= 1035, "{loss:?}: {equal} of 1040 predictions");
    }
}
