//! The fits of a sweep: those that are known, and those to be made.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use atomic_file::WriteFileError;
use feature_cache::{Cache, Checksums, OpenError, ReadError};
use head::{HeadSpec, Number, Settings, Steps};
use learn::{
    CalibrateError, FoldFit, FoldScore, SettingsError, Setup, SolverError, cross_validate,
};

use super::Configuration;
use super::digest::data_digest;
use super::fit_log::{FitKey, FitLog, FitLogError};
use super::leaderboard::ScoredCandidate;
use super::plan::{PlanError, SweepPlan};
use crate::groups::GroupError;
use crate::row_choice::RowChoiceError;
use crate::tap_features::{TapError, TapFeatures};

/// What is swept.
#[derive(Clone, Copy)]
pub(crate) struct Sweep<'a> {
    /// Where the features are.
    pub(crate) cache: &'a Cache,
    /// Whether they are held against their checksums.
    pub(crate) checksums: Checksums,
    /// Rows and their divisions.
    pub(crate) plan: &'a SweepPlan,
    /// Taps of the cache.
    pub(crate) taps: &'a [String],
    /// Transforms.
    pub(crate) transforms: &'a [Steps],
    /// Heads.
    pub(crate) candidates: &'a [HeadSpec],
    /// Settings, but for the seed, which is that of each division.
    pub(crate) settings: &'a Settings,
}

/// How many fits a sweep has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FitCounts {
    /// Found in the log.
    pub known: usize,
    /// Not there yet.
    pub missing: usize,
}

