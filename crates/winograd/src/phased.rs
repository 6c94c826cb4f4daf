//! A convolution whose weights are large: all tiles of many images are transformed, then multiplied
//! position by position, so that every weight is read once for all of them, then transformed back.

use rayon::prelude::*;
use simd::Buffer;

use crate::activations::{Activations, Images};
use crate::convolution::{BLOCK, Convolution, GAP, TileAt, block_len, n_tiles};
use crate::kernels::{Product, multiply};
use crate::points::POSITIONS;

/// What the transformed tiles of one group of images may take, in numbers: 64 MiB.
const MOST_NUMBERS: usize = 1 << 24;

/// Memory between the phases, kept from one call to the next.
pub(crate) struct Phases {
    /// Transformed inputs [block, position, tile, channel].
    tiles: Buffer,
    /// Products [position, tile, channel].
    sums: Buffer,
}

impl Phases {
    /// Not a byte yet.
    pub(crate) fn new() -> Self {
        Self { tiles: Buffer::default(), sums: Buffer::default() }
    }

    /// Computes `images` of `output`.
    pub(crate) fn convolve(
        &mut self,
        convolution: &Convolution,
        input: &Activations,
        output: &mut Activations,
        Images { from, to, n }: Images,
    ) {
        let tiles_an_image = n_tiles(input.height) * n_tiles(input.width);
        let channels = convolution.inputs().max(convolution.outputs()) + GAP;
        let group = (MOST_NUMBERS / (POSITIONS * tiles_an_image * channels)).clamp(1, n);
        for first in (0..n).step_by(group) {
            let images = Images { from: from + first, to: to + first, n: group.min(n - first) };
            self.convolve_group(convolution, input, output, images);
        }
    }

    fn convolve_group(
        &mut self,
        convolution: &Convolution,
        input: &Activations,
        output: &mut Activations,
        images: Images,
    ) {
        let (inputs, outputs) = (convolution.inputs(), convolution.outputs());
        let (n_rows, n_columns) = (n_tiles(input.height), n_tiles(input.width));
        let n_all = images.n * n_rows * n_columns;
        let block_len = block_len(inputs);
        let (tile_stride, sums_stride) = (inputs + GAP, outputs + GAP);
        let tiles = at_least(&mut self.tiles, n_all.div_ceil(BLOCK) * block_len);
        tiles.par_chunks_mut(block_len).enumerate().for_each(|(block, tiles)| {
            for tile in 0..BLOCK.min(n_all - block * BLOCK) {
                let index = block * BLOCK + tile;
                let at = TileAt {
                    image: images.from + index / (n_rows * n_columns),
                    row: index / n_columns % n_rows,
                    column: index % n_columns,
                };
                let to = &mut tiles[tile * tile_stride..];
                convolution.transform_input(input, at, to, BLOCK * tile_stride);
            }
        });
        let sums = at_least(&mut self.sums, POSITIONS * n_all * sums_stride);
        let of_positions = sums.par_chunks_mut(n_all * sums_stride).enumerate();
        of_positions
            .for_each(|(position, sums)| multiply_position(convolution, tiles, position, sums));
        let sums = &*sums;
        convolution.tile_rows(output, images).for_each(|mut row| {
            for column in 0..n_columns {
                let tile = (row.image * n_rows + row.row) * n_columns + column;
                let from = &sums[tile * sums_stride..];
                let range = (0, outputs);
                convolution.transform_output(from, n_all * sums_stride, range, &mut row, column);
            }
        });
    }
}

/// The products of all tiles at one position, `sums` [tile, channel].
fn multiply_position(convolution: &Convolution, tiles: &[f32], position: usize, sums: &mut [f32]) {
    let weights = &convolution.weights;
    let width = weights.panel_width();
    let (tile_stride, sums_stride) = (weights.k() + GAP, weights.outputs() + GAP);
    for panel in 0..weights.outputs() / width {
        let blocks = tiles.chunks_exact(POSITIONS * BLOCK * tile_stride);
        for (tiles, sums) in blocks.zip(sums.chunks_mut(BLOCK * sums_stride)) {
            let product = Product {
                rows: sums.len() / sums_stride,
                k: weights.k(),
                a: &tiles[position * BLOCK * tile_stride..],
                a_stride: tile_stride,
                panel: weights.panel(position, panel),
                out: &mut sums[panel * width..],
                out_stride: sums_stride,
                accumulate: false,
            };
            multiply(convolution.level, product);
        }
    }
}

/// The first `len` numbers of `memory`, which is replaced where it is smaller.
fn at_least(memory: &mut Buffer, len: usize) -> &mut [f32] {
    if memory.as_slice().len() < len {
        *memory = Buffer::zeros(len).expect("memory for transformed tiles");
    }
    &mut memory.as_mut_slice()[..len]
}
