//! From u8 pixels to what the network was trained on.

use preprocess::{ChannelOrder, Normalization};
use tch::{Device, Kind, TchError, Tensor};

/// A normalization on a device.
pub(super) struct InputTransform {
    channels: ChannelOrder,
    scale: f64,
    /// [1, 1, 1, 3], in the order of `channels`.
    mean: Tensor,
    std: Tensor,
}

impl InputTransform {
    pub(super) fn new(normalization: &Normalization, device: Device) -> Result<Self, TchError> {
        let per_channel = |values: &[f32; 3]| {
            Tensor::f_from_slice(values)?.view([1, 1, 1, 3]).f_to_device(device)
        };
        Ok(Self {
            channels: normalization.channels,
            scale: f64::from(normalization.scale),
            mean: per_channel(&normalization.mean)?,
            std: per_channel(&normalization.std)?,
        })
    }

    /// [n, height, width, 3] u8 RGB to f32, on the device of both. The steps, and their order, are those of torchvision's
    /// `ToTensor` and `Normalize`, and of Keras' `preprocess_input`: they decide the last bits.
    pub(super) fn apply(&self, pixels: &Tensor) -> Result<Tensor, TchError> {
        let pixels = match self.channels {
            ChannelOrder::Rgb => pixels.shallow_clone(),
            ChannelOrder::Bgr => pixels.f_flip([3])?,
        };
        let scaled = pixels.f_to_kind(Kind::Float)?.f_div_scalar_(self.scale)?;
        scaled.f_sub(&self.mean)?.f_div(&self.std)
    }
}
