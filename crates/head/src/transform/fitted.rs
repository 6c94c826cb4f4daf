//! Transforms that have learned what they need, and their application.

use ndarray::{Array1, Array2, ArrayViewMut1};

use super::{Step, Steps};

/// A step with what it learned from the training rows.
#[derive(Clone, Debug, PartialEq)]
pub enum FittedStep {
    /// [`Step::L2`], which learns nothing.
    L2,
    /// [`Step::Power`], which learns nothing.
    Power(f64),
    /// [`Step::Standardize`].
    Standardize {
        /// Mean of each column, `[n_features]`.
        mean: Array1<f32>,
        /// Standard deviation of each column (dividing by n, as scikit-learn does); 1 where the
        /// column is constant. `[n_features]`.
        scale: Array1<f32>,
    },
    /// [`Step::Pca`] or [`Step::Whiten`]: `projection * (x - mean)`.
    Project {
        /// The step.
        step: Step,
        /// Mean of each column, `[n_features]`.
        mean: Array1<f32>,
        /// The axes, one a row, divided by their deviations where the step whitens;
        /// `[n_axes, n_features]`.
        projection: Array2<f32>,
    },
}

/// A fitted transform.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transform(pub Vec<FittedStep>);

impl Transform {
    /// Transforms rows `[n, n_features]`, which must have the columns that the transform was fitted
    /// on. The result has as many columns as [`Transform::n_features_out`] says.
    pub fn apply(&self, x: Array2<f32>) -> Array2<f32> {
        self.0.iter().fold(x, |x, step| step.apply(x))
    }

    /// Columns that rows must have, where a step has learned that.
    pub fn n_features_in(&self) -> Option<usize> {
        self.0.iter().find_map(|step| match step {
            FittedStep::L2 | FittedStep::Power(_) => None,
            FittedStep::Standardize { mean, .. } | FittedStep::Project { mean, .. } => {
                Some(mean.len())
            }
        })
    }

    /// Columns of transformed rows that had `n_features` before.
    pub fn n_features_out(&self, n_features: usize) -> usize {
        let n_axes = |step: &FittedStep| match step {
            FittedStep::Project { projection, .. } => Some(projection.nrows()),
            _ => None,
        };
        self.0.iter().rev().find_map(n_axes).unwrap_or(n_features)
    }

    /// The steps without what they learned.
    pub fn steps(&self) -> Steps {
        Steps(self.0.iter().map(FittedStep::step).collect())
    }
}

impl FittedStep {
    /// The step without what it learned.
    pub fn step(&self) -> Step {
        match self {
            Self::L2 => Step::L2,
            Self::Power(exponent) => Step::Power(*exponent),
            Self::Standardize { .. } => Step::Standardize,
            Self::Project { step, .. } => *step,
        }
    }

    fn apply(&self, mut x: Array2<f32>) -> Array2<f32> {
        match self {
            Self::L2 => x.rows_mut().into_iter().for_each(normalize),
            Self::Power(exponent) => x.mapv_inplace(|value| signed_power(value, *exponent)),
            Self::Standardize { mean, scale } => {
                x -= mean;
                x /= scale;
            }
            Self::Project { mean, projection, .. } => {
                x -= mean;
                return x.dot(&projection.t());
            }
        }
        x
    }
}

fn normalize(mut row: ArrayViewMut1<'_, f32>) {
    let norm = row.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt();
    if norm > 0.0 {
        row.mapv_inplace(|value| (f64::from(value) / norm) as f32);
    }
}

fn signed_power(value: f32, exponent: f64) -> f32 {
    let power = if exponent == 0.5 {
        // Exact on every platform, unlike `powf`, and several times faster.
        value.abs().sqrt()
    } else {
        f64::from(value.abs()).powf(exponent) as f32
    };
    power.copysign(value)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn l2_scales_rows_and_leaves_zeros() {
        let x = FittedStep::L2.apply(array![[3.0, 4.0], [0.0, 0.0], [1e-30, 0.0]]);
        assert_eq!(x, array![[0.6, 0.8], [0.0, 0.0], [1.0, 0.0]]);
    }

    #[test]
    fn powers_keep_the_sign() {
        let x = array![[4.0, -9.0, 0.0]];
        assert_eq!(FittedStep::Power(0.5).apply(x.clone()), array![[2.0, -3.0, 0.0]]);
        assert_eq!(FittedStep::Power(2.0).apply(x), array![[16.0, -81.0, 0.0]]);
    }

    #[test]
    fn steps_apply_in_their_order_and_a_projection_changes_the_columns() {
        let project = FittedStep::Project {
            step: Step::Pca(1),
            mean: array![1.0, 0.0],
            projection: array![[0.0, 2.0]],
        };
        let standardize =
            FittedStep::Standardize { mean: array![0.0, 1.0], scale: array![1.0, 0.5] };
        let transform = Transform(vec![standardize, project, FittedStep::Power(2.0)]);
        assert_eq!(transform.apply(array![[5.0, 2.0], [7.0, 0.5]]), array![[16.0], [-4.0]]);
        assert_eq!((transform.n_features_in(), transform.n_features_out(2)), (Some(2), 1));
        assert_eq!(Transform::default().n_features_in(), None);
        assert_eq!(Transform::default().n_features_out(2), 2);
        assert_eq!(transform.steps().to_string(), "standardize,pca:1,power:2");
    }
}
