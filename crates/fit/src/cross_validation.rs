//! Scores heads on folds.
//!
//! A transform that learns nothing leaves the rows the same in every fold, so that all folds, and
//! all values of C, are one problem for the solver. A transform that learns from the training rows,
//! or a sampling of them, makes each fold a problem of its own.

use std::ops::ControlFlow;
use std::time::Instant;

use heads::{Folds, PathPoint};
use ndarray::{ArrayView2, Axis, concatenate};
use serde::{Deserialize, Serialize};

use crate::evaluation::{ConfusionMatrix, argmax_rows};
use crate::examples::Examples;
use crate::family::Family;
use crate::folds::Division;
use crate::sampling::Sampling;
use crate::solver::{Problem, Settings, SolverError, solve_folds};
use crate::transform::{Steps, Transform};

/// What is cross-validated: the rows of one tap after one transform.
#[derive(Clone, Copy)]
pub struct Setup<'a, 'f> {
    /// The rows that are divided.
    pub examples: &'a Examples<'f>,
    /// Class names; labels index them.
    pub classes: &'a [String],
    /// The transform.
    pub steps: &'a Steps,
    /// Divisions of the rows, each with its seed.
    pub divisions: &'a [(u64, Division)],
    /// Settings, but for the seed, which is that of each division.
    pub settings: &'a Settings,
}

/// One fit: a head trained on the rows that a fold does not hold out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FoldFit {
    /// Seed of the division and of the solver.
    pub seed: u64,
    /// The head.
    pub family: Family,
    /// Its C.
    pub c: f64,
    /// The fold that is held out.
    pub fold: usize,
}

/// How a head did on the rows that its fold holds out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoldScore {
    /// Number of rows held out.
    pub n_rows: usize,
    /// Share of them predicted correctly.
    pub accuracy: f64,
    /// Mean recall over the classes that they have.
    pub mean_class_accuracy: f64,
    /// Whether the solver met its tolerance.
    pub converged: bool,
    /// Wall time of the fit in seconds, an equal part for each fold that was fitted with it. The
    /// only value that differs between runs.
    pub fit_seconds: f64,
}

/// Takes the score of a fit; the cross-validation ends soon after this breaks.
pub type TakeScore<'a> = dyn FnMut(FoldFit, FoldScore) -> ControlFlow<()> + 'a;

