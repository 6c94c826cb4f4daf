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
