//! A step that meets the strong Wolfe conditions, for convex functions.
//!
//! Nocedal and Wright, Numerical Optimization (2nd edition, 2006), equation 3.7. Along a line a
//! convex function has an increasing slope, so that the acceptable steps are one interval: a step
//! that decreases too little or where the slope is too positive is too long, one where the slope
//! is too negative is too short, and doubling and bisection find the interval without the
//! interpolation of their Algorithm 3.6.

use super::line::LinePoint;

/// `c1`: the part of the decrease promised by the slope that a step must reach.
const SUFFICIENT_DECREASE: f64 = 1e-4;
/// `c2`: the part of the slope at the start that may be left.
const CURVATURE: f64 = 0.9;
/// Rounding of the value, relative to it. Near the optimum the decrease is smaller than that, and
/// the slope alone decides.
const ROUNDING: f64 = 1e-14;
/// Doublings and halvings tried: more than a step needs in f64 unless the slope is wrong.
const MAX_TRIALS: usize = 60;

/// A step along a line whose value and slope are `at(step)`, and its point; the first step tried
/// is 1.
///
/// `None` if the line does not descend or no step is acceptable: nothing but rounding is left.
pub(super) fn strong_wolfe_step(at: impl Fn(f64) -> LinePoint) -> Option<(f64, LinePoint)> {
    let start = at(0.0);
    if start.slope.is_nan() || start.slope >= 0.0 {
        return None;
    }
    let slack = ROUNDING * start.value.abs();
    let (mut too_short, mut too_long) = (0.0, f64::INFINITY);
    let mut step = 1.0;
    for _ in 0..MAX_TRIALS {
        let point = at(step);
        let enough = start.value + SUFFICIENT_DECREASE * step * start.slope + slack;
        if point.value > enough || point.slope > -CURVATURE * start.slope {
            too_long = step;
        } else if point.slope < CURVATURE * start.slope {
            too_short = step;
        } else {
            return Some((step, point));
        }
        step = if too_long.is_finite() { 0.5 * (too_short + too_long) } else { 2.0 * step };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `1/2 (step - minimum)^2`.
    fn parabola(minimum: f64) -> impl Fn(f64) -> LinePoint {
        move |step| LinePoint { value: 0.5 * (step - minimum).powi(2), slope: step - minimum }
    }

    #[test]
    fn the_step_meets_both_conditions_near_and_far() {
        for minimum in [1e-6, 0.3, 1.0, 7.0, 1e6] {
            let at = parabola(minimum);
            let start = at(0.0);
            let (step, point) = strong_wolfe_step(&at).unwrap();
            assert_eq!(point, at(step));
            assert!(point.value <= start.value + SUFFICIENT_DECREASE * step * start.slope);
            assert!(point.slope.abs() <= CURVATURE * start.slope.abs());
        }
    }

    #[test]
    fn a_unit_step_is_taken_when_it_will_do() {
        assert_eq!(strong_wolfe_step(parabola(1.2)).unwrap().0, 1.0);
    }

    #[test]
    fn no_step_goes_uphill() {
        assert_eq!(strong_wolfe_step(parabola(-1.0)), None);
    }

    #[test]
    fn a_slope_that_lies_ends_the_search() {
        let rising = |step: f64| LinePoint { value: step, slope: -1e-3 };
        assert_eq!(strong_wolfe_step(rising), None);
    }
}
