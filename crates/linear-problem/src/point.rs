use ndarray::Array2;

use crate::{FitReport, LinearHead};

/// One value of C on a path: how its fits went, and what they say of the rows they did not see.
#[derive(Debug, Clone, PartialEq)]
pub struct PathPoint {
    /// C.
    pub c: f64,
    /// The fit of each fold, `[n_folds]`.
    pub reports: Vec<FitReport>,
    /// Scores of each row by the head of the fold that holds it out, `[n_samples, n_classes]`;
    /// zeros for rows that no fold holds out.
    pub held_out_scores: Array2<f32>,
    /// The head of each fold, `[n_folds]`; empty unless they were asked for.
    pub heads: Vec<LinearHead>,
}
