//! The rows of a cache.

use std::fmt;
use std::str::FromStr;

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

/// One image: a row of every dataset under `/features` and `/samples`. Read, it owns its path; on its
/// way into a cache it borrows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample<Path = String> {
    /// Path relative to the image root.
    pub path: Path,
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

impl Sample {
    /// The same, with a path that is borrowed.
    pub fn borrowed(&self) -> Sample<&str> {
        let Self { ref path, content_hash, size, mtime_ns, label, split } = *self;
        Sample { path, content_hash, size, mtime_ns, label, split }
    }
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

    /// Bytes stored for one sample.
    pub(crate) fn row_bytes(&self) -> usize {
        self.row_len() * self.dtype.size()
    }
}

/// One of several parts that a set of images is extracted in. Displayed, and parsed, as `2/4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1 on.
    pub index: u32,
    /// How many parts there are.
    pub count: u32,
}

/// Not the name of a shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no shard: write I/N with I from 1 to N, as in `2/4`")]
pub struct ShardError(String);

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let parse = || {
            let (index, count) = text.split_once('/')?;
            let shard = Self { index: index.parse().ok()?, count: count.parse().ok()? };
            (1..=shard.count).contains(&shard.index).then_some(shard)
        };
        parse().ok_or_else(|| ShardError(text.to_owned()))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}
