//! `fit predict`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use feature_cache::Cache;
use fit::atomic_file::{check_vacant, write};
use fit::exit_code::ExitCode;
use fit::report::{PredictDocument, PredictFormat, to_json};
use fit::tap_features::TapFeatures;

use super::PROGRAM;
use super::checked_head::{EngineArg, head_for};
use super::fit_args::{CacheArg, existing, text, usage};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PredictArgs {
    /// The head, made by `fit train` or `fit sweep --out`
    #[arg(value_name = "HEAD.safetensors")]
    head: PathBuf,

    #[command(flatten)]
    cache: CacheArg,

    #[command(flatten)]
    engine: EngineArg,

    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// What to write [default: what the name of `--out` ends in; CSV on standard output]
    #[arg(long, value_enum)]
    format: Option<PredictFormat>,

    /// Replace an existing file
    #[arg(long, requires = "out")]
    force: bool,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Predicts every row, labelled or not: path, prediction, and for each class its probability (softmax
and calibrated heads) or score (others). The prediction of a head that was trained on images of
several labels is every class of positive score, with `|` between them (a list in JSON).

Examples:
  fit predict birds.safetensors new-birds.h5 > predictions.csv
  fit predict birds.safetensors new-birds.h5 --out predictions.parquet
  fit predict birds.safetensors new-birds.h5 --json";

pub(super) fn run(args: &PredictArgs) -> anyhow::Result<ExitCode> {
    let format = format(args.format, args.out.as_deref())?;
    let existing = existing(args.force);
    if let Some(out) = &args.out {
        check_vacant(out, existing)?;
    }
    let cache = Cache::open(&args.cache.cache)?;
    let head = head_for(&args.head, &cache, &args.engine)?;
    let origin = head.description.origin.clone();
    let tap = TapFeatures::open(&cache, Some(&origin.provenance.tap), origin.settings.views)?;
    let rows: Vec<usize> = (0..cache.n_samples()).collect();
    tap.check_finite(&rows)?;

    let predictions = head.predict(tap.view(), &rows);
    let (head, from) = (text(&args.head), text(cache.path()));
    let classes = (origin.classes, origin.labels);
    let document = PredictDocument::new(head, from, classes, cache.paths()?, &predictions);
    if let Some(out) = &args.out {
        write(out, &document.bytes(format), existing)?;
        console::note(
            PROGRAM,
            &format!("{} predictions written to `{}`", rows.len(), out.display()),
        );
    }
    match (&args.out, format) {
        (None, PredictFormat::Csv) if !args.json => console::result(&document.csv())?,
        (Some(_), _) if !args.json => {}
        _ => console::result(&to_json(&document))?,
    }
    Ok(ExitCode::Done)
}

/// The format asked for, or that of the file to be written.
///
/// # Errors
/// A usage error for a name that says nothing, and for binary data on standard output.
fn format(asked: Option<PredictFormat>, out: Option<&Path>) -> Result<PredictFormat, clap::Error> {
    match (asked, out) {
        (Some(PredictFormat::Parquet), None) => Err(usage("`--format parquet` needs `--out FILE`")),
        (Some(format), _) => Ok(format),
        (None, None) => Ok(PredictFormat::Csv),
        (None, Some(out)) => {
            let extension = out.extension().unwrap_or_default().to_string_lossy();
            PredictFormat::from_str(&extension, true).map_err(|_| {
                let name = out.display();
                usage(&format!("`{name}` ends in no format: add `--format csv|json|parquet`"))
            })
        }
    }
}
