//! Where the files of a data set lie.

mod local;
#[cfg(test)]
mod memory;
mod visits;
mod walk;

use std::ffi::OsString;
use std::io::{self, Read, Seek};
use std::path::Path;

pub(crate) use self::local::LocalFolder;
#[cfg(test)]
pub(crate) use self::memory::MemoryFolder;
pub(crate) use self::walk::Walk;

/// Files and folders below a root. Paths are relative to it, and symbolic links are followed.
pub(crate) trait Store {
    /// The root, by which messages name it.
    fn root(&self) -> &Path;

    /// What there is at a path.
    fn stat(&self, path: &Path) -> io::Result<Stat>;

    /// The contents of a file. What is neither file nor folder is an error, and nothing waits for it.
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadSeek>>;

    /// The names in a folder, in any order.
    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>>;

    /// Everything below the root. What cannot be read below it becomes an entry of the result; an error
    /// means that the root itself could not be listed, or that links lead to one folder too often.
    fn walk(&self) -> io::Result<Walk>;
}

/// What there is at a path.
#[derive(Clone, Copy)]
pub(crate) struct Stat {
    pub(crate) kind: Kind,
    /// Bytes in a file.
    pub(crate) len: u64,
}

/// A file, a folder, or something that is neither.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Folder,
    /// Pipes, sockets and devices.
    Other,
}

/// Bytes that are read from anywhere.
pub(crate) trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}
