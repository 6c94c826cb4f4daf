//! Fits that stopped short of their tolerance.

use fit::exit_code::ExitCode;
use head::Candidate;

use super::PROGRAM;

/// Names the fits that stopped short of their tolerance, and gives the exit code that says so.
pub(super) fn warn_unconverged(unconverged: impl IntoIterator<Item = Candidate>) -> ExitCode {
    let mut names = Vec::new();
    let mut help: Vec<&str> = Vec::new();
    for Candidate { family, parameter } in unconverged {
        names.push(format!("{family} {parameter}"));
        if !help.contains(&family.help_to_converge()) {
            help.push(family.help_to_converge());
        }
    }
    if names.is_empty() {
        return ExitCode::Done;
    }
    let (names, help) = (names.join(", "), help.join("; "));
    console::note(PROGRAM, &format!("warning: not converged: {names}; {help}"));
    ExitCode::Unconverged
}
