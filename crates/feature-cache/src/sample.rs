//! The rows of a cache.

use crate::provenance::Dtype;

/// Which part of a benchmark a sample belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Split {
    /// The data set has no splits.
    None,
    /// Trained on.
    Train,
    /// Used to choose hyper-parameters.
    Validation,
    /// Evaluated on, once.
    Test,
}

impl Split {
    /// The number stored in `/samples/split`.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Train => 1,
            Self::Validation => 2,
            Self::Test => 3,
        }
    }

    /// The split of a stored number; `None` for a number of no split.
    pub(crate) fn from_code(code: u8) -> Option<Self> {
        [Self::None, Self::Train, Self::Validation, Self::Test]
            .into_iter()
            .find(|s| s.code() == code)
    }
}

/// One image: a row of every dataset under `/features` and `/samples`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Path relative to the image root.
    pub path: String,
    /// BLAKE3 of the file's bytes.
    pub content_hash: [u8; 32],
    /// Size of the file in bytes.
    pub size: u64,
    /// Last modification, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Class index, -1 when unlabelled.
    pub label: i32,
    /// Part of the benchmark.
    pub split: Split,
}

/// An image that was found but could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableImage {
    /// Path relative to the image root.
    pub path: String,
    /// What went wrong.
    pub reason: String,
}

/// One feature matrix: `n_samples x n_views` rows of `n_features`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tap {
    /// `layer:pooling`.
    pub name: String,
    /// Views a sample.
    pub n_views: usize,
    /// Length of a feature vector.
    pub n_features: usize,
    /// Element type in the file.
    pub dtype: Dtype,
}

impl Tap {
    /// Numbers stored for one sample.
    pub(crate) fn row_len(&self) -> usize {
        self.n_views * self.n_features
    }
}
