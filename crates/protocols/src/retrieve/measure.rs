//! How good the order of images is.

use serde::Serialize;

/// What an image is to a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It should be found.
    Positive,
    /// It should not.
    Negative,
    /// It is as if it were not there.
    Junk,
    /// It is the query itself, and as if it were not there.
    Query,
}

impl Answer {
    /// Whether the image has a place in the order.
    pub fn counts(self) -> bool {
        matches!(self, Self::Positive | Self::Negative)
    }
}

/// Average precision of images in their order, when `n_positives` should be found, not all of which need to
/// be among them: the area under precision over recall by the trapezoid rule, from precision 1 at
/// recall 0. `None` without a positive, where the official programs divide by zero.
///
/// That is what both `compute_ap.cpp` of Oxford5k (in f32) and `holidays_map.py` of Holidays compute: with
/// `rank` images before it, `k` of them positive, each positive adds
/// `(k / rank + (k + 1) / (rank + 1)) / 2 / n_positives`, where `0 / 0` is 1.
pub fn average_precision(
    answers: impl IntoIterator<Item = Answer>,
    n_positives: usize,
) -> Option<f64> {
    if n_positives == 0 {
        return None;
    }
    let (mut sum, mut found) = (0.0, 0u32);
    let counting = answers.into_iter().filter(|answer| answer.counts());
    for (rank, answer) in counting.enumerate() {
        if answer == Answer::Positive {
            let before = if rank == 0 { 1.0 } else { f64::from(found) / rank as f64 };
            found += 1;
            sum += f64::midpoint(before, f64::from(found) / (rank + 1) as f64);
        }
    }
    Some(sum / n_positives as f64)
}

/// Positives among the first `n` images that count.
pub fn found_among_first(n: usize, answers: impl IntoIterator<Item = Answer>) -> usize {
    let counting = answers.into_iter().filter(|answer| answer.counts());
    counting.take(n).filter(|answer| *answer == Answer::Positive).count()
}

#[cfg(test)]
mod tests {
    use super::Answer::{Junk, Negative, Positive, Query};
    use super::*;

    #[test]
    fn a_perfect_order_is_1_and_the_trapezoid_begins_at_precision_1() {
        assert_eq!(average_precision([Positive, Positive, Negative], 2), Some(1.0));
        // One positive at the second place: from precision 0 there to 1/2.
        assert_eq!(average_precision([Negative, Positive], 1), Some(0.25));
        // Then from precision 1/2 to 2/3.
        let third = average_precision([Positive, Negative, Positive], 2).unwrap();
        assert!((third - f64::midpoint(1.0, 7.0 / 12.0)).abs() < 1e-15);
    }

    #[test]
    fn junk_and_the_query_take_no_place() {
        let without = average_precision([Negative, Positive], 1);
        assert_eq!(average_precision([Junk, Negative, Query, Junk, Positive], 1), without);
        assert_eq!(found_among_first(2, [Query, Junk, Positive, Negative, Positive]), 1);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(average_precision([Positive], 4), Some(0.25));
        assert_eq!(average_precision([Negative], 0), None);
        assert_eq!(average_precision([], 3), Some(0.0));
        assert_eq!(found_among_first(4, [Positive]), 1);
    }
}
