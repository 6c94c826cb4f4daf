//! Fits that stopped short of their tolerance.

use console::ExitCode;
use head::HeadSpec;

use super::PROGRAM;

/// Names the fits that stopped short of their tolerance, and gives the exit code that says so.
pub(super) fn warn_unconverged(unconverged: impl IntoIterator<Item = HeadSpec>) -> ExitCode {
    let mut names = Vec::new();
    let mut help: Vec<&str> = Vec::new();
    for spec in unconverged {
        names.push(format!("{spec} {}", spec.number()));
        if !help.contains(&help_to_converge(&spec)) {
            help.push(help_to_converge(&spec));
        }
    }
    if names.is_empty() {
        return ExitCode::Done;
    }
    let (names, help) = (names.join(", "), help.join("; "));
    console::note(PROGRAM, &format!("warning: not converged: {names}; {help}"));
    ExitCode::Incomplete
}

/// What helps a fit that did not converge.
fn help_to_converge(spec: &HeadSpec) -> &'static str {
    match spec {
        HeadSpec::Mlp { .. } => "raise `--epochs`",
        HeadSpec::Gaussian { .. } => "raise `--tol`",
        // Rows of large norm act as a large C does: in f32 the optimum is then out of sight.
        _ => "raise `--max-iter` or `--tol`, or try a smaller C or `--normalize l2`",
    }
}
