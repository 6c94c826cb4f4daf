//! The poolings of taps.

use backbone::Pooling;
use tch::{Kind, TchError, Tensor};

/// Height and width of [n, channels, height, width].
const SPACE: [i64; 2] = [2, 3];

/// [n, channels, height, width] to [n, n_features] f32, computed in f32 whatever the activation is in,
/// and in memory of its own: the activation may be written over.
pub(super) fn pool(activation: &Tensor, pooling: &Pooling) -> Result<Tensor, TchError> {
    let activation = &activation.f_to_kind(Kind::Float)?;
    match pooling {
        Pooling::Gap => activation.f_mean_dim(SPACE.as_slice(), false, Kind::Float),
        Pooling::Max => activation.f_amax(SPACE.as_slice(), false),
        Pooling::Gem(exponent) => {
            let exponent = f64::from(*exponent);
            let powers = copy(activation)?.f_clamp_min_(Pooling::GEM_FLOOR)?.f_pow_(exponent)?;
            let mut mean = powers.f_mean_dim(SPACE.as_slice(), false, Kind::Float)?;
            mean.f_pow_(1.0 / exponent)
        }
        Pooling::Flatten => copy(&flatten(activation)?),
        Pooling::Spp(grids) => {
            let grid = |&n: &usize| {
                let (maxima, _) = activation.f_adaptive_max_pool2d([n as i64; 2])?;
                flatten(&maxima)
            };
            Tensor::f_cat(&grids.iter().map(grid).collect::<Result<Vec<_>, _>>()?, 1)
        }
    }
}

/// The same numbers in memory of their own.
fn copy(tensor: &Tensor) -> Result<Tensor, TchError> {
    let mut copy = tensor.f_zeros_like()?;
    copy.f_copy_(tensor)?;
    Ok(copy)
}

/// To rows in the order height, width, channels.
fn flatten(activation: &Tensor) -> Result<Tensor, TchError> {
    activation.permute([0, 2, 3, 1]).f_flatten(1, -1)
}
