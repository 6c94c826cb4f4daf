//! What the files of this project say of samples, pixels, taps, provenance and ground truth: plain types that the
//! manifest of a data set, the feature cache and a head have in common. Nothing is read or written here.
//!
//! # Examples
//!
//! ```
//! use schema::{Dtype, Provenance, Weights};
//!
//! let provenance = |engine: &str| Provenance {
//!     backbone: "vgg16".to_owned(),
//!     weights: Weights { name: "vgg16-torchvision".to_owned(), digest: "89abcdef".to_owned() },
//!     taps: vec!["block5_pool:gap".to_owned()],
//!     preprocessing: serde_json::json!({ "name": "torchvision" }),
//!     views: "center".to_owned(),
//!     engine: engine.to_owned(),
//!     dtype: Dtype::F32,
//! };
//! let differences = provenance("winograd").differences(&provenance("libtorch"));
//! assert_eq!(differences[0].to_string(), "engine: expected `winograd`, found `libtorch`");
//! ```

mod bounding_box;
mod choices;
mod difference;
pub mod encoded_path;
mod ground_truth;
mod normalization;
mod provenance;
mod resize;
mod sample;
mod shard;
mod source_record;
mod split;
mod tap;
mod views;

pub use bounding_box::BoundingBox;
pub use choices::Choice;
pub use difference::Difference;
pub use ground_truth::{GroundTruth, Query, RetrievalProtocol};
pub use normalization::{ChannelOrder, Normalization};
pub use provenance::{Provenance, TapProvenance, Weights};
pub use resize::Resize;
pub use sample::{Sample, Unreadable};
pub use shard::{Shard, ShardError};
pub use source_record::{PassedOver, SourceRecord, Unlabelled, passed_over_in_words};
pub use split::Split;
pub use tap::{Dtype, Tap};
pub use views::{boxed_views, unboxed_views, views_are_boxed};
