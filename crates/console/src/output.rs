//! The one place that writes to standard output and standard error.

use std::io::{self, ErrorKind, Write as _};

/// Writes a result to standard output. A reader that has gone away is no error.
///
/// # Errors
/// When the system refuses for any other reason.
pub fn result(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes lines to standard error, each after the program's name. When even that fails, nobody can
/// be told.
pub fn note(program: &str, text: &str) {
    let mut err = io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(err, "{program}: {line}");
    }
}

/// Writes text as it is to standard error.
pub fn raw_note(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