/// Makes `fits`, and gives the score of each to `take` as soon as it is there, until that breaks.
///
/// Where folds are one problem, the fits of one C are made, and their scores taken, for all folds,
/// even if some were not asked for.
///
/// # Errors
/// [`SolverError`].
pub fn cross_validate(
    setup: Setup<'_, '_>,
    fits: &[FoldFit],
    take: &mut TakeScore<'_>,
) -> Result<ControlFlow<()>, SolverError> {
    for (seed, division) in setup.divisions {
        let settings = Settings { seed: *seed, ..setup.settings.clone() };
        let setup = Setup { settings: &settings, ..setup };
        let fits: Vec<_> = fits.iter().copied().filter(|fit| fit.seed == *seed).collect();
        let flow = if setup.steps.is_row_wise() && settings.sampling == Sampling::None {
            all_folds(setup, division, &fits, take)?
        } else {
            fold_by_fold(setup, division, &fits, take)?
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// All folds of a division as one problem.
fn all_folds(
    setup: Setup<'_, '_>,
    division: &Division,
    fits: &[FoldFit],
    take: &mut TakeScore<'_>,
) -> Result<ControlFlow<()>, SolverError> {
    if fits.is_empty() {
        return Ok(ControlFlow::Continue(()));
    }
    let transform = setup.examples.learn(setup.steps)?;
    let rows = setup.examples.transformed(&transform);
    let labels = &setup.examples.rows.labels;
    let problem = Problem { rows: &rows, labels, classes: setup.classes };
    let folds: Vec<_> = (0..division.n_folds).map(|fold| (fold, division.held_out(fold))).collect();
    solve_paths(setup, problem, division.folds(), &folds, fits, take)
}

/// Each fold of a division as a problem of its own.
fn fold_by_fold(
    setup: Setup<'_, '_>,
    division: &Division,
    fits: &[FoldFit],
    take: &mut TakeScore<'_>,
) -> Result<ControlFlow<()>, SolverError> {
    for fold in 0..division.n_folds {
        let fits: Vec<_> = fits.iter().copied().filter(|fit| fit.fold == fold).collect();
        if fits.is_empty() {
            continue;
        }
        let transform = setup.examples.at(&division.train(fold)).learn(setup.steps)?;
        let flow = if setup.settings.sampling == Sampling::None {
            one_fold(setup, division, fold, &transform, &fits, take)?
        } else {
            sampled_fold(setup, division, fold, &transform, &fits, take)?
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// One fold on the rows that are divided.
fn one_fold(
    setup: Setup<'_, '_>,
    division: &Division,
    fold: usize,
    transform: &Transform,
    fits: &[FoldFit],
    take: &mut TakeScore<'_>,
) -> Result<ControlFlow<()>, SolverError> {
    let rows = setup.examples.transformed(transform);
    let labels = &setup.examples.rows.labels;
    let problem = Problem { rows: &rows, labels, classes: setup.classes };
    let is_held_out = |&by: &Option<usize>| (by == Some(fold)).then_some(0);
    let held_out_by: Vec<_> = division.held_out_by.iter().map(is_held_out).collect();
    let folds = Folds { n_folds: 1, held_out_by: &held_out_by };
    solve_paths(setup, problem, folds, &[(fold, division.held_out(fold))], fits, take)
}

/// One fold on sampled training rows, which the held-out rows follow as they are.
fn sampled_fold(
    setup: Setup<'_, '_>,
    division: &Division,
    fold: usize,
    transform: &Transform,
    fits: &[FoldFit],
    take: &mut TakeScore<'_>,
) -> Result<ControlFlow<()>, SolverError> {
    let Setup { examples, classes, settings, .. } = setup;
    let train = examples.at(&division.train(fold));
    let (train, mut labels) =
        train.sampled(transform, settings.sampling, classes.len(), settings.seed);
    let n_train = labels.len();
    let held_out = examples.at(&division.held_out(fold));
    labels.extend_from_slice(&held_out.rows.labels);
    let rows = concatenate![Axis(0), train, held_out.transformed(transform).into_kept()];
    let problem = Problem { rows: &rows.view(), labels: &labels, classes };
    let is_held_out = |row: usize| (row >= n_train).then_some(0);
    let held_out_by: Vec<_> = (0..labels.len()).map(is_held_out).collect();
    let folds = Folds { n_folds: 1, held_out_by: &held_out_by };
    let held_out = (n_train..labels.len()).collect();
    solve_paths(setup, problem, folds, &[(fold, held_out)], fits, take)
}

/// A path for each family of `fits`. `of_problem` says, for each fold of the problem, its number in
/// the division and the rows of the problem that it holds out.
fn solve_paths(
    setup: Setup<'_, '_>,
    problem: Problem<'_>,
    folds: Folds<'_>,
    of_problem: &[(usize, Vec<usize>)],
    fits: &[FoldFit],
    take: &mut TakeScore<'_>,
) -> Result<ControlFlow<()>, SolverError> {
    for family in families(fits) {
        let of_family = fits.iter().filter(|fit| fit.family == family);
        let mut cs: Vec<f64> = of_family.map(|fit| fit.c).collect();
        cs.sort_by(f64::total_cmp);
        cs.dedup();
        let mut flow = ControlFlow::Continue(());
        let mut started = Instant::now();
        let mut on_point = |point: PathPoint| {
            let fit_seconds = started.elapsed().as_secs_f64() / of_problem.len() as f64;
            for ((fold, held_out), report) in of_problem.iter().zip(&point.reports) {
                let fit = FoldFit { seed: setup.settings.seed, family, c: point.c, fold: *fold };
                let converged = report.converged;
                let score = score(point.held_out_scores.view(), held_out, problem.labels);
                // What was fitted is kept, whether it is time to stop or not.
                if take(fit, FoldScore { converged, fit_seconds, ..score }).is_break() {
                    flow = ControlFlow::Break(());
                }
            }
            started = Instant::now();
            flow
        };
        solve_folds(family, &cs, problem, folds, setup.settings, &mut on_point)?;
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The families of `fits`, each once.
fn families(fits: &[FoldFit]) -> Vec<Family> {
    let mut families = Vec::new();
    for fit in fits {
        if !families.contains(&fit.family) {
            families.push(fit.family);
        }
    }
    families
}

/// The score on the rows `held_out` of `scores` `[n_samples, n_classes]`, but for how the fit went.
fn score(scores: ArrayView2<'_, f32>, held_out: &[usize], labels: &[usize]) -> FoldScore {
    let predictions = argmax_rows(scores.select(Axis(0), held_out).view());
    let labels: Vec<usize> = held_out.iter().map(|&row| labels[row]).collect();
    let confusion = ConfusionMatrix::count(&labels, &predictions, scores.ncols());
    FoldScore {
        n_rows: held_out.len(),
        accuracy: confusion.accuracy(),
        mean_class_accuracy: confusion.mean_class_accuracy(),
        converged: true,
        fit_seconds: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::class_weights::ClassWeights;
    use crate::family::SvmLoss;
    use crate::folds::{Divisible, stratified_k_fold};
    use crate::rows::Rows;
    use crate::solver::Algorithm;

    const FAMILIES: [Family; 2] = [Family::Softmax, Family::Svm(SvmLoss::SquaredHinge)];

    /// Scores of `fits` on three classes of 26, 19 and 15 rows in four folds, in order.
    fn scores_of(
        steps: &str,
        sampling: Sampling,
        fits: &[FoldFit],
        threads: usize,
        most: usize,
    ) -> Vec<(FoldFit, FoldScore)> {
        let labels: Vec<usize> =
            (0..60).map(|row| if row < 45 { row % 3 } else { row % 2 * (row % 4 / 2) }).collect();
        let features = Array2::from_shape_fn((60, 5), |(row, column)| {
            let noise = ((row * 37 + column * 17) % 23) as f32 / 20.0;
            if column == labels[row] { 1.0 + noise } else { noise }
        });
        let classes = ["ant", "bee", "cat"].map(str::to_owned);
        let groups: Vec<_> = (0..60).collect();
        let divisible = Divisible { labels: &labels, groups: &groups, classes: &classes };
        let divisions = [3, 4].map(|seed| (seed, stratified_k_fold(divisible, 4, seed).unwrap()));
        let examples = Examples {
            features: features.view(),
            rows: Rows { indices: groups.clone(), labels: labels.clone() },
        };
        let settings = Settings {
            solver: Algorithm::Auto,
            tol: Some(1e-4),
            max_iter: None,
            class_weight: ClassWeights::None,
            sampling,
            seed: 0,
        };
        let steps = steps.parse().unwrap();
        let setup = Setup {
            examples: &examples,
            classes: &classes,
            steps: &steps,
            divisions: &divisions,
            settings: &settings,
        };
        let mut scores = Vec::new();
        let mut take = |fit, score| {
            scores.push((fit, FoldScore { fit_seconds: 0.0, ..score }));
            if scores.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let flow = pool.install(|| cross_validate(setup, fits, &mut take)).unwrap();
        assert_eq!(flow.is_break(), scores.len() >= most);
        scores
    }

    fn fits(seeds: &[u64], cs: &[f64]) -> Vec<FoldFit> {
        let mut fits = Vec::new();
        for &seed in seeds {
            for family in FAMILIES {
                for &c in cs {
                    fits.extend((0..4).map(|fold| FoldFit { seed, family, c, fold }));
                }
            }
        }
        fits
    }

    #[test]
    fn every_fit_is_scored_once_on_its_held_out_rows() {
        for (steps, sampling) in [
            ("l2", Sampling::None),
            ("power:0.5,standardize", Sampling::None),
            ("none", Sampling::Smote(3)),
        ] {
            let asked = fits(&[3, 4], &[0.1, 10.0]);
            let scores = scores_of(steps, sampling, &asked, 1, usize::MAX);
            assert_eq!(scores.len(), asked.len(), "{steps} {sampling}");
            assert!(asked.iter().all(|fit| scores.iter().any(|(made, _)| made == fit)));
            assert!(scores.iter().all(|(_, score)| score.n_rows == 15 && score.converged));
            let of_large_c = scores.iter().filter(|(fit, _)| fit.c == 10.0);
            assert!(of_large_c.map(|(_, s)| s.accuracy).all(|a| a > 0.7), "{steps} {sampling}");
            let threads = scores_of(steps, sampling, &asked, 3, usize::MAX);
            assert_eq!(scores, threads, "scores do not depend on the number of threads");
        }
    }

    #[test]
    fn only_what_is_asked_for_is_fitted() {
        assert_eq!(scores_of("l2", Sampling::None, &[], 1, 9), []);
        let one = FoldFit { seed: 4, family: FAMILIES[1], c: 1.0, fold: 2 };
        let together = scores_of("l2", Sampling::None, &[one], 1, 9);
        assert_eq!(together.len(), 4, "folds of one problem are fitted together");
        let apart = scores_of("standardize", Sampling::None, &[one], 1, 9);
        assert_eq!(apart.len(), 1);
        assert_eq!(apart[0].0, one);
    }

    #[test]
    fn it_ends_as_soon_as_it_is_told_to() {
        // Four folds of one C are fitted before anybody can say so.
        for (steps, expected) in [("l2", 8), ("standardize", 5)] {
            let scores = scores_of(steps, Sampling::None, &fits(&[3], &[0.1, 1.0]), 1, 5);
            assert_eq!(scores.len(), expected, "{steps}");
        }
    }

    #[test]
    fn folds_together_score_as_folds_apart() {
        // Softmax does not see a rotation of all features, nor, since its intercept is free, a
        // shift of the origin: with all its axes, `pca` changes nothing but where it is learned.
        let asked: Vec<_> =
            fits(&[3], &[0.01, 1.0]).into_iter().filter(|f| f.family == FAMILIES[0]).collect();
        let mut together = scores_of("none", Sampling::None, &asked, 1, usize::MAX);
        let mut apart = scores_of("pca:5", Sampling::None, &asked, 1, usize::MAX);
        let order = |(fit, _): &(FoldFit, FoldScore)| (fit.fold, fit.c.to_bits());
        together.sort_by_key(order);
        apart.sort_by_key(order);
        assert_eq!(together, apart);
    }
}
