//! Runs a frozen network over images and keeps its activations.
//!
//! One way for the data: folder of images -> `dataset::Manifest` -> decoded batches -> [`engine`]
//! -> `feature_cache` file. [`run()`] is the whole of it; [`backbone`] says what the network looks
//! like, [`weights`] what it has learned, [`tap`] where its activations are read. [`mod@classify`] uses a
//! pretrained network as it is, [`mod@contact_sheet`] shows what views it is given.

pub mod backbone;
pub mod classify;
pub mod contact_sheet;
pub mod engine;
pub mod run;
pub mod tap;
pub mod weights;

pub use run::run;
