//! Features and labels, ready for a solver.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use crate::rows::Rows;
use crate::transform::{Steps, Transform};

/// Labelled rows of a feature matrix; the features stay where they are until they are gathered.
#[derive(Clone, Debug)]
pub struct Examples<'a> {
    /// All features of the tap, `[n_samples, n_features]`.
    pub features: ArrayView2<'a, f32>,
    /// The rows that take part.
    pub rows: Rows,
}

/// A copy of some rows, transformed: what a solver is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// Transformed features, `[n, n_features]`.
    pub x: Array2<f32>,
    /// Class of each row.
    pub y: Array1<usize>,
}

impl<'a> Examples<'a> {
    /// The examples at `positions`.
    pub fn at(&self, positions: &[usize]) -> Self {
        Self { features: self.features, rows: self.rows.at(positions) }
    }

    /// Copies the rows, learns `steps` from them, and transforms them.
    pub fn fit_transform(&self, steps: &Steps) -> (Transform, Prepared) {
        let mut x = self.gather();
        let transform = Transform::fit_in_place(steps, &mut x);
        (transform, Prepared { x, y: self.labels() })
    }

    /// Copies the rows and transforms them with what was learned from others.
    pub fn transformed_by(&self, transform: &Transform) -> Prepared {
        let mut x = self.gather();
        transform.apply(&mut x);
        Prepared { x, y: self.labels() }
    }

    fn gather(&self) -> Array2<f32> {
        self.features.select(Axis(0), &self.rows.indices)
    }

    fn labels(&self) -> Array1<usize> {
        self.rows.labels.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn rows_are_gathered_in_order_and_transformed_by_what_was_learned_elsewhere() {
        let features = array![[1.0, 2.0], [3.0, 6.0], [5.0, 2.0], [7.0, 6.0]];
        let rows = Rows { indices: vec![0, 1, 3], labels: vec![1, 0, 1] };
        let examples = Examples { features: features.view(), rows };
        let steps = "standardize".parse().unwrap();
        let (transform, train) = examples.at(&[0, 1]).fit_transform(&steps);
        assert_eq!(train.x, array![[-1.0, -1.0], [1.0, 1.0]]);
        let held_out = examples.at(&[2]).transformed_by(&transform);
        assert_eq!(held_out, Prepared { x: array![[5.0, 1.0]], y: array![1] });
    }
}
