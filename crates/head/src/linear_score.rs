//! A score as a weighted sum of the features of its row, where it is one.

use heads::Head;
use ndarray::{Array1, ArrayView1};

use crate::pipeline::Pipeline;
use crate::transform::{FittedStep, Step};

/// The score of a class for one row: `sum_i weights_i x_i + constant`. Other rows have other weights where a step of
/// the transform divides each row by a number of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearScore {
    /// `[n_features]`, of features before the transform.
    pub weights: Array1<f64>,
    /// What is added to the sum.
    pub constant: f64,
}

/// Why a score is no weighted sum of features.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum NotLinear {
    /// The head itself.
    #[error(
        "its scores are no weighted sums of features: only softmax, ridge and one-vs-rest linear SVM have such"
    )]
    Head,
    /// A step of the transform.
    #[error("its transform has the step `{0}`, after which a score is no weighted sum of features")]
    Step(Step),
}

impl Pipeline {
    /// The score of `class` for the row `x` `[n_features]` as a weighted sum. Linear steps are taken back to the
    /// features; `l2` divides by the norm that this row has.
    ///
    /// # Errors
    /// [`NotLinear`].
    ///
    /// # Examples
    ///
    /// ```
    /// use head::{FittedStep, Pipeline, Transform};
    /// use heads::{LinearHead, Link};
    /// use ndarray::array;
    ///
    /// let linear = LinearHead::new(array![[1.0, 0.0]], array![0.5], Link::Margin)?;
    /// let pipeline = Pipeline { transform: Transform(vec![FittedStep::L2]), head: linear.into() };
    /// let score = pipeline.linear_score(array![3.0, 4.0].view(), 0)?;
    /// assert_eq!((score.weights, score.constant), (array![0.2, 0.0], 0.5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn linear_score(
        &self,
        x: ArrayView1<'_, f32>,
        class: usize,
    ) -> Result<LinearScore, NotLinear> {
        let Head::Linear(head) = &self.head else { return Err(NotLinear::Head) };
        // Rows before each step.
        let mut rows = vec![x.mapv(f64::from)];
        for step in &self.transform.0 {
            rows.push(applied(step, &rows[rows.len() - 1])?);
        }
        let mut score = LinearScore {
            weights: head.coef().row(class).mapv(f64::from),
            constant: f64::from(head.intercept()[class]),
        };
        for (step, row) in self.transform.0.iter().zip(&rows).rev() {
            score.take_back(step, row);
        }
        Ok(score)
    }
}

fn norm(row: &Array1<f64>) -> f64 {
    let norm = row.dot(row).sqrt();
    if norm > 0.0 { norm } else { 1.0 }
}

fn applied(step: &FittedStep, row: &Array1<f64>) -> Result<Array1<f64>, NotLinear> {
    let centered = |mean: &Array1<f32>| row - &mean.mapv(f64::from);
    Ok(match step {
        FittedStep::L2 => row / norm(row),
        FittedStep::Power(_) => return Err(NotLinear::Step(step.step())),
        FittedStep::Standardize { mean, scale } => centered(mean) / scale.mapv(f64::from),
        FittedStep::Project { mean, projection, .. } => {
            projection.mapv(f64::from).dot(&centered(mean))
        }
    })
}

impl LinearScore {
    /// From weights of what a step gives to weights of the `row` that it was given.
    fn take_back(&mut self, step: &FittedStep, row: &Array1<f64>) {
        let mean = match step {
            FittedStep::L2 => {
                self.weights /= norm(row);
                return;
            }
            FittedStep::Power(_) => unreachable!("the row could not be taken through it"),
            FittedStep::Standardize { mean, scale } => {
                self.weights /= &scale.mapv(f64::from);
                mean
            }
            FittedStep::Project { mean, projection, .. } => {
                self.weights = self.weights.dot(&projection.mapv(f64::from));
                mean
            }
        };
        self.constant -= self.weights.dot(&mean.mapv(f64::from));
    }
}

#[cfg(test)]
mod tests {
    use heads::{LinearHead, Link};
    use ndarray::{Array2, array};

    use super::*;
    use crate::transform::Transform;

    #[test]
    fn the_weighted_sum_is_the_score_after_every_linear_step() {
        let standardize = || FittedStep::Standardize {
            mean: array![1.0, -2.0, 0.5],
            scale: array![2.0, 0.5, 3.0],
        };
        let project = || FittedStep::Project {
            step: Step::Pca(2),
            mean: array![0.5, 0.25, -1.0],
            projection: array![[0.6, 0.8, 0.0], [0.0, 0.6, -0.8]],
        };
        let features = array![[3.0_f32, 1.0, 2.0], [0.0, 0.0, 0.0], [-1.0, 5.0, 0.25]];
        for (steps, coef) in [
            (vec![], array![[1.0, 2.0, 3.0], [-1.0, 0.5, 0.0]]),
            (vec![FittedStep::L2], array![[1.0, 2.0, 3.0], [-1.0, 0.5, 0.0]]),
            (vec![standardize(), FittedStep::L2], array![[1.0, 2.0, 3.0], [-1.0, 0.5, 0.0]]),
            (
                vec![FittedStep::L2, standardize(), project(), FittedStep::L2],
                array![[1.0, 2.0], [-1.0, 0.5]],
            ),
        ] {
            let head = LinearHead::new(coef, array![0.25, -4.0], Link::Margin).unwrap();
            let pipeline = Pipeline { transform: Transform(steps), head: head.into() };
            let scores: Array2<f32> = pipeline.decision_function(features.view(), &[0, 1, 2]);
            for ((row, class), &score) in scores.indexed_iter() {
                let x = features.row(row);
                let linear = pipeline.linear_score(x, class).unwrap();
                let sum = linear.weights.dot(&x.mapv(f64::from)) + linear.constant;
                assert!((sum - f64::from(score)).abs() < 1e-5, "{sum} {score}");
            }
        }
    }

    #[test]
    fn powers_and_other_heads_are_refused() {
        let head = LinearHead::new(array![[1.0]], array![0.0], Link::Margin).unwrap();
        let transform = Transform(vec![FittedStep::Power(0.5)]);
        let pipeline = Pipeline { transform, head: head.into() };
        let refused = pipeline.linear_score(array![1.0].view(), 0);
        assert_eq!(refused, Err(NotLinear::Step(Step::Power(0.5))));
    }
}
