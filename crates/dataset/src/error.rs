//! Why a folder gives no manifest.

use std::io;
use std::path::PathBuf;

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
        "no image in `{root}` ({ignored} other files, {unreadable} folders or links unreadable)\n\
         hint: images are recognized by their extension: {extensions}",
        root = root.display(), extensions = IMAGE_EXTENSIONS.join(", ")
    )]
    NoImage {
        /// The path as given.
        root: PathBuf,
        /// Number of files with other extensions.
        ignored: usize,
        /// Number of folders and links that could not be read.
        unreadable: usize,
    },
}
