//! What can be done with a cache and with heads: a request in, a report out.
//!
//! Requests and reports are plain data. What takes long tells of its progress with [`Event`]s, and
//! ends early where a flag is raised. Nothing is printed, and nothing but the fits of a sweep is
//! written.

mod apply;
mod compare;
mod evaluate;
mod event;
mod layers;
mod predict;
mod sweep;
mod train;

pub use apply::{ApplyError, RightRowsError};
pub use compare::{CompareReport, CompareRequest, ComparedHead, compare};
pub use evaluate::{ConfusedPair, EvaluateReport, EvaluateRequest, WorstImage, evaluate};
pub use event::{Event, Work};
pub use layers::{LayersReport, LayersRequest, TapEntry, layers};
pub use predict::{PredictReport, PredictRequest, Predicted, Prediction, ScoreKind, predict};
pub use sweep::{SweepOutcome, SweepReport, SweepRequest, Swept, sweep};
pub use train::{TrainError, TrainReport, TrainRequest, train};
