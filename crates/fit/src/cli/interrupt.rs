//! Ctrl-C and SIGTERM.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::PROGRAM;
use crate::exit_code::ExitCode;

/// A flag that the first Ctrl-C or SIGTERM raises. The second one ends the process at once.
pub(super) fn stop_flag() -> Result<Arc<AtomicBool>, ctrlc::Error> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::Relaxed) {
            end();
        }
        console::note(PROGRAM, "stopping after the fits at hand; once more to end at once");
    })?;
    Ok(stop)
}

#[expect(
    clippy::disallowed_methods,
    reason = "nothing is open but the log, which may be cut short"
)]
fn end() -> ! {
    process::exit(ExitCode::Interrupted as i32)
}
