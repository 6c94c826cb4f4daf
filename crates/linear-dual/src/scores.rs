use rayon::prelude::*;
use simd::Level;

use super::{changes::Changes, column::Column};
use crate::{
    gram::{Gram, Layout, TILE},
    kernels::{Columns, add_columns, add_columns_f64},
};

/// `K beta` of every column, tile by tile: `[n_tiles, n_columns, TILE]`, so that a tile row of the
/// matrix serves all columns while it is in the cache.
pub(super) struct Scores {
    values: Vec<f32>,
    n_columns: usize,
}

/// The matrix, and how to multiply by it.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a> {
    pub(super) gram: &'a Gram,
    pub(super) layout: &'a Layout,
    pub(super) level: Level,
}

impl Scores {
    pub(super) fn zeros(n_columns: usize, n_positions: usize) -> Self {
        Self { values: vec![0.0; n_columns * n_positions], n_columns }
    }

    /// Makes all scores 0.
    pub(super) fn clear(&mut self) {
        self.values.fill(0.0);
    }

    /// The scores of a column in a tile.
    pub(super) fn tile(&self, tile: usize, column: usize) -> &[f32; TILE] {
        let (tiles, _) = self.values.as_chunks();
        &tiles[tile * self.n_columns + column]
    }

    /// Adds the changes of the active columns, which have `n_groups` groups, to the rows that they
    /// train on.
    pub(super) fn add_changes(
        &mut self,
        shared: &Shared<'_>,
        columns: &[Column],
        active: &[usize],
        n_groups: usize,
    ) {
        self.values.par_chunks_mut(self.n_columns * TILE).enumerate().for_each(|(tile, scores)| {
            let held_out_by = shared.layout.fold_of_tile(tile);
            let tile_row = columns_of(shared.gram, tile);
            let (scores, _) = scores.as_chunks_mut();
            for group in 0..n_groups {
                for &index in active {
                    let column = &columns[index];
                    let entries = column.changes.group(group);
                    if held_out_by != Some(column.fold) && !entries.is_empty() {
                        add_columns(shared.level, &mut scores[index], tile_row, entries);
                    }
                }
            }
        });
    }

    /// Computes the scores of all rows anew, summed in f64.
    pub(super) fn refresh(&mut self, shared: &Shared<'_>, columns: &mut [Column]) {
        columns.par_iter_mut().for_each(Column::change_by_all);
        let columns = &*columns;
        self.values.par_chunks_mut(self.n_columns * TILE).enumerate().for_each_init(
            || vec![[0.0_f64; TILE]; columns.len()],
            |sums, (tile, scores)| {
                sums.fill([0.0; TILE]);
                let tile_row = columns_of(shared.gram, tile);
                for group in 0..Changes::n_groups(shared.layout.n_positions()) {
                    for (sums, column) in sums.iter_mut().zip(columns) {
                        add_columns_f64(shared.level, sums, tile_row, column.changes.group(group));
                    }
                }
                for (score, &sum) in scores.iter_mut().zip(sums.as_flattened()) {
                    *score = sum as f32;
                }
            },
        );
    }

    /// Multiplies the scores of each column by its factor.
    pub(super) fn scale(&mut self, factors: &[f32]) {
        let (tiles, _) = self.values.as_chunks_mut::<TILE>();
        for of_tile in tiles.chunks_exact_mut(self.n_columns) {
            for (scores, factor) in of_tile.iter_mut().zip(factors) {
                scores.iter_mut().for_each(|score| *score *= factor);
            }
        }
    }
}

fn columns_of(gram: &Gram, tile: usize) -> Columns<'_> {
    Columns { values: gram.tile_row(tile).as_flattened(), stride: TILE }
}
