//! What a head says of some rows.

use ndarray::{Array2, ArrayView1, ArrayView2};

use crate::calibration::{Platt, Temperature};

/// Scores, probabilities where there are any, and the class predicted.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    scores: Array2<f32>,
    log_probabilities: Option<Array2<f64>>,
    classes: Vec<usize>,
}

impl Predictions {
    /// From margins `[n_samples, n_classes]`, which say nothing of probabilities.
    pub fn from_margins(scores: Array2<f32>) -> Self {
        let classes = argmax_rows(scores.view());
        Self { scores, log_probabilities: None, classes }
    }

    /// From logits `[n_samples, n_classes]`: probabilities are the softmax of logits over
    /// `temperature`, which changes no prediction.
    pub fn from_logits(scores: Array2<f32>, temperature: Temperature) -> Self {
        let classes = argmax_rows(scores.view());
        let log_probabilities = Some(temperature.log_probabilities(scores.view()));
        Self { scores, log_probabilities, classes }
    }

    /// From each class's part of votes, `[n_samples, n_classes]`: probabilities as they are.
    pub fn from_shares(shares: Array2<f32>) -> Self {
        let classes = argmax_rows(shares.view());
        let log_probabilities = Some(shares.mapv(|share| f64::from(share).ln()));
        Self { scores: shares, log_probabilities, classes }
    }

    /// From margins `[n_samples, n_classes]` with a sigmoid for each class.
    ///
    /// The class predicted is that of the highest probability, as in scikit-learn's
    /// `CalibratedClassifierCV`; it need not be that of the highest margin.
    pub fn from_calibrated_margins(scores: Array2<f32>, platt: &Platt) -> Self {
        let log_probabilities = platt.log_probabilities(scores.view());
        let classes = argmax_rows(log_probabilities.view());
        Self { scores, log_probabilities: Some(log_probabilities), classes }
    }

    /// Scores as the head gives them, `[n_samples, n_classes]`.
    pub fn scores(&self) -> ArrayView2<'_, f32> {
        self.scores.view()
    }

    /// Natural logarithms of the probabilities, `[n_samples, n_classes]`; `None` for plain margins.
    pub fn log_probabilities(&self) -> Option<ArrayView2<'_, f64>> {
        self.log_probabilities.as_ref().map(Array2::view)
    }

    /// Probabilities, `[n_samples, n_classes]`, each row of sum 1; `None` for plain margins.
    pub fn probabilities(&self) -> Option<Array2<f64>> {
        self.log_probabilities.as_ref().map(|logs| logs.mapv(f64::exp))
    }

    /// The class predicted for each row.
    pub fn classes(&self) -> &[usize] {
        &self.classes
    }

    /// Number of rows.
    pub fn n_samples(&self) -> usize {
        self.scores.nrows()
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.scores.ncols()
    }

    /// What ranks rows by how much they belong to `class`: log-probabilities, else scores.
    pub(super) fn ranked_by(&self, class: usize) -> impl Iterator<Item = f64> {
        (0..self.n_samples()).map(move |row| match &self.log_probabilities {
            Some(logs) => logs[[row, class]],
            None => f64::from(self.scores[[row, class]]),
        })
    }

    /// Mean over rows of minus the log-probability of their label, in nats; `None` for plain
    /// margins. A certain mistake costs what it should instead of infinity, and a label without any
    /// vote as much as a vote of [`f32::EPSILON`], as in scikit-learn's `log_loss`.
    pub fn log_loss(&self, labels: &[usize]) -> Option<f64> {
        let logs = self.log_probabilities.as_ref()?;
        let of_label = |(row, &label): (usize, &usize)| match logs[[row, label]] {
            f64::NEG_INFINITY => f64::from(f32::EPSILON).ln(),
            log => log,
        };
        let sum: f64 = labels.iter().enumerate().map(of_label).sum();
        Some(-sum / labels.len() as f64)
    }
}

/// The column of the highest value in each row; the first of equals.
pub fn argmax_rows<T: PartialOrd + Copy>(values: ArrayView2<'_, T>) -> Vec<usize> {
    let argmax = |row: ArrayView1<'_, T>| {
        (1..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best })
    };
    values.rows().into_iter().map(argmax).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn equal_scores_go_to_the_first_class() {
        assert_eq!(argmax_rows(array![[1.0, 1.0], [0.0, 1.0]].view()), [0, 1]);
    }

    #[test]
    fn even_logits_cost_log_k_and_a_certain_mistake_stays_finite() {
        let even = Predictions::from_logits(array![[1.0, 1.0, 1.0]], Temperature::ONE);
        assert!((even.log_loss(&[2]).unwrap() - 3f64.ln()).abs() < 1e-15);
        let sure = Predictions::from_logits(array![[0.0, 1e6]], Temperature::ONE);
        assert_eq!(sure.log_loss(&[0]), Some(1e6));
        assert_eq!(sure.probabilities(), Some(array![[0.0, 1.0]]));
    }

    #[test]
    fn margins_have_no_probabilities() {
        let margins = Predictions::from_margins(array![[-1.0, 0.5]]);
        assert_eq!((margins.log_loss(&[0]), margins.probabilities()), (None, None));
        assert_eq!(margins.classes(), [1]);
    }

    #[test]
    fn shares_are_probabilities_and_no_vote_is_not_infinitely_wrong() {
        let votes = Predictions::from_shares(array![[0.25, 0.75, 0.0], [0.0, 0.0, 1.0]]);
        let expected = array![[0.25, 0.75, 0.0], [0.0, 0.0, 1.0]];
        let difference = votes.probabilities().unwrap() - expected;
        assert!(difference.iter().all(|difference: &f64| difference.abs() < 1e-15));
        assert_eq!(votes.classes(), [1, 2]);
        let cost = votes.log_loss(&[2, 2]).unwrap();
        assert!((cost - f64::from(f32::EPSILON).ln().abs() / 2.0).abs() < 1e-12);
    }

    #[test]
    fn sigmoids_may_change_what_is_predicted() {
        let platt = Platt { slope: vec![1.0, 1.0], intercept: vec![3.0, 0.0] };
        let calibrated = Predictions::from_calibrated_margins(array![[0.0, 1.0]], &platt);
        assert_eq!(calibrated.classes(), [0]);
    }
}
