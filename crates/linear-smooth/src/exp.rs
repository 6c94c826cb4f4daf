//! `exp` in a form that the compiler turns into vector instructions.

/// `e^x` for `x <= 0`, within two units in the last place; below -87 it is that of -87, next to the
/// smallest normal number.
///
/// `e^x = 2^k 2^f` with `k` an integer and `f` at most 1/2 away from zero, where seven terms of the
/// series of `2^f` leave less than 1e-8 of it.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    /// `1.5 * 2^23`: adding it rounds to an integer, in vector instructions everywhere.
    const ROUND: f32 = 12_582_912.0;
    /// `ln(2)` in two parts, the first so short that its product with `k` is exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;

    let x = x.max(-87.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = x - k * LN_2_HIGH - k * LN_2_LOW;
    let mut series = 1.0 / 5040.0;
    for term in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        series = series * r + term;
    }
    let exponent =
        (shifted.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32).wrapping_add(127);
    series * f32::from_bits((exponent as u32) << 23)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_that_of_the_standard_library() {
        for step in 0..870_000 {
            let x = -(step as f32) * 1e-4;
            let (got, expected) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((got - expected).abs() <= 2.4e-7 * expected, "exp({x}) = {got}");
        }
        assert_eq!(exp(0.0), 1.0);
        assert!(exp(-1e30) > 0.0);
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }
}
