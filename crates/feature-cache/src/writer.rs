//! How a cache is written from memory.

use std::path::Path;

use atomic_file::{Existing, folder_of};
use ndarray::{ArrayView2, s};
use schema::{Sample, Tap, Unreadable};

use crate::annotations::Annotations;
use crate::assemble::{Target, assemble};
use crate::encode::encode;
use crate::header::Header;
use crate::write_error::WriteError;

/// Writes a cache of features that are in memory: for each tap of the header a matrix
/// `[n_samples * n_views, n_features]`. The [crate](crate#examples) has an example.
///
/// # Errors
/// When `path` exists, a matrix has another shape, there is no sample, or the system refuses.
///
/// # Panics
/// When there is not one matrix a tap.
pub fn write(
    path: &Path,
    header: &Header,
    samples: &[Sample],
    errors: &[Unreadable],
    features: &[ArrayView2<'_, f32>],
) -> Result<(), WriteError> {
    write_annotated(path, header, samples, &Annotations::default(), errors, features)
}

/// As [`write()`], with what some data sets tell besides.
///
/// # Errors
/// As [`write()`].
///
/// # Panics
/// As [`write()`], and when there is not one label a sample and class, or not one box a sample.
pub fn write_annotated(
    path: &Path,
    header: &Header,
    samples: &[Sample],
    annotations: &Annotations,
    errors: &[Unreadable],
    features: &[ArrayView2<'_, f32>],
) -> Result<(), WriteError> {
    assert_eq!(features.len(), header.taps.len(), "one matrix a tap");
    if path.symlink_metadata().is_ok() {
        return Err(WriteError::Exists { path: path.to_owned() });
    }
    for (tap, matrix) in header.taps.iter().zip(features) {
        let expected = samples.len() * tap.row_len();
        if matrix.len() != expected || matrix.ncols() != tap.n_features {
            let tap = tap.name.clone();
            return Err(WriteError::RowShape { tap, expected, got: matrix.len() });
        }
    }
    let target = Target { path, workplace: folder_of(path), existing: Existing::Refuse };
    let rows = samples.iter().map(Sample::borrowed);
    assemble(&target, header, rows, annotations, errors, &|tap, samples, bytes| {
        let Tap { n_views, dtype, .. } = header.taps[tap];
        let rows = features[tap].slice(s![samples.start * n_views..samples.end * n_views, ..]);
        let mut encoded = Vec::with_capacity(bytes.len());
        encode(dtype, &rows.iter().copied().collect::<Vec<_>>(), &mut encoded);
        bytes.copy_from_slice(&encoded);
        Ok(())
    })
}
