//! Which settings suit which heads and labels.

use std::fmt;

use head::{Algorithm, ClassWeights, HeadSpec, HingeLoss, LabelKind, Sampling, Settings};

/// What takes one class a row.
#[derive(Clone, Debug, PartialEq)]
pub enum OneClassOnly {
    /// A kind of head.
    Head(HeadSpec),
    /// The calibration of a head.
    Calibration,
    /// Sampling of training rows.
    Sampling,
    /// The algorithm SMO.
    Smo,
    /// Class weights of a ridge head.
    RidgeWeights,
}

impl fmt::Display for OneClassOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head(spec) => spec.fmt(f),
            Self::Calibration => f.write_str("a calibration"),
            Self::Sampling => f.write_str("sampling"),
            Self::Smo => f.write_str("the solver `smo`"),
            Self::RidgeWeights => f.write_str("a class weight of ridge"),
        }
    }
}

/// A setting that does not suit the head, or the labels of the rows.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// Rows have several labels.
    #[error("{0} takes one class an image, and these have several labels each")]
    OneClassOnly(OneClassOnly),
    /// The rows of all classes weigh the same in such a head.
    #[error("{0} takes no class weights")]
    ClassWeights(HeadSpec),
    /// SMO fits no such head.
    #[error("the solver `smo` is for linear SVMs with hinge loss, not for {0}")]
    Smo(HeadSpec),
    /// SMO ends at its tolerance alone.
    #[error("the solver `smo` has no iteration limit")]
    SmoIterations,
    /// The rows of all classes weigh the same in SMO.
    #[error("the solver `smo` takes no class weights")]
    SmoClassWeights,
    /// Nobody waits for so many iterations.
    #[error("there are at most {MAX_ITERATIONS} iterations, got {0}")]
    Iterations(usize),
    /// Nobody waits for so many epochs.
    #[error("there are at most {MAX_EPOCHS} epochs, got {0}")]
    Epochs(usize),
    /// No head takes a calibration: votes of neighbors are probabilities already.
    #[error("neighbors vote with probabilities, which are not calibrated")]
    Calibration,
}

/// The most iterations of a solver that may be asked for.
pub const MAX_ITERATIONS: usize = 10_000_000;

/// The most epochs of a network that may be asked for: its curve has a line for each.
pub const MAX_EPOCHS: usize = 100_000;

/// Refuses settings that one of `candidates` would ignore, or that none can use, and on rows of several
/// labels what takes one class a row. `calibrate` says whether those of the heads that take a calibration
/// get one.
///
/// # Errors
/// [`SettingsError`].
///
/// # Examples
///
/// ```
/// use head::{ClassWeights, HeadSpec, LabelKind, Settings};
/// use learn::{SettingsError, check_settings};
///
/// let knn = [HeadSpec::Knn { n_neighbors: 5 }];
/// let settings = Settings { class_weight: ClassWeights::Balanced, ..Settings::default() };
/// let refused = check_settings(LabelKind::OneClass, &knn, &settings, false);
/// assert!(matches!(refused, Err(SettingsError::ClassWeights(_))));
/// ```
pub fn check_settings(
    labels: LabelKind,
    candidates: &[HeadSpec],
    settings: &Settings,
    calibrate: bool,
) -> Result<(), SettingsError> {
    if let Some(got) = settings.max_iter.filter(|&got| got > MAX_ITERATIONS) {
        return Err(SettingsError::Iterations(got));
    }
    if let Some(epochs) = settings.network.map(|network| network.epochs)
        && epochs > MAX_EPOCHS
    {
        return Err(SettingsError::Epochs(epochs));
    }
    if !labels.is_one_class() {
        one_class_only(candidates, settings, calibrate)
            .map_or(Ok(()), |what| Err(SettingsError::OneClassOnly(what)))?;
    }
    let is_weighted = settings.class_weight != ClassWeights::None;
    if let Some(spec) = candidates.iter().find(|spec| is_weighted && !spec.takes_class_weight()) {
        return Err(SettingsError::ClassWeights(spec.clone()));
    }
    if settings.solver == Algorithm::Smo {
        let is_fitted =
            |spec: &&HeadSpec| matches!(spec, HeadSpec::Svm { loss: HingeLoss::Hinge, .. });
        if let Some(spec) = candidates.iter().find(|spec| !is_fitted(spec)) {
            return Err(SettingsError::Smo(spec.clone()));
        } else if settings.max_iter.is_some() {
            return Err(SettingsError::SmoIterations);
        } else if is_weighted {
            return Err(SettingsError::SmoClassWeights);
        }
    }
    if calibrate && !candidates.iter().any(HeadSpec::takes_calibration) {
        return Err(SettingsError::Calibration);
    }
    Ok(())
}

