//! An epoch of coordinate descent in blocks of a tile.

use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::{
    column::Column,
    price::Price,
    scores::{Scores, Shared},
};
use crate::{
    gram::{TILE, tile_range},
    kernels::{CoordinateSweep, Entry, Movers, sweep_coordinates},
};

/// Passes over a block before the next one's turn.
const SWEEPS: usize = 3;

/// Changes of a score that are too small to be made.
pub(super) const SMALLEST_CHANGE: f32 = 1e-7;

/// Every block once, in random order; all columns see the same order.
pub(super) fn epoch(
    shared: &Shared<'_>,
    price: Price,
    columns: &mut [Column],
    scores: &mut Scores,
    rng: &mut Xoshiro256PlusPlus,
) {
    let active: Vec<usize> =
        columns.iter().filter(|column| column.active).map(|column| column.index).collect();
    let mut tiles: Vec<usize> = (0..shared.layout.n_tiles()).collect();
    tiles.shuffle(rng);
    for tile in tiles {
        let orders: [Vec<u32>; SWEEPS] = std::array::from_fn(|_| {
            let mut order: Vec<u32> = (0..TILE as u32).collect();
            order.shuffle(rng);
            order
        });
        columns.par_iter_mut().with_min_len(8).for_each_init(Movers::default, |movers, column| {
            column.changes.clear();
            if column.active && column.trains_on(shared.layout, tile) {
                descend(shared, price, column, scores.tile(tile, column.index), tile, |block| {
                    for order in &orders {
                        let level = shared.level;
                        if sweep_coordinates(level, block, order, movers, SMALLEST_CHANGE) == 0.0 {
                            break;
                        }
                    }
                });
            }
        });
        scores.add_changes(shared, columns, &active, 1);
    }
}

/// Lets `sweep` work on one block of a column, and notes what it changed.
fn descend(
    shared: &Shared<'_>,
    price: Price,
    column: &mut Column,
    scores: &[f32; TILE],
    tile: usize,
    sweep: impl FnOnce(&mut CoordinateSweep<'_>),
) {
    let weights = column.weights_of_tile(tile);
    let before = *column.beta_of_tile(tile);
    let mut beta = before;
    let ridge = weights.map(|weight| price.ridge(weight));
    let diagonal = &shared.gram.diagonal()[tile_range(tile)];
    let inverse: [f32; TILE] = std::array::from_fn(|row| 1.0 / (diagonal[row] + ridge[row]));
    sweep(&mut CoordinateSweep {
        gram: shared.gram.tile_row(tile)[tile_range(tile)].as_flattened(),
        stride: TILE,
        scores: &mut { *scores },
        beta: &mut beta,
        signed_upper: &weights.map(|weight| price.signed_upper(weight)),
        ridge: &ridge,
        inverse: &inverse,
    });
    let first = tile * TILE;
    column.beta[tile_range(tile)].copy_from_slice(&beta);
    column.changes.set_group(
        (0..TILE)
            .map(|row| Entry { position: (first + row) as u32, value: beta[row] - before[row] }),
    );
}
