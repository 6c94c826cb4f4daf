//! Feature transforms: what happens to a row between the cache and the head.

use std::fmt;
use std::str::FromStr;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

/// One step of a transform, before it has seen data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Divide each row by its Euclidean norm; rows of zeros stay as they are.
    L2,
    /// Subtract each column's mean and divide by its standard deviation.
    Standardize,
}

/// Steps in the order of application; written `l2`, `standardize,l2`, or `none`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Steps(pub Vec<Step>);

/// A name that is no step.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error(
    "unknown transform `{0}`\nhint: `none`, or one or more of `l2`, `standardize`, as in `standardize,l2`"
)]
pub struct UnknownStep(String);

impl FromStr for Steps {
    type Err = UnknownStep;

    fn from_str(text: &str) -> Result<Self, UnknownStep> {
        if text == "none" {
            return Ok(Self(Vec::new()));
        }
        let step = |name: &str| match name.trim() {
            "l2" => Ok(Step::L2),
            "standardize" => Ok(Step::Standardize),
            other => Err(UnknownStep(other.to_owned())),
        };
        text.split(',').map(step).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(Step::to_string).collect();
        f.write_str(if names.is_empty() { "none".to_owned() } else { names.join(",") }.as_str())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::L2 => "l2",
            Self::Standardize => "standardize",
        })
    }
}

/// A step with what it learned from the training rows.
#[derive(Clone, Debug, PartialEq)]
pub enum FittedStep {
    /// [`Step::L2`], which learns nothing.
    L2,
    /// [`Step::Standardize`].
    Standardize {
        /// Mean of each column, `[n_features]`.
        mean: Array1<f32>,
        /// Standard deviation of each column (dividing by n, as scikit-learn does); 1 where the
        /// column is constant. `[n_features]`.
        scale: Array1<f32>,
    },
}

/// A fitted transform. Applied to rows `[n, n_features]`, it keeps their shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Transform(pub Vec<FittedStep>);

impl Transform {
    /// Learns `steps` from `x`, and transforms `x` itself on the way.
    pub fn fit_in_place(steps: &Steps, x: &mut Array2<f32>) -> Self {
        let fit_step = |step: &Step| {
            let fitted = match step {
                Step::L2 => FittedStep::L2,
                Step::Standardize => {
                    let (mean, scale) = mean_and_scale(x.view());
                    FittedStep::Standardize { mean, scale }
                }
            };
            fitted.apply(x);
            fitted
        };
        Self(steps.0.iter().map(fit_step).collect())
    }

    /// Transforms the rows of `x`, which must have the columns that the transform was fitted on.
    pub fn apply(&self, x: &mut Array2<f32>) {
        for step in &self.0 {
            step.apply(x);
        }
    }

    /// The steps without what they learned.
    pub fn steps(&self) -> Steps {
        let step = |fitted: &FittedStep| match fitted {
            FittedStep::L2 => Step::L2,
            FittedStep::Standardize { .. } => Step::Standardize,
        };
        Steps(self.0.iter().map(step).collect())
    }
}

impl FittedStep {
    fn apply(&self, x: &mut Array2<f32>) {
        for mut row in x.rows_mut() {
            match self {
                Self::L2 => {
                    let norm = norm(row.view());
                    if norm > 0.0 {
                        row.mapv_inplace(|v| (f64::from(v) / norm) as f32);
                    }
                }
                Self::Standardize { mean, scale } => {
                    row -= mean;
                    row /= scale;
                }
            }
        }
    }
}

fn norm(row: ArrayView1<'_, f32>) -> f64 {
    row.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>().sqrt()
}

/// Column means and scales, in two passes of f64 so that a large mean costs no digits.
fn mean_and_scale(x: ArrayView2<'_, f32>) -> (Array1<f32>, Array1<f32>) {
    let n_rows = x.nrows() as f64;
    let mut mean = Array1::<f64>::zeros(x.ncols());
    for row in x.rows() {
        mean.zip_mut_with(&row, |sum, &v| *sum += f64::from(v));
    }
    mean /= n_rows;
    let mut squares = Array1::<f64>::zeros(x.ncols());
    for row in x.rows() {
        for ((square, &v), &mean) in squares.iter_mut().zip(row).zip(&mean) {
            *square += (f64::from(v) - mean).powi(2);
        }
    }
    let scale = squares.iter().zip(x.axis_iter(Axis(1))).map(|(&square, column)| {
        // The rounding of the mean can leave a tiny variance in a constant column.
        let constant = column.iter().all(|v| *v == column[0]);
        let scale = (square / n_rows).sqrt() as f32;
        if constant || scale == 0.0 { 1.0 } else { scale }
    });
    let scale = scale.collect();
    (mean.mapv(|v| v as f32), scale)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn fit(steps: &str, mut x: Array2<f32>) -> (Transform, Array2<f32>) {
        let transform = Transform::fit_in_place(&steps.parse().unwrap(), &mut x);
        (transform, x)
    }

    #[test]
    fn l2_scales_rows_and_leaves_zeros() {
        let (_, x) = fit("l2", array![[3.0, 4.0], [0.0, 0.0], [1e-30, 0.0]]);
        assert_eq!(x, array![[0.6, 0.8], [0.0, 0.0], [1.0, 0.0]]);
    }

    #[test]
    fn standardize_learns_from_training_rows_only() {
        let (transform, x) = fit("standardize", array![[1.0, 7.0], [3.0, 7.0], [5.0, 7.0]]);
        let std = (8.0f32 / 3.0).sqrt();
        assert_eq!(x, array![[-2.0 / std, 0.0], [0.0, 0.0], [2.0 / std, 0.0]]);
        let mut other = array![[3.0 + std, 9.0]];
        transform.apply(&mut other);
        assert!((&other - &array![[1.0, 2.0]]).iter().all(|d| d.abs() < 1e-6));
    }

    #[test]
    fn a_constant_column_with_an_inexact_mean_has_scale_1() {
        let (transform, x) = fit("standardize", Array2::from_elem((7, 1), 0.1));
        let FittedStep::Standardize { scale, .. } = &transform.0[0] else { panic!() };
        assert_eq!(scale, &array![1.0]);
        assert!(x.iter().all(|v| *v == 0.0));
    }

    #[test]
    fn steps_apply_in_the_stated_order() {
        let data = array![[1.0, 0.0], [3.0, 4.0], [0.0, 2.0]];
        let (first, a) = fit("l2,standardize", data.clone());
        let (second, b) = fit("standardize,l2", data.clone());
        assert_ne!(a, b);
        assert!(a.column(0).sum().abs() < 1e-6, "the last step centered the columns");
        assert!(b.rows().into_iter().all(|row| (norm(row) - 1.0).abs() < 1e-6));
        let mut again = data;
        first.apply(&mut again);
        assert_eq!(again, a, "a fitted transform repeats what fitting did");
        assert_eq!(second.steps().to_string(), "standardize,l2");
    }

    #[test]
    fn names_are_read_and_unknown_ones_refused() {
        assert_eq!("none".parse(), Ok(Steps(Vec::new())));
        assert_eq!("l2, standardize".parse(), Ok(Steps(vec![Step::L2, Step::Standardize])));
        assert_eq!("l3".parse::<Steps>(), Err(UnknownStep("l3".into())));
        assert_eq!("none".parse::<Steps>().unwrap().to_string(), "none");
    }
}
