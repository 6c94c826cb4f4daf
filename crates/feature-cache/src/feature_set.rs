//! One feature matrix, as a view of the file or converted from it.
#![expect(unsafe_code, reason = "memory-mapping a file is unsafe; see the safety comment below")]

use std::fs::File;
use std::io;

use half::f16;
use half::slice::HalfFloatSliceExt as _;
use memmap2::{Mmap, MmapOptions};
use ndarray::ArrayView2;
use rayon::prelude::*;
use schema::{Dtype, Tap};

/// Numbers that a thread converts at a time.
const PIECE: usize = 1 << 16;

/// The features of one tap. Those stored as f32 are mapped into memory: nothing is read before it
/// is used. Those stored as f16 are converted once, on all cores.
pub struct FeatureSet {
    values: Values,
    n_rows: usize,
    n_features: usize,
    n_views: usize,
}

enum Values {
    Mapped(Mmap),
    Converted(Vec<f32>),
}

impl FeatureSet {
    /// The features of `n_samples` that begin `offset` bytes into the file.
    ///
    /// The offset must be a multiple of the element's size, which opening the cache has checked.
    pub(crate) fn map(file: &File, offset: u64, n_samples: usize, tap: &Tap) -> io::Result<Self> {
        let Tap { n_views, n_features, dtype, .. } = *tap;
        let n_rows = n_samples * n_views;
        let len = n_rows * n_features * dtype.size();
        // SAFETY: the map is read-only. A finished cache is never modified in place: writers
        // rename a new file over it, which leaves this one's contents alone while it is mapped.
        let map = unsafe { MmapOptions::new().offset(offset).len(len).map(file)? };
        let values = match dtype {
            Dtype::F32 => Values::Mapped(map),
            Dtype::F16 => Values::Converted(to_f32(bytemuck::cast_slice(&map))),
        };
        Ok(Self { values, n_rows, n_features, n_views })
    }

    /// The features, `[n_samples * n_views, n_features]`; the views of a sample are neighbours.
    pub fn view(&self) -> ArrayView2<'_, f32> {
        let numbers: &[f32] = match &self.values {
            Values::Mapped(map) => bytemuck::cast_slice(map),
            Values::Converted(numbers) => numbers,
        };
        ArrayView2::from_shape((self.n_rows, self.n_features), numbers)
            .expect("there are as many numbers as the shape says")
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

fn to_f32(halves: &[f16]) -> Vec<f32> {
    let mut numbers = vec![0.0; halves.len()];
    let pieces = numbers.par_chunks_mut(PIECE).zip(halves.par_chunks(PIECE));
    pieces.for_each(|(numbers, halves)| halves.convert_to_f32_slice(numbers));
    numbers
}
