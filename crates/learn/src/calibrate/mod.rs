//! Calibrations fitted on the scores of rows that a head has not seen.
//!
//! [`calibrate`] gets these scores by cross-validation; [`fit_platt`] and [`fit_temperature`] take them
//! wherever they come from.

mod fit;
mod platt;
mod sigmoid;
mod temperature;

use head::{Calibration, HeadSpec, LinkName, Pipeline, Settings, Steps};
use ndarray::Array2;

use crate::examples::Examples;
use crate::folds::{Divisible, Division, FoldError, stratified_k_fold};
use crate::learn::learn;
use crate::solver::SolverError;

use self::fit::fit_calibration;

pub use fit::CalibrationError;
pub use platt::fit_platt;
pub use temperature::fit_temperature;

/// Folds of the cross-validation that gives [`calibrate`] its scores; fewer when the smallest class
/// has fewer rows.
const MOST_FOLDS: usize = 5;

/// Why a head has no calibration.
#[derive(Debug, thiserror::Error)]
pub enum CalibrateError {
    /// A class of one row cannot be held out.
    #[error(transparent)]
    Folds(#[from] FoldError),
    /// A fit failed.
    #[error(transparent)]
    Solver(#[from] SolverError),
    /// The scores cannot be used.
    #[error(transparent)]
    Scores(#[from] CalibrationError),
}

/// Fits the calibration of `pipeline`, which was trained as `spec` on all of `examples`: on the
/// scores of rows held out by five stratified folds, which [`Settings::seed`] shuffles and which keep rows
/// of one group (`groups`, one number a row) together. There are fewer folds where the smallest class has
/// fewer rows.
///
/// The scores of heads trained on a part of the rows are taken to be spread as those of the head
/// trained on all.
///
/// # Errors
/// [`CalibrateError`].
///
/// # Panics
/// If rows have several labels.
///
/// # Examples
///
/// ```
/// use head::{Calibration, HeadSpec, HingeLoss, Settings, Steps};
/// use learn::{Examples, Labels, Rows, calibrate, learn};
/// use ndarray::array;
///
/// let features = array![[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.2, 0.8]];
/// let rows = Rows { indices: vec![0, 1, 2, 3], labels: Labels::Classes(vec![0, 0, 1, 1]) };
/// let examples = Examples { features: features.view(), rows };
/// let classes = ["owl", "wren"].map(str::to_owned);
/// let (svm, settings) = (HeadSpec::Svm { loss: HingeLoss::Hinge, c: 1.0 }, Settings::default());
/// let (pipeline, _) = learn(&examples, &classes, &Steps::unit_rows(), &svm, &settings)?;
/// let calibration = calibrate(&pipeline, &examples, &[0, 1, 2, 3], &classes, &svm, &settings)?;
/// assert!(matches!(calibration, Calibration::Platt(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn calibrate(
    pipeline: &Pipeline,
    examples: &Examples<'_>,
    groups: &[usize],
    classes: &[String],
    spec: &HeadSpec,
    settings: &Settings,
) -> Result<Calibration, CalibrateError> {
    let labels = examples.rows.labels.classes();
    let rows_of = |class| labels.iter().filter(|&&label| label == class).count();
    let smallest = (0..classes.len()).map(rows_of).min().unwrap_or(0);
    let rows = Divisible { labels, groups, classes };
    let division = stratified_k_fold(rows, smallest.clamp(2, MOST_FOLDS), settings.seed)?;
    let steps = pipeline.transform.steps();
    let scores = held_out_scores(examples, classes, &division, &steps, spec, settings)?;
    Ok(fit_calibration(LinkName::of(&pipeline.head), scores.view(), labels)?)
}

/// Scores `[n_samples, n_classes]` of all `examples`, each by the head of the fold that holds it
/// out; zeros for rows that no fold holds out.
///
/// # Errors
/// The [`SolverError`] of a fit that failed.
fn held_out_scores(
    examples: &Examples<'_>,
    classes: &[String],
    division: &Division,
    steps: &Steps,
    spec: &HeadSpec,
    settings: &Settings,
) -> Result<Array2<f32>, SolverError> {
    let mut scores = Array2::zeros((examples.rows.len(), classes.len()));
    for fold in 0..division.n_folds {
        let train = examples.at(&division.train(fold));
        let (pipeline, _) = learn(&train, classes, steps, spec, settings)?;
        let positions = division.held_out(fold);
        let held_out = examples.at(&positions);
        let of_fold = pipeline.decision_function(held_out.features, &held_out.rows.indices);
        for (&position, row) in positions.iter().zip(of_fold.rows()) {
            scores.row_mut(position).assign(&row);
        }
    }
    Ok(scores)
}
