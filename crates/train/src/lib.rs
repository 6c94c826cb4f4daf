//! What can be done with feature caches and heads: a request in, a report out.
//!
//! Requests and reports are plain data. What takes long tells of its progress with [`Event`]s, and ends early
//! where a flag is raised. Nothing is printed, and nothing but the fits of a sweep is written.
//!
//! [`Samples`] are the labels and splits of a cache, [`TapFeatures`] its features, [`group_rows`] says which
//! rows belong together; [`sweep()`] divides rows, scores candidates on folds, ranks them, and refits the
//! winners; [`layers()`] does the same for every tap. [`train()`] trains one head. [`evaluate()`], [`predict()`]
//! and [`compare()`] apply heads; [`features()`] gives a cache as a table.
//!
//! The same cache, request and seed give the same heads, whatever the number of threads.
//!
//! # Examples
//!
//! From a cache to a head and its predictions:
//!
//! ```
//! # mod cache { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/birds.rs")); }
//! # let (folder, birds) = cache::birds();
//! # let file = folder.path().join("owls.safetensors");
//! use std::sync::atomic::AtomicBool;
//!
//! use atomic_file::Existing;
//! use head::{HeadSpec, Predicted, save};
//! use train::{PredictRequest, SweepOutcome, SweepRequest, predict, sweep};
//!
//! let request = SweepRequest::new(&birds, [0.01, 0.1, 1.0].map(|c| HeadSpec::Softmax { c }).to_vec());
//! let SweepOutcome::Finished(swept) = sweep(&request, &AtomicBool::new(false), &mut |_| {})? else {
//!     unreachable!("nothing raises the flag");
//! };
//! save(&swept.report.winners[0].head, &file, Existing::Refuse)?;
//! let report = predict(&PredictRequest::new(&file, &birds))?;
//! assert_eq!(report.answers.predictions[0].prediction, Predicted::Class("owl".to_owned()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod c_grid;
mod cache_digest;
mod group_file;
mod groups;
mod operations;
mod row_choice;
mod samples;
mod sweep;
mod tap_features;

pub use c_grid::{CGrid, CGridError};
pub use cache_digest::cache_digest;
pub use group_file::{GroupFile, GroupFileError, GroupOptionsError};
pub use groups::{GroupBy, GroupError, group_rows};
pub use operations::{
    Applied, ApplyError, CompareReport, CompareRequest, ComparedHead, ConfusedPair, EvaluateReport,
    EvaluateRequest, Event, FeaturesReport, FeaturesRequest, LayersReport, LayersRequest,
    PredictReport, PredictRequest, RightRowsError, SweepOutcome, SweepReport, SweepRequest, Swept,
    TapEntry, TrainError, TrainReport, TrainRequest, Work, WorstImage, apply_to, compare, evaluate,
    features, layers, predict, sweep, train,
};
pub use row_choice::{ChosenRows, LeftOutClass, RowChoice, RowChoiceError};
pub use samples::{LeftOut, RowsError, Samples, multilabel_labels};
pub use sweep::{
    Configuration, DEFAULT_FOLDS, DivisionRequest, Entry, FitCounts, FitLog, FitLogError,
    GroupRows, MeanQuality, PlanError, Scoring, Selection, SweepError, SweepPlan, Winner,
    training_rows,
};
pub use tap_features::{TapError, TapFeatures};

/// The program and its version, as files name what made them.
pub const CREATED_BY: &str = concat!("fit ", env!("CARGO_PKG_VERSION"));
