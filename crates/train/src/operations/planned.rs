//! What comparing heads on folds begins with.

use feature_cache::Cache;
use head::{HeadSpec, Settings};
use learn::{Rows, check_settings};

use crate::groups::group_rows;
use crate::row_choice::{ChosenRows, RowChoice};
use crate::samples::Samples;
use crate::sweep::{DivisionRequest, SweepError, SweepPlan, plan};

/// Checks that `candidates` can be fitted with `settings`, calibrated if that is asked for, and plans
/// which rows of `cache` they are fitted and scored on.
pub(super) fn planned(
    cache: &Cache,
    candidates: &[HeadSpec],
    settings: &Settings,
    (division, rows): (&DivisionRequest, &RowChoice),
    calibrate: bool,
) -> Result<(SweepPlan, ChosenRows), SweepError> {
    if candidates.is_empty() {
        return Err(SweepError::NoCandidates);
    }
    let path = || cache.path().to_owned();
    let (samples, chosen) = Samples::chosen(cache, rows)
        .map_err(|source| SweepError::Choice { cache: path(), source })?;
    check_settings(samples.label_kind(), candidates, settings, calibrate)
        .map_err(|source| SweepError::Settings { cache: path(), source })?;
    let groups = |rows: &Rows| group_rows(cache, division.group_by.as_ref(), rows);
    let plan = plan(&samples, &groups, division, settings.seed)
        .map_err(|source| SweepError::Plan { cache: path(), source })?;
    Ok((plan, chosen))
}

/// `items` in their order, equal ones once.
pub(super) fn distinct<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    distinct
}
