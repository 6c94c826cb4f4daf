//! What the programs say besides their results.
//!
//! Results go to standard output; everything here concerns the rest: how an error is told, notes
//! and warnings on standard error, and progress. The programs share it, so that they speak alike.

mod error;
mod output;
mod progress;

pub use error::render_error;
pub use output::{note, raw_note, result};
pub use progress::Progress;
