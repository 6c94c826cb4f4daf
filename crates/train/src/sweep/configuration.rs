//! What is scored and ranked.

use std::fmt;

use head::{HeadSpec, Steps};
use serde::Serialize;

/// A head on a tap, after a transform.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Configuration {
    /// Tap, `layer:pooling`.
    pub tap: String,
    /// Transform.
    pub transform: Steps,
    /// The head.
    #[serde(flatten)]
    pub spec: HeadSpec,
}

impl Configuration {
    /// Whether the two differ in the numbers of their heads at most.
    pub fn is_same_kind(&self, other: &Self) -> bool {
        self.tap == other.tap
            && self.transform == other.transform
            && self.spec.is_same_kind(&other.spec)
    }
}

/// All but the number of the head.
impl fmt::Display for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tap, transform, spec } = self;
        write!(f, "{spec} on {tap} ({transform})")
    }
}
