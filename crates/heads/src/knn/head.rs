use linear_problem::write_argmax;
use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayBase, ArrayView2, Axis, Data, Ix2, s};
use rayon::prelude::*;

use super::{
    KnnVote,
    nearest::Nearest,
    unit_rows::{offer_chunk, unit_rows},
};
use crate::{ParamError, PartsError};

/// Queries that one thread answers at a time.
const QUERY_ROWS: usize = 64;
/// Training rows of one product.
const TRAINING_ROWS: usize = 512;

/// A nearest neighbor head: its training rows and how they vote.
#[derive(Debug, Clone, PartialEq)]
pub struct KnnHead {
    rows: Array2<f32>,
    labels: Vec<usize>,
    n_classes: usize,
    n_neighbors: usize,
    vote: KnnVote,
}

impl KnnHead {
    /// A head from training rows `[n_training, n_features]` of length 1 (or 0) and their labels,
    /// each below `n_classes`.
    ///
    /// # Errors
    /// [`PartsError`] if labels are not as many as rows or no classes, or if `n_neighbors` is 0 or
    /// more than there are rows.
    pub fn from_parts(
        rows: Array2<f32>,
        labels: Vec<usize>,
        n_classes: usize,
        n_neighbors: usize,
        vote: KnnVote,
    ) -> Result<Self, PartsError> {
        PartsError::check_shape("labels", &[labels.len()], &[rows.nrows()])?;
        if let Some(&got) = labels.iter().find(|&&label| label >= n_classes) {
            return Err(PartsError::Label { n_classes, got });
        }
        ParamError::check_n_neighbors(n_neighbors)?;
        if n_neighbors > rows.nrows() {
            let (part, got) = ("rows", rows.shape().to_vec());
            return Err(PartsError::Shape { part, expected: vec![n_neighbors, got[1]], got });
        }
        vote.check()?;
        let rows = rows.as_standard_layout().into_owned();
        Ok(Self { rows, labels, n_classes, n_neighbors, vote })
    }

    /// Training rows of length 1, `[n_training, n_features]`; rows of zeros stay what they are.
    pub fn rows(&self) -> ArrayView2<'_, f32> {
        self.rows.view()
    }

    /// The class of each training row.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// The number of neighbors that vote.
    pub fn n_neighbors(&self) -> usize {
        self.n_neighbors
    }

    /// What a vote weighs.
    pub fn vote(&self) -> KnnVote {
        self.vote
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// Number of features that a row must have.
    pub fn n_features(&self) -> usize {
        self.rows.ncols()
    }

    /// Each class's part of the votes, `[n_samples, n_classes]`, for features
    /// `[n_samples, n_features]`.
    ///
    /// # Panics
    /// If `x` has another number of features than the head.
    pub fn decision_function(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        assert_eq!(x.ncols(), self.n_features(), "features of a row");
        let mut shares = Array2::zeros((x.nrows(), self.n_classes));
        let blocks: Vec<_> = shares
            .axis_chunks_iter_mut(Axis(0), QUERY_ROWS)
            .zip(x.axis_chunks_iter(Axis(0), QUERY_ROWS))
            .collect();
        blocks.into_par_iter().for_each(|(mut shares, x)| {
            for (nearest, mut shares) in self.nearest(x).into_iter().zip(shares.rows_mut()) {
                let shares = shares.as_slice_mut().expect("a row of an array is contiguous");
                self.vote.write_shares(&nearest.into_sorted(), &self.labels, shares);
            }
        });
        shares
    }

    /// The same as [`KnnHead::decision_function`]: the parts of a vote are its probabilities.
    ///
    /// # Panics
    /// If `x` has another number of features than the head.
    pub fn predict_proba(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        self.decision_function(x)
    }

    fn nearest(&self, x: ArrayView2<'_, f32>) -> Vec<Nearest> {
        let queries = unit_rows(x);
        let mut nearest: Vec<_> = (0..x.nrows()).map(|_| Nearest::new(self.n_neighbors)).collect();
        for start in (0..self.labels.len()).step_by(TRAINING_ROWS) {
            let range = start..self.labels.len().min(start + TRAINING_ROWS);
            let units = self.rows.slice(s![range.clone(), ..]);
            let units = units.to_slice().expect("rows are row-major");
            offer_chunk(&queries, units, self.n_features(), range, &mut nearest, &|_, _| true);
        }
        nearest
    }
}

/// The class of the largest vote in each row, the first of equals.
impl<D: Data<Elem = f32>> PredictInplace<ArrayBase<D, Ix2>, Array1<usize>> for KnnHead {
    fn predict_inplace(&self, x: &ArrayBase<D, Ix2>, y: &mut Array1<usize>) {
        write_argmax(&self.decision_function(x.view()), y);
    }

    fn default_target(&self, x: &ArrayBase<D, Ix2>) -> Array1<usize> {
        Array1::zeros(x.nrows())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn parts(labels: Vec<usize>, n_neighbors: usize) -> Result<KnnHead, PartsError> {
        KnnHead::from_parts(Array2::eye(3), labels, 2, n_neighbors, KnnVote::Uniform)
    }

    #[test]
    fn parts_make_the_head_that_they_came_from() {
        let head = parts(vec![0, 1, 1], 2).unwrap();
        let again = KnnHead::from_parts(
            head.rows().to_owned(),
            head.labels().to_vec(),
            head.n_classes(),
            head.n_neighbors(),
            head.vote(),
        );
        assert_eq!(again, Ok(head));
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let shape = |part, expected, got| Err(PartsError::Shape { part, expected, got });
        assert_eq!(parts(vec![0, 1], 1), shape("labels", vec![3], vec![2]));
        assert_eq!(parts(vec![0, 1, 2], 1), Err(PartsError::Label { n_classes: 2, got: 2 }));
        assert_eq!(parts(vec![0, 1, 1], 0), Err(ParamError::NeighborCount.into()));
        assert_eq!(parts(vec![0, 1, 1], 4), shape("rows", vec![4, 3], vec![3, 3]));
    }

    #[test]
    fn the_length_of_a_row_does_not_matter() {
        let head = parts(vec![0, 1, 1], 1).unwrap();
        let shares = head.decision_function(array![[9.0, 1.0, 0.0], [0.0, 0.0, 0.001]].view());
        assert_eq!(shares, array![[1.0, 0.0], [0.0, 1.0]]);
    }

    #[test]
    #[should_panic(expected = "features of a row")]
    fn rows_of_another_length_panic() {
        parts(vec![0, 1, 1], 1).unwrap().decision_function(array![[1.0]].view());
    }
}
