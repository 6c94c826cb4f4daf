//! `fit train`

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use feature_cache::Cache;
use fit::atomic_file::check_vacant;
use fit::calibration::calibrate;
use fit::exit_code::ExitCode;
use fit::family::SvmLoss;
use fit::head_file::{Description, Origin, SavedHead, Training, save};
use fit::pipeline::Pipeline;
use fit::report::{TrainDocument, to_json};
use fit::rows::Samples;
use fit::solver::{Algorithm, Candidate};
use fit::sweep::training_rows;
use fit::tap_features::TapFeatures;
use fit::transform::Steps;

use super::fit_args::{CacheArg, FitArgs, Head, check_smo, existing, families, text};
use super::unconverged::warn_unconverged;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TrainArgs {
    #[command(flatten)]
    cache: CacheArg,

    /// Kind of head
    #[arg(long, value_enum)]
    head: Head,

    /// Loss of the SVM [default: hinge]
    #[arg(long, value_enum)]
    loss: Option<SvmLoss>,

    /// The tap to use; needed when the cache has several
    #[arg(long, value_name = "NAME")]
    tap: Option<String>,

    /// Transforms in order: `none`, or a list of `l2`, `power:P`, `standardize`, `pca:D`, `whiten`,
    /// `whiten:D`; see `fit sweep --help`
    #[arg(long, value_name = "STEPS", default_value = "l2")]
    normalize: Steps,

    /// Algorithm
    #[arg(long, value_enum, default_value = "auto")]
    solver: Algorithm,

    /// C, which multiplies the summed loss: larger fits closer
    #[arg(long, value_name = "C", default_value_t = 1.0, value_parser = positive)]
    c: f64,

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

Examples:
  fit train birds.h5 --head softmax --out birds.safetensors
  fit train birds.h5 --head svm --c 0.1 --hold-out 0.2 --out birds.safetensors
  fit train birds.h5 --head svm --calibrate --out birds.safetensors
  fit train birds.h5 --head svm --class-weight balanced --normalize standardize,l2 \\
      --out birds.safetensors";

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(c) if c.is_finite() && c > 0.0 => Ok(c),
        _ => Err("C must be a positive number".to_owned()),
    }
}

pub(super) fn run(args: &TrainArgs) -> anyhow::Result<ExitCode> {
    let losses: Vec<_> = args.loss.into_iter().collect();
    let family = families(&[args.head], &losses)?[0];
    let candidate = Candidate { family, c: args.c };
    let settings = args.fit.settings(args.solver);
    check_smo(family, &settings)?;
    let existing = existing(args.force);
    check_vacant(&args.out, existing)?;

    let cache = Cache::open(&args.cache.cache)?;
    let tap = TapFeatures::open(&cache, args.tap.as_deref())?;
    let samples = Samples::of(&cache);
    let groups = args.fit.group_rows(&cache);
    let FitArgs { hold_out, seed, .. } = args.fit;
    let (rows, classes, held_out) = training_rows(&samples, &groups, hold_out, seed)
        .with_context(|| format!("cannot train on `{}`", cache.path().display()))?;
    let train = tap.examples(rows)?;
    let held_out = held_out.map(|rows| tap.examples(rows)).transpose()?;

    let steps = &args.normalize;
    let (pipeline, report) = Pipeline::train(&train, &classes, steps, candidate, &settings)?;
    let calibration = if args.calibrate {
        let groups = groups(&train.rows)?;
        Some(calibrate(&pipeline, &train, &groups, &classes, candidate, &settings)?)
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
    let origin = Origin { classes, provenance, training, settings };
    let mut description = Description::new(candidate, &pipeline, report, origin);
    description.calibration = calibration;
    let head = SavedHead { pipeline, description };
    save(&head, &args.out, existing)?;

    let training_accuracy = head.evaluate(&train).accuracy;
    let held_out = held_out.map(|examples| head.evaluate(&examples));

    let document =
        TrainDocument::new(text(&args.out), head.description, training_accuracy, held_out);
    console::result(&if args.fit.json { to_json(&document) } else { document.text() })?;
    Ok(warn_unconverged((!report.converged).then_some(candidate)))
}
