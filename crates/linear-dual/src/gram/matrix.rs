use std::ops::Range;

use linear_problem::{FeatureRows, FitError, check_finite};
use ndarray::Axis;
use rayon::prelude::*;
use simd::{Buffer, Level};

use super::{
    Layout, TILE,
    block::{Rows, add_products},
};

/// Positions of a panel: the rows of two panels are all of the features that are held at a time.
const PANEL: usize = 8 * TILE;

/// `K_ij = x_i . x_j + 1` for every pair of positions, the products of rows that end with a feature
/// 1; 1 where a position is padding.
///
/// The matrix is cut into tile rows of [`TILE`] positions, in each of which the columns follow each
/// other: `TILE` numbers, `K_ij` for the `i` of the tile row.
pub(crate) struct Gram {
    numbers: Buffer,
    n_positions: usize,
    diagonal: Vec<f32>,
}

impl Gram {
    /// Multiplies all rows of a layout by each other: half of the products, and their mirror image.
    ///
    /// # Errors
    /// [`FitError::NotFinite`] if a feature is not; [`FitError::OutOfMemory`].
    pub(crate) fn new(
        rows: &dyn FeatureRows,
        layout: &Layout,
        level: Level,
    ) -> Result<Self, FitError> {
        let n_positions = layout.n_positions();
        check_finite(rows)?;
        let mut numbers = Buffer::zeros(n_positions * n_positions)?;
        let all = numbers.as_mut_slice();
        all.par_chunks_mut(PANEL * TILE).for_each(|part| part.fill(1.0));

        let d = rows.n_features();
        let (mut left, mut right) = (Vec::new(), Vec::new());
        let panels = || layout.rows().chunks(PANEL).enumerate();
        for (panel, left_rows) in panels().filter(|_| d > 0) {
            gather(rows, left_rows, &mut left);
            for (other, right_rows) in panels().take(panel + 1) {
                if other < panel {
                    gather(rows, right_rows, &mut right);
                }
                let right = if other < panel { &right } else { &left };
                let of_panel = &mut all[panel * PANEL * n_positions..];
                let tile_rows = of_panel.par_chunks_mut(TILE * n_positions);
                tile_rows.zip(left.par_chunks(TILE * d)).enumerate().for_each(
                    |(tile, (tile_row, left))| {
                        // On the diagonal, what is right of the tile comes from the mirror.
                        let n_right =
                            if other < panel { right_rows.len() } else { (tile + 1) * TILE };
                        let columns = &mut tile_row[other * PANEL * TILE..][..n_right * TILE];
                        let left = Rows { values: left, n_features: d };
                        let right = Rows { values: &right[..n_right * d], n_features: d };
                        add_products(level, columns, left, right);
                    },
                );
            }
        }
        mirror(all, 0, n_positions);
        let diagonal = diagonal(all, n_positions);
        Ok(Self { numbers, n_positions, diagonal })
    }

    /// Number of rows and columns.
    pub(crate) fn n_positions(&self) -> usize {
        self.n_positions
    }

    /// `K_ii`.
    pub(crate) fn diagonal(&self) -> &[f32] {
        &self.diagonal
    }

    /// The columns of a tile row, `[n_positions]` of [`TILE`] numbers.
    pub(crate) fn tile_row(&self, tile: usize) -> &[[f32; TILE]] {
        let tile_row = &self.numbers.as_slice()[tile * TILE * self.n_positions..];
        tile_row[..TILE * self.n_positions].as_chunks().0
    }

    /// Copies `K_ij` for the `i` of a range.
    pub(crate) fn copy_column(&self, j: usize, range: Range<usize>, out: &mut [f32]) {
        let mut at = range.start;
        let mut out = out;
        while at < range.end {
            let end = (at / TILE * TILE + TILE).min(range.end);
            let (part, rest) = out.split_at_mut(end - at);
            part.copy_from_slice(&self.tile_row(at / TILE)[j][at % TILE..][..end - at]);
            (at, out) = (end, rest);
        }
    }
}

