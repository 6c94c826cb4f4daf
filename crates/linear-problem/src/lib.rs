//! What the solvers of linear heads are asked, and what they answer.
//!
//! A [`PathProblem`] is all classes, folds and values of C of a sweep: [`FeatureRows`], [`Targets`] and
//! [`Folds`]. [`PathOptions`] say how it is solved, for which [`PathLoss`]. The answer is a [`PathPoint`]
//! for each C: a [`FitReport`] and a [`LinearHead`] for each fold, and the scores of the rows held out.

mod class_weight;
mod feature_rows;
mod finite;
mod fit_error;
mod fit_report;
mod hinge_loss;
mod linear_head;
mod options;
mod param_error;
mod parts_error;
mod point;
mod precise;
mod problem;
mod sides;
mod training_set;

pub use class_weight::ClassWeight;
pub use feature_rows::FeatureRows;
pub use finite::check_finite;
pub use fit_error::FitError;
pub use fit_report::{FitReport, Fitted};
pub use hinge_loss::HingeLoss;
pub use linear_head::{LinearHead, Link, ShapeError, argmax, write_argmax};
pub use options::{PathLoss, PathOptions};
pub use param_error::ParamError;
pub use parts_error::PartsError;
pub use point::PathPoint;
pub use precise::{FINEST_TOL, is_precise, is_single_fit};
pub use problem::{Folds, PathProblem, Targets};
pub use sides::signed_weights;
pub use training_set::TrainingSet;
