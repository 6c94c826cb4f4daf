//! From rows, wherever they lie, to one finished file.

use std::path::Path;

use atomic_file::{Existing, UnfinishedFile, folder_of};
use schema::{Sample, Tap, Unreadable};

use crate::annotations::Annotations;
use crate::body::{self, BodyError};
use crate::datasets::{FeatureRows, Texts, datasets};
use crate::header::Header;
use crate::write_error::WriteError;

/// Where a cache goes.
pub(crate) struct Target<'a> {
    /// The name that it gets when it is whole.
    pub(crate) path: &'a Path,
    /// The folder that it is written in, on the same disk.
    pub(crate) workplace: &'a Path,
    pub(crate) existing: Existing,
}

/// Writes the cache in its workplace, syncs it, and renames it to its path. Errors of images are written
/// in the order of their paths.
///
/// # Panics
/// When the annotations are not those of so many samples and classes.
pub(crate) fn assemble<'a>(
    target: &Target<'_>,
    header: &Header,
    samples: impl ExactSizeIterator<Item = Sample<&'a str>> + Clone,
    annotations: &Annotations,
    errors: &[Unreadable],
    features: &FeatureRows<'_>,
) -> Result<(), WriteError> {
    let Target { path, workplace, existing } = *target;
    let n_samples = samples.len();
    if n_samples == 0 {
        return Err(WriteError::NoSamples { path: path.to_owned() });
    }
    annotations.assert_fits(n_samples, header.classes.len());
    check_folder(path)?;
    let longest_path = samples.clone().map(|s| s.path.len()).max().unwrap_or(0);
    let needed_bytes =
        file_bytes(&header.taps, n_samples, longest_path) + annotations.n_bytes() as u64;
    let io = |source| WriteError::io(path, needed_bytes, source);
    let mut errors: Vec<&Unreadable> = errors.iter().collect();
    errors.sort_by(|a, b| a.path.cmp(&b.path));

    let texts = Texts::new(header, annotations);
    let datasets = datasets(header, &texts, samples, annotations, &errors, features);
    let mut unfinished = UnfinishedFile::create(workplace).map_err(io)?;
    body::write(unfinished.as_file_mut(), datasets, &|_, digest| digest).map_err(|error| {
        match error {
            BodyError::Io(source) => io(source),
            BodyError::Rows(source) => source.into(),
        }
    })?;
    unfinished.finish(path, existing).map_err(io)
}

/// The folder of `path` must exist.
pub(crate) fn check_folder(path: &Path) -> Result<(), WriteError> {
    let folder = folder_of(path);
    if folder.is_dir() { Ok(()) } else { Err(WriteError::NoFolder { folder: folder.to_owned() }) }
}

/// Bytes that a finished file takes, generously.
pub(crate) fn file_bytes(taps: &[Tap], n_samples: usize, longest_path: usize) -> u64 {
    let row: usize = taps.iter().map(Tap::row_bytes).sum();
    (n_samples * (row + longest_path + 64) + (1 << 20)) as u64
}
