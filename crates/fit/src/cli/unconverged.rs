//! Fits that stopped short of their tolerance.

use console::ExitCode;
use head::{HeadSpec, Steps};

use super::PROGRAM;

/// Names the fits that stopped short of their tolerance, and gives the exit code that says so. `tried` are the
/// transforms that they were fitted with, some of them or all.
pub(super) fn warn_unconverged(
    unconverged: impl IntoIterator<Item = HeadSpec>,
    tried: &[Steps],
) -> ExitCode {
    let mut names = Vec::new();
    let mut help: Vec<&str> = Vec::new();
    for spec in unconverged {
        names.push(format!("{spec} {}", spec.number()));
        if !help.contains(&help_to_converge(&spec, tried)) {
            help.push(help_to_converge(&spec, tried));
        }
    }
    if names.is_empty() {
        return ExitCode::Done;
    }
    let (names, help) = (names.join(", "), help.join("; "));
    console::note(PROGRAM, &format!("warning: not converged: {names}; {help}"));
    ExitCode::Incomplete
}

/// What helps a fit that did not converge, and was not tried.
fn help_to_converge(spec: &HeadSpec, tried: &[Steps]) -> &'static str {
    match spec {
        HeadSpec::Mlp { .. } => "raise `--epochs`",
        HeadSpec::Gaussian { .. } => "raise `--tol`",
        _ if tried.iter().any(Steps::has_unit_rows) => {
            "raise `--max-iter` or `--tol`, or try a smaller C"
        }
        // Rows of large norm act as a large C does: in f32 the optimum is then out of sight.
        _ => "raise `--max-iter` or `--tol`, or try a smaller C or `--normalize l2`",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_tried_is_not_proposed() {
        let svm = HeadSpec::Softmax { c: 1.0 };
        let help = |steps: &str| help_to_converge(&svm, &[steps.parse().expect("steps")]);
        for steps in ["l2", "power:0.5,l2", "standardize,l2"] {
            assert!(!help(steps).contains("--normalize"), "{steps}");
        }
        for steps in ["none", "power:0.5", "standardize", "whiten"] {
            assert!(help(steps).ends_with("or `--normalize l2`"), "{steps}");
        }
    }
}
