//! Exit codes of the program, a contract with scripts.

use std::process;

/// How `extract` ended. The number is what the shell sees; clap answers usage errors with 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitCode {
    /// Everything worked.
    Done = 0,
    /// Something failed; there is no cache.
    Failed = 1,
    /// The cache is there, but images could not be read.
    Unreadable = 4,
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
