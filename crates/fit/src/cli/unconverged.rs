//! Fits that stopped at their iteration limit.

use fit::exit_code::ExitCode;
use fit::solver::Candidate;

use super::PROGRAM;

/// Names the fits that stopped at their iteration limit, and gives the exit code that says so.
pub(super) fn warn_unconverged(unconverged: impl IntoIterator<Item = Candidate>) -> ExitCode {
    let names = unconverged.into_iter().map(|Candidate { family, c }| format!("{family} C={c}"));
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        return ExitCode::Done;
    }
    let names = names.join(", ");
    console::note(
        PROGRAM,
        &format!("warning: not converged: {names}; raise `--max-iter` or `--tol`"),
    );
    ExitCode::Unconverged
}
