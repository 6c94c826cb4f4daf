//! Several views of a sample.

use serde::{Deserialize, Serialize};

/// How several views of a sample become one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CombineViews {
    /// Their mean, feature by feature.
    Average,
    /// One after the other.
    Stack,
}
