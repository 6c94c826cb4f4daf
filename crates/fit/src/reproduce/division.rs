//! Dividing training images to choose C.

use feature_cache::Cache;

use super::ReproduceError;
use super::task::{Task, Truth};
use crate::folds::{Divisible, Division, stratified_hold_out, stratified_k_fold};
use crate::groups::group_rows;
use crate::rows::Rows;

/// How images are divided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Parts {
    Folds(usize),
    HeldOut(f64),
}

/// Divides `images`, classes apart where each has one; images of equal content stay together.
pub(super) fn divide(
    cache: &Cache,
    task: &Task,
    images: &[usize],
    parts: Parts,
    seed: u64,
) -> Result<Division, ReproduceError> {
    let all = ["all".to_owned()];
    let (labels, classes) = match task.truth_of(images) {
        Truth::Classes(labels) => (labels, task.classes.as_slice()),
        // Images of several labels cannot be stratified: they are of one class here.
        Truth::Sets(_) => (vec![0; images.len()], all.as_slice()),
    };
    let rows = Rows { indices: images.to_vec(), labels };
    let groups = group_rows(cache, None, &rows)?;
    let divisible = Divisible { labels: &rows.labels, groups: &groups, classes };
    Ok(match parts {
        Parts::Folds(n_folds) => stratified_k_fold(divisible, n_folds, seed)?,
        Parts::HeldOut(fraction) => stratified_hold_out(divisible, fraction, seed)?,
    })
}
