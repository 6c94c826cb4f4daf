//! One feature matrix, as a view of the file.
#![expect(unsafe_code, reason = "memory-mapping a file is unsafe; see the safety comment below")]

use std::fs::File;
use std::io;
use std::path::Path;

use memmap2::{Mmap, MmapOptions};
use ndarray::ArrayView2;

/// The features of one tap, mapped into memory: nothing is read before it is used.
pub struct FeatureSet {
    map: Mmap,
    n_rows: usize,
    n_features: usize,
    n_views: usize,
}

impl FeatureSet {
    /// Maps `n_rows * n_features` numbers that begin `offset` bytes into the file.
    ///
    /// The offset must be a multiple of four, which the caller has checked.
    pub(crate) fn map(
        path: &Path,
        offset: u64,
        n_rows: usize,
        n_features: usize,
        n_views: usize,
    ) -> io::Result<Self> {
        let bytes = n_rows * n_features * size_of::<f32>();
        let file = File::open(path)?;
        // SAFETY: the map is read-only. A finished cache is never modified in place: writers
        // rename a new file over it, which leaves this one's contents alone while it is mapped.
        let map = unsafe { MmapOptions::new().offset(offset).len(bytes).map(&file)? };
        Ok(Self { map, n_rows, n_features, n_views })
    }

    /// The features, [n_samples * n_views, n_features]; the views of a sample are neighbours.
    pub fn view(&self) -> ArrayView2<'_, f32> {
        let numbers: &[f32] = bytemuck::cast_slice(&self.map);
        ArrayView2::from_shape((self.n_rows, self.n_features), numbers)
            .expect("the map was made with this length")
    }

    /// Length of a feature vector.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Views a sample.
    pub fn n_views(&self) -> usize {
        self.n_views
    }
}
