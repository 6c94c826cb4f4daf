//! How much a crash may cost.

use std::time::Duration;

/// When a segment is closed. What is in an open one is lost with the process.
#[derive(Clone, Copy, Debug)]
pub struct SegmentLimits {
    /// Rows in it.
    pub rows: usize,
    /// Bytes of features in it, which wait in memory.
    pub bytes: usize,
    /// Time since its first row.
    pub age: Duration,
}

impl Default for SegmentLimits {
    /// 64 MiB or 30 seconds.
    fn default() -> Self {
        Self { rows: usize::MAX, bytes: 64 << 20, age: Duration::from_secs(30) }
    }
}
