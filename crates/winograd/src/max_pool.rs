//! The maximum of 2x2 windows, where it is not part of the convolution before it.

use rayon::prelude::*;

use crate::activations::{Activations, Images};

/// Computes `images` of `output`; an odd last row or column is dropped.
pub(crate) fn max_pool(input: &Activations, output: &mut Activations, images: Images) {
    let (width, channels) = (output.width, output.channels);
    output.pieces_mut(images, 1).for_each(|(image, y, row)| {
        let upper = &input.rows(images.from + image, 2 * y)[channels..];
        let lower = &input.rows(images.from + image, 2 * y + 1)[channels..];
        let pixels = row[channels..].chunks_exact_mut(channels).take(width);
        let pairs = upper.chunks_exact(2 * channels).zip(lower.chunks_exact(2 * channels));
        for (pixel, (upper, lower)) in pixels.zip(pairs) {
            for (channel, number) in pixel.iter_mut().enumerate() {
                let upper = upper[channel].max(upper[channel + channels]);
                let lower = lower[channel].max(lower[channel + channels]);
                *number = upper.max(lower);
            }
        }
    });
}
