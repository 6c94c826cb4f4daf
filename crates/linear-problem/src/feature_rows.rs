use std::ops::Range;

use ndarray::{ArrayView2, s};

/// Rows of features that a solver reads a block at a time.
///
/// A matrix in memory lends its rows. Another source (a mapped cache whose rows are gathered or
/// transformed on the way) writes them into the solver's buffer, so that a fit needs no room for all
/// of them in memory.
pub trait FeatureRows: Sync {
    /// Number of rows.
    fn n_samples(&self) -> usize;

    /// Number of features of a row.
    fn n_features(&self) -> usize;

    /// The rows of `range`, `[range.len(), n_features]`, row-major; written into `buffer` where
    /// they cannot be borrowed.
    ///
    /// The same range gives the same values every time.
    fn block<'a>(&'a self, range: Range<usize>, buffer: &'a mut Vec<f32>) -> ArrayView2<'a, f32>;
}

impl FeatureRows for ArrayView2<'_, f32> {
    fn n_samples(&self) -> usize {
        self.nrows()
    }

    fn n_features(&self) -> usize {
        self.ncols()
    }

    fn block<'a>(&'a self, range: Range<usize>, buffer: &'a mut Vec<f32>) -> ArrayView2<'a, f32> {
        let rows = self.slice(s![range, ..]);
        if rows.is_standard_layout() {
            return rows;
        }
        buffer.clear();
        buffer.extend(rows.iter());
        ArrayView2::from_shape(rows.dim(), buffer).expect("the buffer holds the rows in order")
    }
}
