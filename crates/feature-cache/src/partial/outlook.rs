//! What a run has still to write.

use crate::assemble::file_bytes;
use crate::sample::Tap;

/// What a run has still to write, as far as it can be told, so that a full disk is reported with the
/// space that all of it takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outlook {
    /// Rows that may still be pushed.
    pub n_rows: usize,
    /// Rows of the finished file.
    pub n_samples: usize,
    /// Bytes in their paths.
    pub path_bytes: usize,
}

impl Outlook {
    /// Bytes that the segments with these rows, and the finished file, take.
    pub(super) fn bytes(&self, taps: &[Tap]) -> u64 {
        segment_bytes(self.n_rows, taps) + file_bytes(taps, self.n_samples, self.path_bytes)
    }
}

/// Bytes that `n_rows` take in segments.
pub(super) fn segment_bytes(n_rows: usize, taps: &[Tap]) -> u64 {
    (n_rows * (32 + taps.iter().map(Tap::row_bytes).sum::<usize>())) as u64
}
