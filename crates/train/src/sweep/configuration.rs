//! What is swept over C, or what a head has in its place.

use std::fmt;

use head::{Family, Steps};
use serde::Serialize;

/// A tap, a transform, and a kind of head: everything but its parameter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Configuration {
    /// Tap, `layer:pooling`.
    pub tap: String,
    /// Transform.
    pub transform: Steps,
    /// Kind of head and loss.
    #[serde(flatten)]
    pub family: Family,
}

impl fmt::Display for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tap, transform, family } = self;
        write!(f, "{family} on {tap} ({transform})")
    }
}
