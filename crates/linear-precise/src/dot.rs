//! Inner product and sum of an f64 vector and an f32 row.
//!
//! The rows of features stay in f32 and are widened element by element: half the memory traffic of
//! an f64 copy at the same accuracy.

/// Partial sums. Floating-point addition is not associative, so the compiler vectorizes a sum
/// only over sums that are separate in the source.
const LANES: usize = 8;

/// `sum_j weights[j] * row[j]` over the shorter length, in an order that is always the same.
pub(super) fn dot(weights: &[f64], row: &[f32]) -> f64 {
    let (weight_chunks, weight_rest) = weights.as_chunks::<LANES>();
    let (row_chunks, row_rest) = row.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (weights, row) in weight_chunks.iter().zip(row_chunks) {
        for lane in 0..LANES {
            sums[lane] += weights[lane] * f64::from(row[lane]);
        }
    }
    let rest: f64 = weight_rest.iter().zip(row_rest).map(|(w, &x)| w * f64::from(x)).sum();
    sums.iter().sum::<f64>() + rest
}

/// `weights[j] += factor * row[j]`.
pub(super) fn add_scaled(weights: &mut [f64], factor: f64, row: &[f32]) {
    for (weight, &value) in weights.iter_mut().zip(row) {
        *weight += factor * f64::from(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_any_length_are_summed_whole() {
        for length in [0, 1, LANES - 1, LANES, 2 * LANES + 3] {
            let weights: Vec<f64> = (0..length).map(|j| j as f64).collect();
            let row: Vec<f32> = (0..length).map(|j| 0.5 * j as f32).collect();
            let expected: f64 = (0..length).map(|j| 0.5 * (j * j) as f64).sum();
            assert_eq!(dot(&weights, &row), expected);
        }
    }

    #[test]
    fn scaled_rows_are_added() {
        let mut weights = [1.0, 2.0, 3.0];
        add_scaled(&mut weights, -2.0, &[0.5, 1.0, 0.0]);
        assert_eq!(weights, [0.0, 0.0, 3.0]);
    }
}
