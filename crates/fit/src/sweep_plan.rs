//! Which rows a sweep fits on, validates on, and keeps for the end.

use crate::folds::{Fold, FoldError, stratified_hold_out, stratified_k_fold};
use crate::rows::{Part, Rows, RowsError, Samples};

/// Folds when neither a number nor a validation split is given.
pub const DEFAULT_FOLDS: usize = 5;

/// What the user asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SweepRequest {
    /// Folds of cross-validation.
    pub folds: Option<usize>,
    /// Fraction of all rows to hold out, in a cache without splits.
    pub hold_out: Option<f64>,
    /// Seed of both divisions.
    pub seed: u64,
}

/// The rows of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPlan {
    /// Classes of the training rows; labels index them.
    pub classes: Vec<String>,
    /// Rows that choose and refit heads: training rows, then those of the validation split.
    pub rows: Rows,
    /// The splits that these rows come from.
    pub parts: Vec<Part>,
    /// Divisions to score on; positions into `rows`.
    pub folds: Vec<Fold>,
    /// Whether the single fold is the cache's own validation split.
    pub fixed_split: bool,
    /// Rows touched once, by the winners.
    pub held_out: Option<Rows>,
}

/// Why a cache cannot be swept as asked.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// Rows are missing, or of the wrong classes.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// Rows cannot be divided as asked.
    #[error(transparent)]
    Folds(#[from] FoldError),
    /// The cache says itself what is held out.
    #[error("the cache has its own splits, so `--hold-out` does not apply\nhint: leave it out")]
    HoldOutOfSplits,
}

/// Plans a sweep.
///
/// - A cache with splits is fitted on its training rows and tested on its test rows. Candidates are
///   scored on the validation split, or on folds of the training rows when a number of folds is
///   asked for or there is no validation split.
/// - A cache without splits is cross-validated on all rows that are not held out.
///
/// # Errors
/// [`PlanError`].
pub fn plan(samples: &Samples<'_>, request: SweepRequest) -> Result<SweepPlan, PlanError> {
    let (train, classes, held_out) = training_rows(samples, request.hold_out, request.seed)?;
    let part = samples.training_part();
    let select = |part: Part| -> Result<Option<Rows>, RowsError> {
        samples.has(part).then(|| samples.select(part, &classes)).transpose()
    };
    let validation = select(Part::Validation)?;
    let held_out = if part == Part::All { held_out } else { select(Part::Test)? };

    let fixed_split = validation.is_some() && request.folds.is_none();
    let rows = train.followed_by(&validation.clone().unwrap_or_default());
    let folds = if fixed_split {
        let (train, held_out) = (0..rows.len()).partition(|&position| position < train.len());
        vec![Fold { train, held_out }]
    } else {
        let n_folds = request.folds.unwrap_or(DEFAULT_FOLDS);
        stratified_k_fold(&train.labels, &classes, n_folds, request.seed)?
    };
    let parts = if validation.is_some() { vec![part, Part::Validation] } else { vec![part] };
    Ok(SweepPlan { classes, rows, parts, folds, fixed_split, held_out })
}

/// The rows to train on, their classes, and the rows held out of them.
///
/// # Errors
/// [`PlanError`].
pub fn training_rows(
    samples: &Samples<'_>,
    hold_out: Option<f64>,
    seed: u64,
) -> Result<(Rows, Vec<String>, Option<Rows>), PlanError> {
    let part = samples.training_part();
    let classes = samples.classes_of(part)?;
    let rows = samples.select(part, &classes)?;
    let Some(fraction) = hold_out else { return Ok((rows, classes, None)) };
    if part != Part::All {
        return Err(PlanError::HoldOutOfSplits);
    }
    let fold = stratified_hold_out(&rows.labels, &classes, fraction, seed)?;
    Ok((rows.at(&fold.train), classes, Some(rows.at(&fold.held_out))))
}

#[cfg(test)]
mod tests {
    use feature_cache::Split::{self, None as NoSplit, Test, Train, Validation};

    use super::*;

    const ASK: SweepRequest = SweepRequest { folds: None, hold_out: None, seed: 0 };

    fn plan_of(splits: &[Split], request: SweepRequest) -> Result<SweepPlan, PlanError> {
        let labels: Vec<i32> = (0..splits.len() as i32).map(|row| row % 2).collect();
        let classes = ["cat".to_owned(), "dog".to_owned()];
        plan(&Samples { labels: &labels, splits, classes: &classes }, request)
    }

    #[test]
    fn without_splits_all_rows_are_cross_validated() {
        let plan = plan_of(&[NoSplit; 20], ASK).unwrap();
        assert_eq!((plan.rows.len(), plan.folds.len(), plan.held_out), (20, DEFAULT_FOLDS, None));
        assert!(!plan.fixed_split);
    }

    #[test]
    fn held_out_rows_take_no_part_in_folds() {
        let request = SweepRequest { hold_out: Some(0.2), folds: Some(2), ..ASK };
        let plan = plan_of(&[NoSplit; 20], request).unwrap();
        let held_out = plan.held_out.unwrap();
        assert_eq!((plan.rows.len(), held_out.len(), plan.folds.len()), (16, 4, 2));
        assert!(held_out.indices.iter().all(|row| !plan.rows.indices.contains(row)));
    }

    #[test]
    fn a_validation_split_replaces_folds_unless_they_are_asked_for() {
        let splits = [[Train; 10].as_slice(), &[Validation; 4], &[Test; 2]].concat();
        let fixed = plan_of(&splits, ASK).unwrap();
        assert!(fixed.fixed_split);
        let fold = Fold { train: (0..10).collect(), held_out: (10..14).collect() };
        assert_eq!((fixed.rows.len(), fixed.folds), (14, vec![fold]));
        assert_eq!(fixed.held_out.unwrap().indices, [14, 15]);

        let folds = plan_of(&splits, SweepRequest { folds: Some(5), ..ASK }).unwrap();
        assert_eq!((folds.rows.len(), folds.folds.len()), (14, 5));
        let largest = folds.folds.iter().flat_map(|f| &f.held_out).max();
        assert_eq!(largest, Some(&9), "folds are made of training rows only");
    }

    #[test]
    fn the_training_split_without_validation_is_cross_validated() {
        let splits = [[Train; 10].as_slice(), &[Test; 4]].concat();
        let plan = plan_of(&splits, ASK).unwrap();
        assert_eq!((plan.rows.len(), plan.folds.len()), (10, DEFAULT_FOLDS));
        assert_eq!(plan.parts, [Part::Train]);
    }

    #[test]
    fn impossible_plans_are_refused() {
        let splits = [[Train; 10].as_slice(), &[Test; 4]].concat();
        let hold_out = plan_of(&splits, SweepRequest { hold_out: Some(0.2), ..ASK });
        assert_eq!(hold_out.unwrap_err(), PlanError::HoldOutOfSplits);
        let folds = plan_of(&[NoSplit; 8], ASK).unwrap_err();
        assert!(matches!(folds, PlanError::Folds(FoldError::SmallClass { rows: 4, .. })));
        assert_eq!(plan_of(&[], ASK).unwrap_err(), PlanError::Rows(RowsError::NoLabels));
    }
}
