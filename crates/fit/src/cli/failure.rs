//! What a failed run says, and its exit code.

use anyhow::Error;
use console::ExitCode;
use feature_cache::{OpenError, ReadError};
use head::ProvenanceMismatch;
use html_report::ReportError;
use learn::SettingsError;
use metrics::ResamplesError;
use protocols::reproduce::ReproduceError;
use protocols::retrieve::comparable::NotComparable;
use protocols::retrieve::question::QuestionError;
use protocols::retrieve::views::ViewError;
use simd::UnknownLevel;
use train::{ApplyError, PlanError, SweepError, TapError};

use super::PROGRAM;
use super::hints::{innermost, told};

/// Says what failed on standard error, and gives the exit code.
pub(crate) fn report(error: &Error) -> ExitCode {
    match error.downcast_ref::<clap::Error>() {
        // Help and version are "errors" of clap's, too.
        Some(usage) => console::tell_usage(usage),
        None => {
            console::raw_note(&console::render_error(PROGRAM, error.chain().map(told)));
            exit_code(error)
        }
    }
}

fn exit_code(error: &Error) -> ExitCode {
    let code = |cause: &(dyn std::error::Error + 'static)| {
        let cause = innermost(cause);
        if let Some(error) = cause.downcast_ref() {
            match error {
                TapError::Read(_) | TapError::SeveralViews { .. } => ExitCode::Cache,
                TapError::Ambiguous(_) => ExitCode::Usage,
                TapError::NotFinite { .. } => ExitCode::Failed,
            }
        } else if let Some(error) = cause.downcast_ref() {
            match error {
                ReproduceError::DoesNotFit { .. } => ExitCode::Cache,
                ReproduceError::NoSuchVariant { .. } => ExitCode::Usage,
                _ => ExitCode::Failed,
            }
        } else if let Some(error) = cause.downcast_ref() {
            match error {
                SettingsError::OneClassOnly(_) => ExitCode::Failed,
                SettingsError::ClassWeights(_)
                | SettingsError::Smo(_)
                | SettingsError::SmoIterations
                | SettingsError::Iterations(_)
                | SettingsError::Epochs(_)
                | SettingsError::SmoClassWeights
                | SettingsError::Calibration => ExitCode::Usage,
            }
        } else if cause.is::<ViewError>()
            || cause.is::<UnknownLevel>()
            || cause.is::<ResamplesError>()
            || matches!(cause.downcast_ref(), Some(PlanError::TooManySeeds(_)))
            || matches!(cause.downcast_ref(), Some(SweepError::TooManyFits { .. }))
        {
            ExitCode::Usage
        } else if cause.is::<OpenError>()
            || cause.is::<ReadError>()
            || matches!(cause.downcast_ref(), Some(ApplyError::Width { .. }))
            || matches!(cause.downcast_ref(), Some(ReportError::OtherCache { .. }))
            || cause.is::<ProvenanceMismatch>()
            || cause.is::<NotComparable>()
            || cause.is::<QuestionError>()
        {
            ExitCode::Cache
        } else {
            ExitCode::Failed
        }
    };
    error.chain().map(code).fold(ExitCode::Failed, ExitCode::merge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_decides_the_code_however_deep_it_lies() {
        let missing = OpenError::Missing { path: "a.h5".into() };
        assert_eq!(exit_code(&Error::new(missing).context("outer")), ExitCode::Cache);
        let ambiguous = TapError::Ambiguous(vec!["a".into()]);
        assert_eq!(exit_code(&Error::new(ambiguous)), ExitCode::Usage);
        assert_eq!(exit_code(&anyhow::anyhow!("something")), ExitCode::Failed);
    }
}
