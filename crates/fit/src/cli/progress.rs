//! Progress on standard error: a bar on a terminal, a line now and then elsewhere.

use std::env;
use std::io::{self, IsTerminal};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::output;

/// Time between two lines where no bar is drawn.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Counts fits.
pub(super) struct Progress {
    total: u64,
    done: AtomicU64,
    shown: Shown,
}

enum Shown {
    Bar(ProgressBar),
    Lines(Mutex<Instant>),
}

impl Progress {
    /// Starts counting to `total`.
    pub(super) fn new(total: usize) -> Self {
        let total = total as u64;
        let shown = if draws_bars() {
            let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} fits, {eta} left")
                .expect("the template is valid");
            Shown::Bar(ProgressBar::new(total).with_style(style))
        } else {
            Shown::Lines(Mutex::new(Instant::now()))
        };
        Self { total, done: AtomicU64::new(0), shown }
    }

    /// Counts one fit.
    pub(super) fn advance(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        match &self.shown {
            Shown::Bar(bar) => bar.inc(1),
            Shown::Lines(last) => {
                // A thread that finds another one here has nothing to add.
                let Ok(mut last) = last.try_lock() else { return };
                if last.elapsed() >= LINE_EVERY {
                    output::note(&format!("{done} of {} fits done", self.total));
                    *last = Instant::now();
                }
            }
        }
    }
}

impl Drop for Progress {
    /// Removes the bar, whether the work succeeded or not.
    fn drop(&mut self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

fn draws_bars() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stderr().is_terminal() && !is_set("NO_COLOR") && !is_dumb
}
