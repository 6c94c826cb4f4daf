//! The weights of one pass of a resampling, in fixed point.

use std::ops::Range;

/// Fraction bits of a weight: 32 less 8 for the pixel and 2 for sums of weights beyond one
/// (Pillow's `PRECISION_BITS`).
pub(crate) const FRACTION_BITS: u32 = 32 - 8 - 2;

/// One half in fixed point: where every weighted sum starts, so that [`to_pixel`] rounds.
pub(crate) const HALF: i32 = 1 << (FRACTION_BITS - 1);

/// The pixel that a weighted sum stands for, clipped to 0..=255.
pub(crate) fn to_pixel(sum: i32) -> u8 {
    (sum >> FRACTION_BITS).clamp(0, 255) as u8
}

/// Weights are kept in groups of so many, the last one filled up with zeros: what the vector
/// instructions take at once.
pub(crate) const GROUP: usize = 4;

/// For each output pixel, the source pixels that it is a weighted sum of.
pub(crate) struct Windows {
    ranges: Vec<Range<usize>>,
    /// `groups` groups for each output pixel; zero beyond its window.
    weights: Vec<[i32; GROUP]>,
    groups: usize,
}

impl Windows {
    /// Windows over these source pixels, whose weights are all zero as yet. Neither end of a range
    /// is before that of the range before it.
    pub(crate) fn new(ranges: impl Iterator<Item = Range<usize>>) -> Self {
        let ranges: Vec<_> = ranges.collect();
        let longest = ranges.iter().map(Range::len).max().unwrap_or(0);
        let groups = longest.div_ceil(GROUP);
        Self { weights: vec![[0; GROUP]; ranges.len() * groups], ranges, groups }
    }

    /// A weight in fixed point.
    pub(crate) fn to_fixed(weight: f64) -> i32 {
        (weight * f64::from(1 << FRACTION_BITS) + 0.5_f64.copysign(weight)) as i32
    }

    /// Number of output pixels.
    pub(crate) fn len(&self) -> usize {
        self.ranges.len()
    }

    /// The source pixels of all windows.
    pub(crate) fn all(&self) -> Range<usize> {
        self.ranges[0].start..self.ranges[self.len() - 1].end
    }

    /// The same windows where the source begins with what was pixel `start`.
    pub(crate) fn shifted(mut self, start: usize) -> Self {
        for range in &mut self.ranges {
            *range = range.start - start..range.end - start;
        }
        self
    }

    /// The source pixels of each output pixel, with as many weights.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Range<usize>, &[i32])> {
        let ranges = self.ranges.iter().cloned();
        ranges.zip(self.weights.chunks_exact(self.groups)).map(|(range, weights)| {
            let weights = &weights.as_flattened()[..range.len()];
            (range, weights)
        })
    }

    /// The same, to write the weights.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (Range<usize>, &mut [i32])> {
        let ranges = self.ranges.iter().cloned();
        ranges.zip(self.weights.chunks_exact_mut(self.groups)).map(|(range, weights)| {
            let weights = &mut weights.as_flattened_mut()[..range.len()];
            (range, weights)
        })
    }
}

/// What only the vector instructions ask for.
#[cfg(target_arch = "x86_64")]
impl Windows {
    /// Groups of weights that each output pixel has, at least one.
    pub(crate) fn groups(&self) -> usize {
        self.groups
    }

    /// Index of the first source pixel of output pixel `i`.
    pub(crate) fn first(&self, i: usize) -> usize {
        self.ranges[i].start
    }

    /// Every weight, `groups` groups for each output pixel.
    pub(crate) fn weights(&self) -> &[[i32; GROUP]] {
        &self.weights
    }
}
