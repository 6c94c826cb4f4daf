//! `fit train`

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use feature_cache::Cache;
use fit::CREATED_BY;
use fit::atomic_file::check_vacant;
use fit::calibrate::calibrate;
use fit::examples::Examples;
use fit::exit_code::ExitCode;
use fit::learn::learn;
use fit::report::{TrainDocument, to_json};
use fit::rows::Samples;
use fit::sweep::training_rows;
use fit::tap_features::TapFeatures;
use head::{Algorithm, Description, Origin, SavedHead, Steps, Training, save};

use super::fit_args::{CacheArg, FitArgs, check_label_kind, check_smo, existing, text};
use super::head_args::{Head, HeadArgs, ParameterArgs, check_calibrate};
use super::unconverged::warn_unconverged;
use super::words::{ALGORITHMS, one_of};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TrainArgs {
    #[command(flatten)]
    cache: CacheArg,

    /// Kind of head
    #[arg(long, value_enum)]
    head: Head,

    #[command(flatten)]
    parameter: ParameterArgs,

    #[command(flatten)]
    heads: HeadArgs,

    /// The tap to use; needed when the cache has several
    #[arg(long, value_name = "NAME")]
    tap: Option<String>,

    /// Transforms in order: `none`, or a list of `l2`, `power:P`, `standardize`, `pca:D`, `whiten`,
    /// `whiten:D`; see `fit sweep --help`
    #[arg(long, value_name = "STEPS", default_value = "l2")]
    normalize: Steps,

    /// Algorithm
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
class. What is said of such heads is the mean average precision (mAP) over classes.

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
    let families = args.heads.families(&[args.head], &args.fit.class_weight)?;
    let candidate = args.parameter.candidate(&families)?;
    let settings = args.fit.settings(args.solver, &args.heads);
    check_smo(&candidate.family, &settings)?;
    if args.calibrate {
        check_calibrate(&families)?;
    }
    let existing = existing(args.force);
    check_vacant(&args.out, existing)?;

    let cache = Cache::open(&args.cache.cache)?;
    let tap = TapFeatures::open(&cache, args.tap.as_deref(), args.fit.views)?;
    let samples = Samples::of(&cache)?;
    let labels = samples.label_kind();
    check_label_kind(&cache, labels, &families, &settings, args.calibrate)?;
    let groups = args.fit.group_rows(&cache);
    let FitArgs { hold_out, seed, .. } = args.fit;
    let (rows, classes, held_out) = training_rows(&samples, &groups, hold_out, seed)
        .with_context(|| format!("cannot train on `{}`", cache.path().display()))?;
    let train = tap.examples(rows)?;
    let held_out = held_out.map(|rows| tap.examples(rows)).transpose()?;

    let steps = &args.normalize;
    let (pipeline, record) = learn(&train, &classes, steps, &candidate, &settings)?;
    let calibration = if args.calibrate {
        let groups = groups(&train.rows)?;
        Some(calibrate(&pipeline, &train, &groups, &classes, &candidate, &settings)?)
    } else {
        None
    };
    let training = Training {
        cache: text(cache.path()),
        parts: vec![samples.training_part()],
        hold_out: args.fit.hold_out,
        n_samples: train.rows.len(),
    };
    let provenance = cache.provenance().of_tap(tap.name());
    let origin = Origin { classes, labels, provenance, training, settings };
    let converged = record.report.converged;
    let mut description = Description::new(CREATED_BY, &candidate, &pipeline, record, origin);
    description.calibration = calibration;
    let head = SavedHead { pipeline, description };
    save(&head, &args.out, existing)?;

    let SavedHead { pipeline, description } = head;
    let Description { calibration, origin, .. } = &description;
    let evaluate =
        |rows: &Examples<'_>| rows.evaluate(&pipeline, calibration.as_ref(), &origin.classes);
    let of_training = evaluate(&train);
    let held_out = held_out.as_ref().map(evaluate);

    let document = TrainDocument::new(text(&args.out), description, &of_training, held_out);
    console::result(&if args.fit.json { to_json(&document) } else { document.text() })?;
    Ok(warn_unconverged((!converged).then_some(candidate)))
}
