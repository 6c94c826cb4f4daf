//! Which rows a sweep fits on, validates on, and keeps for the end.

use std::num::NonZeroU64;

use head::Part;
use learn::{Divisible, Division, FoldError, Rows, stratified_hold_out, stratified_k_fold};
use serde::{Deserialize, Serialize};

use crate::groups::{GroupBy, GroupError};
use crate::samples::{RowsError, Samples};

/// Folds when neither a number nor a validation split is given.
pub const DEFAULT_FOLDS: usize = 5;

/// How rows are divided; by default into [`DEFAULT_FOLDS`] folds once, without rows held out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DivisionRequest {
    /// Folds of cross-validation. When absent, the validation split where there is one, else
    /// [`DEFAULT_FOLDS`].
    pub folds: Option<usize>,
    /// Divisions, each with the seed after that of the one before it.
    pub n_seeds: NonZeroU64,
    /// Fraction of each class to hold out, or of all rows where these have several labels; in a cache
    /// without splits.
    pub hold_out: Option<f64>,
    /// What groups rows, besides the content of their images.
    pub group_by: Option<GroupBy>,
}

impl DivisionRequest {
    /// The most divisions.
    pub const MAX_SEEDS: u64 = 1000;
}

impl Default for DivisionRequest {
    fn default() -> Self {
        Self { folds: None, n_seeds: NonZeroU64::MIN, hold_out: None, group_by: None }
    }
}

/// The rows of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPlan {
    /// Classes of the training rows; labels index them.
    pub classes: Vec<String>,
    /// Rows that the divisions divide: training rows, and those of a fixed validation split.
    pub divided: Rows,
    /// Divisions to score on, each with its seed.
    pub divisions: Vec<(u64, Division)>,
    /// Whether the single fold is the cache's own validation split.
    pub fixed_split: bool,
    /// Rows that winners are refitted on: training rows, then those of the validation split.
    pub refit: Rows,
    /// The splits that these rows come from.
    pub parts: Vec<Part>,
    /// Rows touched once, by the winners.
    pub held_out: Option<Rows>,
}

