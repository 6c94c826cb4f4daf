//! Problem: minimize over `W` `[n_classes, n_features]` and `b` `[n_classes]`
//!
//! ```text
//! 1/2 ||W||_F^2 + C sum_i s(y_i) (logsumexp(W x_i + b) - (W x_i + b)[y_i])
//! ```
//!
//! with `s` the class weights. `W` is penalized, the intercept `b` is not, as in scikit-learn's
//! `LogisticRegression` (Bishop, Pattern Recognition and Machine Learning, 2006, equations 4.104
//! and 4.108). Every class has a row, also of two: there scikit-learn keeps a single row, which is
//! this problem with half of its `C`.
//!
//! Method: L-BFGS from zero (Nocedal and Wright, Numerical Optimization, 2nd edition, 2006,
//! Algorithm 7.5), all in f64, with a strong Wolfe line search on cached scores: an iteration costs
//! two products with the features, however many steps the search tries.
//!
//! Stop: when the largest component of the gradient has fallen to `tol` times that at zero. The
//! objective is strongly convex in `W` with modulus 1, and `b` contributes little, so that
//! `1/2 ||gradient||^2` is about the largest possible excess over the optimum.

use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, ArrayBase, Data, Ix2};

use super::{
    SoftmaxValidParams,
    lbfgs::Lbfgs,
    line::Line,
    line_search::strong_wolfe_step,
    loss::{SoftmaxLoss, split},
};
use crate::{FitError, FitReport, Fitted, LinearHead, Link, training_set::TrainingSet};

impl<D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError> for SoftmaxValidParams {
    type Object = Fitted;

    /// Fits the head to features `[n_samples, n_features]` and their classes.
    ///
    /// # Errors
    /// [`FitError`] if features or labels cannot be used; see its variants.
    fn fit(
        &self,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
    ) -> Result<Fitted, FitError> {
        let training = TrainingSet::new(dataset)?;
        let weights = self.class_weight().weights(training.counts())?;
        let costs = weights.iter().map(|weight| self.c() * weight).collect();
        let loss = SoftmaxLoss::new(training, costs, self.fit_intercept());
        let (parameters, report) = minimize(&loss, self.tol(), self.max_iter());
        let (coef, intercept) = split(loss.rows(&parameters));
        let head = LinearHead::rounded(coef, intercept, Link::Softmax);
        Ok(Fitted { head, report })
    }
}

/// The parameters that minimize the loss, and how it went.
fn minimize(loss: &SoftmaxLoss<'_>, tol: f64, max_iter: usize) -> (Array1<f64>, FitReport) {
    let mut parameters = Array1::zeros(loss.n_parameters());
    let mut scores = loss.scores(&parameters);
    let mut gradient = loss.gradient(&parameters, &scores);
    let mut lbfgs = Lbfgs::default();

    let scale = max_norm(&gradient);
    let mut objective = Line::new(loss, &parameters, &scores, &parameters).at(0.0).value;
    let mut residual = if scale > 0.0 { 1.0 } else { 0.0 };
    let mut n_iter = 0;
    while residual > tol && n_iter < max_iter {
        let direction = lbfgs.direction(&gradient);
        let line = Line::new(loss, &parameters, &scores, &direction);
        let Some((step, point)) = strong_wolfe_step(|step| line.at(step)) else { break };
        let direction_scores = line.into_direction_scores();

        parameters.scaled_add(step, &direction);
        scores.scaled_add(step, &direction_scores);
        let next_gradient = loss.gradient(&parameters, &scores);
        lbfgs.push(direction * step, &next_gradient - &gradient);
        gradient = next_gradient;

        objective = point.value;
        residual = max_norm(&gradient) / scale;
        n_iter += 1;
    }
    (parameters, FitReport { n_iter, converged: residual <= tol, objective, residual })
}

fn max_norm(gradient: &Array1<f64>) -> f64 {
    gradient.fold(0.0, |max, value| value.abs().max(max))
}
