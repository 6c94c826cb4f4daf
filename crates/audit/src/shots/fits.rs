//! Heads on the rows that are drawn.

use learn::{Examples, SolverError, learn};
use metrics::argmax_rows;
use rayon::prelude::*;

use super::draw::Draw;
use super::request::ShotsRequest;

/// What every fit has in common.
#[derive(Clone, Copy)]
pub(super) struct Fits<'a, 'f> {
    /// All rows to train on.
    pub(super) train: &'a Examples<'f>,
    /// The rows to score on.
    pub(super) scored: &'a Examples<'f>,
    pub(super) classes: &'a [String],
    pub(super) request: &'a ShotsRequest,
}

/// Heads on one number of rows, a head a draw.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fitted {
    /// Rows that each was trained on.
    pub(super) n_rows: usize,
    /// For each draw, whether each row that is scored on is predicted wrongly.
    pub(super) wrong: Vec<Vec<bool>>,
    /// Whether all met their tolerance.
    pub(super) converged: bool,
}

impl Fitted {
    /// Share of the rows that each draw predicts rightly.
    pub(super) fn accuracies(&self) -> Vec<f64> {
        let right = |wrong: &Vec<bool>| wrong.iter().filter(|&&wrong| !wrong).count();
        self.wrong.iter().map(|wrong| right(wrong) as f64 / wrong.len() as f64).collect()
    }
}

impl Fits<'_, '_> {
    /// Trains on the first rows of each class, as many as `limit` gives for the size of the class, of each draw.
    pub(super) fn fitted(
        &self,
        draws: &[Draw],
        limit: &(dyn Fn(usize) -> usize + Sync),
    ) -> Result<Fitted, SolverError> {
        let heads: Vec<(Vec<bool>, bool)> =
            draws.par_iter().map(|draw| self.fit(draw, limit)).collect::<Result<_, _>>()?;
        let converged = heads.iter().all(|(_, converged)| *converged);
        let wrong = heads.into_iter().map(|(wrong, _)| wrong).collect();
        Ok(Fitted { n_rows: draws[0].first(limit).len(), wrong, converged })
    }

    fn fit(
        &self,
        draw: &Draw,
        limit: &(dyn Fn(usize) -> usize + Sync),
    ) -> Result<(Vec<bool>, bool), SolverError> {
        let ShotsRequest { transform, spec, settings, .. } = self.request;
        let train = Examples { features: self.train.features, rows: draw.first(limit) };
        let (pipeline, record) = learn(&train, self.classes, transform, spec, settings)?;
        let rows = &self.scored.rows;
        let scores = pipeline.decision_function(self.scored.features, &rows.indices);
        let predicted = argmax_rows(scores.view());
        let wrong =
            predicted.iter().zip(rows.labels.classes()).map(|(class, label)| class != label);
        Ok((wrong.collect(), record.report.converged))
    }
}
