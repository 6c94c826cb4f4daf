//! How an error is told: one line for what happened, one for what to do next.

use std::io::{self, Write as _};

use crate::exit_code::ExitCode;

/// Prints the error and its causes on one line, and the hints that any of them gives below.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    let broken_pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(broken_pipe) {
        return ExitCode::Done; // the reader of our output has seen enough
    }
    // Nothing can be done about a standard error that cannot be written to.
    let _ = io::stderr().write_all(message(error).as_bytes());
    ExitCode::Failed
}

fn message(error: &anyhow::Error) -> String {
    let mut causes = Vec::new();
    let mut hints = String::new();
    for cause in error.chain() {
        let text = cause.to_string();
        let (cause, hint) = text.split_once("\nhint: ").unwrap_or((&text, ""));
        causes.push(cause.to_owned());
        if !hint.is_empty() {
            hints += &format!("hint: {hint}\n");
        }
    }
    format!("extract: error: {}\n{hints}", causes.join(": "))
}

#[cfg(test)]
mod tests {
    use anyhow::{Context as _, anyhow};

    use super::message;

    #[test]
    fn causes_share_a_line_and_hints_follow() {
        let error = anyhow!("disk full").context("cannot write `a.h5`\nhint: free some space");
        let error = Err::<(), _>(error).context("extraction stopped").unwrap_err();
        let expected = "extract: error: extraction stopped: cannot write `a.h5`: disk full\n\
                        hint: free some space\n";
        assert_eq!(message(&error), expected);
    }
}
