//! What to do about data sets that cannot be looked through.

use std::error::Error;

use audit::{AuditError, HeldOutError, ShotsError};

/// The error that `error` only passes on.
pub(super) fn passed_on<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(error) = error.downcast_ref() {
        return match error {
            AuditError::Open(error) => Some(error),
            AuditError::Read(error) => Some(error),
            AuditError::Tap(error) => Some(error),
            AuditError::Groups(error) => Some(error),
            AuditError::Rows { .. } | AuditError::HeldOut { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            HeldOutError::Folds(error) => Some(error),
            HeldOutError::Solver(error) => Some(error),
        };
    }
    match error.downcast_ref()? {
        ShotsError::Open(error) => Some(error),
        ShotsError::Read(error) => Some(error),
        ShotsError::Tap(error) => Some(error),
        ShotsError::Solver(error) => Some(error),
        ShotsError::NoDraws
        | ShotsError::SeveralLabels(_)
        | ShotsError::NothingHeldOut(_)
        | ShotsError::Settings { .. }
        | ShotsError::Choice { .. }
        | ShotsError::Rows { .. } => None,
    }
}

/// What to do about a curve that cannot be had.
pub(super) fn hint(error: &ShotsError) -> Option<&'static str> {
    match error {
        ShotsError::NothingHeldOut(_) => {
            Some("extract the data set with a test split, or without splits")
        }
        ShotsError::SeveralLabels(_) => Some("`fit eval` gives the mAP of one head"),
        _ => None,
    }
}
