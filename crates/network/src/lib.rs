//! A network put together: a [`NetworkRequest`] names backbone, weights, taps, preprocessing, views and engine,
//! [`Network::resolve`] finds all of them and checks that they fit. Its [`Recipe`] says what its features are
//! features of, and [`Passes`] bring views through one of its engines, as many at a time as it may take.
//!
//! # Examples
//!
//! ```no_run
//! use engine::{EngineRequest, Precision};
//! use network::{Network, NetworkRequest, PresetRequest};
//! use preprocess::{PresetChanges, Views};
//! use schema::Dtype;
//!
//! let request = NetworkRequest {
//!     backbone: Some("vgg16".to_owned()),
//!     weights: "vgg16-keras-notop".to_owned(),
//!     taps: vec!["block5_pool".to_owned()],
//!     preset: PresetRequest::Named { name: None, changes: PresetChanges::default() },
//!     views: Views::Center,
//!     dtype: Dtype::F32,
//!     engine: EngineRequest::Auto,
//!     device: "cpu".to_owned(),
//!     precision: Precision::F32,
//! };
//! let network = Network::resolve(&request)?;
//! println!("{:?}", network.recipe().provenance);
//! # Ok::<(), network::NetworkError>(())
//! ```

mod network;
mod passes;
mod recipe;

pub use crate::network::{Network, NetworkError, NetworkRequest, NetworkWarning, PresetRequest};
pub use passes::Passes;
pub use recipe::Recipe;
