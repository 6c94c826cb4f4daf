//! What the solvers of linear heads are asked, and what they answer.
//!
//! A [`PathProblem`] is all classes, folds and values of C of a sweep: [`FeatureRows`], [`Targets`] and
//! [`Folds`]. [`PathOptions`] say how it is solved, for which [`PathLoss`]. The answer is a [`PathPoint`]
//! for each C: a [`FitReport`] and a [`LinearHead`] for each fold, and the scores of the rows held out.
//!
//! # Examples
//!
//! ```
//! use linear_problem::{ClassWeight, Folds, PathOptions, PathProblem, Targets};
//! use ndarray::array;
//!
//! // Six rows of two classes; the first fold holds out two of them, the second two others.
//! let x = array![[0.0_f32], [0.2], [0.1], [0.9], [1.0], [0.8]];
//! let problem = PathProblem {
//!     rows: &x.view(),
//!     targets: Targets::Classes(&[0, 0, 0, 1, 1, 1]),
//!     n_classes: 2,
//!     folds: Folds { n_folds: 2, held_out_by: &[Some(0), Some(1), None, Some(0), Some(1), None] },
//! };
//! let options = PathOptions {
//!     cs: vec![0.1, 1.0, 10.0],
//!     tol: 1e-3,
//!     max_iter: 1000,
//!     class_weight: ClassWeight::Balanced,
//!     seed: 0,
//!     keep_heads: false,
//! };
//! problem.check()?;
//! options.check()?;
//! # Ok::<(), linear_problem::FitError>(())
//! ```

mod class_weight;
mod feature_rows;
mod finite;
mod fit_error;
mod fit_report;
mod hinge_loss;
mod linear_head;
mod options;
mod param_error;
mod point;
mod precise;
mod problem;
mod sides;

pub use class_weight::ClassWeight;
pub use feature_rows::FeatureRows;
pub use finite::check_finite;
pub use fit_error::FitError;
pub use fit_report::{FitReport, Fitted};
pub use hinge_loss::HingeLoss;
pub use linear_head::{LinearHead, Link, ShapeError, write_argmax};
pub use options::{PathLoss, PathOptions};
pub use param_error::ParamError;
pub use point::PathPoint;
pub use precise::{FINEST_TOL, is_precise, is_single_fit};
pub use problem::{Folds, PathProblem, Targets};
pub use sides::signed_weights;
