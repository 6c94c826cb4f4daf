//! Fits that stopped at their iteration limit.

use fit::exit_code::ExitCode;
use fit::solver::Candidate;

use super::PROGRAM;

/// Names the fits that stopped at their iteration limit, and gives the exit code that says so.
pub(super) fn warn_unconverged(unconverged: impl IntoIterator<Item = Candidate>) -> ExitCode {
    let mut names = Vec::new();
    let mut options: Vec<&str> = Vec::new();
    for Candidate { family, parameter } in unconverged {
        names.push(format!("{family} {parameter}"));
        if !options.contains(&family.options_to_converge()) {
            options.push(family.options_to_converge());
        }
    }
    if names.is_empty() {
        return ExitCode::Done;
    }
    let (names, options) = (names.join(", "), options.join(", or "));
    console::note(PROGRAM, &format!("warning: not converged: {names}; raise {options}"));
    ExitCode::Unconverged
}
