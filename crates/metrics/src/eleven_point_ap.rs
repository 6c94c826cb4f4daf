//! Average precision of PASCAL VOC up to 2009.

use super::precisions::precisions_at_positives;

/// Recalls at which the precision is read, as MATLAB computes `0:0.1:1` from both ends: the fourth
/// is a digit above 0.3, which decides where the recall is 3 of 10.
const RECALLS: [f64; 11] = [0.0, 0.1, 0.2, 3.0 * 0.1, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

/// Mean over eleven recalls of the highest precision that is reached at that recall or beyond
/// (Everingham et al., The PASCAL Visual Object Classes Challenge, 2010, section 4.2), as
/// `VOCevalcls.m` of the VOC 2007 development kit computes it.
///
/// `ranked` says of each row, by descending score, whether it is positive. Each row is a threshold of
/// its own, so that rows of equal score count in their order. `None` without positive rows.
pub(crate) fn eleven_point_ap(ranked: impl Iterator<Item = bool>) -> Option<f64> {
    let precisions = precisions_at_positives(ranked);
    let n = precisions.len() as f64;
    let mut best = 0.0f64;
    let mut sum = 0.0;
    let mut rest = precisions.iter().enumerate().rev().peekable();
    for recall in RECALLS.into_iter().rev() {
        while let Some((_, precision)) = rest.next_if(|(i, _)| (i + 1) as f64 / n >= recall) {
            best = best.max(*precision);
        }
        sum += best;
    }
    (n > 0.0).then_some(sum / 11.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_is_the_best_at_a_recall_or_beyond() {
        // Precision 1 up to recall 1/2, then 2/4.
        let ap = eleven_point_ap([true, false, false, true].into_iter()).unwrap();
        assert!((ap - (6.0 + 5.0 * 0.5) / 11.0).abs() < 1e-15);
        assert_eq!(eleven_point_ap([false, true].into_iter()), Some(0.5));
        assert_eq!(eleven_point_ap([false].into_iter()), None);
    }

    #[test]
    fn three_of_ten_is_below_the_fourth_recall() {
        // Three positives of ten first, then many negatives.
        let ranked = [[true; 3].as_slice(), &[false; 60], &[true; 7]].concat();
        let ap = eleven_point_ap(ranked.into_iter()).unwrap();
        assert!((ap - (3.0 + 8.0 * 10.0 / 70.0) / 11.0).abs() < 1e-15);
    }
}
