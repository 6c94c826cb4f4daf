//! Progress of operations on standard error.

use console::Progress;
use train::{Event, Work};

use super::PROGRAM;

/// What is under way; the bar goes when this is dropped.
#[derive(Default)]
pub(super) struct Shown(Option<Progress>);

impl Shown {
    /// Shows what an operation tells.
    pub(super) fn take(&mut self, event: Event) {
        match event {
            Event::Started(work, n) => {
                // The bar of what is done goes before another is drawn.
                self.0 = None;
                let unit = match work {
                    Work::Fits => "fits",
                    Work::Refits => "refits",
                    Work::Queries => "queries",
                };
                self.0 = Some(Progress::start(PROGRAM, unit, n));
            }
            Event::Advanced(n) => {
                if let Some(progress) = &self.0 {
                    progress.advance(n);
                }
            }
        }
    }
}
