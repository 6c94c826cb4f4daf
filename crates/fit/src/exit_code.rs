//! Exit codes of the program, a contract with scripts.

use std::process;

/// How a run of `fit` ended. The number is what the shell sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitCode {
    /// Everything worked.
    Done = 0,
    /// Something failed; nothing can be relied on.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The cache is missing, incomplete or of the wrong kind for the head.
    Cache = 3,
    /// Finished, but a solver reached its iteration limit before its tolerance.
    Unconverged = 4,
    /// Stopped by Ctrl-C or SIGTERM; what was done is kept where that was asked for.
    Interrupted = 130,
}

impl ExitCode {
    /// The code of two parts of a run together: the graver one.
    ///
    /// `Done` gives way to everything. `Unconverged` still delivers results, so it gives way to
    /// all that do not. Among those `Failed` says the least, so it gives way to the precise ones.
    pub(crate) fn merge(self, other: Self) -> Self {
        let gravity = |code| match code {
            Self::Done => 0,
            Self::Unconverged => 1,
            Self::Interrupted => 2,
            Self::Failed => 3,
            Self::Cache => 4,
            Self::Usage => 5,
        };
        if gravity(other) > gravity(self) { other } else { self }
    }
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::ExitCode::{Cache, Done, Failed, Interrupted, Unconverged, Usage};

    #[test]
    fn the_graver_code_wins_in_either_order() {
        let ascending = [Done, Unconverged, Interrupted, Failed, Cache, Usage];
        for (i, a) in ascending.into_iter().enumerate() {
            assert_eq!(a.merge(a), a);
            for b in &ascending[i..] {
                assert_eq!((a.merge(*b), b.merge(a)), (*b, *b));
            }
        }
    }

    #[test]
    fn numbers_are_the_contract() {
        let codes = [Done, Failed, Usage, Cache, Unconverged, Interrupted].map(|c| c as u8);
        assert_eq!(codes, [0, 1, 2, 3, 4, 130]);
    }
}
