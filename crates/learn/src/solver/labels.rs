//! What rows of several labels can be used for.

use std::fmt;

use head::{Algorithm, ClassWeights, HeadSpec, LabelKind, Sampling, Settings};

use super::SolverError;

/// What takes one class a row.
#[derive(Clone, Debug, PartialEq)]
pub enum OneClassOnly {
    /// A kind of head.
    Head(HeadSpec),
    /// The calibration of a head.
    Calibration,
    /// Sampling of training rows.
    Sampling,
    /// The algorithm SMO.
    Smo,
    /// Class weights of a ridge head.
    RidgeWeights,
}

impl fmt::Display for OneClassOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(spec) => spec.fmt(f),
            Self::Calibration => f.write_str("a calibration"),
            Self::Sampling => f.write_str("sampling"),
            Self::Smo => f.write_str("the solver `smo`"),
            Self::RidgeWeights => f.write_str("a class weight of ridge"),
        }
    }
}

/// Refuses what takes one class a row where rows have several labels: most heads, some settings, and
/// to calibrate.
///
/// # Errors
/// [`SolverError::OneClassOnly`].
pub fn check_labels(
    kind: LabelKind,
    candidates: &[HeadSpec],
    settings: &Settings,
    calibrate: bool,
) -> Result<(), SolverError> {
    let refused = if kind.is_one_class() {
        None
    } else if let Some(spec) = candidates.iter().find(|spec| !spec.takes_multilabel()) {
        Some(OneClassOnly::Head(spec.clone()))
    } else if settings.sampling != Sampling::None {
        Some(OneClassOnly::Sampling)
    } else if settings.solver == Algorithm::Smo {
        Some(OneClassOnly::Smo)
    } else if settings.class_weight != ClassWeights::None
        && candidates.iter().any(|spec| matches!(spec, HeadSpec::Ridge { .. }))
    {
        Some(OneClassOnly::RidgeWeights)
    } else if calibrate {
        Some(OneClassOnly::Calibration)
    } else {
        None
    };
    refused.map_or(Ok(()), |what| Err(SolverError::OneClassOnly(what)))
}
