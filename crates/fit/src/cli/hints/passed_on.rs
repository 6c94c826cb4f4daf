//! Errors that only pass on another one.

use std::error::Error;

use html_report::ReportError;
use learn::{CalibrateError, SolverError};
use network_onnx::WholeModelError;
use protocols::reproduce::ReproduceError;
use protocols::retrieve::RetrieveError;
use protocols::retrieve::index::IndexError;
use train::{ApplyError, GroupError, PlanError, RightRowsError, SweepError, TrainError};

use super::audit;

/// An error below those that only pass it on.
pub(in crate::cli) fn innermost<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    passed_on(error).map_or(error, innermost)
}

/// The error that `error` only passes on: both have one message, and one cause.
fn passed_on<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(error) = error.downcast_ref() {
        return match error {
            TrainError::Open(error) => Some(error),
            TrainError::Read(error) => Some(error),
            TrainError::Tap(error) => Some(error),
            TrainError::Groups(error) => Some(error),
            TrainError::Solver(error) => Some(error),
            TrainError::Calibrate(error) => Some(error),
            TrainError::Settings { .. } | TrainError::Rows { .. } | TrainError::Choice { .. } => {
                None
            }
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            SweepError::Open(error) => Some(error),
            SweepError::Cache(error) => Some(error),
            SweepError::Folder(error) => Some(error),
            SweepError::Tap(error) => Some(error),
            SweepError::Log(error) => Some(error),
            SweepError::Groups(error) => Some(error),
            SweepError::NoCandidates
            | SweepError::SeveralKinds
            | SweepError::TooManyFits { .. }
            | SweepError::Settings { .. }
            | SweepError::Choice { .. }
            | SweepError::Plan { .. }
            | SweepError::Calibration { .. }
            | SweepError::Solver { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            ApplyError::Open(error) => Some(error),
            ApplyError::Read(error) => Some(error),
            ApplyError::Load(error) => Some(error),
            ApplyError::Tap(error) => Some(error),
            ApplyError::Resamples(error) => Some(error),
            ApplyError::Provenance { .. }
            | ApplyError::Width { .. }
            | ApplyError::NotANumber { .. }
            | ApplyError::Labels { .. }
            | ApplyError::Rows { .. }
            | ApplyError::Choice { .. }
            | ApplyError::Head { .. }
            | ApplyError::WorstOfMultiLabel
            | ApplyError::CompareMultiLabel(_) => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            ReportError::Apply(error) => Some(error),
            ReportError::Read(error) => Some(error),
            ReportError::Io { .. }
            | ReportError::NotASweep { .. }
            | ReportError::NotADocument { .. }
            | ReportError::OtherCache { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            RetrieveError::Open(error) => Some(error),
            RetrieveError::Read(error) => Some(error),
            RetrieveError::Question(error) => Some(error),
            RetrieveError::Index(error) => Some(error),
            RetrieveError::NotFinite(error) => Some(error),
            RetrieveError::Resamples(error) => Some(error),
            RetrieveError::NoImage { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            ReproduceError::Open(error) => Some(error),
            ReproduceError::Tap(error) => Some(error),
            ReproduceError::Read(error) => Some(error),
            ReproduceError::Groups(error) => Some(error),
            ReproduceError::Transform(error) => Some(error),
            ReproduceError::Resamples(error) => Some(error),
            ReproduceError::DoesNotFit { .. }
            | ReproduceError::NoSuchVariant { .. }
            | ReproduceError::Folds(_)
            | ReproduceError::Fit(_) => None,
        };
    }
    passed_on_by_parts(error)
}

/// Likewise for the parts that operations are made of.
fn passed_on_by_parts<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(error) = error.downcast_ref() {
        return match error {
            PlanError::Rows(error) => Some(error),
            PlanError::Groups(error) => Some(error),
            PlanError::Folds(error) => Some(error),
            PlanError::HoldOutOfSplits | PlanError::TooManySeeds(_) => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            RightRowsError::Rows(error) => Some(error),
            RightRowsError::Tap(error) => Some(error),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            GroupError::Cache(error) => Some(error),
            GroupError::File(error) => Some(error),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            CalibrateError::Folds(error) => Some(error),
            CalibrateError::Solver(error) => Some(error),
            CalibrateError::Scores(error) => Some(error),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            IndexError::Tap(error) => Some(error),
            IndexError::Views(error) => Some(error),
            IndexError::NotComparable(error) => Some(error),
            IndexError::Transform(error) => Some(error),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            SolverError::Transform(error) => Some(error),
            SolverError::ClassWeights(error) => Some(error),
            SolverError::TooManyForSmo { .. }
            | SolverError::TooManyForGaussian { .. }
            | SolverError::Fit { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            WholeModelError::Head(error) => Some(error),
            WholeModelError::Tap(error) => Some(error),
            WholeModelError::Imported { .. }
            | WholeModelError::OtherWeights { .. }
            | WholeModelError::Preprocessing { .. }
            | WholeModelError::Views { .. }
            | WholeModelError::MissingTensors { .. }
            | WholeModelError::Width { .. }
            | WholeModelError::TooLarge { .. } => None,
        };
    }
    audit::passed_on(error)
}
