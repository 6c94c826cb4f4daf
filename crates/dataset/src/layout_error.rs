//! Why the files of a data set give no manifest.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::error::FolderError;

/// Why [`Source::read`](crate::Source::read) failed.
#[derive(Debug, Error)]
pub enum LayoutError {
    /// The folder itself is missing, unreadable or without images.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A file or folder of the data set is not there.
    #[error("there is no `{path}`: expected {expected}\nhint: {origin}", path = path.display())]
    Missing {
        /// The file or folder.
        path: PathBuf,
        /// What it should hold.
        expected: String,
        /// The archive that it comes in, in words.
        origin: String,
    },
    /// A file of the data set is there, but cannot be read.
    #[error("cannot read `{path}`: {reason}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said (part of the message, hence no `source`).
        reason: io::Error,
    },
    /// A line of a text file is not what the data set should have there.
    #[error(
        "line {line} of `{path}` is `{found}`: expected {expected}\nhint: {origin}",
        path = path.display()
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1 on.
        line: usize,
        /// The line as it is, cut after 80 characters.
        found: String,
        /// What it should be.
        expected: String,
        /// The archive that the file comes in, in words.
        origin: String,
    },
    /// A file is not what the data set should have under this name.
    #[error("`{path}` {problem}\nhint: {origin}", path = path.display())]
    Odd {
        /// The file.
        path: PathBuf,
        /// What is odd about it: a phrase that follows its name.
        problem: String,
        /// What to do about it.
        origin: String,
    },
    /// Two samples have one path.
    #[error("the image `{path}` is listed twice\nhint: {origin}")]
    Twice {
        /// Its path, as [`Sample::path`](crate::Sample::path).
        path: String,
        /// What to do about it.
        origin: String,
    },
    /// Labels of all samples for all classes would not fit into memory.
    #[error(
        "{n_samples} images with {n_classes} labels each take too much memory\n\
         hint: read a list with fewer classes, or fewer images at a time"
    )]
    TooManyLabels {
        /// Number of images.
        n_samples: usize,
        /// Number of classes.
        n_classes: usize,
    },
}

impl LayoutError {
    /// The same with other words for what to do about it, where there are some.
    pub(crate) fn with_hint(mut self, hint: String) -> Self {
        match &mut self {
            Self::Missing { origin, .. }
            | Self::Line { origin, .. }
            | Self::Odd { origin, .. }
            | Self::Twice { origin, .. } => *origin = hint,
            Self::Folder(_) | Self::Unreadable { .. } | Self::TooManyLabels { .. } => {}
        }
        self
    }
}
