//! Areas under curves over all thresholds.

/// Rows in descending order of score, those of equal score together: how many positive and negative
/// ones there are down to each distinct score.
///
/// # Examples
///
/// ```
/// use metrics::Ranking;
///
/// let ranking = Ranking::new([(0.9, true), (0.5, false), (0.1, true)].into_iter());
/// assert_eq!(ranking.roc_auc(), Some(0.5));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking {
    /// Cumulative counts of (positive, negative) rows.
    steps: Vec<(u64, u64)>,
}

impl Ranking {
    /// Ranks pairs of a score and whether the row is positive. No score may be NaN.
    pub fn new(rows: impl Iterator<Item = (f64, bool)>) -> Self {
        let mut rows: Vec<_> = rows.collect();
        rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let (mut positive, mut negative) = (0, 0);
        // Not bits but values are compared: 0 and -0 are one score.
        let of_group = |group: &[(f64, bool)]| {
            let of_group = group.iter().filter(|row| row.1).count() as u64;
            positive += of_group;
            negative += group.len() as u64 - of_group;
            (positive, negative)
        };
        Self { steps: rows.chunk_by(|a, b| a.0 == b.0).map(of_group).collect() }
    }

    /// Area under the ROC curve by the trapezoid rule: the chance that a positive row is ranked
    /// above a negative one, equal scores counting half (scikit-learn's `roc_auc_score`). `None`
    /// unless there are rows of both kinds.
    pub fn roc_auc(&self) -> Option<f64> {
        let &(positives, negatives) = self.steps.last()?;
        if positives == 0 || negatives == 0 {
            return None;
        }
        // Integers, so that the order of the sum costs nothing.
        let mut double_area = 0u128;
        let (mut tp, mut fp) = (0, 0);
        for &(next_tp, next_fp) in &self.steps {
            double_area += u128::from(next_fp - fp) * u128::from(tp + next_tp);
            (tp, fp) = (next_tp, next_fp);
        }
        Some(double_area as f64 / (2.0 * positives as f64 * negatives as f64))
    }

    /// Sum over thresholds of the gain in recall times the precision there, without interpolation
    /// (scikit-learn's `average_precision_score`). `None` without positive rows.
    pub fn average_precision(&self) -> Option<f64> {
        let &(positives, _) = self.steps.last()?;
        if positives == 0 {
            return None;
        }
        let mut sum = 0.0;
        let mut tp = 0;
        for &(next_tp, next_fp) in &self.steps {
            sum += (next_tp - tp) as f64 * next_tp as f64 / (next_tp + next_fp) as f64;
            tp = next_tp;
        }
        Some(sum / positives as f64)
    }

    /// Recall and precision down to each distinct score, the highest first (scikit-learn's
    /// `precision_recall_curve` without its last point). Empty without positive rows.
    pub fn precision_recall(&self) -> Vec<(f64, f64)> {
        let positives = self.steps.last().map_or(0, |&(positives, _)| positives);
        let point =
            |&(tp, fp): &(u64, u64)| (tp as f64 / positives as f64, tp as f64 / (tp + fp) as f64);
        if positives == 0 { Vec::new() } else { self.steps.iter().map(point).collect() }
    }
}

/// The mean of `values`, where there are any.
pub fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_and_an_even_ranking() {
        let perfect = Ranking::new([(0.1, false), (0.9, true), (0.8, true)].into_iter());
        assert_eq!((perfect.roc_auc(), perfect.average_precision()), (Some(1.0), Some(1.0)));
        let even = Ranking::new([(0.0, true), (-0.0, false), (0.0, false)].into_iter());
        assert_eq!(even.roc_auc(), Some(0.5));
        assert_eq!(even.average_precision(), Some(1.0 / 3.0));
    }

    #[test]
    fn precision_falls_as_recall_grows() {
        // precision_recall_curve([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1]) of scikit-learn 1.7, read backwards.
        let rows = [(0.9, true), (0.5, false), (0.5, true), (0.1, false)];
        let curve = Ranking::new(rows.into_iter()).precision_recall();
        assert_eq!(curve, [(0.5, 1.0), (1.0, 2.0 / 3.0), (1.0, 0.5)]);
        assert_eq!(Ranking::new([(0.5, false)].into_iter()).precision_recall(), []);
    }

    #[test]
    fn one_kind_of_rows_has_no_area() {
        let positive = Ranking::new([(0.5, true)].into_iter());
        assert_eq!((positive.roc_auc(), positive.average_precision()), (None, Some(1.0)));
        let negative = Ranking::new([(0.5, false)].into_iter());
        assert_eq!((negative.roc_auc(), negative.average_precision()), (None, None));
        let nothing = Ranking::new(std::iter::empty());
        assert_eq!((nothing.roc_auc(), nothing.average_precision()), (None, None));
    }
}
