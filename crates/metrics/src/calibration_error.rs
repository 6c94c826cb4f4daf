//! Whether probabilities are what they claim to be.

/// Bins of the expected calibration error.
const N_BINS: usize = 15;

/// Expected calibration error (Guo et al., On calibration of modern neural networks, ICML 2017,
/// equation 3): rows are put into 15 bins of equal width by the probability of the class
/// that is predicted for them; the error is the mean over rows of the difference between mean
/// probability and accuracy in their bin. A bin holds its upper edge and not its lower one.
///
/// `rows` gives that probability, and whether the prediction is right; at least one row.
///
/// # Examples
///
/// ```
/// use metrics::calibration_error;
///
/// // Two predictions of which the head was sure, and one of them is wrong.
/// assert_eq!(calibration_error([(1.0, true), (1.0, false)].into_iter()), 0.5);
/// ```
pub fn calibration_error(rows: impl Iterator<Item = (f64, bool)>) -> f64 {
    let bins = reliability(rows, N_BINS);
    let gaps = bins.iter().map(|bin| (bin.probability - bin.hits as f64).abs());
    gaps.sum::<f64>() / bins.iter().map(|bin| bin.n_rows).sum::<u64>() as f64
}

/// Rows of about one probability.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReliabilityBin {
    /// Number of rows.
    pub n_rows: u64,
    /// Sum of the probabilities of the classes predicted.
    pub probability: f64,
    /// Rows whose prediction is right.
    pub hits: u64,
}

/// The same rows in `n_bins` bins: what a reliability diagram shows (equations 1 and 2 there, times the rows of
/// each bin).
pub fn reliability(rows: impl Iterator<Item = (f64, bool)>, n_bins: usize) -> Vec<ReliabilityBin> {
    let mut bins = vec![ReliabilityBin::default(); n_bins];
    for (probability, is_hit) in rows {
        let bin = (probability * n_bins as f64).ceil() as usize;
        let bin = &mut bins[bin.clamp(1, n_bins) - 1];
        bin.n_rows += 1;
        bin.probability += probability;
        bin.hits += u64::from(is_hit);
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_probabilities_have_no_error_and_boasting_costs_its_excess() {
        let half = [(0.5, true), (0.5, false)];
        assert_eq!(calibration_error(half.into_iter()), 0.0);
        let boast = [(1.0, true), (1.0, false)];
        assert_eq!(calibration_error(boast.into_iter()), 0.5);
        // Errors in opposite directions do not cancel between bins.
        let both = [(0.6, true), (1.0, false)];
        assert!((calibration_error(both.into_iter()) - 0.7).abs() < 1e-15);
    }
}
