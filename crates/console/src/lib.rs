//! What the programs say besides their results.
//!
//! Results go to standard output; everything here concerns the rest: how an error is told, notes
//! and warnings on standard error, progress, exit codes, Ctrl-C, and the manual. Both programs share it.

mod error;
mod exit_code;
mod interrupt;
mod manual;
mod output;
mod progress;

pub use error::render_error;
pub use exit_code::{AFTER_HELP, ExitCode};
pub use interrupt::stop_flag;
pub use manual::{completions, write_manual};
pub use output::{note, raw_note, result};
pub use progress::Progress;
