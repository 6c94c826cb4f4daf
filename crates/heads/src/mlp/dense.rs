use ndarray::{Array1, Array2, ArrayView2, Axis};
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::products::{product, product_transposed, transposed_product};

/// `x W + b`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dense {
    /// `[n_inputs, n_units]`, row-major.
    pub(super) weights: Array2<f32>,
    /// `[n_units]`.
    pub(super) bias: Array1<f32>,
}

impl Dense {
    /// Uniform weights whose variance suits the number of inputs and units; no bias.
    pub(super) fn glorot(n_inputs: usize, n_units: usize, rng: &mut Xoshiro256PlusPlus) -> Self {
        let limit = (6.0 / (n_inputs + n_units) as f32).sqrt();
        let weights =
            Array2::from_shape_simple_fn((n_inputs, n_units), || rng.gen_range(-limit..=limit));
        Self { weights, bias: Array1::zeros(n_units) }
    }

    /// `[n, n_units]` of `x` `[n, n_inputs]`.
    pub(super) fn forward(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        product(x, self.weights.view()) + &self.bias
    }

    /// The gradients of weights and bias, given the inputs and the gradient of the outputs.
    pub(super) fn gradients(
        &self,
        x: ArrayView2<'_, f32>,
        outputs: &Array2<f32>,
    ) -> (Array2<f32>, Array1<f32>) {
        (transposed_product(x, outputs.view()), outputs.sum_axis(Axis(0)))
    }

    /// The gradient of the inputs.
    pub(super) fn input_gradient(&self, outputs: &Array2<f32>) -> Array2<f32> {
        product_transposed(outputs.view(), self.weights.view())
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn initial_weights_fill_their_range() {
        let dense = Dense::glorot(300, 100, &mut Xoshiro256PlusPlus::seed_from_u64(0));
        let limit = (6.0_f32 / 400.0).sqrt();
        let largest = dense.weights.iter().fold(0.0, |max: f32, weight| max.max(weight.abs()));
        assert!(largest <= limit && largest > 0.999 * limit);
        // The variance of a uniform variable is limit^2 / 3, here within 2 %: 30,000 of them.
        let variance = dense.weights.mapv(|weight| weight * weight).mean().unwrap();
        assert!((variance / (limit * limit / 3.0) - 1.0).abs() < 0.02);
        assert!(dense.bias.iter().all(|&bias| bias == 0.0));
    }
}
