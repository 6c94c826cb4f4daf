//! An estimate of the space that a run still takes on disk.

use schema::Tap;

use crate::assemble::file_bytes;

/// What a run has still to write, as far as it is known. A full disk is reported with the space that all of
/// it takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct SpaceEstimate {
    /// Rows that may still be pushed.
    pub n_rows: usize,
    /// Rows of the finished file.
    pub n_samples: usize,
    /// Bytes in the longest of their paths.
    pub longest_path: usize,
}

impl SpaceEstimate {
    /// Bytes that the segments with these rows, and the finished file, take.
    pub(super) fn bytes(&self, taps: &[Tap]) -> u64 {
        segment_bytes(self.n_rows, taps) + file_bytes(taps, self.n_samples, self.longest_path)
    }
}

/// Bytes that `n_rows` take in segments.
pub(super) fn segment_bytes(n_rows: usize, taps: &[Tap]) -> u64 {
    (n_rows * (32 + taps.iter().map(Tap::row_bytes).sum::<usize>())) as u64
}
