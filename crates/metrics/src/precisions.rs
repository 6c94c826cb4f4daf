/// The precision down to each positive row, in the order of `ranked`, which says of each row, by
/// descending score, whether it is positive. Each row is a threshold of its own.
///
/// Precision rises at positive rows only: these alone can hold a maximum.
pub(super) fn precisions_at_positives(ranked: impl Iterator<Item = bool>) -> Vec<f64> {
    let at_positives = (1_u32..).zip(ranked).filter(|(_, is_positive)| *is_positive);
    let precision =
        |(positives, (rank, _)): (u32, (u32, bool))| f64::from(positives) / f64::from(rank);
    (1..).zip(at_positives).map(precision).collect()
}
