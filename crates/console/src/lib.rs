//! What the programs say besides their results.
//!
//! Results go to standard output; everything here concerns the rest: how an error is told, notes
//! and warnings on standard error, progress, exit codes, Ctrl-C, shell completions and manual pages. All programs share it.

mod error;
mod exit_code;
mod interrupt;
mod manual;
mod output;
mod progress;
mod shown;
mod table_output;
mod texts;

pub use error::{Advised, Told, render_error};
pub use exit_code::{AFTER_HELP, ExitCode};
pub use interrupt::stop_flag;
pub use manual::{CompletionsArguments, ManArguments, ManualError};
pub use output::{document, note, note_copied_cache, raw_note, result, tell_usage};
pub use progress::Progress;
pub use shown::{quote_for_shell, shown, shown_lines};
pub use table_output::{TableArguments, TableFormat};
pub use texts::{Texts, TextsArgument};
