//! A 3x3 convolution as it stands, for few input channels: the first of a network.

use rayon::prelude::*;
use simd::Level;

use crate::activations::{Activations, Images};
use crate::kernels::{Product, multiply};
use crate::packed::Packed;

/// Pixels of a row that are computed together.
const PIXELS: usize = 14;

/// A convolution with bias and ReLU.
pub(crate) struct DirectConvolution {
    /// A matrix [3 * inputs, outputs] for each row of a kernel.
    pub(crate) weights: Packed,
    pub(crate) bias: Vec<f32>,
    pub(crate) level: Level,
}

impl DirectConvolution {
    /// Computes `images` of `output`.
    pub(crate) fn convolve(&self, input: &Activations, output: &mut Activations, images: Images) {
        output.pieces_mut(images, 1).for_each(|(image, y, row)| {
            self.row(input.padded(images.from + image), input, y, row);
        });
    }

    /// One row of an image; `row` begins and ends with padding.
    fn row(&self, image: &[f32], input: &Activations, y: usize, row: &mut [f32]) {
        let (inputs, outputs) = (self.weights.k() / 3, self.weights.outputs());
        let width = self.weights.panel_width();
        let row = &mut row[outputs..(1 + input.width) * outputs];
        for (block, pixels) in row.chunks_mut(PIXELS * outputs).enumerate() {
            for panel in 0..outputs / width {
                for kernel_row in 0..3 {
                    let corner = (y + kernel_row) * input.row_stride() + block * PIXELS * inputs;
                    let product = Product {
                        rows: pixels.len() / outputs,
                        k: self.weights.k(),
                        a: &image[corner..],
                        a_stride: inputs,
                        panel: self.weights.panel(kernel_row, panel),
                        out: &mut pixels[panel * width..],
                        out_stride: outputs,
                        accumulate: kernel_row > 0,
                    };
                    multiply(self.level, product);
                }
            }
            for pixel in pixels.chunks_exact_mut(outputs) {
                for (number, bias) in pixel.iter_mut().zip(&self.bias) {
                    *number = (*number + bias).max(0.0);
                }
            }
        }
    }
}
