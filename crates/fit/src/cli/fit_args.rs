//! Arguments that commands share, and the checks of them that clap cannot make.

use std::env;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use atomic_file::Existing;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory};
use console::shown;
use feature_cache::Checksums;
use head::{Algorithm, ClassWeights, CombineViews, Engines, Part, Sampling, Settings};
use train::{DivisionRequest, GroupBy, RowChoice};

use super::head_args::HeadArgs;
use super::words::{COMBINED_VIEWS, PARTS, one_of};
use super::{Cli, PROGRAM};

/// Options on features, solvers and rows.
#[derive(Debug, Args)]
pub(super) struct FitArgs {
    /// Weights that multiply C: `none`, `balanced`, or a list such as `cat=2,dog=0.5`, in which a name
    /// with a comma stands in double quotes (`"hound, basset"=2`). Where images have several
    /// labels, a weight is that of the images that have the class, and `balanced` makes those with it weigh
    /// as much as those without
    #[arg(long, value_name = "WEIGHTS", default_value = "none")]
    pub(super) class_weight: ClassWeights,

    /// Make classes equally large in training: `none`, `over` (repeat rows), `under` (leave rows
    /// out), `smote` or `smote:K` (add rows between K nearest neighbors, 5 by default)
    #[arg(long, value_name = "HOW", default_value = "none")]
    pub(super) sampling: Sampling,

    /// Make one row of the views of an image, in caches of several; the head does the same in `fit eval`
    #[arg(long, value_parser = one_of(COMBINED_VIEWS))]
    pub(super) views: Option<CombineViews>,

    /// Keep images together that lie in one folder (`dir`), or in one group of a CSV file with the
    /// columns `path` and `group`, of at most 1 GiB; images of equal content are together anyway, and an
    /// image whose group is empty is a group of its own. Other columns, and paths without extension or
    /// folder: `FILE.csv:path=id,group=patient,ext=.jpg,folder=train`; also `root=FOLDER` (that absolute
    /// paths begin with), `separator=comma|semicolon|tab|bar`, `noheader`
    #[arg(long, value_name = "dir|FILE.csv[:OPTIONS]")]
    pub(super) group_by: Option<GroupBy>,

    #[command(flatten)]
    pub(super) rows: RowArgs,

    /// Hold out this fraction of each class (of all images where these have several labels), and
    /// evaluate on it at the end (caches without splits)
    #[arg(long, value_name = "FRACTION")]
    pub(super) hold_out: Option<f64>,

    /// Seed of every random choice
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) seed: u64,

    /// Stopping tolerance, relative [default: 1e-3 to compare heads, 1e-4 for heads that are kept]
    #[arg(long, value_name = "TOL")]
    pub(super) tol: Option<f64>,

    /// Iteration limit, for each C, at most 10000000 [default: 10000]; networks have `--epochs`
    #[arg(long, value_name = "N")]
    pub(super) max_iter: Option<usize>,

    /// Print one JSON document
    #[arg(long)]
    pub(super) json: bool,
}

impl FitArgs {
    /// The settings, with what only some heads have.
    pub(super) fn settings(&self, solver: Algorithm, heads: &HeadArgs) -> Settings {
        Settings {
            solver,
            tol: self.tol,
            max_iter: self.max_iter,
            class_weight: self.class_weight.clone(),
            sampling: self.sampling,
            temperature: heads.temperature,
            gamma: heads.gamma,
            network: Some(heads.network_training()),
            views: self.views,
            seed: self.seed,
        }
    }
}

/// The choice of classes, and of rows.
#[derive(Debug, Args)]
pub(super) struct RowArgs {
    /// Only these classes take part; put double quotes around a name with a comma, and repeat the option as
    /// you like
    #[arg(long, value_name = "NAME,NAME,...", value_parser = class_names)]
    classes: Vec<ClassNames>,

    /// Leave classes out that have fewer images to train on
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    min_class_size: usize,

    /// Leave images out of the test split that are equal, by content, to one of the training or validation
    /// split, and of the validation split that are equal to one of the training split
    #[arg(long)]
    leave_out_leaks: bool,
}

/// The names in one list.
#[derive(Clone, Debug)]
struct ClassNames(Vec<String>);

fn class_names(list: &str) -> Result<ClassNames, String> {
    table::split_list(list).map(ClassNames).map_err(|error| error.to_string())
}

impl RowArgs {
    /// What they say.
    pub(super) fn choice(&self) -> RowChoice {
        RowChoice {
            classes: self.classes.iter().flat_map(|names| names.0.clone()).collect(),
            min_class_size: self.min_class_size,
            leave_out_leaks: self.leave_out_leaks,
        }
    }
}

/// Options on cross-validation.
#[derive(Debug, Args)]
pub(super) struct DivisionArgs {
    /// Folds of cross-validation, from 2 to the rows of the smallest class [default: the validation split
    /// where there is one, else 5]
    #[arg(long, value_name = "K")]
    folds: Option<usize>,

    /// Repeat with other folds: so many seeds (at most 1000), from that of `--seed` on
    #[arg(long, value_name = "N", default_value_t = NonZeroU64::MIN)]
    seeds: NonZeroU64,
}

impl FitArgs {
    /// Says how the table of groups is read, where there is one.
    pub(super) fn note_groups(&self) {
        for note in self.group_by.iter().flat_map(GroupBy::notes) {
            console::note(PROGRAM, &shown(&note));
        }
    }
}

impl DivisionArgs {
    pub(super) fn request(&self, fit: &FitArgs) -> DivisionRequest {
        DivisionRequest {
            folds: self.folds,
            n_seeds: self.seeds,
            hold_out: fit.hold_out,
            group_by: fit.group_by.clone(),
        }
    }
}

pub(super) fn existing(force: bool) -> Existing {
    if force { Existing::Replace } else { Existing::Refuse }
}

pub(super) fn usage(message: &str) -> clap::Error {
    Cli::command().error(ErrorKind::ArgumentConflict, message)
}

/// A path as text, for documents.
pub(super) fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Program and arguments, without the folder that the program happens to lie in.
pub(super) fn command() -> Vec<String> {
    let arguments = env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    ["fit".to_owned()].into_iter().chain(arguments).collect()
}

/// The choice of rows to evaluate on.
#[derive(Debug, Args)]
pub(super) struct SplitArg {
    /// The labelled rows to evaluate on [default: test where the cache has it, else all]
    #[arg(long, value_parser = one_of(PARTS))]
    pub(super) split: Option<Part>,
}

/// Whose features a head is given.
#[derive(Debug, Args)]
pub(super) struct EngineArg {
    /// Take features that another engine computed: they differ in the last bits
    #[arg(long)]
    any_engine: bool,
}

impl EngineArg {
    /// What it says.
    pub(super) fn engines(&self) -> Engines {
        if self.any_engine { Engines::Any } else { Engines::Same }
    }
}

/// Whether caches are held against their checksums.
#[derive(Debug, Args)]
pub(super) struct ChecksumsArg {
    /// Believe caches as they are: their checksums are not looked at, which saves reading them once
    #[arg(long)]
    no_verify: bool,
}

impl ChecksumsArg {
    /// What it says.
    pub(super) fn checksums(&self) -> Checksums {
        if self.no_verify { Checksums::Ignore } else { Checksums::Verify }
    }
}

/// The cache argument.
#[derive(Debug, Args)]
pub(super) struct CacheArg {
    /// The feature cache, made by `extract run`
    #[arg(value_name = "FILE.h5")]
    pub(super) cache: PathBuf,

    #[command(flatten)]
    pub(super) checksums: ChecksumsArg,
}
