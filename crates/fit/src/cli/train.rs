//! `fit train`

use std::path::PathBuf;
use std::slice;

use atomic_file::check_vacant;
use clap::Args;
use console::ExitCode;
use head::{Algorithm, Steps, save};
use train::{TrainRequest, train};

use super::fit_args::{CacheArg, FitArgs, existing, text};
use super::head_args::{Head, HeadArgs, NumberArgs};
use super::leaks::warn_of_leaks;
use super::unconverged::warn_unconverged;
use super::words::{ALGORITHMS, one_of};
use crate::report;
use crate::report::train::TrainDocument;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TrainArgs {
    #[command(flatten)]
    cache: CacheArg,

    /// Kind of head
    #[arg(long, value_enum)]
    head: Head,

    #[command(flatten)]
    number: NumberArgs,

    #[command(flatten)]
    heads: HeadArgs,

    /// The tap to use; needed when the cache has several
    #[arg(long, value_name = "NAME")]
    tap: Option<String>,

    /// Transforms in order: `none`, or a list of `l2`, `power:P`, `standardize`, `pca:D`, `whiten`,
    /// `whiten:D`; see `fit sweep --help`
    #[arg(long, value_name = "STEPS", default_value = "l2")]
    normalize: Steps,

    /// The algorithm that fits the head
    #[arg(long, value_parser = one_of(ALGORITHMS), default_value = "auto")]
    solver: Algorithm,

    /// Fit probabilities, too, on the scores of held-out rows: a sigmoid for each class of an SVM
    /// (Platt), a temperature for softmax (5 folds, or as many as the smallest class has rows)
    #[arg(long)]
    calibrate: bool,

    /// Where to write the head
    #[arg(long, value_name = "HEAD.safetensors")]
    out: PathBuf,

    /// Replace an existing head
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    fit: FitArgs,
}

const EXAMPLES: &str = "\
Trains on the training split, or on all labelled rows of a cache without splits.

Where images have several labels each (VOC, attributes), an SVM or ridge head tells each class from
its absence; images whose label of a class does not count (VOC's \"difficult\") are left out of that
class. Such heads are evaluated by the mean average precision (mAP) over classes.

Examples:
  fit train birds.h5 --head softmax --out birds.safetensors
  fit train birds.h5 --head svm --c 0.1 --hold-out 0.2 --out birds.safetensors
  fit train birds.h5 --head knn --neighbors 9 --out birds.safetensors
  fit train birds.h5 --head mlp --layers dense:64,relu,batchnorm,dropout:0.5,softmax \\
      --learning-rate 1e-4 --epochs 20 --out birds.safetensors
  fit train birds.h5 --head svm --calibrate --out birds.safetensors
  fit train birds.h5 --head svm --class-weight balanced --normalize standardize,l2 \\
      --out birds.safetensors";

pub(super) fn run(args: &TrainArgs) -> anyhow::Result<ExitCode> {
    let heads = args.heads.specs(&[args.head])?;
    let spec = args.number.spec(&heads)?;
    let existing = existing(args.force);
    check_vacant(&args.out, existing)?;
    args.fit.note_groups();
    let report = train(&TrainRequest {
        cache: args.cache.cache.clone(),
        checksums: args.cache.checksums.checksums(),
        spec: spec.clone(),
        tap: args.tap.clone(),
        transform: args.normalize.clone(),
        settings: args.fit.settings(args.solver, &args.heads),
        hold_out: args.fit.hold_out,
        group_by: args.fit.group_by.clone(),
        rows: args.fit.rows.choice(),
        calibrate: args.calibrate,
    })?;
    save(&report.head, &args.out, existing)?;
    warn_of_leaks(&report.rows);
    let path = text(&args.out);
    let document = TrainDocument::new(&path, &report);
    if args.fit.json {
        console::document(&report::document("offshelf-train", &document))?;
    } else {
        console::result(&document.text())?;
    }
    let unconverged = (!report.head.description.report.converged).then_some(spec);
    Ok(warn_unconverged(unconverged, slice::from_ref(&args.normalize)))
}
