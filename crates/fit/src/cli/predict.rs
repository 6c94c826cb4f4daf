//! `fit predict`

use std::path::{Path, PathBuf};

use atomic_file::{check_vacant, write};
use clap::{Args, ValueEnum};
use console::{ExitCode, shown};
use train::{PredictRequest, predict};

use super::PROGRAM;
use super::fit_args::{CacheArg, EngineArg, TextsArg, existing, text, usage};
use crate::report;
use crate::report::predict::csv;
use crate::report::predict_parquet::parquet_bytes;

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

    /// The format [default: the one that the name of `--out` ends in; CSV on standard output]
    #[arg(long, value_enum)]
    format: Option<PredictFormat>,

    /// Replace an existing file
    #[arg(long, requires = "out")]
    force: bool,

    #[command(flatten)]
    texts: TextsArg,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Predicts every row, labelled or not: path, prediction, and for each class its probability (softmax
and calibrated heads) or score (others). The prediction of a head that was trained on images of
several labels is every class of positive score, with `|` between them (a list in JSON, and where
a class has a `|` in its name). Paths are as they are on disk; `extract run --source csv` reads the
table back with `csv:label=prediction` or `csv:labels=prediction`.

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
    let report = predict(&PredictRequest {
        head: args.head.clone(),
        cache: args.cache.cache.clone(),
        checksums: args.cache.checksums.checksums(),
        engines: args.engine.engines(),
    })?;
    let json = || report::document("offshelf-predict", &report);
    let csv = || csv(&report, args.texts.texts());
    if let Some(out) = &args.out {
        let bytes = match format {
            PredictFormat::Csv => csv().into_bytes(),
            PredictFormat::Json => json().into_bytes(),
            PredictFormat::Parquet => parquet_bytes(&report),
        };
        write(out, &bytes, existing)?;
        let n_rows = report.predictions.len();
        let out = shown(&text(out)).into_owned();
        console::note(PROGRAM, &format!("{n_rows} predictions written to `{out}`"));
    }
    match (&args.out, format) {
        (None, PredictFormat::Csv) if !args.json => console::document(&csv())?,
        (Some(_), _) if !args.json => {}
        _ => console::document(&json())?,
    }
    Ok(ExitCode::Done)
}

/// How predictions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PredictFormat {
    /// Comma-separated values, a line for each row
    Csv,
    /// One JSON document
    Json,
    /// Apache Parquet, the columns of the CSV
    Parquet,
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