/// Why a cache cannot be swept as asked.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Rows are missing, or of the wrong classes.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// Rows cannot be grouped as asked.
    #[error(transparent)]
    Groups(#[from] GroupError),
    /// Rows cannot be divided as asked.
    #[error(transparent)]
    Folds(#[from] FoldError),
    /// Nobody waits for so many divisions.
    #[error("there are at most {max} seeds, got {0}", max = DivisionRequest::MAX_SEEDS)]
    TooManySeeds(NonZeroU64),
    /// The cache says itself what is held out.
    #[error("the cache has its own splits, so no rows can be held out")]
    HoldOutOfSplits,
}

/// Gives the group of each row.
pub type GroupRows<'a> = dyn Fn(&Rows) -> Result<Vec<usize>, GroupError> + 'a;

impl SweepPlan {
    /// Number of folds of each division.
    pub fn n_folds(&self) -> usize {
        self.divisions.first().map_or(0, |(_, division)| division.n_folds)
    }
}

/// Plans a sweep; `seed` decides what is held out, and the first division.
///
/// - A cache with splits is fitted on its training rows and tested on its test rows. Candidates are
///   scored on the validation split, or on folds of the training rows when a number of folds is
///   asked for or there is no validation split.
/// - A cache without splits is cross-validated on all rows that are not held out.
///
/// Rows of one class are divided class by class, rows of several labels at random.
///
/// # Errors
/// [`PlanError`].
pub(crate) fn plan(
    samples: &Samples<'_>,
    groups: &GroupRows<'_>,
    request: &DivisionRequest,
    seed: u64,
) -> Result<SweepPlan, PlanError> {
    let &DivisionRequest { folds, n_seeds, hold_out, .. } = request;
    if n_seeds.get() > DivisionRequest::MAX_SEEDS {
        return Err(PlanError::TooManySeeds(n_seeds));
    }
    let (train, classes, held_out) = training_rows(samples, groups, hold_out, seed)?;
    let part = samples.training_part();
    let select = |part: Part| -> Result<Option<Rows>, RowsError> {
        samples.has(part).then(|| samples.select(part, &classes)).transpose()
    };
    let validation = select(Part::Validation)?;
    let held_out = if part == Part::All { held_out } else { select(Part::Test)? };
    let parts = if validation.is_some() { vec![part, Part::Validation] } else { vec![part] };
    let fixed_split = validation.is_some() && folds.is_none();
    let refit = match &validation {
        Some(validation) => train.followed_by(validation),
        None => train.clone(),
    };

    let seeds = (0..n_seeds.get()).map(|place| seed.wrapping_add(place));
    let (divided, divisions) = if fixed_split {
        let is_held_out = |row: usize| (row >= train.len()).then_some(0);
        let held_out_by = (0..refit.len()).map(is_held_out).collect();
        let division = Division { n_folds: 1, held_out_by };
        (refit.clone(), seeds.map(|seed| (seed, division.clone())).collect())
    } else {
        let groups = groups(&train)?;
        let n_folds = folds.unwrap_or(DEFAULT_FOLDS);
        let (strata, names) = train.labels.strata(&classes);
        let rows = Divisible { labels: &strata, groups: &groups, classes: &names };
        let divide = |seed| {
            let division = stratified_k_fold(rows, n_folds, seed)?;
            division.check_trained(&train.labels, &classes)?;
            Ok((seed, division))
        };
        let divisions = seeds.map(divide).collect::<Result<_, FoldError>>()?;
        (train.clone(), divisions)
    };
    Ok(SweepPlan { classes, divided, divisions, fixed_split, refit, parts, held_out })
}

/// The rows to train on (the training split, or all labelled rows of a cache without splits), their classes, and the
/// fraction `hold_out` of each class, held out of them with the seed `seed`.
///
/// # Errors
/// [`PlanError`].
pub fn training_rows(
    samples: &Samples<'_>,
    groups: &GroupRows<'_>,
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
    let groups = groups(&rows)?;
    let (strata, names) = rows.labels.strata(&classes);
    let divisible = Divisible { labels: &strata, groups: &groups, classes: &names };
    let division = stratified_hold_out(divisible, fraction, seed)?;
    division.check_trained(&rows.labels, &classes)?;
    let (train, held_out) = (rows.at(&division.train(0)), rows.at(&division.held_out(0)));
    Ok((train, classes, Some(held_out)))
}

#[cfg(test)]
mod tests {
    use schema::Split::{self, None as NoSplit, Test, Train, Validation};

    use super::*;
    use crate::samples::LeftOut;

    const SEED: u64 = 3;
    const ASK: DivisionRequest =
        DivisionRequest { folds: None, n_seeds: NonZeroU64::MIN, hold_out: None, group_by: None };

    fn plan_of(splits: &[Split], request: DivisionRequest) -> Result<SweepPlan, PlanError> {
        let labels: Vec<i32> = (0..splits.len() as i32).map(|row| row % 2).collect();
        let classes = ["cat".to_owned(), "dog".to_owned()];
        let apart = |rows: &Rows| Ok((0..rows.len()).collect());
        plan(
            &Samples {
                labels: &labels,
                multilabel: None,
                splits,
                classes: &classes,
                left_out: LeftOut::default(),
            },
            &apart,
            &request,
            SEED,
        )
    }

    #[test]
    fn without_splits_all_rows_are_cross_validated() {
        let plan = plan_of(&[NoSplit; 20], ASK).unwrap();
        let n_folds = plan.divisions[0].1.n_folds;
        assert_eq!((plan.divided.len(), n_folds, plan.held_out), (20, DEFAULT_FOLDS, None));
        assert_eq!(plan.refit, plan.divided);
        assert!(!plan.fixed_split);
    }

    #[test]
    fn every_seed_divides_anew() {
        let n_seeds = NonZeroU64::new(2).unwrap();
        let plan = plan_of(&[NoSplit; 20], DivisionRequest { n_seeds, ..ASK }).unwrap();
        let [(first, a), (second, b)] = plan.divisions.as_slice() else { panic!() };
        assert_eq!((*first, *second), (SEED, SEED + 1));
        assert_ne!(a, b);
    }

    #[test]
    fn held_out_rows_take_no_part_in_folds() {
        let request = DivisionRequest { hold_out: Some(0.2), folds: Some(2), ..ASK };
        let plan = plan_of(&[NoSplit; 20], request).unwrap();
        let held_out = plan.held_out.unwrap();
        assert_eq!((plan.refit.len(), plan.divided.len(), held_out.len()), (16, 16, 4));
        assert!(held_out.indices.iter().all(|row| !plan.refit.indices.contains(row)));
    }

    #[test]
    fn a_validation_split_replaces_folds_unless_they_are_asked_for() {
        let splits = [[Train; 10].as_slice(), &[Validation; 4], &[Test; 2]].concat();
        let fixed = plan_of(&splits, ASK).unwrap();
        assert!(fixed.fixed_split);
        let (_, division) = &fixed.divisions[0];
        assert_eq!(division.held_out(0), [10, 11, 12, 13]);
        assert_eq!((fixed.refit.len(), division.n_folds), (14, 1));
        assert_eq!(fixed.held_out.unwrap().indices, [14, 15]);

        let folds = plan_of(&splits, DivisionRequest { folds: Some(5), ..ASK }).unwrap();
        assert_eq!((folds.refit.len(), folds.divisions[0].1.n_folds), (14, 5));
        assert_eq!(folds.divided.len(), 10, "folds are made of training rows only");
    }

    #[test]
    fn the_training_split_without_validation_is_cross_validated() {
        let splits = [[Train; 10].as_slice(), &[Test; 4]].concat();
        let plan = plan_of(&splits, ASK).unwrap();
        assert_eq!((plan.refit.len(), plan.divisions[0].1.n_folds), (10, DEFAULT_FOLDS));
        assert_eq!(plan.parts, [Part::Train]);
    }

    #[test]
    fn impossible_plans_are_refused() {
        let splits = [[Train; 10].as_slice(), &[Test; 4]].concat();
        let hold_out = plan_of(&splits, DivisionRequest { hold_out: Some(0.2), ..ASK });
        assert!(matches!(hold_out.unwrap_err(), PlanError::HoldOutOfSplits));
        let folds = plan_of(&[NoSplit; 8], ASK).unwrap_err();
        assert!(matches!(folds, PlanError::Folds(FoldError::SmallClass { rows: 4, .. })));
        let n_seeds = NonZeroU64::new(DivisionRequest::MAX_SEEDS + 1).unwrap();
        let seeds = plan_of(&[NoSplit; 20], DivisionRequest { n_seeds, ..ASK }).unwrap_err();
        let most = DivisionRequest::MAX_SEEDS;
        assert_eq!(seeds.to_string(), format!("there are at most {most} seeds, got {n_seeds}"));
        let none = plan_of(&[], ASK).unwrap_err();
        assert!(matches!(none, PlanError::Rows(RowsError::NoLabels)));
    }
}
