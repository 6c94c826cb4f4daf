//! Which source pixels an output pixel is made of, along one axis, and with which weights.

use std::ops::Range;

use crate::filter::Kernel;

/// Fraction bits of a weight: 32 less 8 for the pixel and 2 for sums of weights beyond one
/// (Pillow's `PRECISION_BITS`).
const FRACTION_BITS: u32 = 32 - 8 - 2;

/// One half in fixed point: where every weighted sum starts, so that [`to_pixel`] rounds.
pub(crate) const HALF: i32 = 1 << (FRACTION_BITS - 1);

/// The pixel that a weighted sum stands for, clipped to 0..=255.
pub(crate) fn to_pixel(sum: i32) -> u8 {
    (sum >> FRACTION_BITS).clamp(0, 255) as u8
}

/// One axis of a resampling.
pub(crate) struct Axis {
    /// Number of source pixels.
    pub(crate) in_size: u32,
    /// Where the resampled part of the source begins.
    pub(crate) start: f32,
    /// Where it ends.
    pub(crate) end: f32,
    /// Number of pixels that `start..end` becomes.
    pub(crate) out_size: u32,
    /// Which of these are computed.
    pub(crate) wanted: Range<u32>,
}

/// The source pixels that one output pixel is a weighted sum of.
pub(crate) struct Window {
    /// Index of the first source pixel.
    pub(crate) first: usize,
    /// A weight for each source pixel from `first` on.
    pub(crate) weights: Vec<i32>,
}

impl Window {
    /// Index after the last source pixel.
    pub(crate) fn end(&self) -> usize {
        self.first + self.weights.len()
    }
}

impl Axis {
    /// Source pixels for each output pixel.
    fn scale(&self) -> f64 {
        f64::from(self.end - self.start) / f64::from(self.out_size)
    }

    /// The windows of the wanted output pixels. The arithmetic is that of Pillow's
    /// `precompute_coeffs` and `normalize_coeffs_8bpc`: weights in f64, normalized to sum one,
    /// then rounded half away from zero to fixed point.
    pub(crate) fn windows(&self, kernel: &Kernel) -> Vec<Window> {
        let scale = self.scale();
        let stretch = scale.max(1.0);
        let support = kernel.support * stretch;
        let step = 1.0 / stretch;
        let window = |out: u32| {
            let center = f64::from(self.start) + (f64::from(out) + 0.5) * scale;
            // Casts cut off the fraction, as C's do; what is below zero becomes zero.
            let first = (center - support + 0.5) as u32;
            let end = ((center + support + 0.5) as u32).min(self.in_size);
            let weights: Vec<f64> =
                (first..end).map(|x| (kernel.at)((f64::from(x) - center + 0.5) * step)).collect();
            let sum: f64 = weights.iter().sum();
            // A sum of zero gives NaN and then zero, Pillow's weight in that case.
            let weights = weights.iter().map(|w| to_fixed(w / sum)).collect();
            Window { first: first as usize, weights }
        };
        self.wanted.clone().map(window).collect()
    }

    /// The source pixel below the center of each wanted output pixel. Positions are summed up
    /// step by step rather than multiplied, since the rounding of Pillow's sum decides which
    /// pixel a position falls into.
    pub(crate) fn nearest(&self) -> Vec<usize> {
        let step = self.scale();
        let mut position = f64::from(self.start) + step * 0.5;
        let mut indices = Vec::with_capacity(self.wanted.len());
        for out in 0..self.wanted.end {
            if out >= self.wanted.start {
                indices.push((position as usize).min(self.in_size as usize - 1));
            }
            position += step;
        }
        indices
    }
}

fn to_fixed(weight: f64) -> i32 {
    (weight * f64::from(1 << FRACTION_BITS) + 0.5_f64.copysign(weight)) as i32
}
