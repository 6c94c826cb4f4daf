use linear_problem::{ShapeError, write_argmax};
use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayBase, ArrayView1, ArrayView2, Axis, Data, Ix2};

use super::{
    n_pairs, pairs,
    vote::{Ballot, ROWS},
};

/// A fitted one-vs-one head: a margin for each pair of classes, and the vote among them.
#[derive(Debug, Clone, PartialEq)]
pub struct OneVsOneHead {
    n_classes: usize,
    coef: Array2<f32>,
    intercept: Array1<f32>,
}

impl OneVsOneHead {
    /// A head from `coef` `[n_pairs, n_features]` and `intercept` `[n_pairs]`, the pairs in the
    /// order (0, 1), (0, 2), ..., (1, 2), ...; margins are positive for the first class of a pair.
    ///
    /// # Errors
    /// [`ShapeError`] if `intercept` has not one value for each row of `coef`, or there are not
    /// `n_classes (n_classes - 1) / 2` of them.
    pub fn new(
        n_classes: usize,
        coef: Array2<f32>,
        intercept: Array1<f32>,
    ) -> Result<Self, ShapeError> {
        if coef.nrows() == intercept.len() && coef.nrows() == n_pairs(n_classes) {
            Ok(Self { n_classes, coef, intercept })
        } else {
            Err(ShapeError { coef_rows: coef.nrows(), intercept_len: intercept.len() })
        }
    }

    /// Weights, `[n_pairs, n_features]`.
    pub fn coef(&self) -> ArrayView2<'_, f32> {
        self.coef.view()
    }

    /// Intercepts, `[n_pairs]`.
    pub fn intercept(&self) -> ArrayView1<'_, f32> {
        self.intercept.view()
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// Number of features that a row must have.
    pub fn n_features(&self) -> usize {
        self.coef.ncols()
    }

    /// Margins `[n_samples, n_pairs]` of features `[n_samples, n_features]`.
    ///
    /// # Panics
    /// If `x` has another number of features than the head.
    pub fn pair_margins(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        assert_eq!(x.ncols(), self.n_features(), "features of a row");
        x.dot(&self.coef.t()) + &self.intercept
    }

    /// Scores `[n_samples, n_classes]` of features `[n_samples, n_features]`: votes, and a fraction
    /// of one for the margins.
    ///
    /// # Panics
    /// If `x` has another number of features than the head.
    pub fn decision_function(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        let mut scores = Array2::zeros((x.nrows(), self.n_classes));
        let blocks = x.axis_chunks_iter(Axis(0), ROWS);
        for (x, mut scores) in blocks.zip(scores.axis_chunks_iter_mut(Axis(0), ROWS)) {
            let margins = self.pair_margins(x);
            let mut ballot = Ballot::new(self.n_classes);
            let mut of_pair = [0.0; ROWS];
            for ((a, b), margins) in pairs(self.n_classes).zip(margins.columns()) {
                for (to, &margin) in of_pair.iter_mut().zip(margins) {
                    *to = margin;
                }
                ballot.count(a, b, &of_pair);
            }
            for ((row, class), score) in scores.indexed_iter_mut() {
                *score = ballot.score(class, row);
            }
        }
        scores
    }
}

/// The class of the largest score in each row, the first of equals.
impl<D: Data<Elem = f32>> PredictInplace<ArrayBase<D, Ix2>, Array1<usize>> for OneVsOneHead {
    fn predict_inplace(&self, x: &ArrayBase<D, Ix2>, y: &mut Array1<usize>) {
        write_argmax(&self.decision_function(x.view()), y);
    }

    fn default_target(&self, x: &ArrayBase<D, Ix2>) -> Array1<usize> {
        Array1::zeros(x.nrows())
    }
}

#[cfg(test)]
mod tests {
    use linfa::traits::Predict;
    use ndarray::array;

    use super::*;

    #[test]
    fn the_class_that_wins_its_pairs_is_predicted() {
        // Pairs (0, 1), (0, 2), (1, 2) on one feature.
        let head =
            OneVsOneHead::new(3, array![[1.0], [1.0], [1.0]], array![0.0, -2.0, -1.0]).unwrap();
        let x = array![[3.0], [-1.0], [1.5]];
        assert_eq!(head.pair_margins(x.view()).row(2), array![1.5, -0.5, 0.5]);
        let predicted: Array1<usize> = head.predict(&x);
        // In the last row every class wins once; the margins of class 0 sum to 1, of 1 to -1.
        assert_eq!(predicted, array![0, 2, 0]);
    }

    #[test]
    fn one_row_for_each_pair_is_required() {
        let error = OneVsOneHead::new(4, Array2::zeros((5, 2)), Array1::zeros(5)).unwrap_err();
        assert_eq!(error, ShapeError { coef_rows: 5, intercept_len: 5 });
    }
}
