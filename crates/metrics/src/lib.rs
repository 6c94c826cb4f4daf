//! How good predictions are: scores and labels in, numbers with intervals out.
//!
//! [`Predictions`] are scores `[n_samples, n_classes]` with probabilities where there are any, [`Truth`]
//! is what the samples are labelled with. [`Evaluation`] holds every metric of one class or of any
//! number of classes a sample, with bootstrap intervals where they are asked for; [`Quality`] is what
//! chooses between heads, [`Metric`] the single number that a benchmark reports, [`mcnemar()`] tests
//! whether two heads differ, and [`worst_rows`] says where a head is wrong.
//!
//! # Examples
//!
//! ```
//! use metrics::{Evaluation, Predictions, Truth};
//! use ndarray::array;
//!
//! let scores = array![[2.0, 1.0], [0.5, 3.0], [5.0, 4.0], [0.0, 1.0]];
//! let classes = ["cat", "dog"].map(str::to_owned);
//! let predictions = Predictions::by_score(scores, None);
//! let truth = Truth::Classes(&[0, 1, 1, 1]);
//! let Evaluation::OneClass(evaluation) = Evaluation::of(&predictions, truth, &classes, None) else {
//!     unreachable!("each sample has one class");
//! };
//! assert_eq!(evaluation.accuracy, 0.75);
//! assert_eq!(evaluation.confusion, [[1, 0], [1, 2]]);
//! ```
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
mod evaluation;
mod mcnemar;
mod metric;
mod multi_label;
mod one_class;
mod precisions;
mod predictions;
mod quality;
mod ranked_rows;
mod ranking;
mod top_k;
mod truth;
mod worst;

pub use averages::{Average, Averages};
pub use bootstrap::{
    Bootstrap, Interval, Intervals, ResamplesError, bootstrap, bootstrap_interval,
};
pub use calibration_error::{ReliabilityBin, calibration_error, reliability};
pub use confusion::{Confused, ConfusionMatrix};
pub use evaluation::Evaluation;
pub use mcnemar::{McNemar, McNemarTest, mcnemar};
pub use metric::{Measured, Metric};
pub use multi_label::{
    MultiLabelClass, MultiLabelEvaluation, MultiLabelIntervals, bootstrap_multi_label,
    evaluate_multi_label,
};
pub use one_class::{ClassScores, OneClassEvaluation, evaluate_one_class};
pub use predictions::{Predictions, argmax_rows};
pub use quality::Quality;
pub use ranking::{Ranking, mean};
pub use top_k::top_k_accuracy;
pub use truth::Truth;
pub use worst::{WorstRow, worst_rows};
