//! Ctrl-C and SIGTERM.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::exit_code::ExitCode;
use crate::output::note;

/// A flag that the first Ctrl-C or SIGTERM raises, which is said with the program's name. The second
/// one ends the process at once. `at_hand` is what is finished before the program stops, such as `images`.
///
/// # Errors
/// When the system refuses, or when this was called before.
pub fn stop_flag(
    program: &'static str,
    at_hand: &'static str,
) -> Result<Arc<AtomicBool>, ctrlc::Error> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::Relaxed) {
            end();
        }
        note(program, &format!("stopping after the {at_hand} at hand; once more to end at once"));
    })?;
    Ok(stop)
}

#[expect(
    clippy::disallowed_methods,
    reason = "no HDF5 file that is being written has a name to lose; a log may be cut short"
)]
fn end() -> ! {
    process::exit(ExitCode::Interrupted as i32)
}
