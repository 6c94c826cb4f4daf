use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayBase, ArrayView1, ArrayView2, Data, Ix2};
use thiserror::Error;

/// What the scores of a [`LinearHead`] mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Log-probabilities up to a constant for each row.
    Softmax,
    /// Signed margins of one-vs-rest problems; they say nothing about probabilities.
    Margin,
}

/// `coef` and `intercept` disagree on the number of classes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`coef` has `{coef_rows}` rows but `intercept` has `{intercept_len}` values")]
pub struct ShapeError {
    /// Rows of `coef`.
    pub coef_rows: usize,
    /// Length of `intercept`.
    pub intercept_len: usize,
}

/// A fitted linear head: `scores = x . coef^T + intercept`, one score for each class.
///
/// Two classes also have two rows of `coef`.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearHead {
    coef: Array2<f32>,
    intercept: Array1<f32>,
    link: Link,
}

impl LinearHead {
    /// A head from `coef` `[n_classes, n_features]` and `intercept` `[n_classes]`.
    ///
    /// # Errors
    /// [`ShapeError`] if they disagree on the number of classes.
    pub fn new(coef: Array2<f32>, intercept: Array1<f32>, link: Link) -> Result<Self, ShapeError> {
        if coef.nrows() == intercept.len() {
            Ok(Self { coef, intercept, link })
        } else {
            Err(ShapeError { coef_rows: coef.nrows(), intercept_len: intercept.len() })
        }
    }

    /// Rounds a solver's weights `[n_classes, n_features]` and intercepts `[n_classes]`, which must be of as
    /// many classes, to a head.
    pub fn rounded(coef: ArrayView2<'_, f64>, intercept: ArrayView1<'_, f64>, link: Link) -> Self {
        let round = |value: &f64| *value as f32;
        Self { coef: coef.map(round), intercept: intercept.map(round), link }
    }

    /// Rounds the weights of a solver to a head of margins. `weights` are those of each class,
    /// `[n_features + 1]`, the intercept last.
    ///
    /// # Panics
    /// If a class has no weight, or classes have not as many.
    pub fn of_margins<'a>(weights: impl Iterator<Item = &'a [f64]>) -> Self {
        let (mut coef, mut intercept, mut n_features) = (Vec::new(), Vec::new(), 0);
        for weights in weights {
            let (last, of_class) = weights.split_last().expect("the intercept is a weight");
            coef.extend(of_class.iter().map(|&value| value as f32));
            intercept.push(*last as f32);
            n_features = of_class.len();
        }
        let coef = Array2::from_shape_vec((intercept.len(), n_features), coef);
        let coef = coef.expect("every class has as many weights");
        Self { coef, intercept: intercept.into(), link: Link::Margin }
    }

    /// Weights, `[n_classes, n_features]`.
    pub fn coef(&self) -> ArrayView2<'_, f32> {
        self.coef.view()
    }

    /// Intercepts, `[n_classes]`.
    pub fn intercept(&self) -> ArrayView1<'_, f32> {
        self.intercept.view()
    }

    /// What the scores mean.
    pub fn link(&self) -> Link {
        self.link
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.coef.nrows()
    }

    /// Number of features that a row must have.
    pub fn n_features(&self) -> usize {
        self.coef.ncols()
    }

    /// Scores `[n_samples, n_classes]` of features `[n_samples, n_features]`.
    ///
    /// # Panics
    /// If `x` has another number of features than the head.
    pub fn decision_function(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        assert_eq!(x.ncols(), self.n_features(), "features of a row");
        x.dot(&self.coef.t()) + &self.intercept
    }

    /// Probabilities `[n_samples, n_classes]`, the softmax of each row of scores; `None` for
    /// [`Link::Margin`].
    ///
    /// # Panics
    /// If `x` has another number of features than the head.
    pub fn predict_proba(&self, x: ArrayView2<'_, f32>) -> Option<Array2<f32>> {
        if self.link == Link::Margin {
            return None;
        }
        let mut scores = self.decision_function(x);
        for mut row in scores.rows_mut() {
            let max = row.fold(f32::NEG_INFINITY, |max, &score| max.max(score));
            row.mapv_inplace(|score| (score - max).exp());
            let sum = row.sum();
            row /= sum;
        }
        Some(scores)
    }
}

/// The class of the largest score in each row, the first of equals.
impl<D: Data<Elem = f32>> PredictInplace<ArrayBase<D, Ix2>, Array1<usize>> for LinearHead {
    fn predict_inplace(&self, x: &ArrayBase<D, Ix2>, y: &mut Array1<usize>) {
        write_argmax(&self.decision_function(x.view()), y);
    }

    fn default_target(&self, x: &ArrayBase<D, Ix2>) -> Array1<usize> {
        Array1::zeros(x.nrows())
    }
}

/// Writes the class of the largest score in each row of `scores` `[n_samples, n_classes]` to `y`
/// `[n_samples]`: the first of equals.
///
/// # Panics
/// If they are not of as many samples.
pub fn write_argmax(scores: &Array2<f32>, y: &mut Array1<usize>) {
    assert_eq!(scores.nrows(), y.len(), "one prediction for each row");
    for (row, label) in scores.rows().into_iter().zip(y) {
        *label = argmax(row);
    }
}

/// The class of the largest score in a row `[n_classes]`, the first of equals.
fn argmax(scores: ArrayView1<'_, f32>) -> usize {
    let mut best = 0;
    for (class, &score) in scores.iter().enumerate() {
        if score > scores[best] {
            best = class;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use linfa::traits::Predict;
    use ndarray::array;

    use super::*;

    fn head(link: Link) -> LinearHead {
        let coef = array![[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]];
        LinearHead::new(coef, array![0.0, 0.5, 0.0], link).unwrap()
    }

    #[test]
    fn scores_are_linear() {
        let scores = head(Link::Margin).decision_function(array![[2.0, 3.0]].view());
        assert_eq!(scores, array![[2.0, 3.5, 2.0]]);
    }

    #[test]
    fn the_first_of_equal_scores_is_predicted() {
        let predicted: Array1<usize> = head(Link::Margin).predict(&array![[2.0, 0.0], [0.0, 2.0]]);
        assert_eq!(predicted, array![0, 1]);
    }

    #[test]
    fn probabilities_survive_large_scores_and_sum_to_one() {
        let x = array![[900.0, -900.0], [0.0, -0.5]];
        let proba = head(Link::Softmax).predict_proba(x.view()).unwrap();
        let expected = array![[0.5, 0.0, 0.5], [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]];
        assert!((proba - expected).iter().all(|difference: &f32| difference.abs() < 1e-6));
    }

    #[test]
    fn margins_have_no_probabilities() {
        assert_eq!(head(Link::Margin).predict_proba(array![[0.0, 0.0]].view()), None);
    }

    #[test]
    fn coef_and_intercept_must_agree() {
        let error = LinearHead::new(Array2::zeros((2, 3)), Array1::zeros(3), Link::Softmax);
        assert_eq!(error, Err(ShapeError { coef_rows: 2, intercept_len: 3 }));
    }

    #[test]
    #[should_panic(expected = "features of a row")]
    fn rows_of_another_length_panic() {
        head(Link::Softmax).decision_function(array![[1.0]].view());
    }
}
