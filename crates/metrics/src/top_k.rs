//! Accuracy when several guesses are allowed.

use ndarray::ArrayView2;

/// Fraction of rows whose label is among the `k` highest of its scores `[n_samples, n_classes]`.
///
/// Of equal scores the first class ranks first, so that `k` = 1 gives the accuracy of
/// [`argmax_rows`](super::argmax_rows); scikit-learn's `top_k_accuracy_score` ranks the last first.
///
/// # Examples
///
/// ```
/// use metrics::top_k_accuracy;
/// use ndarray::array;
///
/// let scores = array![[0.1, 0.7, 0.2], [0.5, 0.4, 0.1]];
/// assert_eq!(top_k_accuracy(scores.view(), &[2, 0], 1), 0.5);
/// assert_eq!(top_k_accuracy(scores.view(), &[2, 0], 2), 1.0);
/// ```
pub fn top_k_accuracy(scores: ArrayView2<'_, f32>, labels: &[usize], k: usize) -> f64 {
    let is_hit = |(row, label): &(ndarray::ArrayView1<'_, f32>, &usize)| {
        let (own, label) = (row[**label], **label);
        let above = |(class, &score): (usize, &f32)| score > own || (score == own && class < label);
        row.iter().enumerate().filter(|&entry| above(entry)).count() < k
    };
    let n_hits = scores.rows().into_iter().zip(labels).filter(is_hit).count();
    n_hits as f64 / labels.len() as f64
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn of_equal_scores_the_first_class_is_ranked_first() {
        let scores = array![[1.0, 3.0, 3.0, 2.0]];
        let hits = |label| [1, 2, 3, 4].map(|k| top_k_accuracy(scores.view(), &[label], k));
        assert_eq!(hits(1), [1.0; 4]);
        assert_eq!(hits(2), [0.0, 1.0, 1.0, 1.0]);
        assert_eq!(hits(0), [0.0, 0.0, 0.0, 1.0]);
    }
}
