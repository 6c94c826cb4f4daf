//! Exit codes, a contract with scripts.

use std::process;

/// How a program ended. The number is the exit code that the shell sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// Everything worked.
    Done = 0,
    /// Something failed, and there is no result.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// A cache, or an unfinished run, is damaged, incomplete or of other features; `fit` says so of a missing cache,
    /// too.
    Cache = 3,
    /// Finished, but not as it should be: images could not be read (`extract`), or a solver reached its
    /// limit of iterations before its tolerance (`fit`).
    Incomplete = 4,
    /// Stopped by Ctrl-C or SIGTERM; what was done is kept where that was asked for.
    Interrupted = 130,
}

/// What both programs say after their help: the exit codes, and what goes where.
pub const AFTER_HELP: &str = "\
Exit codes: 0 done; 1 failed; 2 usage; 3 a cache is damaged, of other features or (fit) missing;
4 finished, but images were unreadable (extract) or a solver did not converge (fit);
130 interrupted: what is done is kept.

Results go to standard output (one JSON document where that is asked for), all else to standard error.";

impl ExitCode {
    /// The code of two parts of a run together: the graver one.
    ///
    /// `Done` gives way to everything. `Incomplete` still delivers results, so it gives way to
    /// all that do not. Among those `Failed` gives way to `Cache` and `Usage`, which say more.
    ///
    /// # Examples
    /// ```
    /// use console::ExitCode;
    ///
    /// assert_eq!(ExitCode::Incomplete.merge(ExitCode::Failed), ExitCode::Failed);
    /// assert_eq!(ExitCode::Cache.merge(ExitCode::Failed), ExitCode::Cache);
    /// ```
    pub fn merge(self, other: Self) -> Self {
        let gravity = |code| match code {
            Self::Done => 0,
            Self::Incomplete => 1,
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
    use super::ExitCode::{Cache, Done, Failed, Incomplete, Interrupted, Usage};

    #[test]
    fn the_graver_code_wins_in_either_order() {
        let ascending = [Done, Incomplete, Interrupted, Failed, Cache, Usage];
        for (i, a) in ascending.into_iter().enumerate() {
            assert_eq!(a.merge(a), a);
            for b in &ascending[i..] {
                assert_eq!((a.merge(*b), b.merge(a)), (*b, *b));
            }
        }
    }

    #[test]
    fn numbers_are_the_contract() {
        let codes = [Done, Failed, Usage, Cache, Incomplete, Interrupted].map(|code| code as u8);
        assert_eq!(codes, [0, 1, 2, 3, 4, 130]);
    }
}
