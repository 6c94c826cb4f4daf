//! A 3x3 convolution in tiles.

use rayon::prelude::*;
use simd::Level;

use crate::activations::{Activations, Images};
use crate::kernels::{
    InputTile, OutputTile, transform_and_pool_output, transform_input, transform_output,
};
use crate::packed::Packed;
use crate::points::{POSITIONS, TILE};

/// Tiles that are multiplied together: as many as the largest product has rows, and what divides
/// the 56, 28 and 14 tiles of a row of the usual networks.
pub(crate) const BLOCK: usize = 14;

/// Added to the distance of rows that are read side by side, so that they do not compete for the
/// same lines of the cache.
pub(crate) const GAP: usize = 16;

/// A convolution with bias and ReLU, and the 2x2 maximum after it where nobody asks for what comes
/// before.
pub(crate) struct Convolution {
    pub(crate) weights: Packed,
    pub(crate) bias: Vec<f32>,
    pub(crate) pool: bool,
    pub(crate) level: Level,
}

/// A tile among those of a batch of images of one size.
#[derive(Clone, Copy)]
pub(crate) struct TileAt {
    pub(crate) image: usize,
    pub(crate) row: usize,
    pub(crate) column: usize,
}

impl Convolution {
    pub(crate) fn inputs(&self) -> usize {
        self.weights.k()
    }

    pub(crate) fn outputs(&self) -> usize {
        self.weights.outputs()
    }

    /// Rows and columns of a tile in the output.
    pub(crate) fn tile_size(&self) -> usize {
        if self.pool { TILE / 2 } else { TILE }
    }

    /// Height and width of the output for those of the input.
    pub(crate) fn output_size(&self, height: usize, width: usize) -> (usize, usize) {
        if self.pool { (height / 2, width / 2) } else { (height, width) }
    }

    /// Transforms one tile of the input: `to` is [position, channel].
    pub(crate) fn transform_input(
        &self,
        input: &Activations,
        tile: TileAt,
        to: &mut [f32],
        position_stride: usize,
    ) {
        let channels = self.inputs();
        // The window of a tile begins one row and column before it, which is where padding does.
        let corner = tile.row * TILE * input.row_stride() + tile.column * TILE * channels;
        let from = &input.padded(tile.image)[corner..];
        let row_stride = input.row_stride();
        transform_input(self.level, InputTile { from, row_stride, channels, to, position_stride });
    }

    /// Activations of one tile from its products with the outputs `first..first + n`.
    pub(crate) fn transform_output(
        &self,
        from: &[f32],
        position_stride: usize,
        (first, n): (usize, usize),
        rows: &mut TileRow<'_>,
        column: usize,
    ) {
        let channels = self.outputs();
        let size = self.tile_size();
        let columns = (rows.width - column * size).min(size);
        if columns == 0 {
            // A single column that is left over for the last tile has no neighbor to be pooled with.
            return;
        }
        let tile = OutputTile {
            from,
            position_stride,
            bias: &self.bias[first..][..n],
            // One column of padding stands before the image.
            to: &mut rows.numbers[(1 + column * size) * channels + first..],
            row_stride: rows.row_stride,
            column_stride: channels,
            rows: rows.n_rows,
            columns,
        };
        if self.pool {
            transform_and_pool_output(self.level, tile);
        } else {
            transform_output(self.level, tile);
        }
    }

    /// The rows of tiles of some images of an output, to be written in parallel.
    pub(crate) fn tile_rows<'a>(
        &self,
        output: &'a mut Activations,
        images: Images,
    ) -> impl ParallelIterator<Item = TileRow<'a>> + use<'a> {
        let (width, row_stride) = (output.width, output.row_stride());
        output.pieces_mut(images, self.tile_size()).map(move |(image, row, numbers)| {
            let n_rows = numbers.len() / row_stride;
            TileRow { image, row, n_rows, width, row_stride, numbers }
        })
    }
}

/// The rows of an output that a row of tiles covers.
pub(crate) struct TileRow<'a> {
    /// The image, counted from the first of those that are written.
    pub(crate) image: usize,
    /// Which row of tiles.
    pub(crate) row: usize,
    /// Rows of the image, no more than a tile has.
    n_rows: usize,
    /// Columns of the image.
    width: usize,
    row_stride: usize,
    /// With the columns of padding.
    numbers: &'a mut [f32],
}

/// Tiles along an axis of an input.
pub(crate) fn n_tiles(length: usize) -> usize {
    length.div_ceil(TILE)
}

/// Numbers of a block of transformed tiles with that many channels.
pub(crate) fn block_len(channels: usize) -> usize {
    BLOCK * POSITIONS * (channels + GAP)
}
