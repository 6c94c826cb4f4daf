//! The program `serve`: see `serve --help`.

mod cli;

use std::process;

use clap::Parser as _;

use crate::cli::Arguments;

fn main() -> process::ExitCode {
    #[cfg(feature = "libtorch")]
    #[expect(unsafe_code, reason = "see `prepare_process`")]
    // SAFETY: no thread was started yet.
    unsafe {
        engine::libtorch::prepare_process();
    }
    match Arguments::try_parse() {
        Ok(arguments) => arguments.run().unwrap_or_else(|error| cli::report(&error)),
        Err(error) => console::tell_usage(&error),
    }
    .into()
}
