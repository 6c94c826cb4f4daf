//! The one place that writes to standard output and standard error.

use std::io::{self, ErrorKind, Write};

use anyhow::Context;
use fit::exit_code::ExitCode;
use fit::solver::Candidate;

/// Writes a result to standard output. A reader that has gone away is no error.
pub(super) fn result(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}

/// Writes lines to standard error, each `fit: ...`. When even that fails, nobody can be told.
pub(super) fn note(text: &str) {
    let mut err = io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(err, "fit: {line}");
    }
}

/// Writes text as it is to standard error.
pub(super) fn raw(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Names the fits that stopped at their iteration limit, and gives the exit code that says so.
pub(super) fn warn_unconverged(unconverged: impl IntoIterator<Item = Candidate>) -> ExitCode {
    let names = unconverged.into_iter().map(|Candidate { family, c }| format!("{family} C={c}"));
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        return ExitCode::Done;
    }
    let names = names.join(", ");
    note(&format!("warning: not converged: {names}; raise `--max-iter` or `--tol`"));
    ExitCode::Unconverged
}
