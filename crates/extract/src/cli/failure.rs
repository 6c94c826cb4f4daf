//! What a failed command says, and its exit code.

use anyhow::Error;
use classify::ClassifyError;
use console::ExitCode;
use extract::run::{ExistingError, RunError};
use feature_cache::{MergeError, OpenError, PartialError, ReadError, WriteError};
use simd::UnknownLevel;

use super::PROGRAM;
use super::hints::told;

/// Says what failed on standard error, and gives the exit code.
pub(crate) fn report(error: &Error) -> ExitCode {
    if let Some(usage) = error.downcast_ref::<clap::Error>() {
        return console::tell_usage(usage);
    }
    console::raw_note(&console::render_error(PROGRAM, error.chain().map(told)));
    if refuses_a_cache(error) { ExitCode::Cache } else { exit_code(error) }
}

/// Whether a cache that was asked for is not what it should be.
fn refuses_a_cache(error: &Error) -> bool {
    let opening = error.downcast_ref::<OpenError>();
    let merging = error.downcast_ref::<MergeError>();
    opening.is_some_and(|error| !matches!(error, OpenError::Missing { .. }))
        || merging.is_some_and(|error| {
            !matches!(error, MergeError::Write(error) if !matches!(error, WriteError::Rows(_)))
        })
        || error.is::<ReadError>()
}

/// The code of a failure, which may lie deep in a chain of causes.
fn exit_code(error: &Error) -> ExitCode {
    if error.is::<UnknownLevel>() {
        return ExitCode::Usage;
    }
    if let Some(
        ClassifyError::OtherFeatures { .. }
        | ClassifyError::OtherPixels { .. }
        | ClassifyError::Width { .. },
    ) = error.downcast_ref()
    {
        return ExitCode::Cache;
    }
    match error.chain().find_map(|cause| cause.downcast_ref::<RunError>()) {
        Some(RunError::Interrupted { .. }) => ExitCode::Interrupted,
        Some(
            RunError::Existing(
                ExistingError::Damaged(_)
                | ExistingError::Imported { .. }
                | ExistingError::OtherFeatures { .. },
            )
            | RunError::Partial(PartialError::OtherProvenance { .. })
            | RunError::Read(_)
            | RunError::Write(WriteError::Rows(_)),
        ) => ExitCode::Cache,
        _ => ExitCode::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_decides_however_deep_it_lies() {
        let of = |error: RunError| exit_code(&Error::new(error).context("outer"));
        let path = || "a.h5".into();
        let (differences, found) = (Vec::new, || {
            Box::new(schema::Provenance {
                backbone: String::new(),
                weights: schema::Weights { name: String::new(), digest: String::new() },
                taps: Vec::new(),
                preprocessing: serde_json::Value::Null,
                views: String::new(),
                engine: String::new(),
                dtype: schema::Dtype::F32,
            })
        });
        let other = ExistingError::OtherFeatures {
            path: path(),
            differences: differences(),
            found: found(),
        };
        assert_eq!(of(other.into()), ExitCode::Cache);
        assert_eq!(of(ExistingError::NotACache { path: path() }.into()), ExitCode::Failed);
        let other = PartialError::OtherProvenance {
            folder: path(),
            differences: differences(),
            found: found(),
        };
        assert_eq!(of(other.into()), ExitCode::Cache);
        let locked = PartialError::Locked { out: path(), folder: path() };
        assert_eq!(of(locked.into()), ExitCode::Failed);
        let interrupted = RunError::Interrupted { n_rows: 1, n_images: 2, folder: path() };
        assert_eq!(of(interrupted), ExitCode::Interrupted);
        assert_eq!(exit_code(&anyhow::anyhow!("something")), ExitCode::Failed);
    }
}
