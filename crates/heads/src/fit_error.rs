use thiserror::Error;

use crate::ParamError;

/// Why a head could not be fitted.
#[derive(Debug, Error)]
pub enum FitError {
    /// A feature is NaN or infinite.
    #[error(
        "row `{row}` has a feature that is not finite\n  \
         hint: extract this sample again, or leave it out"
    )]
    NotFinite {
        /// The first such row.
        row: usize,
    },
    /// All samples are of one class, or there is no sample at all.
    #[error("training needs samples of at least two classes")]
    OneClass,
    /// A class below the largest label has no sample.
    #[error(
        "class `{class}` has no training sample\n  \
         hint: number the classes without gaps, or add samples of this class"
    )]
    MissingClass {
        /// The first such class.
        class: usize,
    },
    /// There are not as many labels as rows of features.
    #[error("`{rows}` rows of features but `{labels}` labels")]
    ShapeMismatch {
        /// Rows of the feature matrix.
        rows: usize,
        /// Number of labels.
        labels: usize,
    },
    /// The dataset carries sample weights, which no head takes.
    #[error(
        "sample weights are not supported\n  \
         hint: weight whole classes with `class_weight`"
    )]
    SampleWeights,
    /// More samples than this solver can take in reasonable time.
    #[error(
        "`{got}` samples are more than the `{limit}` that this solver takes\n  \
         hint: use LinearSvm, or raise max_samples"
    )]
    TooManySamples {
        /// The largest number accepted.
        limit: usize,
        /// The number of samples.
        got: usize,
    },
    /// A solver needs more memory than it may take, or than the system has.
    #[error(
        "the matrix of inner products needs `{bytes}` bytes of memory\n  \
         hint: use fewer samples, or a machine with more memory"
    )]
    OutOfMemory {
        /// Bytes asked for.
        bytes: usize,
    },
    /// One-vs-one voting decides for one class; rows of several have none.
    #[error(
        "one-vs-one takes one class a row\n  \
         hint: fit several labels a row one-vs-rest"
    )]
    OneVsOneMultiLabel,
    /// There are not as many class weights as classes.
    #[error("`{got}` class weights for `{expected}` classes")]
    ClassWeightCount {
        /// Number of classes in the labels.
        expected: usize,
        /// Number of weights given.
        got: usize,
    },
    /// A parameter is outside its range.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// linfa-svm refused the problem.
    #[error(transparent)]
    Svm(#[from] linfa_svm::SvmError),
    /// linfa refused the data; [`linfa::traits::Fit`] asks for this conversion.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}
