//! A fitted head with everything needed to use it again: its transform, its calibration, what it was
//! trained on. This crate predicts with heads, keeps them in files, and writes them for other programs;
//! it does not train them.
//!
//! # Examples
//!
//! ```
//! use head::load;
//! use ndarray::array;
//!
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/head-1.safetensors");
//! let head = load(path.as_ref())?;
//! let features = array![[4.0_f32, 1.0, 0.0, 0.5, 1.0, 0.0], [0.0, 5.0, 1.0, 0.0, 0.5, 1.0]];
//! let predictions = head.predict(features.view(), &[0, 1]);
//! let names = predictions.classes().iter().map(|&class| &head.description.origin.classes[class]);
//! assert!(names.eq(["ant", "bee"]));
//! # Ok::<(), head::LoadError>(())
//! ```
//!
//! [`Pipeline`] is a [`Transform`] and a head of the crate `heads`, [`SavedHead`] a pipeline with its
//! [`Description`]: the contents of a head file, which [`load`] reads and [`save`] writes. [`export()`]
//! writes heads for ONNX Runtime and numpy, and [`add_head`] puts one at the end of a larger model. [`HeadSpec`] and [`Settings`] say what was fitted and how.

mod answers;
mod calibration;
mod class_weights;
mod combine_views;
mod export;
mod fit_record;
mod head_file;
mod json_as_text;
mod label_kind;
mod linear_score;
mod link;
mod network;
mod part;
mod pipeline;
mod sampling;
mod settings;
mod spec;
mod transform;
mod view_averages;

pub use answers::{Answers, Predicted, Prediction, ScoreKind};
pub use calibration::{Calibration, Platt, Temperature};
pub use class_weights::{ClassWeights, ClassWeightsError};
pub use combine_views::CombineViews;
pub use export::{ExportError, Target, about_model, add_head, export};
pub use fit_record::FitRecord;
pub use head_file::{
    Description, Engines, LoadError, MAX_HEAD_BYTES, Origin, ProvenanceMismatch, SavedHead,
    Training, check_provenance, load, save,
};
pub use heads::{FitReport, HingeLoss, MlpEpoch};
pub use label_kind::LabelKind;
pub use linear_score::{LinearScore, NotLinear};
pub use link::LinkName;
pub use network::{Layers, LearningCurve, NetworkTraining};
pub use part::Part;
pub use pipeline::Pipeline;
pub use sampling::{Sampling, SamplingError};
pub use settings::{Algorithm, Settings};
pub use spec::{HeadSpec, Kernel, MultiClass, Number};
pub use transform::{FittedStep, Step, StepError, Steps, Transform};
pub use view_averages::view_averages;
