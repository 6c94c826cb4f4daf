//! Heads on frozen features: a matrix of features and one label a row in, a [`Head`] out, most often
//! a [`LinearHead`].
//!
//! | head | problem | solver |
//! |------|---------|--------|
//! | [`Softmax`] | multinomial logistic regression | two-direction Newton steps on preconditioned gradients |
//! | [`LinearSvm`] | one-vs-rest SVM, hinge or squared hinge | dual, on the matrix of inner products or by coordinate descent; gradients of the squared hinge |
//! | [`OneVsOneHead`] | one-vs-one SVM, hinge | dual, with a vote of the pairs |
//! | [`Smo`] | one-vs-rest SVM, hinge, unpenalized intercept | linfa-svm, for small data |
//! | [`Ridge`] | least squares on targets 1 and -1 | Cholesky; leave-one-out by eigenvectors |
//! | [`GaussianSvm`] | one-vs-rest SVM with a Gaussian kernel | linfa-svm, for small data |
//! | [`Mlp`] | small network | Adam |
//! | [`Knn`] | votes of the nearest neighbors | none |
//!
//! All linear heads but those of [`Smo`] go through one entrance, [`solve_path`], which also solves every
//! class, fold and C of a sweep together; what f32 does not bring to its tolerance is finished in f64.
//!
//! Where there is a `C`, it multiplies the summed loss, as in LIBLINEAR, and the penalty is half the
//! squared norm of the weights. Parameters, fitting and prediction go through linfa's traits:
//!
//! ```
//! use heads::LinearSvm;
//! use linfa::{DatasetBase, traits::{Fit, Predict}};
//! use ndarray::array;
//!
//! let features = array![[1.0_f32, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.8]];
//! let training = DatasetBase::new(features, array![0, 0, 1, 1]);
//! let fitted = LinearSvm::params().c(10.0).fit(&training)?;
//! assert!(fitted.report.converged);
//! assert_eq!(fitted.head.predict(&array![[0.7_f32, 0.2]]), array![0]);
//! # Ok::<(), heads::FitError>(())
//! ```
//!
//! This crate does no I/O and prints nothing. The same input and the same seed give the same bytes,
//! whatever the number of threads.

mod dispatch;
mod estimators;
mod head;
mod knn;
mod mlp;
mod parts_error;
mod ridge;
mod smo;
mod training_set;

pub use dispatch::solve_path;
pub use estimators::{LinearSvm, Params, Ridge, Softmax, ValidParams};
pub use head::Head;
pub use knn::{Knn, KnnHead, KnnParams, KnnValidParams, KnnVote, knn_held_out_scores};
pub use linear_dual::{OneVsOneHead, OneVsOnePoint, solve_one_vs_one_path};
pub use linear_problem::{
    ClassWeight, FeatureRows, FitError, FitReport, Fitted, Folds, HingeLoss, LinearHead, Link,
    ParamError, PathLoss, PathOptions, PathPoint, PathProblem, ShapeError, Targets,
};
pub use mlp::{
    ArchitectureError, Mlp, MlpArchitecture, MlpEpoch, MlpFit, MlpHead, MlpLayer, MlpOutput,
    MlpParams, MlpStep, MlpValidParams,
};
pub use parts_error::PartsError;
pub use ridge::{ridge_leave_one_out, solve_ridge_path};
pub use smo::{
    Gamma, GaussianSvm, GaussianSvmParams, GaussianSvmValidParams, KernelHead, Smo, SmoParams,
    SmoValidParams,
};
