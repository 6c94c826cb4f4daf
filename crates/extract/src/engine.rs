//! The frozen network, and its implementation on libtorch.
//!
//! Activations stay in NHWC order in memory (PyTorch's `channels_last`), which the convolutions of
//! oneDNN and cuDNN prefer. libtorch sees that from the strides alone: a tensor is laid out as
//! NHWC and then permuted, without a copy, to the NCHW shape that the operators speak of.

use std::cell::LazyCell;

use preprocess::{ChannelOrder, Normalization, Rgb};
use tch::{Device, Kind, Tensor, no_grad};

use crate::backbone::{Backbone, Layer};
use crate::tap::{Pooling, Tap};
use crate::weights::Weights;

/// Name of this engine in the provenance of features.
pub const NAME: &str = "libtorch";

/// What turns pixels into features. A run knows no more of it than this, so that it can be tried out
/// with an engine that costs nothing.
pub trait Engine {
    /// Features of a batch of images of one size, at least one: for each tap the rows
    /// [n_images, n_views * n_features], row-major. A row depends on its own image only.
    fn forward(&self, images: &[Rgb]) -> Vec<Vec<f32>>;
}

/// An engine that is made when the first image needs it, which may be never.
impl<E: Engine, F: FnOnce() -> E> Engine for LazyCell<E, F> {
    fn forward(&self, images: &[Rgb]) -> Vec<Vec<f32>> {
        E::forward(self, images)
    }
}

/// Why the device cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// Not the name of a device.
    #[error("unknown device `{name}`\nhint: write auto, cpu, cuda, or cuda:N")]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// libtorch sees no such GPU.
    #[error(
        "there is no device `{name}`: libtorch sees {n_gpus} CUDA GPUs\n\
         hint: {}",
        if *n_gpus == 0 {
            "install the NVIDIA driver and run `scripts/setup --cuda`, or use `--device cpu`"
        } else {
            "GPUs are counted from 0"
        }
    )]
    Unavailable {
        /// The name asked for.
        name: String,
        /// How many GPUs there are.
        n_gpus: i64,
    },
}

/// The device called `auto`, `cpu`, `cuda` or `cuda:N`; `auto` is the first GPU, else the CPU.
///
/// # Errors
/// When there is no such device. A GPU that was asked for is never replaced by the CPU.
pub fn device(name: &str) -> Result<Device, DeviceError> {
    let n_gpus = if tch::Cuda::is_available() { tch::Cuda::device_count() } else { 0 };
    let index = match name {
        "cpu" => return Ok(Device::Cpu),
        "auto" if n_gpus == 0 => return Ok(Device::Cpu),
        "auto" | "cuda" => 0,
        _ => name
            .strip_prefix("cuda:")
            .and_then(|index| index.parse().ok())
            .ok_or_else(|| DeviceError::Unknown { name: name.to_owned() })?,
    };
    if i64::try_from(index).is_ok_and(|index: i64| index < n_gpus) {
        Ok(Device::Cuda(index))
    } else {
        Err(DeviceError::Unavailable { name: name.to_owned(), n_gpus })
    }
}

/// A backbone with its weights on a device, up to its deepest tap.
pub struct Libtorch {
    layers: Vec<LoadedLayer>,
    taps: Vec<Tap>,
    input: InputTransform,
    device: Device,
}

enum LoadedLayer {
    Convolution { weight: Tensor, bias: Tensor },
    MaxPool,
}

/// From u8 pixels to what the network was trained on.
struct InputTransform {
    channels: ChannelOrder,
    scale: f64,
    /// [1, 1, 1, 3], in the order of `channels`.
    mean: Tensor,
    std: Tensor,
}

