//! What a cache is about.

use schema::{Provenance, Shard, Tap};

/// What a cache is about, known before its first row.
#[derive(Clone, Debug)]
pub struct Header {
    /// What makes the features.
    pub provenance: Provenance,
    /// Class names; index = label.
    pub classes: Vec<String>,
    /// Program and version, for people.
    pub created_by: String,
    /// Shape of each tap's rows, in the order of `provenance.taps`.
    pub taps: Vec<Tap>,
    /// Which part of the images this is, when it is only a part.
    pub shard: Option<Shard>,
}
