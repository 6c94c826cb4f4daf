//! Weights in the order in which products read them.

use rayon::prelude::*;
use simd::{Buffer, Level};

use crate::kernels::lanes;
use crate::points::{POSITIONS, kernel_transform};

/// Matrices [k, outputs], each cut into panels [k, panel_width] that lie one after the other.
pub(crate) struct Packed {
    numbers: Buffer,
    k: usize,
    outputs: usize,
    panel_width: usize,
}

impl Packed {
    /// The transformed kernels of `weight` [outputs, inputs, 3, 3]: a matrix [inputs, outputs] for
    /// each position of a tile.
    pub(crate) fn transformed(weight: &[f32], inputs: usize, outputs: usize, level: Level) -> Self {
        let mut packed = Self::zeros(POSITIONS, inputs, outputs, level);
        let (kernels, transform) = (weight.as_chunks::<9>().0, kernel_transform());
        let (width, matrix) = (packed.panel_width, inputs * outputs);
        // A panel holds all inputs of `width` outputs, at one position.
        let panels = packed.numbers.as_mut_slice().par_chunks_mut(inputs * width).enumerate();
        panels.for_each(|(index, panel)| {
            let (position, first) = (index * panel.len() / matrix, index * width % outputs);
            for (input, row) in panel.chunks_exact_mut(width).enumerate() {
                for (output, number) in (first..).zip(row) {
                    let kernel = &kernels[output * inputs + input];
                    let terms = kernel.iter().zip(&transform[position]);
                    *number = terms.map(|(&weight, factor)| f64::from(weight) * factor).sum::<f64>()
                        as f32;
                }
            }
        });
        packed
    }

    /// The kernels of `weight` [outputs, inputs, 3, 3] as they are: a matrix [3 * inputs, outputs] for
    /// each of the three rows of a kernel.
    pub(crate) fn direct(weight: &[f32], inputs: usize, outputs: usize, level: Level) -> Self {
        let mut packed = Self::zeros(3, 3 * inputs, outputs, level);
        for output in 0..outputs {
            for input in 0..inputs {
                for (i, &number) in weight[(output * inputs + input) * 9..][..9].iter().enumerate()
                {
                    let (y, x) = (i / 3, i % 3);
                    let width = packed.panel_width;
                    let panel = (y * outputs + output) / width;
                    let row = panel * packed.k + x * inputs + input;
                    packed.numbers.as_mut_slice()[row * width + output % width] = number;
                }
            }
        }
        packed
    }

    fn zeros(n_matrices: usize, k: usize, outputs: usize, level: Level) -> Self {
        let panel_width = 2 * lanes(level);
        let numbers = Buffer::zeros(n_matrices * k * outputs).expect("memory for weights");
        Self { numbers, k, outputs, panel_width }
    }

    /// The panel of one matrix with the outputs `panel * panel_width..`, and what follows it.
    pub(crate) fn panel(&self, matrix: usize, panel: usize) -> &[f32] {
        let first = matrix * self.outputs + panel * self.panel_width;
        &self.numbers.as_slice()[first * self.k..][..self.k * self.panel_width]
    }

    /// Rows of a matrix.
    pub(crate) fn k(&self) -> usize {
        self.k
    }

    /// Columns of a matrix.
    pub(crate) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Columns of a panel.
    pub(crate) fn panel_width(&self) -> usize {
        self.panel_width
    }
}
