//! How much a crash may cost.

use std::time::Duration;

/// The limits at which a segment is closed. What is in an open segment is lost when the process dies.
#[derive(Clone, Copy, Debug)]
pub struct SegmentLimits {
    /// Number of rows.
    pub rows: usize,
    /// Bytes of features, which are held in memory until then.
    pub bytes: usize,
    /// Time since the first row.
    pub age: Duration,
}

impl Default for SegmentLimits {
    /// 64 MiB or 30 seconds.
    fn default() -> Self {
        Self { rows: usize::MAX, bytes: 64 << 20, age: Duration::from_secs(30) }
    }
}
