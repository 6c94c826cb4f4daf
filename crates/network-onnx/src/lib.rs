//! A network and a head as one ONNX model: pixels in, classes out.
//!
//! [`whole_model()`] puts together what a head was trained behind: the normalization of its preset, the network up to its
//! tap, the pooling, and then the head with its transform and calibration, as `head` writes it. The model
//! keeps to operators of opset 17 that every runtime has, and computes in f32:
//!
//! ```text
//! pixels         uint8 [n_samples, height, width, 3]   red, green, blue; of the size that the preset gives
//! ->
//! label          int64 [n_samples]                     index of the class predicted, where there is one
//! scores         float [n_samples, n_classes]
//! probabilities  float [n_samples, n_classes]          of heads that have them, and calibrated ones
//! ```
//!
//! Entries of its metadata, each JSON:
//!
//! ```text
//! classes        names of the classes, in order
//! preprocessing  how a file becomes pixels: the preset, as caches and heads have it. Its normalization is in the graph
//! weights        name, digest, origin and licence of the network's weights
//! offshelf       the description of the head file, with the tap, the views and the engine of its features
//! ```
//!
//! [`add_network`] is the part before the head, for any taps.
//!
//! # Examples
//!
//! ```no_run
//! use network_onnx::whole_model;
//! use std::path::Path;
//!
//! let head = head::load(Path::new("head.safetensors"))?;
//! let weights = backbone::Weights::open(Path::new("vgg16-keras-notop.safetensors"))?;
//! let bytes = whole_model(&head, &weights)?.to_bytes();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod network;
mod operation;
mod pixels;
mod pooling;
mod views;
mod whole_model;

pub use error::{WeightsIdentity, WholeModelError};
pub use network::add_network;
pub use pixels::PixelInput;
pub use whole_model::whole_model;
