//! The rows of one class in the order in which their scores put them.

use ndarray::ArrayView1;

/// The rows that count for a class, by descending score; rows of equal score keep their order, as
/// in MATLAB's and numpy's stable sorts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RankedRows(Vec<RankedRow>);

#[derive(Clone, Copy, Debug, PartialEq)]
struct RankedRow {
    row: usize,
    score: f64,
    is_positive: bool,
}

impl RankedRows {
    /// Ranks rows by `scores` `[n_samples]`. `truth` `[n_samples]` is above zero for positive rows,
    /// below zero for negative ones, and 0 for rows that are left out. No score may be NaN.
    pub(crate) fn new(scores: ArrayView1<'_, f32>, truth: impl Iterator<Item = i8>) -> Self {
        let rows = scores.iter().zip(truth).enumerate().filter(|(_, (_, truth))| *truth != 0);
        let mut rows: Vec<_> = rows
            .map(|(row, (&score, truth))| {
                // Adding zero makes -0 and 0 one score.
                RankedRow { row, score: f64::from(score) + 0.0, is_positive: truth > 0 }
            })
            .collect();
        rows.sort_by(|a, b| b.score.total_cmp(&a.score));
        Self(rows)
    }

    /// Score of each ranked row, and whether it is positive, each row as often as `times`
    /// `[n_samples]` says.
    pub(crate) fn repeated<'a>(
        &'a self,
        times: &'a [u32],
    ) -> impl Iterator<Item = (f64, bool)> + 'a {
        self.0.iter().flat_map(|ranked| {
            std::iter::repeat_n((ranked.score, ranked.is_positive), times[ranked.row] as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn equal_scores_keep_the_order_of_the_rows_and_what_is_ignored_is_gone() {
        let scores = array![0.0, 2.0, -0.0, 3.0, 0.0];
        let ranked = RankedRows::new(scores.view(), [1, -1, -1, 0, 1].into_iter());
        let once: Vec<_> = ranked.repeated(&[1; 5]).collect();
        assert_eq!(once, [(2.0, false), (0.0, true), (0.0, false), (0.0, true)]);
        let drawn: Vec<_> = ranked.repeated(&[2, 0, 0, 9, 1]).map(|row| row.1).collect();
        assert_eq!(drawn, [true, true, true]);
    }
}