/// Why a sweep failed.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The cache cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The cache cannot be read.
    #[error(transparent)]
    Cache(#[from] ReadError),
    /// There is something else where the folder of the sweep should be.
    #[error(transparent)]
    Folder(#[from] WriteFileError),
    /// A tap cannot be used.
    #[error(transparent)]
    Tap(#[from] TapError),
    /// There is nothing to compare.
    #[error("a sweep compares heads, and there is none")]
    NoCandidates,
    /// Taps are compared with heads of one kind.
    #[error("taps are compared with heads that differ in their numbers alone")]
    SeveralKinds,
    /// There is more to fit than anybody waits for.
    #[error("a sweep has at most {limit} fits, and this one would have {asked}")]
    TooManyFits {
        /// Taps, transforms, heads, folds and seeds, multiplied.
        asked: usize,
        /// The most there may be.
        limit: usize,
    },
    /// The settings do not suit a head, or the labels of the cache.
    #[error("cannot train on `{}`", cache.display())]
    Settings {
        /// The cache.
        cache: PathBuf,
        /// Why.
        source: SettingsError,
    },
    /// The cache has not the classes that are asked for.
    #[error("cannot sweep `{}`", cache.display())]
    Choice {
        /// The cache.
        cache: PathBuf,
        /// Why.
        source: RowChoiceError,
    },
    /// The rows of the cache cannot be divided as asked.
    #[error("cannot sweep `{}`", cache.display())]
    Plan {
        /// The cache.
        cache: PathBuf,
        /// Why.
        source: PlanError,
    },
    /// Fits cannot be kept.
    #[error(transparent)]
    Log(#[from] FitLogError),
    /// Rows cannot be grouped as asked.
    #[error(transparent)]
    Groups(#[from] GroupError),
    /// A winner cannot be calibrated.
    #[error("cannot calibrate {configuration}")]
    Calibration {
        /// The tap, the transform and the head.
        configuration: String,
        /// Why.
        source: CalibrateError,
    },
    /// A head could not be fitted.
    #[error("{configuration}")]
    Solver {
        /// The tap and the transform.
        configuration: String,
        /// Why.
        source: SolverError,
    },
}

/// The digest of what the fits on one tap depend on, by the seed of the division.
type DataDigests = HashMap<u64, String>;

/// The most fits of a sweep: all of them are kept in memory.
const MAX_FITS: usize = 1_000_000;

impl Sweep<'_> {
    /// Refuses more fits than a sweep may have.
    ///
    /// # Errors
    /// [`SweepError::TooManyFits`].
    pub(crate) fn check_number(&self) -> Result<(), SweepError> {
        let n_folds = self.plan.divisions.iter().map(|(_, division)| division.n_folds).sum();
        let factors = [self.taps.len(), self.transforms.len(), self.candidates.len(), n_folds];
        match factors.into_iter().fold(1, usize::saturating_mul) {
            0..=MAX_FITS => Ok(()),
            asked => Err(SweepError::TooManyFits { asked, limit: MAX_FITS }),
        }
    }

    /// Counts the fits that `log` has, and those that it has not.
    ///
    /// # Errors
    /// [`SweepError::Cache`].
    pub(crate) fn count(&self, log: &FitLog) -> Result<FitCounts, SweepError> {
        let mut counts = FitCounts { known: 0, missing: 0 };
        for tap in self.taps {
            let data = self.data_digests(tap)?;
            for steps in self.transforms {
                let missing = self.missing(log, &data, tap, steps).len();
                counts.missing += missing;
                counts.known += self.fold_fits().count() - missing;
            }
        }
        Ok(counts)
    }

    /// Makes the fits that `log` has not, and keeps them there. `on_fit` is called after each of them;
    /// the sweep ends early when that breaks.
    ///
    /// # Errors
    /// [`SweepError`].
    pub(crate) fn run(
        &self,
        log: &mut FitLog,
        on_fit: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, SweepError> {
        for tap in self.taps {
            let data = self.data_digests(tap)?;
            let missing = |steps| (steps, self.missing(log, &data, tap, steps));
            let to_make: Vec<_> = self.transforms.iter().map(missing).collect();
            if to_make.iter().all(|(_, fits)| fits.is_empty()) {
                continue;
            }
            let features = TapFeatures::open(self.cache, Some(tap), self.settings.views)?;
            let examples = features.examples(self.plan.divided.clone())?;
            for (steps, fits) in to_make {
                let setup = Setup {
                    examples: &examples,
                    classes: &self.plan.classes,
                    steps,
                    divisions: &self.plan.divisions,
                    settings: self.settings,
                };
                let mut kept = Ok(());
                let mut take = |fit: FoldFit, score: FoldScore| match log
                    .insert(self.key(&data, tap, steps, fit), score)
                {
                    Ok(true) => on_fit(),
                    Ok(false) => ControlFlow::Continue(()),
                    Err(error) => {
                        kept = Err(error);
                        ControlFlow::Break(())
                    }
                };
                let flow = cross_validate(setup, &self.whole_paths(&fits), &mut take);
                kept?;
                log.sync()?;
                let flow = flow.map_err(|source| {
                    let configuration = format!("cannot score heads on `{tap}` ({steps})");
                    SweepError::Solver { configuration, source }
                })?;
                if flow.is_break() {
                    return Ok(flow);
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The scores of every configuration all of whose fits are in `log`.
    ///
    /// # Errors
    /// [`SweepError::Cache`].
    pub(crate) fn scores(&self, log: &FitLog) -> Result<Vec<ScoredCandidate>, SweepError> {
        let mut scored = Vec::new();
        for tap in self.taps {
            let data = self.data_digests(tap)?;
            for steps in self.transforms {
                for spec in self.candidates {
                    let folds: Option<Vec<_>> = self
                        .fold_fits_of(std::slice::from_ref(spec))
                        .map(|fit| log.get(&self.key(&data, tap, steps, fit)))
                        .collect();
                    let (tap, transform, spec) = (tap.clone(), steps.clone(), spec.clone());
                    let configuration = Configuration { tap, transform, spec };
                    scored.extend(folds.map(|folds| ScoredCandidate { configuration, folds }));
                }
            }
        }
        Ok(scored)
    }

    fn missing(&self, log: &FitLog, data: &DataDigests, tap: &str, steps: &Steps) -> Vec<FoldFit> {
        let is_missing =
            |fit: &FoldFit| log.get(&self.key(data, tap, steps, fit.clone())).is_none();
        self.fold_fits().filter(is_missing).collect()
    }

    /// The fits to make so that each `missing` one becomes what it would have been without an interruption: a
    /// path starts each C from the solution of the last one, so that all of it is made again.
    fn whole_paths(&self, missing: &[FoldFit]) -> Vec<FoldFit> {
        let is_of_path = |fit: &FoldFit, of: &FoldFit| {
            let is_path = matches!(fit.spec.number(), Number::C(_));
            fit.seed == of.seed
                && (fit.spec == of.spec || is_path && fit.spec.is_same_kind(&of.spec))
        };
        let mut paths: Vec<&FoldFit> = Vec::new();
        for fit in missing {
            if !paths.iter().any(|path| is_of_path(fit, path)) {
                paths.push(fit);
            }
        }
        self.fold_fits().filter(|fit| paths.iter().any(|path| is_of_path(fit, path))).collect()
    }

    /// The fits for one tap and transform.
    fn fold_fits(&self) -> impl Iterator<Item = FoldFit> {
        self.fold_fits_of(self.candidates)
    }

    /// Those of some candidates.
    fn fold_fits_of(&self, candidates: &[HeadSpec]) -> impl Iterator<Item = FoldFit> {
        self.plan.divisions.iter().flat_map(move |(seed, division)| {
            candidates.iter().flat_map(move |spec| {
                let fit = move |fold| FoldFit { seed: *seed, spec: spec.clone(), fold };
                (0..division.n_folds).map(fit)
            })
        })
    }

    fn data_digests(&self, tap: &str) -> Result<DataDigests, ReadError> {
        let divisions = self.plan.divisions.iter();
        divisions
            .map(|(seed, division)| {
                let of_cache = (self.cache, self.checksums);
                Ok((*seed, data_digest(of_cache, tap, self.plan, division)?))
            })
            .collect()
    }

    fn key(&self, data: &DataDigests, tap: &str, steps: &Steps, fit: FoldFit) -> FitKey {
        let FoldFit { seed, spec, fold } = fit;
        FitKey {
            data: data[&seed].clone(),
            tap: tap.to_owned(),
            transform: steps.clone(),
            settings: Settings { seed, ..self.settings.of(&spec) },
            spec,
            fold,
        }
    }
}
