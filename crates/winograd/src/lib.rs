//! Chains of 3x3 convolutions (the VGG networks) on the CPU, with a quarter of the multiplications
//! that a direct convolution needs.
//!
//! ```
//! use simd::Level;
//! use winograd::{Batch, ConvolutionLayer, Layer, Network};
//!
//! let (weight, bias) = ([0.01; 32 * 3 * 9], [0.5; 32]);
//! let convolution = ConvolutionLayer { inputs: 3, outputs: 32, weight: &weight, bias: &bias };
//! let layers = [Layer::Convolution(convolution), Layer::MaxPool];
//! let mut network = Network::new(&layers, &[1], Level::detected())?;
//!
//! let batch = Batch { n: 1, height: 8, width: 8, pixels: &[0.0; 8 * 8 * 3] };
//! network.forward(batch, |pooled| {
//!     assert_eq!((pooled.height, pooled.width, pooled.channels), (4, 4, 32));
//!     assert!(pooled.pixels().all(|channels| channels == [0.5; 32]));
//! });
//! # Ok::<(), winograd::LayerError>(())
//! ```
//!
//! The module `points` has the mathematics. Channels are innermost everywhere, so that vectors are
//! vectors of channels and no number changes its place among its neighbors; images are padded in
//! memory, so that no kernel knows of borders; each kernel is written once and compiled for several
//! [`Level`](simd::Level)s. Bias, ReLU and the maximum after a convolution belong to its last transform.
//!
//! A convolution is computed in one of three forms: `direct` for images of few channels, `fused`
//! where all of its weights fit into the cache, `phased` where they do not.

mod activation;
mod activations;
mod convolution;
mod direct;
mod fused;
mod kernels;
mod layer;
mod max_pool;
mod network;
mod packed;
mod phased;
mod points;
mod step;

pub use activation::Activation;
pub use layer::{ConvolutionLayer, Layer, LayerError, computes};
pub use network::{Batch, Network};
