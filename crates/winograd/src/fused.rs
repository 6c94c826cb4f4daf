//! A convolution whose weights are small: a block of tiles is transformed, multiplied and transformed
//! back while it is in the cache of one core.

use rayon::prelude::*;

use crate::activations::{Activations, Images};
use crate::convolution::{BLOCK, Convolution, GAP, TileAt, block_len, n_tiles};
use crate::kernels::{Product, multiply};
use crate::points::POSITIONS;

/// Outputs that are multiplied and transformed back at a time.
const OUTPUTS: usize = 64;

/// Computes `images` of `output`.
pub(crate) fn convolve(
    convolution: &Convolution,
    input: &Activations,
    output: &mut Activations,
    images: Images,
) {
    let (inputs, outputs) = (convolution.inputs(), convolution.outputs());
    // Both are [tile, position, channel].
    let (tile_stride, sums_stride) = (inputs + GAP, OUTPUTS + GAP);
    let scratch = || (vec![0.0; block_len(inputs)], vec![0.0; block_len(OUTPUTS)]);
    let n_columns = n_tiles(input.width);
    convolution.tile_rows(output, images).for_each_init(scratch, |(tiles, sums), mut row| {
        for first_column in (0..n_columns).step_by(BLOCK) {
            let columns = first_column..n_columns.min(first_column + BLOCK);
            for (column, tile) in
                columns.clone().zip(tiles.chunks_exact_mut(POSITIONS * tile_stride))
            {
                let at = TileAt { image: images.from + row.image, row: row.row, column };
                convolution.transform_input(input, at, tile, tile_stride);
            }
            for first_output in (0..outputs).step_by(OUTPUTS) {
                let n_outputs = OUTPUTS.min(outputs - first_output);
                multiply_block(convolution, columns.len(), tiles, sums, (first_output, n_outputs));
                for (column, sums) in
                    columns.clone().zip(sums.chunks_exact(POSITIONS * sums_stride))
                {
                    let range = (first_output, n_outputs);
                    convolution.transform_output(sums, sums_stride, range, &mut row, column);
                }
            }
        }
    });
}

/// The products of `n_tiles` tiles with the outputs `first..first + n`, at every position.
fn multiply_block(
    convolution: &Convolution,
    n_tiles: usize,
    tiles: &[f32],
    sums: &mut [f32],
    (first, n): (usize, usize),
) {
    let weights = &convolution.weights;
    let width = weights.panel_width();
    let (tile_stride, sums_stride) = (weights.k() + GAP, OUTPUTS + GAP);
    for position in 0..POSITIONS {
        for panel in 0..n.div_ceil(width) {
            let product = Product {
                rows: n_tiles,
                k: weights.k(),
                a: &tiles[position * tile_stride..],
                a_stride: POSITIONS * tile_stride,
                panel: weights.panel(position, first / width + panel),
                out: &mut sums[position * sums_stride + panel * width..],
                out_stride: POSITIONS * sums_stride,
                accumulate: false,
            };
            multiply(convolution.level, product);
        }
    }
}
