//! The step of one problem: a quadratic model over two directions, then a search along its minimum.

use super::objective::Curvature;

/// The part of the slope at the start that may be left.
const SLOPE_LEFT: f64 = 0.3;
/// Points tried.
const MAX_TRIALS: usize = 10;
/// Rounding of the objective, whose scores are f32.
const ROUNDING: f64 = 1e-6;

/// A line from the current point along the minimizer of the model. The objective is convex: its
/// slope grows along the line, and two points with slopes of both signs enclose the minimum.
pub(super) struct Line {
    factors: [f32; 2],
    c: f64,
    /// `w.w`, `w.s` and `s.s` of the step `s`.
    penalty: [f64; 3],
    value: f64,
    slope: f64,
    /// The longest step known to be too short, and its slope.
    low: (f64, f64),
    /// The shortest step known to be too long, and its slope.
    high: Option<(f64, f64)>,
    length: f64,
    trials: usize,
}

impl Line {
    /// The line of a problem whose value is `1/2 norm + c loss`; `linear` are the inner
    /// products of the weights with both directions, `quadratic` those of the directions among
    /// themselves.
    pub(super) fn new(
        c: f64,
        [norm, loss]: [f64; 2],
        linear: [f64; 2],
        quadratic: [f64; 3],
        curvature: Curvature,
    ) -> Self {
        let slopes = [linear[0] + c * curvature.a, linear[1] + c * curvature.b];
        let [dd, ds, ss] = quadratic;
        let hessian = [dd + c * curvature.aa, ds + c * curvature.ab, ss + c * curvature.bb];
        let factors = minimizer(slopes, hessian).map(|factor| factor as f32);
        let [a, b] = factors.map(f64::from);
        let penalty =
            [norm, a * linear[0] + b * linear[1], a * a * dd + 2.0 * a * b * ds + b * b * ss];
        let slope = a * slopes[0] + b * slopes[1];
        let descends = slope < 0.0;
        Self {
            factors,
            c,
            penalty,
            value: 0.5 * norm + c * loss,
            slope,
            low: (0.0, slope),
            high: None,
            length: if descends { 1.0 } else { 0.0 },
            trials: 0,
        }
    }

    /// The length of the step, 0 if none descends.
    pub(super) fn length(&self) -> f64 {
        self.length
    }

    /// What the step takes of the preconditioned gradient and of the previous step.
    pub(super) fn factors(&self) -> [f32; 2] {
        self.factors
    }

    /// Takes the loss at the current length and its slope along the step; returns by how much the
    /// length changes, `None` if it stays.
    pub(super) fn advance(&mut self, loss: f64, loss_slope: f64) -> Option<f64> {
        self.trials += 1;
        let [ww, ws, ss] = self.penalty;
        let length = self.length;
        if length == 0.0 {
            return None;
        }
        let value = 0.5 * (ww + length * (2.0 * ws + length * ss)) + self.c * loss;
        let slope = ws + length * ss + self.c * loss_slope;
        let worse = value > self.value + ROUNDING * self.value.abs();
        if !worse && slope.abs() <= SLOPE_LEFT * self.slope.abs() {
            return None;
        }
        if self.trials >= MAX_TRIALS {
            // The low end descends from the start.
            self.length = if worse { self.low.0 } else { length };
        } else {
            if worse || slope > 0.0 {
                self.high = Some((length, slope));
            } else {
                self.low = (length, slope);
            }
            let (low, low_slope) = self.low;
            self.length = match self.high {
                Some((high, high_slope)) => {
                    let part =
                        if high_slope > 0.0 { low_slope / (low_slope - high_slope) } else { 0.5 };
                    low + part.clamp(0.1, 0.9) * (high - low)
                }
                None => {
                    let secant = self.slope / (self.slope - slope);
                    length * if secant > 0.0 { secant.clamp(1.5, 4.0) } else { 4.0 }
                }
            };
        }
        let change = self.length - length;
        if change == 0.0 { None } else { Some(change) }
    }
}

/// The factors that minimize a quadratic with these slopes and second derivatives at 0; of the
/// first direction alone where both are nearly the same.
fn minimizer(slopes: [f64; 2], hessian: [f64; 3]) -> [f64; 2] {
    let [aa, ab, bb] = hessian;
    if aa <= 0.0 {
        return [0.0; 2];
    }
    let determinant = aa * bb - ab * ab;
    if determinant <= 1e-6 * aa * bb {
        return [-slopes[0] / aa, 0.0];
    }
    [
        (ab * slopes[1] - bb * slopes[0]) / determinant,
        (ab * slopes[0] - aa * slopes[1]) / determinant,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `f(x, y) = 1/2 (x^2 + 2 (x + y - 3)^2)`, the loss the second part at C = 2.
    #[test]
    fn the_model_of_a_quadratic_is_its_minimum() {
        let curvature = Curvature { a: -3.0, b: -3.0, aa: 1.0, ab: 1.0, bb: 1.0 };
        let mut line = Line::new(2.0, [0.0, 4.5], [0.0; 2], [1.0, 0.0, 0.0], curvature);
        assert_eq!(line.factors(), [0.0, 3.0]);
        assert_eq!(line.length(), 1.0);
        assert_eq!(line.advance(0.0, 0.0), None);
    }

    /// `f(x) = cosh(x - 4)`: the first step is far too long, whatever the model says.
    #[test]
    fn the_search_ends_where_the_slope_is_small() {
        let (sinh, cosh) = (|x: f64| (x - 4.0).sinh(), |x: f64| (x - 4.0).cosh());
        let curvature = Curvature { a: sinh(0.0), aa: 1.0, ..Curvature::default() };
        let mut line = Line::new(1.0, [0.0, cosh(0.0)], [0.0; 2], [0.0; 3], curvature);
        let direction = f64::from(line.factors()[0]);
        let mut steps = 0;
        while let Some(_change) = {
            let x = line.length() * direction;
            line.advance(cosh(x), sinh(x) * direction)
        } {
            steps += 1;
        }
        assert!((1..MAX_TRIALS).contains(&steps));
        let x = line.length() * direction;
        assert!(sinh(x).abs() <= SLOPE_LEFT * sinh(0.0).abs());
    }

    #[test]
    fn a_step_that_does_not_descend_is_not_taken() {
        let mut line = Line::new(1.0, [1.0, 0.0], [0.0; 2], [0.0; 3], Curvature::default());
        assert_eq!(line.length(), 0.0);
        assert_eq!(line.advance(0.0, 0.0), None);
    }

    #[test]
    fn of_two_directions_that_are_one_the_first_is_taken() {
        assert_eq!(minimizer([-2.0, -2.0], [1.0, 1.0, 1.0]), [2.0, 0.0]);
    }
}
