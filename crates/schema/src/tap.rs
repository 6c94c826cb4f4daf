//! One feature matrix, and the type of its elements.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Element type of the stored features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dtype {
    /// IEEE 754 single precision.
    F32,
    /// IEEE 754 half precision, rounded to nearest, ties to even.
    F16,
}

impl Dtype {
    /// Size of an element in bytes.
    pub fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 => 2,
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
        })
    }
}

/// One feature matrix: `n_samples x n_views` rows of `n_features`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tap {
    /// `layer:pooling`.
    pub name: String,
    /// Number of views of each sample.
    pub n_views: usize,
    /// Length of a feature vector.
    pub n_features: usize,
    /// Element type in the file.
    pub dtype: Dtype,
}

impl Tap {
    /// How many numbers are stored for one sample.
    pub fn row_len(&self) -> usize {
        self.n_views * self.n_features
    }

    /// How many bytes are stored for one sample.
    pub fn row_bytes(&self) -> usize {
        self.row_len() * self.dtype.size()
    }
}
