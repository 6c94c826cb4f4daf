//! Log loss from logits.

use ndarray::ArrayView2;

/// Mean over rows of `log(sum_k exp z_k) - z_y`, in nats: the negative log-likelihood of softmax.
///
/// It is computed from the logits `[n, n_classes]` rather than from probabilities, so that a
/// certain mistake costs what it should instead of infinity.
pub fn log_loss(logits: ArrayView2<'_, f32>, labels: &[usize]) -> f64 {
    let loss = |(row, &label): (ndarray::ArrayView1<'_, f32>, &usize)| {
        let max = f64::from(row.fold(f32::NEG_INFINITY, |max, &z| max.max(z)));
        let sum: f64 = row.iter().map(|&z| (f64::from(z) - max).exp()).sum();
        max + sum.ln() - f64::from(row[label])
    };
    logits.rows().into_iter().zip(labels).map(loss).sum::<f64>() / labels.len() as f64
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn even_logits_cost_log_k_and_a_certain_mistake_stays_finite() {
        let even = log_loss(array![[1.0, 1.0, 1.0]].view(), &[2]);
        assert!((even - 3f64.ln()).abs() < 1e-15);
        assert_eq!(log_loss(array![[0.0, 1e6]].view(), &[0]), 1e6);
    }
}
