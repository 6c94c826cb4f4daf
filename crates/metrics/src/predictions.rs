//! What a head says of some rows.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

/// Scores, probabilities where there are any, and the class predicted.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    scores: Array2<f32>,
    log_probabilities: Option<Array2<f64>>,
    classes: Vec<usize>,
}

impl Predictions {
    /// From scores `[n_samples, n_classes]`, and the natural logarithms of the probabilities of the
    /// same shape where there are any. The class predicted is that of the highest score.
    ///
    /// # Examples
    ///
    /// ```
    /// use metrics::Predictions;
    /// use ndarray::array;
    ///
    /// let margins = Predictions::by_score(array![[-1.0, 0.5], [2.0, 0.0]], None);
    /// assert_eq!(margins.classes(), [1, 0]);
    /// assert_eq!(margins.probabilities(), None);
    /// ```
    pub fn by_score(scores: Array2<f32>, log_probabilities: Option<Array2<f64>>) -> Self {
        let classes = argmax_rows(scores.view());
        Self { scores, log_probabilities, classes }
    }

    /// The same, where the class predicted is that of the highest probability, which need not be that
    /// of the highest score: scikit-learn's `CalibratedClassifierCV` predicts so.
    pub fn by_probability(scores: Array2<f32>, log_probabilities: Array2<f64>) -> Self {
        let classes = argmax_rows(log_probabilities.view());
        Self { scores, log_probabilities: Some(log_probabilities), classes }
    }

    /// Scores as the head gives them, `[n_samples, n_classes]`.
    pub fn scores(&self) -> ArrayView2<'_, f32> {
        self.scores.view()
    }

    /// Natural logarithms of the probabilities, `[n_samples, n_classes]`; `None` where there are none.
    pub fn log_probabilities(&self) -> Option<ArrayView2<'_, f64>> {
        self.log_probabilities.as_ref().map(Array2::view)
    }

    /// Probabilities, `[n_samples, n_classes]`, each row of sum 1; `None` where there are none.
    pub fn probabilities(&self) -> Option<Array2<f64>> {
        self.log_probabilities.as_ref().map(|logs| logs.mapv(f64::exp))
    }

    /// The first row of which a score is not finite or a probability is NaN; that of 0 has no finite
    /// logarithm.
    pub fn first_not_finite(&self) -> Option<usize> {
        let is_odd = |score: &f32| !score.is_finite();
        let of_scores = self.scores.rows().into_iter().position(|row| row.iter().any(is_odd));
        let of_logs = self.log_probabilities().and_then(|logs| {
            logs.rows().into_iter().position(|row| row.iter().any(|log| log.is_nan()))
        });
        of_scores.into_iter().chain(of_logs).min()
    }

    /// The class predicted for each row.
    pub fn classes(&self) -> &[usize] {
        &self.classes
    }

    /// The predictions for the rows at `positions`, in their order.
    #[must_use]
    pub fn at(&self, positions: &[usize]) -> Self {
        Self {
            scores: self.scores.select(Axis(0), positions),
            log_probabilities: self
                .log_probabilities
                .as_ref()
                .map(|l| l.select(Axis(0), positions)),
            classes: positions.iter().map(|&position| self.classes[position]).collect(),
        }
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
    pub fn ranked_by(&self, class: usize) -> impl Iterator<Item = f64> {
        (0..self.n_samples()).map(move |row| match &self.log_probabilities {
            Some(logs) => logs[[row, class]],
            None => f64::from(self.scores[[row, class]]),
        })
    }

    /// Log loss: the mean over rows of minus the logarithm of the probability of their label, in nats;
    /// `None` without probabilities. A label of probability 0 counts as one of probability
    /// [`f32::EPSILON`], as in scikit-learn's `log_loss`.
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
    fn what_is_not_finite_is_found_but_for_probabilities_of_zero() {
        let scores = |second: f32| array![[1.0, 0.0], [second, 0.0]];
        let found = |scores, logs| Predictions::by_score(scores, logs).first_not_finite();
        for second in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(found(scores(second), None), Some(1));
        }
        let logs = |first: f64| Some(array![[first, 0.0], [f64::NEG_INFINITY, 0.0]]);
        assert_eq!(found(scores(1.0), logs(0.0)), None);
        assert_eq!(found(scores(f32::NAN), logs(f64::NAN)), Some(0));
    }

    #[test]
    fn equal_scores_go_to_the_first_class() {
        assert_eq!(argmax_rows(array![[1.0, 1.0], [0.0, 1.0]].view()), [0, 1]);
    }

    #[test]
    fn even_odds_cost_log_k_and_a_certain_mistake_stays_finite() {
        let even = array![[1.0, 1.0, 1.0]];
        let third = Array2::from_elem((1, 3), (1.0f64 / 3.0).ln());
        let even = Predictions::by_score(even, Some(third));
        assert!((even.log_loss(&[2]).unwrap() - 3f64.ln()).abs() < 1e-15);
        let sure = Predictions::by_score(array![[0.0, 1e6]], Some(array![[-1e6, 0.0]]));
        assert_eq!(sure.log_loss(&[0]), Some(1e6));
        assert_eq!(sure.probabilities(), Some(array![[0.0, 1.0]]));
    }

    #[test]
    fn scores_alone_have_no_probabilities() {
        let margins = Predictions::by_score(array![[-1.0, 0.5]], None);
        assert_eq!((margins.log_loss(&[0]), margins.probabilities()), (None, None));
        assert_eq!(margins.classes(), [1]);
    }

    #[test]
    fn a_probability_of_zero_is_not_infinitely_wrong() {
        let logs = array![[0.25f64, 0.75, 0.0], [0.0, 0.0, 1.0]].mapv_into(f64::ln);
        let votes = Predictions::by_score(Array2::zeros((2, 3)), Some(logs));
        let cost = votes.log_loss(&[2, 2]).unwrap();
        assert!((cost - f64::from(f32::EPSILON).ln().abs() / 2.0).abs() < 1e-12);
    }

    #[test]
    fn probabilities_may_change_what_is_predicted() {
        let (scores, logs) = (array![[0.0, 1.0]], array![[-0.1, -3.0]]);
        assert_eq!(Predictions::by_score(scores.clone(), Some(logs.clone())).classes(), [1]);
        assert_eq!(Predictions::by_probability(scores, logs).classes(), [0]);
    }
}
