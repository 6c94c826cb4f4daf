//! `fit compare`

use std::path::PathBuf;

use clap::Args;
use console::ExitCode;
use train::{CompareRequest, compare};

use super::fit_args::{CacheArg, EngineArg, SplitArg};
use crate::report;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CompareArgs {
    /// The first head
    #[arg(value_name = "HEAD_A.safetensors")]
    first: PathBuf,

    /// The second head
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
    let report = compare(&CompareRequest {
        heads: [args.first.clone(), args.second.clone()],
        cache: args.cache.cache.clone(),
        checksums: args.cache.checksums.checksums(),
        engines: args.engine.engines(),
        split: args.split.split,
    })?;
    if args.json {
        console::document(&report::document("offshelf-compare", &report))?;
    } else {
        console::result(&report::compare::text(&report))?;
    }
    Ok(ExitCode::Done)
}
