//! Numbers for every row and column, stored a block of rows at a time.

use std::ops::Range;

use rayon::prelude::*;

/// Rows of a block: the unit of parallel work, and of every sum over rows. A multiple of the 64 and of the
/// 96 rows that faer's kernels for AVX-512 multiply at a time.
pub(super) const BLOCK_ROWS: usize = 192;

/// A matrix `[n_rows, n_columns]` cut into blocks of [`BLOCK_ROWS`] rows, each stored column by
/// column: threads own whole blocks, and the columns of one problem lie together in each.
#[derive(Debug, Clone, Default)]
pub(super) struct BlockMatrix {
    values: Vec<f32>,
    n_rows: usize,
}

impl BlockMatrix {
    pub(super) fn zeros(n_rows: usize, n_columns: usize) -> Self {
        Self { values: vec![0.0; n_rows * n_columns], n_rows }
    }

    /// Gives the matrix another shape; what it holds is to be overwritten.
    pub(super) fn resize(&mut self, n_rows: usize, n_columns: usize) {
        self.n_rows = n_rows;
        self.values.resize(n_rows * n_columns, 0.0);
    }

    pub(super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    pub(super) fn n_columns(&self) -> usize {
        self.values.len().checked_div(self.n_rows).unwrap_or(0)
    }

    fn block_len(&self) -> usize {
        (BLOCK_ROWS * self.n_columns()).max(1)
    }

    /// The blocks in the order of the rows.
    pub(super) fn par_blocks(&self) -> impl IndexedParallelIterator<Item = &[f32]> {
        self.values.par_chunks(self.block_len())
    }

    /// The blocks in the order of the rows.
    pub(super) fn par_blocks_mut(&mut self) -> impl IndexedParallelIterator<Item = &mut [f32]> {
        let block_len = self.block_len();
        self.values.par_chunks_mut(block_len)
    }

    /// One block.
    pub(super) fn block(&self, block: usize) -> &[f32] {
        self.values.chunks(self.block_len()).nth(block).expect("the block exists")
    }

    /// Becomes another matrix.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.resize(other.n_rows, other.n_columns());
        self.par_blocks_mut()
            .zip(other.par_blocks())
            .for_each(|(out, block)| out.copy_from_slice(block));
    }

    /// A row's values in some columns.
    pub(super) fn row(&self, row: usize, columns: Range<usize>) -> impl Iterator<Item = f32> + '_ {
        let (block, len) = (row / BLOCK_ROWS, block_rows(self.n_rows, row / BLOCK_ROWS));
        let values = &self.block(block)[columns.start * len..columns.end * len];
        values[row % BLOCK_ROWS..].iter().step_by(len).copied()
    }

    /// Takes over `n` columns of another matrix of as many rows from `from` on, as those from `to` on.
    pub(super) fn copy_columns(&mut self, to: usize, other: &Self, from: usize, n: usize) {
        let n_rows = self.n_rows;
        let blocks = self.par_blocks_mut().zip(other.par_blocks()).enumerate();
        blocks.for_each(|(block, (out, other))| {
            let len = block_rows(n_rows, block);
            out[to * len..(to + n) * len].copy_from_slice(&other[from * len..(from + n) * len]);
        });
    }

    /// Multiplies columns by factors, as many neighbors by each as there are for one.
    pub(super) fn scale(&mut self, factors: &[f32]) {
        if factors.iter().all(|&factor| factor == 1.0) {
            return;
        }
        self.par_blocks_mut().for_each(|block| {
            let len = block.len() / factors.len();
            for (values, &factor) in block.chunks_exact_mut(len).zip(factors) {
                values.iter_mut().for_each(|value| *value *= factor);
            }
        });
    }

    /// Keeps the columns named, in their order.
    pub(super) fn retain(&mut self, keep: &[usize]) {
        let (n_rows, n_columns) = (self.n_rows, self.n_columns());
        let mut to = 0;
        for block in 0..n_rows.div_ceil(BLOCK_ROWS) {
            let (start, len) = (block * BLOCK_ROWS * n_columns, block_rows(n_rows, block));
            for &column in keep {
                let from = start + column * len;
                self.values.copy_within(from..from + len, to);
                to += len;
            }
        }
        self.values.truncate(to);
    }
}

/// Rows of a block of a matrix of `n_rows`.
pub(super) fn block_rows(n_rows: usize, block: usize) -> usize {
    BLOCK_ROWS.min(n_rows - block * BLOCK_ROWS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_columns_stay_in_order_in_every_block() {
        let n_rows = 2 * BLOCK_ROWS + 3;
        let mut matrix = BlockMatrix::zeros(n_rows, 3);
        matrix.par_blocks_mut().enumerate().for_each(|(block, values)| {
            let len = block_rows(n_rows, block);
            for (index, value) in values.iter_mut().enumerate() {
                *value = ((block * BLOCK_ROWS + index % len) * 10 + index / len) as f32;
            }
        });
        matrix.retain(&[0, 2]);
        assert_eq!(matrix.n_columns(), 2);
        for row in [0, BLOCK_ROWS, n_rows - 1] {
            let values: Vec<f32> = matrix.row(row, 0..2).collect();
            assert_eq!(values, [(row * 10) as f32, (row * 10 + 2) as f32]);
        }
    }
}
