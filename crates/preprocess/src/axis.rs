//! Which source pixels an output pixel is made of, along one axis, and with which weights.

use std::ops::Range;

use crate::filter::Kernel;
use crate::windows::Windows;

/// One axis of a resampling.
#[derive(Debug)]
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

impl Axis {
    /// Source pixels for each output pixel.
    fn scale(&self) -> f64 {
        f64::from(self.end - self.start) / f64::from(self.out_size)
    }

    /// The windows of the wanted output pixels. The arithmetic is that of Pillow's
    /// `precompute_coeffs` and `normalize_coeffs_8bpc`: weights in f64, normalized to sum one,
    /// then rounded half away from zero to fixed point.
    pub(crate) fn windows(&self, kernel: &Kernel) -> Windows {
        let scale = self.scale();
        let stretch = scale.max(1.0);
        let support = kernel.support * stretch;
        let step = 1.0 / stretch;
        let center = |out: u32| f64::from(self.start) + (f64::from(out) + 0.5) * scale;
        // Casts cut off the fraction, as C's do; what is below zero becomes zero.
        let window = |out: u32| {
            let first = (center(out) - support + 0.5) as u32;
            let end = ((center(out) + support + 0.5) as u32).min(self.in_size);
            first as usize..end as usize
        };
        let mut windows = Windows::new(self.wanted.clone().map(window));
        let mut exact = Vec::new();
        for (out, (range, weights)) in self.wanted.clone().zip(windows.iter_mut()) {
            exact.clear();
            exact.extend(range.map(|x| (kernel.at)((x as f64 - center(out) + 0.5) * step)));
            let sum: f64 = exact.iter().sum();
            for (weight, exact) in weights.iter_mut().zip(&exact) {
                // A sum of zero gives NaN and then zero, Pillow's weight in that case.
                *weight = Windows::to_fixed(exact / sum);
            }
        }
        windows
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
