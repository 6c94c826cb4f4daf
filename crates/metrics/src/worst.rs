//! The rows that a head gets most wrong.

use super::Predictions;

/// One row and how wrong it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorstRow {
    /// Position among the rows evaluated.
    pub position: usize,
    /// Its class.
    pub label: usize,
    /// The class predicted.
    pub prediction: usize,
    /// Probability of its class; `None` for plain margins.
    pub probability: Option<f64>,
    /// Score of its class less the highest score of another: below zero where that one wins.
    pub margin: f64,
}

/// The `n` worst rows, right ones among them when fewer are wrong: lowest probability of the true
/// class first, or lowest margin where there are no probabilities. Equals keep their order.
///
/// # Examples
///
/// ```
/// use metrics::{Predictions, worst_rows};
/// use ndarray::array;
///
/// let predictions = Predictions::by_score(array![[2.0, 0.0], [0.0, 3.0]], None);
/// let worst = worst_rows(&predictions, &[0, 0], 1);
/// assert_eq!((worst[0].position, worst[0].margin), (1, -3.0));
/// ```
pub fn worst_rows(predictions: &Predictions, labels: &[usize], n: usize) -> Vec<WorstRow> {
    let rows = labels.iter().zip(predictions.classes()).enumerate();
    let rows = rows.map(|(position, (&label, &prediction))| {
        let logs = predictions.log_probabilities();
        let log_probability = logs.map(|logs| logs[[position, label]]);
        let margin = margin(predictions, position, label);
        let probability = log_probability.map(f64::exp);
        let row = WorstRow { position, label, prediction, probability, margin };
        (log_probability.unwrap_or(margin), row)
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    rows.into_iter().take(n).map(|(_, row)| row).collect()
}

fn margin(predictions: &Predictions, position: usize, label: usize) -> f64 {
    let scores = predictions.scores();
    let score = |class: usize| f64::from(scores[[position, class]]);
    let others = (0..predictions.n_classes()).filter(|&class| class != label).map(score);
    score(label) - others.fold(f64::NEG_INFINITY, f64::max)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_worst_come_first_with_what_was_said_of_them() {
        let scores = array![[2.0, 0.0, 1.0], [0.0, 3.0, 1.0], [0.0, 0.0, 1.0]];
        let labels = [0, 0, 1];
        let worst = worst_rows(&Predictions::by_score(scores.clone(), None), &labels, 2);
        let positions: Vec<_> = worst.iter().map(|row| row.position).collect();
        assert_eq!(positions, [1, 2]);
        let first =
            WorstRow { position: 1, label: 0, prediction: 1, probability: None, margin: -3.0 };
        assert_eq!(worst[0], first);

        let mut logs = scores.mapv(f64::from);
        for mut row in logs.rows_mut() {
            row -= row.mapv(f64::exp).sum().ln();
        }
        let logits = Predictions::by_score(scores, Some(logs));
        let all = worst_rows(&logits, &labels, 9);
        assert_eq!((all.len(), all[2].position, all[2].prediction), (3, 0, 0));
        assert!(all[0].probability.unwrap() < all[1].probability.unwrap());
        assert_eq!(all[2].margin, 1.0);
    }
}
