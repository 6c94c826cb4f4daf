//! Whether what is read is held against what was written.

use serde::{Deserialize, Serialize};

/// Whether what is read of a cache is held against the checksums in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checksums {
    /// It is: everything but the features when the cache is opened, features when they are asked for.
    #[default]
    Verify,
    /// It is believed as it is, which saves reading it once.
    Ignore,
}
