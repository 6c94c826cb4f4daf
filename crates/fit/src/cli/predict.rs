//! `fit predict`

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use feature_cache::Cache;
use fit::atomic_file::{check_vacant, write};
use fit::exit_code::ExitCode;
use fit::head_file::{Origin, check_provenance, load};
use fit::report::{PredictDocument, ScoreKind, to_json};
use fit::tap_features::TapFeatures;

use super::PROGRAM;
use super::fit_args::{CacheArg, existing, text};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PredictArgs {
    /// The head, made by `fit train` or `fit sweep --out`
    #[arg(value_name = "HEAD.safetensors")]
    head: PathBuf,

    #[command(flatten)]
    cache: CacheArg,

    /// Write the CSV to this file instead of standard output
    #[arg(long, value_name = "CSV")]
    out: Option<PathBuf>,

    /// Replace an existing file
    #[arg(long, requires = "out")]
    force: bool,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Predicts every row, labelled or not: path, prediction, and for each class its probability
(softmax) or score (SVM).

Examples:
  fit predict birds.safetensors new-birds.h5 > predictions.csv
  fit predict birds.safetensors new-birds.h5 --json";

pub(super) fn run(args: &PredictArgs) -> anyhow::Result<ExitCode> {
    let existing = existing(args.force);
    if let Some(out) = &args.out {
        check_vacant(out, existing)?;
    }
    let head = load(&args.head)?;
    let cache = Cache::open(&args.cache.cache)?;
    let Origin { classes, provenance, .. } = head.description.origin;
    check_provenance(&provenance, &cache)
        .with_context(|| format!("`{}` does not suit the head", cache.path().display()))?;
    let tap = TapFeatures::open(&cache, Some(&provenance.tap))?;
    let rows: Vec<usize> = (0..cache.n_samples()).collect();
    tap.check_finite(&rows)?;

    let (kind, scores) = match head.pipeline.predict_proba(tap.view(), &rows) {
        Some(probabilities) => (ScoreKind::Probability, probabilities),
        None => (ScoreKind::Score, head.pipeline.decision_function(tap.view(), &rows)),
    };
    let (head, from) = (text(&args.head), text(cache.path()));
    let document = PredictDocument::new(head, from, classes, kind, cache.paths()?, &scores);
    if let Some(out) = &args.out {
        write(out, document.csv().as_bytes(), existing)?;
        console::note(
            PROGRAM,
            &format!("{} predictions written to `{}`", rows.len(), out.display()),
        );
    }
    match (args.json, &args.out) {
        (true, _) => console::result(&to_json(&document))?,
        (false, None) => console::result(&document.csv())?,
        (false, Some(_)) => {}
    }
    Ok(ExitCode::Done)
}
