//! `fit compare`

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use feature_cache::Cache;
use fit::exit_code::ExitCode;
use fit::report::{CompareDocument, to_json};
use fit::rows::Samples;
use fit::tap_features::TapFeatures;
use head::{Origin, Part, SavedHead};

use super::checked_head::{EngineArg, check_head_labels, head_for};
use super::fit_args::{CacheArg, SplitArg, text};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CompareArgs {
    /// A head
    #[arg(value_name = "HEAD_A.safetensors")]
    first: PathBuf,

    /// Another head
    #[arg(value_name = "HEAD_B.safetensors")]
    second: PathBuf,

    #[command(flatten)]
    cache: CacheArg,

    #[command(flatten)]
    engine: EngineArg,

    #[command(flatten)]
    split: SplitArg,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Both heads are evaluated on the same rows. McNemar's test says how likely a difference like theirs
would be if they were equally good: exact below 25 rows that only one of them gets right, chi-square
with continuity correction from there on. The heads may read different taps of the cache.

Examples:
  fit compare softmax.safetensors svm.safetensors birds.h5
  fit compare old.safetensors new.safetensors birds.h5 --split test --json";

pub(super) fn run(args: &CompareArgs) -> anyhow::Result<ExitCode> {
    let cache = Cache::open(&args.cache.cache)?;
    let samples = Samples::of(&cache)?;
    if !samples.label_kind().is_one_class() {
        bail!(
            "`{}` has images of several labels each, and this test is for one class an image\nhint: compare \
             the mAP of `fit eval` and its intervals",
            cache.path().display()
        );
    }
    let split = args.split.or_default(&samples);
    let compare = |path: &PathBuf| {
        let head = head_for(path, &cache, &args.engine)?;
        check_head_labels((path, &head), (&cache, samples.label_kind()))?;
        right_rows(&head, &cache, &samples, split)
            .with_context(|| format!("cannot apply `{}`", path.display()))
    };
    let is_right = [compare(&args.first)?, compare(&args.second)?];
    let heads = [text(&args.first), text(&args.second)];
    let document = CompareDocument::new(text(cache.path()), split, heads, &is_right);
    console::result(&if args.json { to_json(&document) } else { document.text() })?;
    Ok(ExitCode::Done)
}

/// For each row of `split`, whether `head` predicts its class.
fn right_rows(
    head: &SavedHead,
    cache: &Cache,
    samples: &Samples<'_>,
    split: Part,
) -> anyhow::Result<Vec<bool>> {
    let Origin { classes, provenance, settings, .. } = &head.description.origin;
    let rows = samples.select(split, classes)?;
    let tap = TapFeatures::open(cache, Some(&provenance.tap), settings.views)?;
    let examples = tap.examples(rows)?;
    let predictions = head.predict(examples.features, &examples.rows.indices);
    let rows = examples.rows.labels.classes().iter().zip(predictions.classes());
    Ok(rows.map(|(label, prediction)| label == prediction).collect())
}
