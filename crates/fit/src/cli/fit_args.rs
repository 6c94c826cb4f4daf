//! Arguments that commands share, and the checks of them that clap cannot make.

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, ValueEnum};
use fit::atomic_file::Existing;
use fit::class_weights::ClassWeights;
use fit::family::{Family, SvmLoss};
use fit::rows::{Part, Samples};
use fit::solver::{Algorithm, Settings};
use fit::transform::Steps;

use super::Cli;

/// A kind of head, before its loss is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Head {
    /// Softmax regression: probabilities
    Softmax,
    /// Linear support vector machine, one-vs-rest: margins
    Svm,
}

/// Options on features, solvers and rows.
#[derive(Debug, Args)]
pub(super) struct FitArgs {
    /// The tap to use; needed when the cache has several
    #[arg(long, value_name = "NAME")]
    pub(super) tap: Option<String>,

    /// Transforms in order: `none`, or a list of `l2` (unit rows) and `standardize` (columns of
    /// mean 0 and deviation 1, learned on training rows)
    #[arg(long, value_name = "STEPS", default_value = "l2")]
    pub(super) normalize: Steps,

    /// Weights that multiply C: `none`, `balanced`, or a list such as `cat=2,dog=0.5`
    #[arg(long, value_name = "WEIGHTS", default_value = "none")]
    pub(super) class_weight: ClassWeights,

    /// Hold out this fraction of each class, and evaluate on it at the end (caches without splits)
    #[arg(long, value_name = "FRACTION")]
    pub(super) hold_out: Option<f64>,

    /// Seed of every random choice
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) seed: u64,

    /// Stopping tolerance, relative [default: the solver's own]
    #[arg(long, value_name = "TOL")]
    pub(super) tol: Option<f64>,

    /// Iteration limit [default: the solver's own]
    #[arg(long, value_name = "N")]
    pub(super) max_iter: Option<usize>,

    /// Replace existing output
    #[arg(long)]
    pub(super) force: bool,

    /// Print one JSON document
    #[arg(long)]
    pub(super) json: bool,
}

impl FitArgs {
    pub(super) fn settings(&self, solver: Algorithm) -> Settings {
        Settings {
            solver,
            tol: self.tol,
            max_iter: self.max_iter,
            class_weight: self.class_weight.clone(),
            seed: self.seed,
        }
    }
}

pub(super) fn existing(force: bool) -> Existing {
    if force { Existing::Replace } else { Existing::Refuse }
}

/// The families of the heads and losses asked for, hinge when no loss is.
///
/// # Errors
/// A usage error for a loss without an SVM.
pub(super) fn families(heads: &[Head], losses: &[SvmLoss]) -> Result<Vec<Family>, clap::Error> {
    if !losses.is_empty() && !heads.contains(&Head::Svm) {
        return Err(usage("`--loss` is for `--head svm`; softmax has one loss"));
    }
    let losses = if losses.is_empty() { &[SvmLoss::Hinge] } else { losses };
    let mut families = Vec::new();
    for head in heads {
        let of_head = match head {
            Head::Softmax => vec![Family::Softmax],
            Head::Svm => losses.iter().map(|&loss| Family::Svm(loss)).collect(),
        };
        for family in of_head {
            if !families.contains(&family) {
                families.push(family);
            }
        }
    }
    Ok(families)
}

/// Refuses options that `--solver smo` would ignore.
///
/// # Errors
/// A usage error.
pub(super) fn check_smo(family: Family, settings: &Settings) -> Result<(), clap::Error> {
    if settings.solver != Algorithm::Smo {
        Ok(())
    } else if family != Family::Svm(SvmLoss::Hinge) {
        Err(usage("`--solver smo` is for `--head svm --loss hinge`"))
    } else if settings.max_iter.is_some() {
        Err(usage("`--solver smo` has no `--max-iter`; use `--tol`"))
    } else if settings.class_weight != ClassWeights::None {
        Err(usage("`--solver smo` has no `--class-weight`; use `--solver auto`"))
    } else {
        Ok(())
    }
}

pub(super) fn usage(message: &str) -> clap::Error {
    Cli::command().error(ErrorKind::ArgumentConflict, message)
}

/// A path as text, for documents.
pub(super) fn text(path: &Path) -> String {
    path.display().to_string()
}

/// The choice of rows to evaluate on.
#[derive(Debug, Args)]
pub(super) struct SplitArg {
    /// The labelled rows to evaluate on [default: test where the cache has it, else all]
    #[arg(long, value_enum)]
    split: Option<Part>,
}

impl SplitArg {
    /// What was asked for, or the default.
    pub(super) fn or_default(&self, samples: &Samples<'_>) -> Part {
        let default = if samples.has(Part::Test) { Part::Test } else { Part::All };
        self.split.unwrap_or(default)
    }
}

/// The cache argument.
#[derive(Debug, Args)]
pub(super) struct CacheArg {
    /// The feature cache, made by `extract run`
    #[arg(value_name = "FILE.h5")]
    pub(super) cache: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_heads_with_their_losses() {
        use SvmLoss::{Hinge, SquaredHinge};
        let both = families(&[Head::Softmax, Head::Svm], &[Hinge, SquaredHinge]).unwrap();
        assert_eq!(both, [Family::Softmax, Family::Svm(Hinge), Family::Svm(SquaredHinge)]);
        let default = families(&[Head::Svm, Head::Svm], &[]).unwrap();
        assert_eq!(default, [Family::Svm(Hinge)]);
        assert!(families(&[Head::Softmax], &[Hinge]).is_err());
    }
}
