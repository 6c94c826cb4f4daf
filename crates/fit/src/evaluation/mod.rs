//! How good predictions are.
//!
//! [`Predictions`] is what a head says of some rows: scores `[n_samples, n_classes]`, and
//! probabilities where it has them. [`evaluate()`] computes every metric of one class a row,
//! [`evaluate_multi_label`] those of any number of classes a row, [`HeadEvaluation`] is the one or the
//! other, [`bootstrap()`] and [`bootstrap_multi_label`] intervals around them, [`Quality`] what chooses
//! a head, [`Metric`] the single number that a benchmark reports, [`mcnemar()`] whether two heads
//! differ, [`worst_rows`] where a head is wrong.
//!
//! What scikit-learn has, too, equals its values to 1e-9, which tests check (only [`top_k_accuracy`]
//! breaks ties otherwise). linfa has a `ConfusionMatrix`, but it counts in f32 (wrong beyond 2^24
//! rows, and 1e-7 at best), leaves out classes that no row has, divides zero by zero, and returns
//! recall under the name of precision and the other way round. So counts and scores are our own.

mod all_point_ap;
mod averages;
mod bootstrap;
mod calibration_error;
mod class_counts;
mod confusion;
mod eleven_point_ap;
mod evaluate;
mod head_evaluation;
mod mcnemar;
mod metric;
mod multi_label;
mod precisions;
mod predictions;
mod quality;
mod ranked_rows;
mod ranking;
mod top_k;
mod worst;

pub use all_point_ap::all_point_ap;
pub use averages::{Average, Averages};
pub use bootstrap::{Bootstrap, Interval, Intervals, bootstrap, bootstrap_interval};
pub use calibration_error::{N_BINS, calibration_error};
pub use class_counts::ClassCounts;
pub use confusion::{Confused, ConfusionMatrix};
pub use eleven_point_ap::eleven_point_ap;
pub use evaluate::{ClassScores, Evaluation, evaluate};
pub use head_evaluation::HeadEvaluation;
pub use mcnemar::{McNemar, McNemarTest, mcnemar};
pub use metric::{Measured, Metric};
pub use multi_label::{
    MultiLabelClass, MultiLabelEvaluation, MultiLabelIntervals, bootstrap_multi_label,
    evaluate_multi_label,
};
pub use predictions::{Predictions, argmax_rows};
pub use quality::Quality;
pub use ranked_rows::RankedRows;
pub use ranking::Ranking;
pub(crate) use ranking::mean;
pub use top_k::top_k_accuracy;
pub use worst::{WorstRow, worst_rows};
