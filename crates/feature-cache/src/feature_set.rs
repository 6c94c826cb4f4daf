//! One feature matrix, as a view of the file or converted from it.

use half::f16;
use half::slice::HalfFloatSliceExt as _;
use ndarray::ArrayView2;
use rayon::prelude::*;
use schema::{Dtype, Tap};

use crate::mapped_rows::MappedRows;

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
    Mapped(MappedRows),
    Converted(Vec<f32>),
}

impl FeatureSet {
    /// The rows of `tap` for `n_samples`. They begin at a multiple of the element's size, which opening the
    /// cache has checked.
    pub(crate) fn new(rows: MappedRows, n_samples: usize, tap: &Tap) -> Self {
        let Tap { n_views, n_features, dtype, .. } = *tap;
        let values = match dtype {
            Dtype::F32 => Values::Mapped(rows),
            Dtype::F16 => Values::Converted(to_f32(bytemuck::cast_slice(&rows))),
        };
        Self { values, n_rows: n_samples * n_views, n_features, n_views }
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
