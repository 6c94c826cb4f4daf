//! What became of a run, and what it says on the way.

use std::path::Path;
use std::time::Duration;

use schema::Unreadable;

use super::counts::Counts;
use crate::overview::Overview;

/// What became of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Whether the cache was there already, and was left as it is.
    pub up_to_date: bool,
    /// Rows in the cache.
    pub n_samples: usize,
    /// Where they come from.
    pub counts: Counts,
    /// Of the images that were decoded in this run, those whose orientation in EXIF data was ignored.
    pub n_left_turned: usize,
    /// Class names.
    pub classes: Vec<String>,
    /// The rows, counted.
    pub overview: Overview,
    /// The feature matrices in the cache.
    pub taps: Vec<schema::Tap>,
    /// What could not be read, sorted by path: these have no row.
    pub unreadable: Vec<Unreadable>,
    /// Time from the first image to the finished file.
    pub elapsed: Duration,
    /// What it was spent on.
    pub spent: Spent,
}

/// Where the time of a run went. Images are loaded, and rows are written, while the network works. Of
/// networks that work side by side, `waiting`, `copying` and `forward` are the mean.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    /// Reading, decoding and resizing: the time of all threads added up.
    pub loading: Duration,
    /// The network waited for images to be loaded.
    pub waiting: Duration,
    /// Pixels were moved to where the network works, and features back.
    pub copying: Duration,
    /// The network worked, or was made ready to; two that share a GPU also wait for each other.
    pub forward: Duration,
    /// Features were written.
    pub writing: Duration,
}

/// Progress of a run, for whoever shows it.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// What the data set was read as, before any image is.
    Overview(&'a Overview),
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
    Unreadable(&'a Unreadable),
}
