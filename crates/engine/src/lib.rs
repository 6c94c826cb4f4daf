//! Pixels in, features out: a backbone with its weights, computed by one of two engines.
//!
//! [`EngineRequest::choose`] finds the engine for a backbone and its taps, and [`Choice::load`] puts the
//! weights into it. All that knows libtorch lies in the folder `libtorch`, behind the feature of that
//! name; the engine `winograd` needs none.
//!
//! # Examples
//! ```
//! use backbone::weights::{Metadata, Tensor, Weights};
//! use backbone::{Backbone, Tap};
//! use engine::{EngineRequest, Precision};
//! use preprocess::{Preset, Rgb};
//!
//! let backbone = Backbone::named("vgg11")?;
//! let taps = [Tap::parse("block1_pool:gap", &backbone)?];
//! let choice = EngineRequest::Auto.choose("cpu", Precision::F32, &backbone, &taps)?;
//! assert_eq!(choice.name(), "winograd");
//!
//! // All zero, and without the classifier.
//! let layers = backbone.parameters().filter(|(layer, _)| !layer.in_classifier);
//! let tensors = layers.map(|(layer, parameter)| {
//!     let zeros = vec![0.0; parameter.len()];
//!     (parameter.name_in(layer), Tensor::new(parameter.shape, zeros))
//! });
//! # let metadata = Metadata {
//! #     name: "zeros".to_owned(),
//! #     preset: backbone.preset.clone(),
//! #     origin: "no file".to_owned(),
//! #     licence: "unknown".to_owned(),
//! # };
//! let weights = Weights::new(&backbone, metadata, tensors.collect())?;
//!
//! let normalization = Preset::named("torchvision")?.normalization;
//! let mut engine = choice.load(0, &weights, &taps, &normalization)?;
//! let image = Rgb { width: 32, height: 32, pixels: vec![128; 32 * 32 * 3] };
//! assert_eq!(engine.forward(&[image])?, [[0.0; 64]]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod choice;
mod device_error;
mod engine;
mod error;
#[cfg(feature = "libtorch")]
pub mod libtorch;
mod precision;
mod winograd;

pub use choice::{Choice, ChoiceError, EngineRequest, NeedsLibtorch};
pub use device_error::DeviceError;
pub use engine::Engine;
pub use error::EngineError;
pub use precision::{Precision, UnknownPrecision};
pub use winograd::{Chain, NotAChain};
