//! The fence beyond which a number is an outlier.

/// Tukey's fence: the upper quartile, and `width` times the distance of the quartiles above it. Quartiles between two
/// numbers are interpolated, as NumPy does. `None` of no number.
///
/// # Examples
///
/// ```
/// assert_eq!(audit::upper_fence(&[1.0, 2.0, 3.0, 4.0, 5.0], 1.5), Some(4.0 + 1.5 * 2.0));
/// ```
pub fn upper_fence(numbers: &[f64], width: f64) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (lower, upper) = (quantile(&sorted, 0.25)?, quantile(&sorted, 0.75)?);
    Some(upper + width * (upper - lower))
}

/// The number below which the share `share` of ascending numbers lies.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_interpolated() {
        assert_eq!(quantile(&[0.0, 10.0], 0.25), Some(2.5));
        assert_eq!(quantile(&[7.0], 0.75), Some(7.0));
        assert_eq!(upper_fence(&[], 1.5), None);
    }
}