impl Libtorch {
    /// Loads the layers up to the deepest of `taps`.
    ///
    /// # Panics
    /// When `weights` are not those of `backbone`, or there is no tap.
    pub fn new(
        backbone: &Backbone,
        weights: &Weights,
        taps: &[Tap],
        normalization: &Normalization,
        device: Device,
    ) -> Self {
        assert_eq!(backbone.name, weights.backbone(), "weights are of the backbone");
        let deepest = taps.iter().map(|tap| tap.layer).max().expect("there is a tap");
        let parameter = |name: String| {
            let tensor = weights.tensor(&name).expect("opened weights hold all tensors");
            let shape: Vec<i64> = tensor.shape().iter().map(|&d| d as i64).collect();
            Tensor::from_slice(tensor.values()).view(shape.as_slice()).to_device(device)
        };
        let layers = backbone.layers[..=deepest]
            .iter()
            .map(|layer| match layer {
                Layer::Convolution(convolution) => LoadedLayer::Convolution {
                    // OIHW as a view of memory in OHWI order: channels_last.
                    weight: parameter(format!("{}.weight", convolution.name))
                        .permute([0, 2, 3, 1])
                        .contiguous()
                        .permute([0, 3, 1, 2]),
                    bias: parameter(format!("{}.bias", convolution.name)),
                },
                Layer::MaxPool(_) => LoadedLayer::MaxPool,
            })
            .collect();
        let per_channel =
            |values: &[f32; 3]| Tensor::from_slice(values).view([1, 1, 1, 3]).to_device(device);
        let input = InputTransform {
            channels: normalization.channels,
            scale: f64::from(normalization.scale),
            mean: per_channel(&normalization.mean),
            std: per_channel(&normalization.std),
        };
        Self { layers, taps: taps.to_vec(), input, device }
    }
}

impl Engine for Libtorch {
    /// # Panics
    /// When the images differ in size.
    fn forward(&self, images: &[Rgb]) -> Vec<Vec<f32>> {
        let (width, height) = (images[0].width, images[0].height);
        assert!(images.iter().all(|image| (image.width, image.height) == (width, height)));
        let pixels: Vec<u8> = images.iter().flat_map(|image| &image.pixels).copied().collect();
        let shape = [images.len() as i64, i64::from(height), i64::from(width), 3];
        no_grad(|| {
            let pixels = Tensor::from_slice(&pixels).view(shape).to_device(self.device);
            let mut activation = self.input.apply(&pixels).permute([0, 3, 1, 2]);
            let mut features: Vec<Vec<f32>> = vec![Vec::new(); self.taps.len()];
            for (index, layer) in self.layers.iter().enumerate() {
                activation = layer.forward(&activation);
                for (tap, rows) in self.taps.iter().zip(&mut features) {
                    if tap.layer == index {
                        *rows = to_vec(&pool(&activation, tap.pooling));
                    }
                }
            }
            features
        })
    }
}

impl InputTransform {
    /// [n, height, width, 3] u8 RGB to f32. The steps, and their order, are those of torchvision's
    /// `ToTensor` and `Normalize`, and of Keras' `preprocess_input`: they decide the last bits.
    fn apply(&self, pixels: &Tensor) -> Tensor {
        let pixels = match self.channels {
            ChannelOrder::Rgb => pixels.shallow_clone(),
            ChannelOrder::Bgr => pixels.flip([3]),
        };
        (pixels.to_kind(Kind::Float) / self.scale - &self.mean) / &self.std
    }
}

impl LoadedLayer {
    fn forward(&self, input: &Tensor) -> Tensor {
        match self {
            Self::Convolution { weight, bias } => {
                input.conv2d(weight, Some(bias), [1, 1], [1, 1], [1, 1], 1).relu_()
            }
            Self::MaxPool => input.max_pool2d([2, 2], [2, 2], [0, 0], [1, 1], false),
        }
    }
}

/// [n, channels, height, width] to [n, n_features].
fn pool(activation: &Tensor, pooling: Pooling) -> Tensor {
    match pooling {
        Pooling::Gap => activation.mean_dim([2_i64, 3].as_slice(), false, Kind::Float),
        Pooling::Max => activation.amax([2_i64, 3].as_slice(), false),
        Pooling::Flatten => activation.permute([0, 2, 3, 1]).flatten(1, -1),
    }
}

fn to_vec(features: &Tensor) -> Vec<f32> {
    let features = features.to_device(Device::Cpu).contiguous();
    let mut values = vec![0_f32; features.numel()];
    features.copy_data(&mut values, features.numel());
    values
}
