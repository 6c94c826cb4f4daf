//! Scores candidates on folds.

use std::time::Instant;

use rayon::prelude::*;

use crate::evaluation::{ConfusionMatrix, argmax_rows};
use crate::examples::{Examples, Prepared};
use crate::folds::Fold;
use crate::solver::{Candidate, Settings, SolverError, fit};
use crate::transform::Steps;

/// Transformed features that folds may hold in memory together, in bytes.
///
/// Small caches get all their folds at once, which keeps every core busy; of large ones as few
/// folds as it takes are in memory at a time.
const FOLD_MEMORY: usize = 1 << 30;

/// How one candidate did on one fold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FoldScore {
    /// Accuracy on the held-out rows.
    pub accuracy: f64,
    /// Mean per-class accuracy on the held-out rows.
    pub mean_class_accuracy: f64,
    /// Whether the solver met its tolerance.
    pub converged: bool,
    /// Wall time of the fit in seconds, with other fits beside it on the same cores; the only value
    /// that differs between runs.
    pub fit_seconds: f64,
}

/// One candidate and its score on each fold, in the order of the folds.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateScores {
    /// The candidate.
    pub candidate: Candidate,
    /// Its scores.
    pub folds: Vec<FoldScore>,
}

/// Everything that stays the same over all fits of a cross-validation.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// Class names; labels index them.
    pub classes: &'a [String],
    /// Transform, learned anew on the training rows of each fold.
    pub steps: &'a Steps,
    /// Settings of the solvers.
    pub settings: &'a Settings,
}

/// Fits every candidate on every fold and scores it on the fold's held-out rows.
///
/// The transform of a fold is learned once and shared by all candidates; fits run in parallel over
/// folds and candidates. `on_fit` is called after each fit, from any thread.
///
/// # Errors
/// The [`SolverError`] of a fit that failed.
pub fn cross_validate(
    examples: &Examples<'_>,
    folds: &[Fold],
    candidates: &[Candidate],
    setup: Setup<'_>,
    on_fit: &(impl Fn() + Sync),
) -> Result<Vec<CandidateScores>, SolverError> {
    let bytes = examples.rows.len() * examples.features.ncols() * size_of::<f32>();
    let folds_at_once = (FOLD_MEMORY / bytes.max(1)).max(1);
    validate_in_groups(folds_at_once, examples, folds, candidates, setup, on_fit)
}

fn validate_in_groups(
    folds_at_once: usize,
    examples: &Examples<'_>,
    folds: &[Fold],
    candidates: &[Candidate],
    setup: Setup<'_>,
    on_fit: &(impl Fn() + Sync),
) -> Result<Vec<CandidateScores>, SolverError> {
    let mut scores: Vec<_> = candidates
        .iter()
        .map(|&candidate| CandidateScores { candidate, folds: Vec::with_capacity(folds.len()) })
        .collect();
    for folds in folds.chunks(folds_at_once) {
        let prepared: Vec<_> =
            folds.par_iter().map(|fold| prepare(examples, fold, setup.steps)).collect();
        let fits: Vec<_> = prepared
            .iter()
            .flat_map(|fold| candidates.iter().map(move |&candidate| (fold, candidate)))
            .collect();
        let fold_scores = fits
            .into_par_iter()
            .map(|((train, held_out), candidate)| {
                let score = fit_and_score(candidate, setup, train, held_out)?;
                on_fit();
                Ok(score)
            })
            .collect::<Result<Vec<_>, SolverError>>()?;
        for of_fold in fold_scores.chunks(candidates.len().max(1)) {
            for (scores, &score) in scores.iter_mut().zip(of_fold) {
                scores.folds.push(score);
            }
        }
    }
    Ok(scores)
}

fn prepare(examples: &Examples<'_>, fold: &Fold, steps: &Steps) -> (Prepared, Prepared) {
    let (transform, train) = examples.at(&fold.train).fit_transform(steps);
    (train, examples.at(&fold.held_out).transformed_by(&transform))
}

fn fit_and_score(
    candidate: Candidate,
    setup: Setup<'_>,
    train: &Prepared,
    held_out: &Prepared,
) -> Result<FoldScore, SolverError> {
    let start = Instant::now();
    let fitted = fit(candidate, setup.settings, setup.classes, train)?;
    let fit_seconds = start.elapsed().as_secs_f64();
    let predictions = argmax_rows(fitted.head.decision_function(held_out.x.view()).view());
    let labels = held_out.y.as_slice().expect("an owned array is contiguous");
    let confusion = ConfusionMatrix::count(labels, &predictions, setup.classes.len());
    Ok(FoldScore {
        accuracy: confusion.accuracy(),
        mean_class_accuracy: confusion.mean_class_accuracy(),
        converged: fitted.report.converged,
        fit_seconds,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use ndarray::Array2;

    use super::*;
    use crate::class_weights::ClassWeights;
    use crate::family::{Family, SvmLoss};
    use crate::folds::stratified_k_fold;
    use crate::rows::Rows;
    use crate::solver::Algorithm;

    /// Three classes of 20 rows, and six candidates on four folds.
    fn scores(threads: usize, folds_at_once: usize) -> Vec<CandidateScores> {
        let labels: Vec<usize> = (0..60).map(|row| row % 3).collect();
        let features = Array2::from_shape_fn((60, 5), |(row, column)| {
            let noise = ((row * 37 + column * 17) % 23) as f32 / 20.0;
            if column == row % 3 { 1.0 + noise } else { noise }
        });
        let classes = ["ant", "bee", "cat"].map(str::to_owned);
        let folds = stratified_k_fold(&labels, &classes, 4, 0).unwrap();
        let rows = Rows { indices: (0..60).collect(), labels };
        let settings = Settings {
            solver: Algorithm::Auto,
            tol: None,
            max_iter: None,
            class_weight: ClassWeights::None,
            seed: 0,
        };
        let steps = "standardize".parse().unwrap();
        let setup = Setup { classes: &classes, steps: &steps, settings: &settings };
        let candidates: Vec<_> = [Family::Softmax, Family::Svm(SvmLoss::SquaredHinge)]
            .into_iter()
            .flat_map(|family| [0.01, 0.1, 1.0].map(|c| Candidate { family, c }))
            .collect();
        let examples = Examples { features: features.view(), rows };
        let n_fits = AtomicUsize::new(0);
        let count = || {
            n_fits.fetch_add(1, Ordering::Relaxed);
        };
        let validate =
            || validate_in_groups(folds_at_once, &examples, &folds, &candidates, setup, &count);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut scores = pool.install(validate).unwrap();
        assert_eq!(n_fits.into_inner(), 24);
        for fold in scores.iter_mut().flat_map(|scores| &mut scores.folds) {
            fold.fit_seconds = 0.0;
        }
        scores
    }

    #[test]
    fn scores_depend_neither_on_threads_nor_on_groups_of_folds() {
        let scores_of_one = scores(1, 4);
        assert_eq!((scores_of_one.len(), scores_of_one[0].folds.len()), (6, 4));
        assert!(scores_of_one.iter().flat_map(|s| &s.folds).all(|fold| fold.accuracy > 0.5));
        assert_eq!(scores(4, 4), scores_of_one);
        assert_eq!(scores(2, 3), scores_of_one);
        assert_eq!(scores(1, 1), scores_of_one);
    }
}
