//! Exit codes of the program, a contract with scripts.

use std::process;

use extract::run::{ExistingError, RunError};
use feature_cache::PartialError;

/// How `extract` ended. The number is what the shell sees; usage errors end with 2 before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitCode {
    /// Everything worked.
    Done = 0,
    /// Something failed; there is no new cache.
    Failed = 1,
    /// A cache, or an unfinished run, is damaged or of other features.
    Cache = 3,
    /// The cache is there, but images could not be read.
    Unreadable = 4,
    /// Stopped by Ctrl-C or SIGTERM: what was done is kept.
    Interrupted = 130,
}

impl ExitCode {
    /// The code of a failure, which may lie deep in a chain of causes.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        match error.chain().find_map(|cause| cause.downcast_ref::<RunError>()) {
            Some(RunError::Interrupted { .. }) => Self::Interrupted,
            Some(
                RunError::Existing(ExistingError::Damaged(_) | ExistingError::OtherFeatures { .. })
                | RunError::Partial(PartialError::OtherProvenance { .. })
                | RunError::Read(_),
            ) => Self::Cache,
            _ => Self::Failed,
        }
    }
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::ExitCode::{Cache, Done, Failed, Interrupted, Unreadable};
    use super::*;

    #[test]
    fn numbers_are_the_contract() {
        let codes = [Done, Failed, Cache, Unreadable, Interrupted].map(|code| code as u8);
        assert_eq!(codes, [0, 1, 3, 4, 130]);
    }

    #[test]
    fn the_cause_decides_however_deep_it_lies() {
        let of = |error: RunError| ExitCode::of(&anyhow::Error::new(error).context("outer"));
        let path = || "a.h5".into();
        let other = ExistingError::OtherFeatures { path: path(), differences: Vec::new() };
        assert_eq!(of(other.into()), Cache);
        assert_eq!(of(ExistingError::NotACache { path: path() }.into()), Failed);
        let other = PartialError::OtherProvenance { folder: path(), differences: Vec::new() };
        assert_eq!(of(other.into()), Cache);
        let locked = PartialError::Locked { out: path(), folder: path() };
        assert_eq!(of(locked.into()), Failed);
        let interrupted = RunError::Interrupted { n_rows: 1, n_images: 2, folder: path() };
        assert_eq!(of(interrupted), Interrupted);
        assert_eq!(ExitCode::of(&anyhow::anyhow!("something")), Failed);
    }
}
