//! What rows of several labels can be used for.

use head::{Algorithm, ClassWeights, Family, LabelKind, Sampling, Settings};

use super::SolverError;

/// Refuses what takes one class a row where rows have several labels: most families, and some settings.
///
/// # Errors
/// [`SolverError::OneClassOnly`].
pub fn check_labels(
    kind: LabelKind,
    families: &[Family],
    settings: &Settings,
) -> Result<(), SolverError> {
    let refused = |what: String, hint| Err(SolverError::OneClassOnly { what, hint });
    if kind.is_one_class() {
        Ok(())
    } else if let Some(family) = families.iter().find(|family| !family.takes_label_sets()) {
        refused(family.to_string(), "`--head svm` and `--head ridge` take several labels")
    } else if settings.sampling != Sampling::None {
        refused(
            "`--sampling`".to_owned(),
            "`--class-weight balanced` weighs the two sides of each class",
        )
    } else if settings.solver == Algorithm::Smo {
        refused("`--solver smo`".to_owned(), "use `--solver auto`")
    } else if settings.class_weight != ClassWeights::None && families.contains(&Family::Ridge) {
        refused("`--class-weight` of ridge".to_owned(), "leave it out, or use `--head svm`")
    } else {
        Ok(())
    }
}
