//! From rows, wherever they lie, to one finished file.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::annotations::Annotations;
use crate::body::{Body, CopyError};
use crate::layout;
use crate::sample::{Sample, Tap, UnreadableImage};
use crate::writer::{Header, WriteError};

/// What to do with a file that has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    Refuse,
    Replace,
}

/// Where a cache goes.
pub(crate) struct Target<'a> {
    /// The name that it gets when it is whole.
    pub(crate) path: &'a Path,
    /// The folder that it is written in, on the same disk.
    pub(crate) workplace: &'a Path,
    pub(crate) existing: Existing,
}

/// How names of files begin that are being written.
pub(crate) const UNFINISHED: &str = "unfinished-";

/// Writes the cache in its workplace, syncs it, and renames it to its path.
///
/// `rows` fills its buffer with the encoded rows of a tap (by index) for a range of samples. Errors
/// of images are written in the order of their paths.
///
/// # Panics
/// When the annotations are not those of so many samples and classes.
pub(crate) fn assemble<'a>(
    target: &Target<'_>,
    header: &Header,
    samples: impl ExactSizeIterator<Item = Sample<&'a str>> + Clone,
    annotations: &Annotations,
    errors: &[UnreadableImage],
    mut rows: impl FnMut(usize, Range<usize>, &mut [u8]) -> io::Result<()>,
) -> Result<(), WriteError> {
    let Target { path, workplace, existing } = *target;
    let n_samples = samples.len();
    if n_samples == 0 {
        return Err(WriteError::NoSamples { path: path.to_owned() });
    }
    annotations.assert_fits(n_samples, header.classes.len());
    let folder = folder_of(path)?;
    let path_bytes = samples.clone().map(|s| s.path.len()).sum();
    let needed_bytes =
        file_bytes(&header.taps, n_samples, path_bytes) + annotations.n_bytes() as u64;
    let io = |source| WriteError::io(path, needed_bytes, source);
    let hdf5 = |source| WriteError::hdf5(path, needed_bytes, source);
    let mut errors: Vec<&UnreadableImage> = errors.iter().collect();
    errors.sort_by(|a, b| a.path.cmp(&b.path));

    // A name that no reader asks for, until the file is whole and on disk. Made by
    // `File::create_new`, since tempfile's own files are for their owner's eyes only.
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED).suffix(".h5");
    let unfinished = builder.make_in(workplace, |name| File::create_new(name)).map_err(io)?;
    let mut body = Body::create(unfinished.path()).map_err(hdf5)?;
    for (index, tap) in header.taps.iter().enumerate() {
        let rows = |samples: Range<usize>, bytes: &mut [u8]| rows(index, samples, bytes);
        body.features(tap, n_samples, rows).map_err(|error| match error {
            CopyError::Rows(source) => io(source),
            CopyError::Hdf5(source) => hdf5(source),
        })?;
    }
    body.samples(samples)
        .and_then(|()| body.annotations(annotations, header.classes.len()))
        .and_then(|()| body.strings(layout::CLASS_NAME, header.classes.iter().map(String::as_str)))
        .and_then(|()| body.strings(layout::ERROR_PATH, errors.iter().map(|e| &*e.path)))
        .and_then(|()| body.strings(layout::ERROR_REASON, errors.iter().map(|e| &*e.reason)))
        .and_then(|()| body.finish(header))
        .map_err(hdf5)?;

    unfinished.as_file().sync_all().map_err(io)?;
    let renamed = match existing {
        Existing::Refuse => unfinished.persist_noclobber(path),
        Existing::Replace => unfinished.persist(path),
    };
    renamed.map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => WriteError::Exists { path: path.to_owned() },
        _ => io(error.error),
    })?;
    sync_folder(&folder).map_err(io)
}

/// The folder that `path` is in, which must exist.
pub(crate) fn folder_of(path: &Path) -> Result<PathBuf, WriteError> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    if folder.is_dir() { Ok(folder) } else { Err(WriteError::NoFolder { folder }) }
}

/// A rename lasts only once the folder itself is on disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Bytes that a finished file takes, generously.
pub(crate) fn file_bytes(taps: &[Tap], n_samples: usize, path_bytes: usize) -> u64 {
    let row: usize = taps.iter().map(Tap::row_bytes).sum();
    (n_samples * (row + 96) + path_bytes + (1 << 20)) as u64
}
