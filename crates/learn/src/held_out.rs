//! What heads say of rows that they have not seen.

use std::ops::ControlFlow;

use head::{HeadSpec, Settings, Steps};
use ndarray::Array2;

use crate::examples::Examples;
use crate::folds::Division;
use crate::solver::{Problem, SolverError, solve_folds};

/// The scores of one head of several, on the rows of all folds.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOut {
    /// Scores `[n_samples, n_classes]`, each by the head of the fold that holds its row out; zeros for rows
    /// that no fold holds out.
    pub scores: Array2<f32>,
    /// Whether the fits of all folds met their tolerance.
    pub converged: bool,
}

/// Scores `examples` with each of `specs`, fitted for every fold of `division` as one problem. `specs` are heads
/// of one kind, at least one, what fits least closely first.
///
/// # Errors
/// [`SolverError`].
///
/// # Panics
/// If a step of the transform learns from rows, or rows are sampled: each fold would be a problem of its own.
///
/// # Examples
///
/// ```
/// use head::{HeadSpec, Settings, Steps};
/// use learn::{Divisible, Examples, Labels, Rows, held_out_scores, stratified_k_fold};
/// use ndarray::array;
///
/// let features = array![[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.2, 0.8]];
/// let labels = [0, 0, 1, 1];
/// let rows = Rows { indices: vec![0, 1, 2, 3], labels: Labels::Classes(labels.to_vec()) };
/// let examples = Examples { features: features.view(), rows };
/// let classes = ["owl", "wren"].map(str::to_owned);
/// let divisible = Divisible { labels: &labels, groups: &[0, 1, 2, 3], classes: &classes };
/// let division = stratified_k_fold(divisible, 2, 0)?;
/// let specs = [1.0, 10.0].map(|c| HeadSpec::Softmax { c });
/// let settings = Settings::default();
/// let unit_rows = Steps::unit_rows();
/// let held_out = held_out_scores(&examples, &classes, &unit_rows, &division, &specs, &settings)?;
/// assert!(held_out.iter().all(|of_head| of_head.scores[[3, 1]] > of_head.scores[[3, 0]]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn held_out_scores(
    examples: &Examples<'_>,
    classes: &[String],
    steps: &Steps,
    division: &Division,
    specs: &[HeadSpec],
    settings: &Settings,
) -> Result<Vec<HeldOut>, SolverError> {
    assert!(steps.is_row_wise(), "a step that learns makes each fold a problem of its own");
    assert!(settings.sampling == head::Sampling::None, "sampled folds are problems of their own");
    let transform = examples.learn(steps)?;
    let rows = examples.transformed(&transform);
    let problem = Problem { rows: &rows, targets: examples.rows.labels.targets(), classes };
    let mut held_out = Vec::new();
    solve_folds(specs, problem, division.folds(), settings, &mut |_, point| {
        let converged = point.reports.iter().all(|report| report.converged);
        held_out.push(HeldOut { scores: point.held_out_scores, converged });
        ControlFlow::Continue(())
    })?;
    Ok(held_out)
}
