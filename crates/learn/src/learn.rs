//! Learning a pipeline from examples.

use head::{FitRecord, HeadSpec, Pipeline, Sampling, Settings, Steps};
use heads::Targets;

use crate::examples::Examples;
use crate::solver::{HeadFit, Problem, SolverError, fit};

/// Learns the transform `steps`, and fits the head `spec` to the transformed `examples`, which
/// are labelled for `classes`.
///
/// # Errors
/// [`SolverError`].
///
/// # Examples
///
/// ```
/// use head::{HeadSpec, Settings, Steps};
/// use learn::{Examples, Labels, Rows, learn};
/// use ndarray::array;
///
/// let features = array![[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.2, 0.8]];
/// let rows = Rows { indices: vec![0, 1, 2, 3], labels: Labels::Classes(vec![0, 0, 1, 1]) };
/// let examples = Examples { features: features.view(), rows };
/// let (classes, ridge) = (["owl", "wren"].map(str::to_owned), HeadSpec::Ridge { c: 1.0 });
/// let (pipeline, record) =
///     learn(&examples, &classes, &Steps::unit_rows(), &ridge, &Settings::default())?;
/// assert!(record.report.converged);
/// let scores = pipeline.decision_function(features.view(), &[2]);
/// assert!(scores[[0, 1]] > scores[[0, 0]]);
/// # Ok::<(), learn::SolverError>(())
/// ```
pub fn learn(
    examples: &Examples<'_>,
    classes: &[String],
    steps: &Steps,
    spec: &HeadSpec,
    settings: &Settings,
) -> Result<(Pipeline, FitRecord), SolverError> {
    let transform = examples.learn(steps)?;
    let HeadFit { head, record } = if settings.sampling == Sampling::None {
        let rows = examples.transformed(&transform);
        let targets = examples.rows.labels.targets();
        fit(spec, Problem { rows: &rows, targets, classes }, settings)?
    } else {
        let (sampling, seed) = (settings.sampling, settings.seed);
        let (rows, labels) = examples.sampled(&transform, sampling, classes.len(), seed);
        let (rows, targets) = (rows.view(), Targets::Classes(&labels));
        fit(spec, Problem { rows: &rows, targets, classes }, settings)?
    };
    Ok((Pipeline { transform, head }, record))
}
