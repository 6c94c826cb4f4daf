use ndarray::ArrayView2;

use super::FeatureRows;
use crate::FitError;

/// What the rows of a problem are labelled with.
#[derive(Debug, Clone, Copy)]
pub enum Targets<'a> {
    /// One class a row, `[n_samples]`, each below `n_classes`.
    Classes(&'a [usize]),
    /// Any number of classes a row, `[n_samples, n_classes]`: 1 present, -1 absent, 0 ignored.
    MultiLabel(ArrayView2<'a, i8>),
}

/// Which fold holds a row out of training.
///
/// Fold `f` trains on every row but those that it holds out. A single fit is one fold that holds
/// nothing out; a fixed validation split is one fold that holds the validation rows out.
#[derive(Debug, Clone, Copy)]
pub struct Folds<'a> {
    /// Number of folds, at least 1.
    pub n_folds: usize,
    /// The fold that holds each row out, `[n_samples]`; `None` for rows that every fold trains on.
    pub held_out_by: &'a [Option<usize>],
}

/// The problems of a sweep that share their features: every class, every fold, every C.
#[derive(Clone, Copy)]
pub struct PathProblem<'a> {
    /// Features, transformed already.
    pub rows: &'a dyn FeatureRows,
    /// Labels.
    pub targets: Targets<'a>,
    /// Number of classes.
    pub n_classes: usize,
    /// Folds.
    pub folds: Folds<'a>,
}

impl PathProblem<'_> {
    /// Refuses labels and folds that are not of as many rows as the features.
    ///
    /// # Errors
    /// [`FitError::ShapeMismatch`].
    pub fn check(&self) -> Result<(), FitError> {
        let rows = self.rows.n_samples();
        let n_labels = match self.targets {
            Targets::Classes(labels) => labels.len(),
            Targets::MultiLabel(labels) => labels.nrows(),
        };
        match [n_labels, self.folds.held_out_by.len()].into_iter().find(|&len| len != rows) {
            Some(labels) => Err(FitError::ShapeMismatch { rows, labels }),
            None => Ok(()),
        }
    }
}
