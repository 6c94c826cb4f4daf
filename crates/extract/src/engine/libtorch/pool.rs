//! The poolings of taps.

use tch::{Kind, Tensor};

use crate::tap::Pooling;

/// Height and width of [n, channels, height, width].
const SPACE: [i64; 2] = [2, 3];

/// [n, channels, height, width] to [n, n_features] f32, computed in f32 whatever the activation is in,
/// and in memory of its own: the activation may be written over.
pub(super) fn pool(activation: &Tensor, pooling: &Pooling) -> Tensor {
    let activation = &activation.to_kind(Kind::Float);
    match pooling {
        Pooling::Gap => activation.mean_dim(SPACE.as_slice(), false, Kind::Float),
        Pooling::Max => activation.amax(SPACE.as_slice(), false),
        Pooling::Gem(exponent) => {
            let exponent = f64::from(*exponent);
            let powers = activation.clamp_min(Pooling::GEM_FLOOR).pow_tensor_scalar(exponent);
            let mean = powers.mean_dim(SPACE.as_slice(), false, Kind::Float);
            mean.pow_tensor_scalar(1.0 / exponent)
        }
        Pooling::Flatten => flatten(activation).copy(),
        Pooling::Spp(grids) => {
            let grid = |&n: &usize| {
                let (maxima, _) = activation.adaptive_max_pool2d([n as i64; 2]);
                flatten(&maxima)
            };
            Tensor::cat(&grids.iter().map(grid).collect::<Vec<_>>(), 1)
        }
    }
}

/// To rows in the order height, width, channels.
fn flatten(activation: &Tensor) -> Tensor {
    activation.permute([0, 2, 3, 1]).flatten(1, -1)
}
