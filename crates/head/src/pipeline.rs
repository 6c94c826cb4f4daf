//! A head with the transform that its features need.

use heads::Head;
use metrics::Predictions;
use ndarray::{Array2, ArrayView2, Axis, concatenate};
use rayon::prelude::*;

use crate::calibration::{Calibration, Temperature};
use crate::link::LinkName;
use crate::transform::Transform;

/// Rows that are copied, transformed and scored at a time, so that memory does not grow with the
/// cache.
const BLOCK_ROWS: usize = 4096;

/// A transform and the head that scores the transformed rows.
///
/// # Examples
///
/// ```
/// use head::{FittedStep, Pipeline, Transform};
/// use heads::{LinearHead, Link};
/// use ndarray::array;
///
/// let linear = LinearHead::new(array![[1.0, 0.0], [0.0, 1.0]], array![0.0, 0.0], Link::Softmax)?;
/// let pipeline = Pipeline { transform: Transform(vec![FittedStep::L2]), head: linear.into() };
/// let features = array![[3.0_f32, 4.0], [8.0, 6.0]];
/// assert_eq!(pipeline.predict(None, features.view(), &[0, 1]).classes(), [1, 0]);
/// # Ok::<(), heads::ShapeError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// What prepares a row.
    pub transform: Transform,
    /// What scores the transformed row.
    pub head: Head,
}

impl Pipeline {
    /// Number of features of a row before it is transformed.
    pub fn n_features(&self) -> usize {
        self.transform.n_features_in().unwrap_or_else(|| self.head.n_features())
    }

    /// Scores `[rows.len(), n_classes]` of the given rows of `features`
    /// `[n_samples, n_features]`, in their order.
    pub fn decision_function(&self, features: ArrayView2<'_, f32>, rows: &[usize]) -> Array2<f32> {
        let score_block = |rows: &[usize]| {
            let x = self.transform.apply(features.select(Axis(0), rows));
            self.head.decision_function(x.view())
        };
        let blocks: Vec<_> = rows.par_chunks(BLOCK_ROWS).map(score_block).collect();
        let views: Vec<_> = blocks.iter().map(Array2::view).collect();
        match views.as_slice() {
            [] => Array2::zeros((0, self.head.n_classes())),
            views => concatenate(Axis(0), views).expect("every block has a column a class"),
        }
    }

    /// What the head says of the given rows of `features` `[n_samples, n_features]`, in their order,
    /// with probabilities where a calibration or its scores give them.
    pub fn predict(
        &self,
        calibration: Option<&Calibration>,
        features: ArrayView2<'_, f32>,
        rows: &[usize],
    ) -> Predictions {
        let scores = self.decision_function(features, rows);
        let logs = match (calibration, LinkName::of(&self.head)) {
            (Some(calibration), _) => Some(calibration.log_probabilities(scores.view())),
            (None, LinkName::Softmax) => Some(Temperature::ONE.log_probabilities(scores.view())),
            (None, LinkName::Margin) => None,
            (None, LinkName::Probabilities) => Some(scores.mapv(|votes| f64::from(votes).ln())),
        };
        match (calibration, logs) {
            // Sigmoids of different classes may rank them otherwise than their scores do.
            (Some(Calibration::Platt(_)), Some(logs)) => Predictions::by_probability(scores, logs),
            (_, logs) => Predictions::by_score(scores, logs),
        }
    }
}

#[cfg(test)]
mod tests {
    use heads::{LinearHead, Link};
    use ndarray::array;

    use super::*;
    use crate::transform::FittedStep;

    #[test]
    fn rows_are_transformed_and_scored_in_the_order_asked_for() {
        let head = LinearHead::new(array![[1.0, 0.0], [0.0, 1.0]], array![0.0, 0.5], Link::Softmax)
            .unwrap();
        let pipeline = Pipeline { transform: Transform(vec![FittedStep::L2]), head: head.into() };
        let features = array![[2.0, 0.0], [9.0, 9.0], [0.0, 4.0]];
        let scores = pipeline.decision_function(features.view(), &[2, 0]);
        assert_eq!(scores, array![[0.0, 1.5], [1.0, 0.5]]);
        let predictions = pipeline.predict(None, features.view(), &[2, 0]);
        let proba = predictions.probabilities().unwrap();
        assert!(proba.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-6));
        assert_eq!(pipeline.decision_function(features.view(), &[]).dim(), (0, 2));
    }

    #[test]
    fn blocks_do_not_change_scores() {
        let head = LinearHead::new(array![[1.0], [-1.0]], array![0.0, 0.0], Link::Margin).unwrap();
        let pipeline = Pipeline { transform: Transform(Vec::new()), head: head.into() };
        let n = BLOCK_ROWS + 3;
        let features = Array2::from_shape_fn((n, 1), |(row, _)| row as f32);
        let scores = pipeline.decision_function(features.view(), &(0..n).collect::<Vec<_>>());
        assert_eq!(scores.column(0), features.column(0));
        assert!(pipeline.predict(None, features.view(), &[0]).probabilities().is_none());
    }
}
