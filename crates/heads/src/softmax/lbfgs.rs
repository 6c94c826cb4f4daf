//! Limited-memory BFGS: Nocedal and Wright, Numerical Optimization (2nd edition, 2006), section
//! 7.2.

use std::collections::VecDeque;

use ndarray::Array1;

/// Pairs kept. More pairs cost memory and two inner products each, and gain little.
const MEMORY: usize = 10;

/// The latest changes of parameters and gradient: an approximation of the inverse Hessian.
#[derive(Default)]
pub(super) struct Lbfgs {
    pairs: VecDeque<Pair>,
}

struct Pair {
    /// `s`, the change of the parameters.
    step: Array1<f64>,
    /// `y`, the change of the gradient.
    change: Array1<f64>,
    /// `1 / (s . y)`.
    rho: f64,
}

impl Lbfgs {
    /// Remembers a step and the change of the gradient over it, and forgets the oldest of too
    /// many. A pair without curvature (`s . y` lost in rounding) is left out, since it would make
    /// the approximation indefinite.
    pub(super) fn push(&mut self, step: Array1<f64>, change: Array1<f64>) {
        let curvature = step.dot(&change);
        if curvature <= f64::EPSILON * change.dot(&change).sqrt() * step.dot(&step).sqrt() {
            return;
        }
        if self.pairs.len() == MEMORY {
            self.pairs.pop_front();
        }
        self.pairs.push_back(Pair { step, change, rho: 1.0 / curvature });
    }

    /// The search direction `-H gradient` by the two-loop recursion (Algorithm 7.4, with the
    /// scaling of equation 7.20); before the first pair, steepest descent of length 1.
    pub(super) fn direction(&self, gradient: &Array1<f64>) -> Array1<f64> {
        let Some(latest) = self.pairs.back() else {
            return -gradient / gradient.dot(gradient).sqrt();
        };
        let mut direction = -gradient;
        let mut alphas = Vec::with_capacity(self.pairs.len());
        for Pair { step, change, rho } in self.pairs.iter().rev() {
            let alpha = rho * step.dot(&direction);
            direction.scaled_add(-alpha, change);
            alphas.push(alpha);
        }
        direction *= 1.0 / (latest.rho * latest.change.dot(&latest.change));
        for (Pair { step, change, rho }, alpha) in self.pairs.iter().zip(alphas.iter().rev()) {
            let beta = rho * change.dot(&direction);
            direction.scaled_add(alpha - beta, step);
        }
        direction
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_first_direction_is_steepest_descent_of_length_one() {
        assert_eq!(Lbfgs::default().direction(&array![3.0, -4.0]), array![-0.6, 0.8]);
    }

    /// With pairs along all axes of a quadratic the approximation is the inverse Hessian, and the
    /// direction is Newton's.
    #[test]
    fn directions_of_a_quadratic_become_newtons() {
        let hessian = [2.0, 10.0, 0.5];
        let mut lbfgs = Lbfgs::default();
        for (axis, curvature) in hessian.into_iter().enumerate() {
            let mut step = Array1::zeros(3);
            step[axis] = 0.1;
            lbfgs.push(step.clone(), step * curvature);
        }
        let direction = lbfgs.direction(&array![1.0, 1.0, 1.0]);
        let error = direction - array![-0.5, -0.1, -2.0];
        assert!(error.iter().all(|e: &f64| e.abs() < 1e-14));
    }

    #[test]
    fn pairs_without_curvature_are_left_out() {
        let mut lbfgs = Lbfgs::default();
        lbfgs.push(array![1.0, 0.0], array![-1.0, 0.0]);
        lbfgs.push(array![1.0, 0.0], array![0.0, 1.0]);
        assert!(lbfgs.pairs.is_empty());
    }

    #[test]
    fn the_oldest_pair_is_forgotten() {
        let mut lbfgs = Lbfgs::default();
        for size in 1..=MEMORY + 1 {
            lbfgs.push(array![size as f64], array![1.0]);
        }
        assert_eq!(lbfgs.pairs.len(), MEMORY);
        assert_eq!(lbfgs.pairs[0].step, array![2.0]);
    }
}
