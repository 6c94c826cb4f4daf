//! What became of a run, and what it says on the way.

use std::path::Path;
use std::time::Duration;

use feature_cache::UnreadableImage;

use super::counts::Counts;

/// What became of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Whether the cache was there already, and was left as it is.
    pub up_to_date: bool,
    /// Rows in the cache.
    pub n_samples: usize,
    /// Where they come from.
    pub counts: Counts,
    /// Class names.
    pub classes: Vec<String>,
    /// The feature matrices in the cache.
    pub taps: Vec<feature_cache::Tap>,
    /// What could not be read, sorted by path: these have no row.
    pub unreadable: Vec<UnreadableImage>,
    /// Time from the first image to the finished file.
    pub elapsed: Duration,
    /// What it was spent on.
    pub spent: Spent,
}

/// Where the time of a run went. Images are loaded while the network works: what is no part of
/// `waiting`, `forward` and `writing` went into looking at images that are known.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    /// Reading, decoding and resizing: the time of all threads added up.
    pub loading: Duration,
    /// The network waited for images.
    pub waiting: Duration,
    /// The network worked; on a GPU, copies to and from it included.
    pub forward: Duration,
    /// Features were written.
    pub writing: Duration,
}

/// Progress of a run, for whoever shows it.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Something the user should know.
    Warning(&'a str),
    /// An interrupted run is there, and this one goes on with it.
    Resumed {
        /// Images whose features it holds.
        n_rows: usize,
        /// Where it lies.
        folder: &'a Path,
    },
    /// The run begins.
    Start {
        /// Images to look at.
        n_images: usize,
    },
    /// So many more images are done.
    Images(usize),
    /// This image could not be read.
    Unreadable(&'a UnreadableImage),
}
