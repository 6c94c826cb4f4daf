//! Pictures in, classes out: those of a head that was trained on cached features ([`HeadClassifier`]), or, with
//! the pretrained network as it is, ImageNet's ([`classify()`]).
//!
//! # Examples
//!
//! ```no_run
//! use classify::{HeadClassifier, HeadRequest, HeatMaps, pictures};
//!
//! let request = HeadRequest::new("birds.safetensors");
//! let (pictures, _) = pictures(&["photos".into()], &request.limits)?;
//! let mut classifier = HeadClassifier::load(&request, HeatMaps::Never)?;
//! let found = classifier.classify(&pictures, |_| {})?;
//! println!("{:?}", found.answers.predictions);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod class_names;
mod error;
mod forward;
mod heat_map;
mod imagenet;
mod pictures;
mod with_head;

pub use crate::pictures::{Picture, PicturesError, pictures};
pub use class_names::{ClassName, imagenet_1k};
pub use error::ClassifyError;
pub use forward::Pixels;
pub use heat_map::{HeatMap, NoHeatMap};
pub use imagenet::{ClassifiedPicture, ClassifyRequest, Guess, classify};
pub use with_head::{Answered, HeadAnswers, HeadClassifier, HeadRequest, HeatMaps};
