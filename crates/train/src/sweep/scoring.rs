//! What the scores of a sweep are means over.

use serde::Serialize;

use super::SweepPlan;

/// What the scores on the leaderboard are means over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scoring {
    /// The cache's own validation split.
    ValidationSplit,
    /// So many stratified folds.
    Folds(usize),
}

impl Scoring {
    /// How `plan` scores.
    pub(crate) fn of(plan: &SweepPlan) -> Self {
        if plan.fixed_split { Self::ValidationSplit } else { Self::Folds(plan.n_folds()) }
    }
}
