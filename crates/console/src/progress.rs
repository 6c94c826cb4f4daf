//! Progress on standard error: a bar for people, a line now and then for log files.

use std::env;
use std::io::{self, IsTerminal as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

use crate::output::note;

/// Time between two lines where no bar is drawn.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Counts work done, from any thread. The bar goes when this is dropped.
pub struct Progress {
    program: &'static str,
    unit: &'static str,
    total: usize,
    done: AtomicUsize,
    started: Instant,
    shown: Shown,
}

enum Shown {
    Bar(ProgressBar),
    /// When the last line was written.
    Lines(Mutex<Instant>),
}

impl Progress {
    /// Starts counting to `total` of `unit`, such as `images`.
    ///
    /// # Examples
    /// ```
    /// let progress = console::Progress::start("extract", "images", 2);
    /// progress.advance(1);
    /// progress.note("cannot read `b.png`");
    /// progress.advance(1);
    /// ```
    pub fn start(program: &'static str, unit: &'static str, total: usize) -> Self {
        let started = Instant::now();
        let shown = if draws_bars() {
            let template =
                format!("{{wide_bar}} {{pos}}/{{len}} {unit}, {{per_sec}}, {{eta}} left");
            let style = ProgressStyle::with_template(&template).expect("the template is valid");
            Shown::Bar(ProgressBar::new(total as u64).with_style(style))
        } else {
            Shown::Lines(Mutex::new(started))
        };
        Self { program, unit, total, done: AtomicUsize::new(0), started, shown }
    }

    /// Counts `n` more.
    pub fn advance(&self, n: usize) {
        let done = self.done.fetch_add(n, Ordering::Relaxed) + n;
        match &self.shown {
            Shown::Bar(bar) => bar.inc(n as u64),
            Shown::Lines(last) => {
                // A thread that finds another one here has nothing to add.
                let Ok(mut last) = last.try_lock() else { return };
                if last.elapsed() >= LINE_EVERY {
                    note(self.program, &self.line(done));
                    *last = Instant::now();
                }
            }
        }
    }

    /// A note that does not tear the bar.
    pub fn note(&self, text: &str) {
        match &self.shown {
            Shown::Bar(bar) => bar.suspend(|| note(self.program, text)),
            Shown::Lines(_) => note(self.program, text),
        }
    }

    fn line(&self, done: usize) -> String {
        let Self { unit, total, .. } = self;
        let rate = done as f64 / self.started.elapsed().as_secs_f64();
        let left = Duration::from_secs_f64(total.saturating_sub(done) as f64 / rate);
        format!("{done} of {total} {unit}, {rate:.1} {unit}/s, {} left", HumanDuration(left))
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
