//! Small networks.

use head::{FitRecord, Layers, LearningCurve, NetworkTraining, Settings};
use heads::{ClassWeight, FitError, Mlp, PathProblem};
use linfa::ParamGuard;

use super::one_by_one::{self, all_rows};
use super::solve::{HeadFit, OnPoint, labels};

pub(super) fn solve_folds(
    problem: &PathProblem<'_>,
    layers: &Layers,
    rates: &[f64],
    class_weight: &ClassWeight,
    settings: &Settings,
    on_point: &mut OnPoint<'_>,
) -> Result<(), FitError> {
    let fit = |rate, rows: &[usize]| fit_rows(problem, layers, rate, class_weight, settings, rows);
    one_by_one::solve_folds(problem, rates, fit, on_point)
}

pub(super) fn fit(
    problem: &PathProblem<'_>,
    layers: &Layers,
    learning_rate: f64,
    class_weight: &ClassWeight,
    settings: &Settings,
) -> Result<HeadFit, FitError> {
    fit_rows(problem, layers, learning_rate, class_weight, settings, &all_rows(problem))
}

/// Trains on the given rows, a part of which is kept for the validation loss that says when to stop.
fn fit_rows(
    problem: &PathProblem<'_>,
    layers: &Layers,
    learning_rate: f64,
    class_weight: &ClassWeight,
    settings: &Settings,
    rows: &[usize],
) -> Result<HeadFit, FitError> {
    let NetworkTraining { epochs, batch_size, patience, validation } = settings.network();
    let params = Mlp::params(layers.0.clone())
        .learning_rate(learning_rate)
        .batch_size(batch_size)
        .max_epochs(epochs)
        .patience(patience)
        .validation_fraction(validation)
        .class_weight(class_weight.clone())
        .seed(settings.seed)
        .check()?;
    let (training, validation) = params.split(labels(problem)?, problem.n_classes, rows);
    let fitted =
        params.train(problem.rows, problem.targets, problem.n_classes, &training, &validation)?;
    let record = FitRecord { report: fitted.report, curve: Some(LearningCurve::from(&fitted)) };
    Ok(HeadFit { head: fitted.head.into(), record })
}
