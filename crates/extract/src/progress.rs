//! Progress on standard error: a bar for people, a line now and then for log files.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

/// Time between two lines in a log.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// Counts the images of a run.
pub(crate) struct Progress {
    /// Shown on a terminal.
    bar: Option<ProgressBar>,
    n_images: usize,
    done: usize,
    started: Instant,
    logged: Instant,
}

impl Progress {
    pub(crate) fn start(n_images: usize) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let bar = (io::stderr().is_terminal() && !dumb).then(|| {
            // indicatif leaves colors out by itself when NO_COLOR is set.
            let style = "{wide_bar:.cyan} {pos}/{len} images  {per_sec}  {eta} left";
            let style = ProgressStyle::with_template(style).expect("a constant template");
            ProgressBar::new(n_images as u64).with_style(style)
        });
        let now = Instant::now();
        Self { bar, n_images, done: 0, started: now, logged: now }
    }

    /// So many more images are done.
    pub(crate) fn advance(&mut self, n_images: usize) {
        self.done += n_images;
        match &self.bar {
            Some(bar) => bar.inc(n_images as u64),
            None if self.logged.elapsed() >= LOG_EVERY => {
                self.logged = Instant::now();
                say(&self.line());
            }
            None => {}
        }
    }

    /// A message that must not tear the bar.
    pub(crate) fn say(&self, message: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(message)),
            None => say(message),
        }
    }

    pub(crate) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self) -> String {
        let elapsed = self.started.elapsed().as_secs_f64();
        let rate = self.done as f64 / elapsed;
        let left = Duration::from_secs_f64((self.n_images - self.done) as f64 / rate);
        let (done, n_images, left) = (self.done, self.n_images, HumanDuration(left));
        format!("{done} of {n_images} images, {rate:.1} images/s, {left} left")
    }
}

/// One line on standard error, where results never go.
pub(crate) fn say(message: &str) {
    // Nothing can be done about a standard error that cannot be written to.
    let _ = writeln!(io::stderr(), "extract: {message}");
}
