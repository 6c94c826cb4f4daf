//! Fits that stopped short of their tolerance.

use crate::exit_code::ExitCode;
use head::{Candidate, Family};

use super::PROGRAM;

/// Names the fits that stopped short of their tolerance, and gives the exit code that says so.
pub(super) fn warn_unconverged(unconverged: impl IntoIterator<Item = Candidate>) -> ExitCode {
    let mut names = Vec::new();
    let mut help: Vec<&str> = Vec::new();
    for Candidate { family, parameter } in unconverged {
        names.push(format!("{family} {parameter}"));
        if !help.contains(&help_to_converge(&family)) {
            help.push(help_to_converge(&family));
        }
    }
    if names.is_empty() {
        return ExitCode::Done;
    }
    let (names, help) = (names.join(", "), help.join("; "));
    console::note(PROGRAM, &format!("warning: not converged: {names}; {help}"));
    ExitCode::Unconverged
}

/// What helps a fit that did not converge.
fn help_to_converge(family: &Family) -> &'static str {
    match family {
        Family::Mlp(_) => "raise `--epochs`",
        Family::Gaussian => "raise `--tol`",
        // Rows of large norm act as a large C does: in f32 the optimum is then out of sight.
        _ => "raise `--max-iter` or `--tol`, or try a smaller C or `--normalize l2`",
    }
}
