use linear_precise::Stop;
use linear_problem::{ClassWeight, FitError, PathProblem, signed_weights};

use super::{
    changes::Changes,
    measure::{Measure, Sample},
    scores::Scores,
};
use crate::{
    gram::{Layout, TILE},
    kernels::Entry,
};

/// One binary problem: a class against the rest, on the rows that a fold trains on.
#[derive(Debug)]
pub(super) struct Column {
    /// Which column it is.
    pub(super) index: usize,
    /// The fold.
    pub(super) fold: usize,
    /// The weight of each position's class with the sign of its side; 0 where the position is
    /// padding, held out or ignored.
    pub(super) signed_weights: Vec<f32>,
    /// The dual variables, `s_i alpha_i`.
    pub(super) beta: Vec<f32>,
    /// What was changed and has not reached the scores.
    pub(super) changes: Changes,
    /// How far from the optimum the column was when it was last looked at.
    pub(super) measure: Measure,
    /// Whether it is not done yet.
    pub(super) active: bool,
    /// Iterations done at this C.
    pub(super) n_iter: usize,
    /// The smallest residual at this C that was clearly smaller than those before it, and the
    /// iteration that reached it.
    pub(super) best: (f64, usize),
}

/// Iterations without progress after which a column rests: f32 has no more to give.
const PATIENCE: usize = 20;

/// What counts as progress: a residual below this part of the best.
const PROGRESS: f64 = 0.9;

impl Column {
    /// Makes the whole of `beta` the change.
    pub(super) fn change_by_all(&mut self) {
        let entry = |(position, &value): (usize, &f32)| Entry { position: position as u32, value };
        self.changes.set(self.beta.iter().enumerate().map(entry));
    }

    /// Whether the column trains on some row of a tile.
    pub(super) fn trains_on(&self, layout: &Layout, tile: usize) -> bool {
        layout.fold_of_tile(tile) != Some(self.fold)
    }

    /// Tiles that the column trains on.
    pub(super) fn tiles<'a>(&self, layout: &'a Layout) -> impl Iterator<Item = usize> + use<'a> {
        let fold = Some(self.fold);
        (0..layout.n_tiles()).filter(move |&tile| layout.fold_of_tile(tile) != fold)
    }

    /// Takes note of a measure; the column rests if it is done, or may not or need not go on.
    pub(super) fn look_at(&mut self, measure: Measure, stop: Stop) {
        let residual = measure.residual();
        if residual < PROGRESS * self.best.0 {
            self.best = (residual, self.n_iter);
        }
        let may_go_on = self.n_iter < stop.max_iter && self.n_iter - self.best.1 < PATIENCE;
        self.active = residual > stop.tol && may_go_on;
        self.measure = measure;
    }

    /// The samples of the tiles that the column trains on, each with its position.
    pub(super) fn samples<'a>(
        &'a self,
        scores: &'a Scores,
        layout: &'a Layout,
    ) -> impl Iterator<Item = (usize, Sample)> + 'a {
        self.tiles(layout).flat_map(move |tile| {
            let rows = self.weights_of_tile(tile).iter().zip(self.beta_of_tile(tile));
            let rows = rows.zip(scores.tile(tile, self.index)).enumerate();
            rows.map(move |(row, ((&signed_weight, &beta), &score))| {
                (tile * TILE + row, Sample { signed_weight, beta, score })
            })
        })
    }

    /// A tile of the signed weights.
    pub(super) fn weights_of_tile(&self, tile: usize) -> &[f32; TILE] {
        &self.signed_weights.as_chunks().0[tile]
    }

    /// A tile of the variables.
    pub(super) fn beta_of_tile(&self, tile: usize) -> &[f32; TILE] {
        &self.beta.as_chunks().0[tile]
    }
}

/// The columns of a problem, fold by fold, class by class in each.
///
/// # Errors
/// See [`signed_weights`].
pub(super) fn columns_of(
    problem: &PathProblem<'_>,
    class_weight: &ClassWeight,
    layout: &Layout,
) -> Result<Vec<Column>, FitError> {
    let of_rows = signed_weights(problem, class_weight)?;
    let column = |(index, weights): (usize, Vec<f32>)| Column {
        index,
        fold: index / problem.n_classes,
        signed_weights: layout
            .rows()
            .iter()
            .map(|row| row.map_or(0.0, |row| weights[row]))
            .collect(),
        beta: vec![0.0; layout.n_positions()],
        changes: Changes::default(),
        measure: Measure::default(),
        active: true,
        n_iter: 0,
        best: (f64::INFINITY, 0),
    };
    Ok(of_rows.into_iter().enumerate().map(column).collect())
}
