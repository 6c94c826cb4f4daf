use faer::MatRef;
use rayon::prelude::*;

use crate::{FeatureRows, FitError};

/// Rows read at a time.
const BLOCK_ROWS: usize = 512;
/// Rows that one thread gathers of a larger block.
const PIECE_ROWS: usize = 32;

/// Rows of features in f64 about a common mean, each with a 1 for the intercept.
///
/// The mean changes no solution, since the intercept is free; it keeps the large common part of
/// non-negative features out of the products.
pub(super) struct CenteredRows<'a> {
    rows: &'a dyn FeatureRows,
    /// `[n_features]`.
    mean: Vec<f64>,
}

impl<'a> CenteredRows<'a> {
    /// Rows about their mean, weighted by `weights` `[n_samples]`.
    ///
    /// # Errors
    /// [`FitError::NotFinite`] with the first row that has such a feature.
    pub(super) fn new(rows: &'a dyn FeatureRows, weights: &[f64]) -> Result<Self, FitError> {
        let mut mean = vec![0.0; rows.n_features()];
        let mut buffer = Vec::new();
        for start in (0..weights.len()).step_by(BLOCK_ROWS) {
            let end = weights.len().min(start + BLOCK_ROWS);
            let block = rows.block(start..end, &mut buffer);
            for (row, (features, &weight)) in
                (start..end).zip(block.rows().into_iter().zip(&weights[start..end]))
            {
                let mut is_finite = true;
                for (sum, &feature) in mean.iter_mut().zip(features) {
                    is_finite &= feature.is_finite();
                    *sum += weight * f64::from(feature);
                }
                if !is_finite {
                    return Err(FitError::NotFinite { row });
                }
            }
        }
        let total: f64 = weights.iter().sum();
        mean.iter_mut().for_each(|sum| *sum /= total);
        Ok(Self { rows, mean })
    }

    pub(super) fn n_features(&self) -> usize {
        self.mean.len()
    }

    /// Features and the 1.
    pub(super) fn n_columns(&self) -> usize {
        self.mean.len() + 1
    }

    pub(super) fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// The rows `indices`, each times its scale, `[indices.len(), n_columns]`, row-major.
    pub(super) fn gather(&self, indices: &[usize], scale: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut gathered = vec![0.0; indices.len() * self.n_columns()];
        self.gather_into(&mut gathered, indices, scale);
        gathered
    }

    /// [`CenteredRows::gather`] on all threads.
    pub(super) fn gather_in_parallel(
        &self,
        indices: &[usize],
        scale: impl Fn(usize) -> f64 + Sync,
    ) -> Vec<f64> {
        let mut gathered = vec![0.0; indices.len() * self.n_columns()];
        gathered
            .par_chunks_mut(PIECE_ROWS * self.n_columns())
            .zip(indices.par_chunks(PIECE_ROWS))
            .for_each(|(to, indices)| self.gather_into(to, indices, &scale));
        gathered
    }

    fn gather_into(&self, to: &mut [f64], indices: &[usize], scale: impl Fn(usize) -> f64) {
        let mut buffer = Vec::new();
        for (to, &row) in to.chunks_mut(self.n_columns()).zip(indices) {
            let scale = scale(row);
            let from = self.rows.block(row..row + 1, &mut buffer);
            let (one, features) = to.split_last_mut().expect("a row has its 1");
            *one = scale;
            for ((to, &from), mean) in features.iter_mut().zip(from.row(0)).zip(&self.mean) {
                *to = scale * (f64::from(from) - mean);
            }
        }
    }

    /// A gathered block as a matrix.
    pub(super) fn matrix<'b>(&self, gathered: &'b [f64]) -> MatRef<'b, f64> {
        let n_rows = gathered.len() / self.n_columns();
        MatRef::from_row_major_slice(gathered, n_rows, self.n_columns())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn rows_are_centered_and_scaled_in_the_order_asked_for() {
        let x = array![[1.0_f32, 4.0], [3.0, 8.0], [5.0, 0.0]];
        let view = x.view();
        let rows = CenteredRows::new(&view, &[1.0, 1.0, 2.0]).unwrap();
        assert_eq!(rows.mean(), [3.5, 3.0]);
        let scale = |row| if row == 2 { 2.0 } else { 1.0 };
        let expected = [3.0, -6.0, 2.0, -2.5, 1.0, 1.0];
        assert_eq!(rows.gather(&[2, 0], scale), expected);
        assert_eq!(rows.gather_in_parallel(&[2, 0], scale), expected);
    }

    #[test]
    fn features_that_are_not_finite_are_refused() {
        let x = array![[1.0_f32], [f32::NAN]];
        let view = x.view();
        let error = CenteredRows::new(&view, &[1.0, 1.0]).map(|_| ()).unwrap_err();
        assert!(matches!(error, FitError::NotFinite { row: 1 }));
    }
}
