//! Dividing training images to choose C.

use feature_cache::Cache;
use learn::{Divisible, Division, Rows, stratified_hold_out, stratified_k_fold};
use train::group_rows;

use super::ReproduceError;
use super::task::Task;

/// How images are divided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Parts {
    Folds(usize),
    HeldOut(f64),
}

/// Divides `images`, class by class where each has one; images of equal content stay together.
pub(super) fn divide(
    cache: &Cache,
    task: &Task,
    images: &[usize],
    parts: Parts,
    seed: u64,
) -> Result<Division, ReproduceError> {
    let rows = Rows { indices: images.to_vec(), labels: task.truth_of(images) };
    let groups = group_rows(cache, None, &rows)?;
    let (strata, names) = rows.labels.strata(&task.classes);
    let divisible = Divisible { labels: &strata, groups: &groups, classes: &names };
    Ok(match parts {
        Parts::Folds(n_folds) => stratified_k_fold(divisible, n_folds, seed)?,
        Parts::HeldOut(fraction) => stratified_hold_out(divisible, fraction, seed)?,
    })
}
