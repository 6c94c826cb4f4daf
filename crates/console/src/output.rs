//! The one place that writes to standard output and standard error.

use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use crate::exit_code::ExitCode;
use crate::shown::{shown, shown_lines};

/// Writes a result that programs read, exactly as it is, to standard output: a JSON document, CSV. A
/// reader that has gone away is no error.
///
/// # Errors
/// When the system refuses for any other reason.
pub fn document(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Likewise a result that people read: what a terminal would act on is escaped, but for line ends. Text of
/// strangers in it must have none: see [`shown`](crate::shown()).
///
/// # Errors
/// As [`document`].
pub fn result(text: &str) -> io::Result<()> {
    document(&shown_lines(text))
}

/// Writes lines to standard error, each after the program's name. When even that fails, nobody can
/// be told. Text of strangers in it must have no line ends: see [`shown`](crate::shown()).
pub fn note(program: &str, text: &str) {
    let mut err = io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(err, "{program}: {}", shown(line));
    }
}

/// Says that a feature cache was not stored as `extract run` does it, and had to be copied to be read.
pub fn note_copied_cache(program: &str, path: &Path) {
    let path = path.to_string_lossy();
    let why = "is stored in chunks, compressed, or in other types of numbers or texts";
    note(program, &format!("`{}` {why}: it is read from a copy", shown(&path)));
}

/// Writes the text of an error to standard error: what [`render_error`](crate::render_error) gives.
pub fn raw_note(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Says what is wrong with a command line, or prints the help or the version that it asks for, and gives
/// the exit code.
pub fn tell_usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // They belong on standard output.
        let _ = error.print();
        return ExitCode::Done;
    }
    // The message repeats arguments as they are, and a pattern such as `*.h5` finds files of strangers.
    let is_safe = |argument: std::ffi::OsString| {
        let argument = argument.to_string_lossy();
        shown(&argument) == argument
    };
    if std::env::args_os().all(is_safe) {
        let _ = error.print();
    } else {
        raw_note(&format!("{}\n", shown(error.render().to_string().trim_end())));
    }
    ExitCode::Usage
}
