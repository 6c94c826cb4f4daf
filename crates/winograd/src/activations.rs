//! Activations of a batch, with the zeros that convolutions pad with around each image.

use rayon::prelude::*;
use simd::Buffer;

use crate::activation::Activation;
use crate::points::TILE;

/// Which images of an input become which of an output.
#[derive(Clone, Copy)]
pub(crate) struct Images {
    /// The first of the input.
    pub(crate) from: usize,
    /// The first of the output.
    pub(crate) to: usize,
    /// How many.
    pub(crate) n: usize,
}

/// Activations [n_images, padded_height, padded_width, channels] of which one row and column from
/// the upper left on `height` x `width` are the image; all others are zero and stay so.
///
/// Padding reaches as far as the windows of whole tiles do.
pub(crate) struct Activations {
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
    numbers: Buffer,
}

impl Activations {
    /// All zero.
    pub(crate) fn zeros(n_images: usize, height: usize, width: usize, channels: usize) -> Self {
        let empty = Self { height, width, channels, numbers: Buffer::default() };
        let numbers = Buffer::zeros(n_images * empty.image_len()).expect("memory for activations");
        Self { numbers, ..empty }
    }

    /// Distance of rows.
    pub(crate) fn row_stride(&self) -> usize {
        (self.width.next_multiple_of(TILE) + 2) * self.channels
    }

    /// Numbers of an image, with its padding.
    pub(crate) fn image_len(&self) -> usize {
        (self.height.next_multiple_of(TILE) + 2) * self.row_stride()
    }

    /// An image with its padding.
    pub(crate) fn padded(&self, image: usize) -> &[f32] {
        &self.numbers.as_slice()[image * self.image_len()..][..self.image_len()]
    }

    /// Rows `row..` of an image without the rows of padding, but with the columns of it.
    pub(crate) fn rows(&self, image: usize, row: usize) -> &[f32] {
        &self.padded(image)[(row + 1) * self.row_stride()..]
    }

    /// Rows of the images `images.to..`, some at a time, to be written in parallel: the number of the
    /// image counted from there, the number of the piece, and `rows` rows of it (the last piece of an
    /// image has what is left) with the columns of padding.
    pub(crate) fn pieces_mut(
        &mut self,
        images: Images,
        rows: usize,
    ) -> impl ParallelIterator<Item = (usize, usize, &mut [f32])> {
        let (height, row_stride, len) = (self.height, self.row_stride(), self.image_len());
        let numbers = &mut self.numbers.as_mut_slice()[images.to * len..][..images.n * len];
        numbers.par_chunks_mut(len).enumerate().flat_map(move |(image, numbers)| {
            let interior = &mut numbers[row_stride..(1 + height) * row_stride];
            let pieces = interior.par_chunks_mut(rows * row_stride).enumerate();
            pieces.map(move |(piece, numbers)| (image, piece, numbers))
        })
    }

    /// Sets the first image to `pixels` [height, width, channels].
    pub(crate) fn fill(&mut self, pixels: &[f32]) {
        let (channels, row_stride) = (self.channels, self.row_stride());
        let row_len = self.width * channels;
        let rows = self.numbers.as_mut_slice()[row_stride..].chunks_mut(row_stride);
        for (row, pixels) in rows.zip(pixels.chunks_exact(row_len)) {
            row[channels..][..row_len].copy_from_slice(pixels);
        }
    }

    /// Number `image` here as the output of `layer` for the image `number` of a batch.
    pub(crate) fn activation(&self, layer: usize, image: usize, number: usize) -> Activation<'_> {
        let (height, width, channels) = (self.height, self.width, self.channels);
        let (rows, row_stride) = (self.rows(image, 0), self.row_stride());
        Activation { layer, image: number, height, width, channels, rows, row_stride }
    }
}
