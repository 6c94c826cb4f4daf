//! Average precision of PASCAL VOC from 2010 on.

use super::precisions::precisions_at_positives;

/// Area under the precision-recall curve after each precision has been raised to the highest one at
/// that recall or beyond: `VOCap.m` of the VOC 2010 development kit, and VISSL's `calculate_ap`.
///
/// `ranked` says of each row, by descending score, whether it is positive. Each row is a threshold of
/// its own, so that rows of equal score count in their order. `None` without positive rows.
pub(crate) fn all_point_ap(ranked: impl Iterator<Item = bool>) -> Option<f64> {
    let mut precisions = precisions_at_positives(ranked);
    let mut best = 0.0f64;
    for precision in precisions.iter_mut().rev() {
        best = best.max(*precision);
        *precision = best;
    }
    let n = precisions.len();
    (n > 0).then(|| precisions.iter().sum::<f64>() / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dip_in_precision_is_filled() {
        // Precisions 1/2, 2/3 and 3/5: the first is raised to the second.
        let ap = all_point_ap([false, true, true, false, true].into_iter()).unwrap();
        assert!((ap - (2.0 / 3.0 + 2.0 / 3.0 + 0.6) / 3.0).abs() < 1e-15);
        assert_eq!(all_point_ap([false].into_iter()), None);
    }
}
