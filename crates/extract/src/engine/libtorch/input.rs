//! From u8 pixels to what the network was trained on.

use preprocess::{ChannelOrder, Normalization};
use tch::{Device, Kind, Tensor};

/// A normalization on a device.
pub(super) struct InputTransform {
    channels: ChannelOrder,
    scale: f64,
    /// [1, 1, 1, 3], in the order of `channels`.
    mean: Tensor,
    std: Tensor,
}

impl InputTransform {
    pub(super) fn new(normalization: &Normalization, device: Device) -> Self {
        let per_channel =
            |values: &[f32; 3]| Tensor::from_slice(values).view([1, 1, 1, 3]).to_device(device);
        Self {
            channels: normalization.channels,
            scale: f64::from(normalization.scale),
            mean: per_channel(&normalization.mean),
            std: per_channel(&normalization.std),
        }
    }

    /// [n, height, width, 3] u8 RGB to f32, on the device of both. The steps, and their order, are those of torchvision's
    /// `ToTensor` and `Normalize`, and of Keras' `preprocess_input`: they decide the last bits.
    pub(super) fn apply(&self, pixels: &Tensor) -> Tensor {
        let pixels = match self.channels {
            ChannelOrder::Rgb => pixels.shallow_clone(),
            ChannelOrder::Bgr => pixels.flip([3]),
        };
        (pixels.to_kind(Kind::Float) / self.scale - &self.mean) / &self.std
    }
}
