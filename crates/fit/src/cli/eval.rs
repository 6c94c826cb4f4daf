//! `fit eval`

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use feature_cache::Cache;
use fit::exit_code::ExitCode;
use fit::head_file::{Origin, check_provenance, load};
use fit::report::{EvalDocument, to_json};
use fit::rows::{Part, Samples};
use fit::tap_features::TapFeatures;

use super::fit_args::{CacheArg, text};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EvalArgs {
    /// The head, made by `fit train` or `fit sweep --out`
    #[arg(value_name = "HEAD.safetensors")]
    head: PathBuf,

    #[command(flatten)]
    cache: CacheArg,

    /// The labelled rows to evaluate on [default: test where the cache has it, else all]
    #[arg(long, value_enum)]
    split: Option<Part>,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Classes are matched by name. The cache must hold the features that the head was trained on: the
same backbone, weights, tap, preprocessing, views, engine and element type.

Examples:
  fit eval birds.safetensors birds.h5
  fit eval birds.safetensors more-birds.h5 --split all --json";

pub(super) fn run(args: &EvalArgs) -> anyhow::Result<ExitCode> {
    let head = load(&args.head)?;
    let cache = Cache::open(&args.cache.cache)?;
    let Origin { classes, provenance, .. } = &head.description.origin;
    check_provenance(provenance, &cache)
        .with_context(|| format!("`{}` does not suit the head", cache.path().display()))?;
    let samples = Samples::of(&cache);
    let default = if samples.has(Part::Test) { Part::Test } else { Part::All };
    let split = args.split.unwrap_or(default);
    let rows = samples
        .select(split, classes)
        .with_context(|| format!("cannot evaluate on `{}`", cache.path().display()))?;

    let tap = TapFeatures::open(&cache, Some(&provenance.tap))?;
    let evaluation = head.pipeline.evaluate(&tap.examples(rows)?, classes);
    let document = EvalDocument::new(text(&args.head), text(cache.path()), split, evaluation);
    console::result(&if args.json { to_json(&document) } else { document.text() })?;
    Ok(ExitCode::Done)
}
