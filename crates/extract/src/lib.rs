//! Runs a frozen network over images and keeps its activations.
//!
//! One way for the data: folder of images -> `dataset::Manifest` -> decoded batches -> [`engine`]
//! -> `feature_cache` file. [`run()`] is the whole of it, for a [`Network`] that was put together before:
//! its [`backbone`], its [`weights`], taps and preprocessing. [`mod@classify`] uses a pretrained network as
//! it is, [`mod@contact_sheet`] shows what views it is given.

pub mod classify;
pub mod contact_sheet;
mod network;
pub mod overview;
mod recipe;
pub mod run;

pub use network::{Network, NetworkError, NetworkRequest, NetworkWarning};
pub use recipe::Recipe;
pub use run::run;
