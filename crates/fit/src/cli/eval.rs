//! `fit eval`

use std::path::PathBuf;

use clap::Args;
use console::ExitCode;
use metrics::Bootstrap;
use train::{ApplyError, EvaluateRequest, evaluate};

use super::fit_args::{CacheArg, EngineArg, RowArgs, SplitArg, usage};
use super::leaks::warn_of_leaks;
use crate::report;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EvalArgs {
    /// The head, made by `fit train` or `fit sweep --out`
    #[arg(value_name = "HEAD.safetensors")]
    head: PathBuf,

    #[command(flatten)]
    cache: CacheArg,

    #[command(flatten)]
    engine: EngineArg,

    #[command(flatten)]
    split: SplitArg,

    #[command(flatten)]
    rows: RowArgs,

    /// Name this many of the most confused pairs of classes (images of one class each)
    #[arg(long, value_name = "N", default_value_t = 10)]
    top_confused: usize,

    /// Name this many of the worst rows (images of one class each)
    #[arg(long, value_name = "N", default_value_t = 0)]
    worst: usize,

    /// Resamples of the bootstrap that gives the 95 % intervals, at most 1000000; 0 for none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    bootstrap: usize,

    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Classes are matched by name. The cache must hold the features that the head was trained on: the
same backbone, weights, tap, preprocessing, views, engine and element type.

Log loss and calibration error need probabilities: a softmax head, or one trained with
--calibrate. ROC-AUC takes each class against the rest, and the mean of them beyond two classes.

Heads that were trained on images of several labels each are evaluated on such: mean average
precision (mAP; without interpolation, as scikit-learn has it, and VOC 2007's of 11 points) and
mean ROC-AUC over the classes, each over the images whose label of the class counts.

Examples:
  fit eval birds.safetensors birds.h5
  fit eval birds.safetensors birds.h5 --worst 20
  fit eval birds.safetensors more-birds.h5 --split all --json";

pub(super) fn run(args: &EvalArgs) -> anyhow::Result<ExitCode> {
    let resamples = args.bootstrap;
    let request = EvaluateRequest {
        head: args.head.clone(),
        cache: args.cache.cache.clone(),
        checksums: args.cache.checksums.checksums(),
        engines: args.engine.engines(),
        split: args.split.split,
        rows: args.rows.choice(),
        top_confused: args.top_confused,
        worst: args.worst,
        bootstrap: (resamples > 0).then_some(Bootstrap { resamples, seed: args.seed }),
    };
    let report = evaluate(&request).map_err(|error| match error {
        ApplyError::WorstOfMultiLabel => usage("`--worst` is for images of one class each").into(),
        error => anyhow::Error::from(error),
    })?;
    warn_of_leaks(&report.rows);
    if args.json {
        console::document(&report::document("offshelf-eval", &report))?;
    } else {
        console::result(&report::evaluate::text(&report))?;
    }
    Ok(ExitCode::Done)
}
