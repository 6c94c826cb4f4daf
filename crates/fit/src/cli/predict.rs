//! `fit predict`

use std::path::PathBuf;

use atomic_file::{check_vacant, write};
use clap::{Args, CommandFactory as _};
use console::{ExitCode, TableArguments, TableFormat, TextsArgument, shown};
use results::{predictions_csv, predictions_parquet};
use train::{CREATED_BY, PredictRequest, predict};

use super::fit_args::{CacheArg, EngineArg, existing, text};
use super::{Cli, PROGRAM};
use crate::report;

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

    #[command(flatten)]
    table: TableArguments,

    #[command(flatten)]
    texts: TextsArgument,

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
    let asked = args.table.format(&mut Cli::command())?;
    let format = asked.unwrap_or(if args.json { TableFormat::Json } else { TableFormat::Csv });
    let existing = existing(args.table.force);
    if let Some(out) = &args.table.out {
        check_vacant(out, existing)?;
    }
    let report = predict(&PredictRequest {
        head: args.head.clone(),
        cache: args.cache.cache.clone(),
        checksums: args.cache.checksums.checksums(),
        engines: args.engine.engines(),
    })?;
    let json = || report::document("offshelf-predict", &report);
    let csv = || predictions_csv(&report.answers, args.texts.texts());
    if let Some(out) = &args.table.out {
        let bytes = match format {
            TableFormat::Csv => csv().into_bytes(),
            TableFormat::Json => json().into_bytes(),
            TableFormat::Parquet => predictions_parquet(&report.answers, CREATED_BY),
        };
        write(out, &bytes, existing)?;
        let n_rows = report.answers.predictions.len();
        let out = shown(&text(out)).into_owned();
        console::note(PROGRAM, &format!("{n_rows} predictions written to `{out}`"));
    }
    match (&args.table.out, format) {
        (None, TableFormat::Csv) if !args.json => console::document(&csv())?,
        (Some(_), _) if !args.json => {}
        _ => console::document(&json())?,
    }
    Ok(ExitCode::Done)
}