/// Copies rows of features, zeros for padding, into a panel.
fn gather(rows: &dyn FeatureRows, of: &[Option<usize>], panel: &mut Vec<f32>) {
    let d = rows.n_features();
    panel.clear();
    panel.resize(of.len() * d, 0.0);
    panel.par_chunks_mut(d.max(1)).zip(of).with_min_len(16).for_each_init(
        Vec::new,
        |buffer, (out, &row)| {
            let Some(row) = row else { return };
            let block = rows.block(row..row + 1, buffer);
            for (out, &value) in out.iter_mut().zip(block.index_axis(Axis(0), 0)) {
                *out = value;
            }
        },
    );
}

/// Fills the tiles above the diagonal from those below it; `first` is the first tile of `rows`.
fn mirror(rows: &mut [f32], first: usize, n_positions: usize) {
    let tile_row = TILE * n_positions;
    let n_tiles = rows.len() / tile_row;
    if n_tiles < 2 {
        return;
    }
    let n_upper = n_tiles / 2;
    let (upper, lower) = rows.split_at_mut(n_upper * tile_row);
    upper.par_chunks_mut(tile_row).enumerate().for_each(|(tile, upper)| {
        for (below, lower) in lower.chunks_exact(tile_row).enumerate() {
            let to = (first + n_upper + below) * TILE * TILE;
            let from = (first + tile) * TILE * TILE;
            transpose(&mut upper[to..][..TILE * TILE], &lower[from..][..TILE * TILE]);
        }
    });
    rayon::join(
        || mirror(upper, first, n_positions),
        || mirror(lower, first + n_upper, n_positions),
    );
}

fn transpose(to: &mut [f32], from: &[f32]) {
    for (column, to) in to.chunks_exact_mut(TILE).enumerate() {
        for (row, to) in to.iter_mut().enumerate() {
            *to = from[row * TILE + column];
        }
    }
}

fn diagonal(all: &[f32], n_positions: usize) -> Vec<f32> {
    let at = |position: usize| {
        let (tile, row) = (position / TILE, position % TILE);
        all[(tile * n_positions + position) * TILE + row]
    };
    (0..n_positions).map(at).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    fn features(n: usize, d: usize) -> Array2<f32> {
        Array2::from_shape_fn((n, d), |(i, j)| ((i * 31 + j * 17) % 23) as f32 - 11.0)
    }

    #[test]
    fn the_matrix_is_symmetric_across_panels() {
        let x = features(2 * PANEL + 300, 5);
        // The order is not that of the rows.
        let layout = Layout::in_order((0..x.nrows()).rev());
        let gram = Gram::new(&x.view(), &layout, Level::detected()).unwrap();
        let value = |i: usize, j: usize| gram.tile_row(i / TILE)[j][i % TILE];
        for i in (0..layout.n_positions()).step_by(37) {
            for j in (0..layout.n_positions()).step_by(41) {
                let product = match (layout.rows()[i], layout.rows()[j]) {
                    (Some(a), Some(b)) => x.row(a).dot(&x.row(b)),
                    _ => 0.0,
                };
                assert_eq!(value(i, j), 1.0 + product, "{i} {j}");
            }
            assert_eq!(gram.diagonal()[i], value(i, i));
            let mut column = vec![0.0; TILE + 5];
            gram.copy_column(i, 100..105 + TILE, &mut column);
            let expected: Vec<f32> = (100..105 + TILE).map(|row| value(row, i)).collect();
            assert_eq!(column, expected);
        }
    }

    #[test]
    fn the_first_row_that_is_not_finite_is_named() {
        let mut x = features(300, 4);
        x[[250, 1]] = f32::NAN;
        x[[40, 3]] = f32::INFINITY;
        let layout = Layout::in_order((0..300).rev());
        let error = Gram::new(&x.view(), &layout, Level::PORTABLE).err().unwrap();
        assert!(matches!(error, FitError::NotFinite { row: 40 }));
    }
}
