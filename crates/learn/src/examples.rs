//! Labelled rows of a feature matrix, and what a solver is given of them.

use head::{Sampling, SavedHead, Steps, Transform};
use metrics::Evaluation;
use ndarray::{Array2, ArrayView2};

use crate::fit_transform::{TransformError, fit_transform};
use crate::row_source::RowSource;
use crate::rows::Rows;
use crate::sampling::sample;

/// Labelled rows of a feature matrix; the features stay where they are until they are asked for.
#[derive(Clone, Debug)]
pub struct Examples<'a> {
    /// All features of the tap, `[n_samples, n_features]`.
    pub features: ArrayView2<'a, f32>,
    /// The rows that take part.
    pub rows: Rows,
}

impl<'a> Examples<'a> {
    /// The examples at `positions`.
    pub fn at(&self, positions: &[usize]) -> Self {
        Self { features: self.features, rows: self.rows.at(positions) }
    }

    /// Learns `steps` from these rows.
    ///
    /// # Errors
    /// [`TransformError`].
    pub fn learn(&self, steps: &Steps) -> Result<Transform, TransformError> {
        let untransformed = Transform::default();
        let rows =
            RowSource::block_by_block(self.features.reborrow(), &self.rows.indices, &untransformed);
        fit_transform(steps, &rows)
    }

    /// The rows, transformed.
    pub fn transformed<'b>(&'b self, transform: &'b Transform) -> RowSource<'b> {
        RowSource::new(self.features.reborrow(), &self.rows.indices, transform)
    }

    /// Evaluates what `head` says of these rows, which are labelled for its classes; without intervals.
    pub fn evaluate(&self, head: &SavedHead) -> Evaluation {
        let predictions = head.predict(self.features, &self.rows.indices);
        let classes = &head.description.origin.classes;
        Evaluation::of(&predictions, self.rows.labels.truth(), classes, None)
    }

    /// The rows, transformed and sampled, with their labels, which lie below `n_classes`.
    ///
    /// # Panics
    /// If rows have several labels, which [`check_settings`](crate::check_settings) refuses to sample.
    pub fn sampled(
        &self,
        transform: &Transform,
        sampling: Sampling,
        n_classes: usize,
        seed: u64,
    ) -> (Array2<f32>, Vec<usize>) {
        let rows = self.transformed(transform).into_kept();
        sample(sampling, rows.view(), self.rows.labels.classes(), n_classes, seed)
    }
}

#[cfg(test)]
mod tests {
    use heads::FeatureRows;
    use ndarray::array;

    use super::*;
    use crate::labels::Labels;

    #[test]
    fn rows_are_gathered_in_order_and_transformed_by_what_was_learned_elsewhere() {
        let features = array![[1.0, 2.0], [3.0, 6.0], [5.0, 2.0], [7.0, 6.0]];
        let rows = Rows { indices: vec![0, 1, 3], labels: Labels::Classes(vec![1, 0, 1]) };
        let examples = Examples { features: features.view(), rows };
        let train = examples.at(&[0, 1]);
        let transform = train.learn(&"standardize".parse().unwrap()).unwrap();
        assert_eq!(train.transformed(&transform).into_kept(), array![[-1.0, -1.0], [1.0, 1.0]]);
        let all = examples.transformed(&transform);
        assert_eq!(all.block(2..3, &mut Vec::new()), array![[5.0, 1.0]]);
    }

    #[test]
    fn sampling_follows_the_transform() {
        let features = array![[3.0, 4.0], [0.0, 2.0], [6.0, 8.0]];
        let rows = Rows { indices: vec![0, 1, 2], labels: Labels::Classes(vec![0, 1, 0]) };
        let examples = Examples { features: features.view(), rows };
        let transform = examples.learn(&"l2".parse().unwrap()).unwrap();
        let (x, labels) = examples.sampled(&transform, Sampling::Over, 2, 0);
        assert_eq!(x, array![[0.6, 0.8], [0.0, 1.0], [0.6, 0.8], [0.0, 1.0]]);
        assert_eq!(labels, [0, 1, 0, 1]);
    }
}
