//! Files as HDF5 sees them, and what is said of those that it cannot make sense of.

use std::fmt::Display;
use std::fs::File;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use crate::error::OpenError;
use crate::layout;
use crate::structure::SIGNATURE;

/// Opens a file with HDF5.
pub(crate) fn open_hdf5(path: &Path, file: &File) -> Result<hdf5::File, OpenError> {
    // No lock is needed on a file that is never modified, and taking one fails where the file
    // system has none, or while the process that wrote it still starts a child.
    hdf5::File::with_options()
        .with_fapl(|access| access.file_locking(false))
        .open(format!("/dev/fd/{}", file.as_raw_fd()))
        .map_err(|source| match begins_as_a_cache(file) {
            true => damaged(path, layout::ROOT, unreadable(&source)),
            false => OpenError::NotHdf5 { path: path.to_owned(), source },
        })
}

/// Whether the first bytes are those of a cache, though HDF5 cannot make sense of them: it was one.
pub(crate) fn begins_as_a_cache(file: &File) -> bool {
    let mut bytes = [0; 4096];
    let n_bytes = file.read_at(&mut bytes, 0).unwrap_or(0);
    let name = layout::FORMAT.as_bytes();
    bytes.starts_with(SIGNATURE) && bytes[..n_bytes].windows(name.len()).any(|part| part == name)
}

/// An error about a dataset or group of a file.
pub(crate) fn damaged(path: &Path, item: &str, problem: String) -> OpenError {
    OpenError::Damaged { path: path.to_owned(), item: item.to_owned(), problem }
}

/// What is said of something that HDF5 does not read.
pub(crate) fn unreadable(error: &impl Display) -> String {
    format!("cannot be read: {error}")
}
