//! `fit eval`

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use feature_cache::Cache;
use fit::exit_code::ExitCode;
use fit::labels::Labels;
use fit::report::{EvalDocument, to_json};
use fit::rows::Samples;
use fit::tap_features::TapFeatures;
use head::Origin;
use metrics::{Bootstrap, ConfusionMatrix, Evaluation, worst_rows};

use super::checked_head::{EngineArg, check_head_labels, head_for};
use super::fit_args::{CacheArg, SplitArg, text, usage};

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

    /// Name this many of the most confused pairs of classes (images of one class each)
    #[arg(long, value_name = "N", default_value_t = 10)]
    top_confused: usize,

    /// Name this many of the worst rows (images of one class each)
    #[arg(long, value_name = "N", default_value_t = 0)]
    worst: usize,

    /// Resamples of the bootstrap that gives the 95 % intervals; 0 for none
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

Log loss and calibration error need probabilities: a softmax head, or one trained with --calibrate.
ROC-AUC takes each class against the rest, and the mean of them beyond two classes.

Heads that were trained on images of several labels each are evaluated on such: mean average precision
(mAP; without interpolation, as scikit-learn has it, and VOC 2007's of 11 points) and mean ROC-AUC over
the classes, each over the images whose label of the class counts.

Examples:
  fit eval birds.safetensors birds.h5
  fit eval birds.safetensors birds.h5 --worst 20
  fit eval birds.safetensors more-birds.h5 --split all --json";

pub(super) fn run(args: &EvalArgs) -> anyhow::Result<ExitCode> {
    let cache = Cache::open(&args.cache.cache)?;
    let head = head_for(&args.head, &cache, &args.engine)?;
    let Origin { classes, provenance, settings, .. } = &head.description.origin;
    let samples = Samples::of(&cache)?;
    check_head_labels((&args.head, &head), (&cache, samples.label_kind()))?;
    if args.worst > 0 && !samples.label_kind().is_one_class() {
        return Err(usage("`--worst` is for images of one class each").into());
    }
    let split = args.split.or_default(&samples);
    let rows = samples
        .select(split, classes)
        .with_context(|| format!("cannot evaluate on `{}`", cache.path().display()))?;
    let tap = TapFeatures::open(&cache, Some(&provenance.tap), settings.views)?;
    let examples = tap.examples(rows)?;

    let labels = &examples.rows.labels;
    let predictions = head.predict(examples.features, &examples.rows.indices);
    let intervals = Bootstrap { resamples: args.bootstrap, seed: args.seed };
    let intervals = (args.bootstrap > 0).then_some(intervals);
    let evaluation = Evaluation::of(&predictions, labels.truth(), classes, intervals);
    let mut document = EvalDocument::new(text(&args.head), text(cache.path()), split, evaluation);
    if let Labels::Classes(labels) = labels {
        let confusion = ConfusionMatrix::count(labels, predictions.classes(), classes.len());
        document = document.with_most_confused(&confusion.most_confused(args.top_confused));
        if args.worst > 0 {
            let paths = cache.paths()?;
            let path_of = |position: usize| paths[examples.rows.indices[position]].clone();
            document = document.with_worst(&worst_rows(&predictions, labels, args.worst), path_of);
        }
    }
    console::result(&if args.json { to_json(&document) } else { document.text() })?;
    Ok(ExitCode::Done)
}
