//! What a failed run says, and its exit code.

use anyhow::Error;
use feature_cache::OpenError;
use fit::exit_code::ExitCode;
use fit::reproduce::ReproduceError;
use fit::retrieve::index::IndexError;
use fit::retrieve::question::QuestionError;
use fit::tap_features::TapError;
use head::ProvenanceMismatch;

use super::PROGRAM;

/// Says what failed on standard error, and gives the exit code.
pub(crate) fn report(error: &Error) -> ExitCode {
    match error.downcast_ref::<clap::Error>() {
        Some(usage) => {
            // Help and version are "errors" of clap's, too; they belong on standard output.
            let _ = usage.print();
            if usage.use_stderr() { ExitCode::Usage } else { ExitCode::Done }
        }
        None => {
            console::raw_note(&console::render_error(PROGRAM, error.chain()));
            exit_code(error)
        }
    }
}

fn exit_code(error: &Error) -> ExitCode {
    let code = |cause: &(dyn std::error::Error + 'static)| {
        if let Some(error) = cause.downcast_ref::<TapError>() {
            of_tap(error)
        } else if let Some(error) = cause.downcast_ref::<IndexError>() {
            match error {
                IndexError::Tap(error) => of_tap(error),
                IndexError::Views(_) => ExitCode::Usage,
                IndexError::NotAlike(_) => ExitCode::Cache,
                IndexError::Transform(_) => ExitCode::Failed,
            }
        } else if let Some(error) = cause.downcast_ref::<ReproduceError>() {
            match error {
                ReproduceError::DoesNotFit { .. } => ExitCode::Cache,
                ReproduceError::NoSuchVariant { .. } => ExitCode::Usage,
                // A transparent error is no cause of its own.
                ReproduceError::Tap(error) => of_tap(error),
                _ => ExitCode::Failed,
            }
        } else if cause.is::<OpenError>()
            || cause.is::<ProvenanceMismatch>()
            || cause.is::<QuestionError>()
        {
            ExitCode::Cache
        } else {
            ExitCode::Failed
        }
    };
    error.chain().map(code).fold(ExitCode::Failed, ExitCode::merge)
}

fn of_tap(error: &TapError) -> ExitCode {
    match error {
        TapError::Read(_) | TapError::SeveralViews { .. } => ExitCode::Cache,
        TapError::Ambiguous(_) => ExitCode::Usage,
        TapError::NotFinite { .. } => ExitCode::Failed,
    }
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
