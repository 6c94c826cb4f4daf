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
    /// Class weights were given for targets of several classes a row.
    #[error(
        "class weights are not defined where a row has several classes\n  \
         hint: leave `class_weight` uniform"
    )]
    MultiLabelClassWeight,
    /// The targets have several classes a row, which this head does not take.
    #[error("this head takes one class a row, not several")]
    OneLabel,
    /// There are fewer training rows than neighbors to ask.
    #[error(
        "`{asked}` neighbors of `{got}` training rows\n  \
         hint: ask for fewer neighbors"
    )]
    TooFewNeighbors {
        /// The number of neighbors.
        asked: usize,
        /// The number of training rows, of the smallest fold.
        got: usize,
    },
    /// A network has more weights than it may have.
    #[error(
        "`{got}` weights are more than the `{limit}` that a network may have\n  \
         hint: use fewer units, or fewer features"
    )]
    TooManyWeights {
        /// The largest number accepted.
        limit: usize,
        /// The number of weights.
        got: usize,
    },
    /// Training led to a loss that is not finite.
    #[error(
        "the loss of epoch `{epoch}` is not finite\n  \
         hint: use a smaller learning rate, or normalize the features"
    )]
    Diverged {
        /// The epoch, counted from 1.
        epoch: usize,
    },
    /// The normal equations are singular to working precision.
    #[error(
        "the equations for C `{c}` are singular to working precision\n  \
         hint: normalize the features, or use a smaller C"
    )]
    IllConditioned {
        /// C.
        c: f64,
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

impl From<simd::OutOfMemory> for FitError {
    fn from(error: simd::OutOfMemory) -> Self {
        Self::OutOfMemory { bytes: error.bytes }
    }
}

impl FitError {
    /// Refuses more samples than a solver for small data takes.
    pub fn check_sample_limit(got: usize, limit: usize) -> Result<(), Self> {
        if got > limit { Err(Self::TooManySamples { limit, got }) } else { Ok(()) }
    }
}
