//! Why a folder gives no manifest.

use std::io;
use std::path::PathBuf;

use folders::Choice;
use schema::{PassedOver, passed_over_in_words};
use thiserror::Error;

use crate::file_name::IMAGE_EXTENSIONS;

/// Why [`folder`](crate::folder()) failed.
#[derive(Debug, Error)]
pub enum FolderError {
    /// Nothing exists at the given path.
    #[error("no folder at `{root}`\nhint: check the path; a folder of images is expected", root = root.display())]
    Missing {
        /// The path as given.
        root: PathBuf,
    },
    /// The path leads to something other than a folder.
    #[error("`{root}` is a file, expected a folder of images\nhint: give the folder that holds it", root = root.display())]
    NotAFolder {
        /// The path as given.
        root: PathBuf,
    },
    /// The folder exists but cannot be opened or listed.
    #[error("cannot read the folder `{root}`: {reason}", root = root.display())]
    Unreadable {
        /// The path as given.
        root: PathBuf,
        /// What the operating system said (part of the message, hence no `source`).
        reason: io::Error,
    },
    /// The folder was walked to its end without an image.
    #[error(
        "no image in `{root}` ({} other files{}, {unreadable} folders or links unreadable)\n\
         hint: images are recognized by their extension: {extensions}; files without one by their first bytes",
        passed_over.values().sum::<usize>(), by_extension(passed_over),
        root = root.display(), extensions = IMAGE_EXTENSIONS.join(", ")
    )]
    NoImage {
        /// The path as given.
        root: PathBuf,
        /// Files that are no images.
        passed_over: PassedOver,
        /// Number of folders and links that could not be read.
        unreadable: usize,
    },
    /// The folders can be read in several ways, and none of them was asked for.
    #[error(
        "the folders in `{root}` can be read in {n} ways:{ways}",
        root = root.display(), n = readings.len(), ways = ways(readings)
    )]
    Ambiguous {
        /// The path as given.
        root: PathBuf,
        /// The ways, two or more.
        readings: Vec<PossibleReading>,
    },
    /// Splits were asked for, and no folder is called like one.
    #[error("no folder in `{root}` is called like a split where one was asked for", root = root.display())]
    NoSplits {
        /// The path as given.
        root: PathBuf,
    },
    /// A folder was said to be a split, and no image is found there.
    #[error(
        "no image lies in a folder `{folder}` of `{root}`, which was said to be a split\n\
         hint: name folders on top or in the class folders, or give paths below `{root}`",
        root = root.display()
    )]
    NoSuchFolder {
        /// The path as given.
        root: PathBuf,
        /// The folder.
        folder: String,
    },
    /// The folder that was said to name the classes is deeper than any there is.
    #[error(
        "no image in `{root}` lies {class_depth} folders deep, where the classes were said to be: the deepest \
         lies {deepest} deep",
        root = root.display()
    )]
    TooShallow {
        /// The path as given.
        root: PathBuf,
        /// Which folder of a path was to name the class.
        class_depth: usize,
        /// The most folders that the path of an image has.
        deepest: usize,
    },
}

/// One of several ways to read the folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PossibleReading {
    /// Classes and splits that it gives, in words.
    pub words: String,
    /// What a user says to have it.
    pub choices: Vec<Choice>,
}

/// The ways to read folders, on a line each.
fn ways(readings: &[PossibleReading]) -> String {
    readings.iter().zip(1..).map(|(reading, i)| format!("\n  {i}. {}", reading.words)).collect()
}

/// The files that there are instead, if there are any.
fn by_extension(passed_over: &PassedOver) -> String {
    let words = passed_over_in_words(passed_over);
    if words.is_empty() { words } else { format!(": {words}") }
}