/// What takes one class a row, where something does.
fn one_class_only(
    candidates: &[HeadSpec],
    settings: &Settings,
    calibrate: bool,
) -> Option<OneClassOnly> {
    if let Some(spec) = candidates.iter().find(|spec| !spec.takes_multilabel()) {
        Some(OneClassOnly::Head(spec.clone()))
    } else if settings.sampling != Sampling::None {
        Some(OneClassOnly::Sampling)
    } else if settings.solver == Algorithm::Smo {
        Some(OneClassOnly::Smo)
    } else if settings.class_weight != ClassWeights::None
        && candidates.iter().any(|spec| matches!(spec, HeadSpec::Ridge { .. }))
    {
        Some(OneClassOnly::RidgeWeights)
    } else {
        calibrate.then_some(OneClassOnly::Calibration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HINGE: HeadSpec = HeadSpec::Svm { loss: HingeLoss::Hinge, c: 1.0 };
    const RIDGE: HeadSpec = HeadSpec::Ridge { c: 1.0 };
    const KNN: HeadSpec = HeadSpec::Knn { n_neighbors: 1 };
    const GAUSSIAN: HeadSpec = HeadSpec::Gaussian { c: 1.0 };

    fn check(candidates: &[HeadSpec], settings: &Settings, calibrate: bool) -> Option<String> {
        let checked = check_settings(LabelKind::OneClass, candidates, settings, calibrate);
        checked.err().map(|error| error.to_string())
    }

    fn refused(message: &str) -> Option<String> {
        Some(message.to_owned())
    }

    #[test]
    fn settings_that_a_head_would_ignore_are_refused() {
        let plain = Settings::default();
        let weighted = Settings { class_weight: ClassWeights::Balanced, ..plain.clone() };
        assert_eq!(check(&[HINGE, RIDGE], &weighted, false), None);
        for (spec, message) in [
            (KNN, "knn takes no class weights"),
            (GAUSSIAN, "svm (hinge, Gaussian kernel) takes no class weights"),
        ] {
            assert_eq!(check(&[HINGE, spec], &weighted, false), refused(message));
        }
        let endless = Settings { max_iter: Some(MAX_ITERATIONS + 1), ..plain.clone() };
        let message = "there are at most 10000000 iterations, got 10000001";
        assert_eq!(check(&[HINGE], &endless, false), refused(message));
        let network = head::NetworkTraining { epochs: MAX_EPOCHS + 1, ..Default::default() };
        let endless = Settings { network: Some(network), ..plain.clone() };
        let message = "there are at most 100000 epochs, got 100001";
        assert_eq!(check(&[HINGE], &endless, false), refused(message));
        let smo = Settings { solver: Algorithm::Smo, ..plain.clone() };
        assert_eq!(check(&[HINGE], &smo, true), None);
        let message = "the solver `smo` is for linear SVMs with hinge loss, not for ridge";
        assert_eq!(check(&[HINGE, RIDGE], &smo, false), refused(message));
        let limited = Settings { max_iter: Some(9), ..smo.clone() };
        let message = "the solver `smo` has no iteration limit";
        assert_eq!(check(&[HINGE], &limited, false), refused(message));
        let weighted = Settings { class_weight: ClassWeights::Balanced, ..smo };
        let message = "the solver `smo` takes no class weights";
        assert_eq!(check(&[HINGE], &weighted, false), refused(message));
        assert_eq!(check(&[KNN, RIDGE], &plain, true), None);
        let message = "neighbors vote with probabilities, which are not calibrated";
        assert_eq!(check(&[KNN], &plain, true), refused(message));
    }

    #[test]
    fn rows_of_several_labels_are_for_heads_that_tell_a_class_from_its_absence() {
        let plain = Settings::default();
        let refused = |candidates: &[HeadSpec], settings: &Settings, calibrate| match check_settings(
            LabelKind::MultiLabel,
            candidates,
            settings,
            calibrate,
        ) {
            Err(SettingsError::OneClassOnly(what)) => Some(what),
            checked => {
                assert_eq!(checked, Ok(()));
                None
            }
        };
        assert_eq!(refused(&[HINGE, RIDGE], &plain, false), None);
        assert_eq!(refused(&[HINGE, KNN], &plain, false), Some(OneClassOnly::Head(KNN)));
        assert_eq!(refused(&[HINGE], &plain, true), Some(OneClassOnly::Calibration));
        let sampled = Settings { sampling: Sampling::Over, ..plain.clone() };
        assert_eq!(refused(&[HINGE], &sampled, false), Some(OneClassOnly::Sampling));
        let smo = Settings { solver: Algorithm::Smo, ..plain.clone() };
        assert_eq!(refused(&[HINGE], &smo, false), Some(OneClassOnly::Smo));
        let weighted = Settings { class_weight: ClassWeights::Balanced, ..plain };
        assert_eq!(refused(&[HINGE], &weighted, false), None);
        assert_eq!(refused(&[RIDGE], &weighted, false), Some(OneClassOnly::RidgeWeights));
    }
}
