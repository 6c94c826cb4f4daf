//! The matrix of inner products of all samples, which the dual solvers share among classes, folds
//! and values of C.

mod block;
mod layout;
mod matrix;

pub(crate) use layout::{Layout, tile_range};
pub(crate) use matrix::Gram;

/// Rows of a tile, and the unit in which positions are padded.
pub(crate) const TILE: usize = 128;
