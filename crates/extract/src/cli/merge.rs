//! `extract merge`.

use std::path::PathBuf;

use clap::Args;
use console::ExitCode;
use feature_cache::Cache;

/// Join the shards 1/N to N/N that `extract run --shard` wrote into one cache.
///
/// The cache is byte for byte what one run over all images would have written. Shards may come in
/// any order; a missing, doubled, damaged or foreign one is refused by name.
#[derive(Args)]
#[command(after_help = "\
Example:
  extract merge cache/photos.h5 cache/photos-*-of-4.h5")]
pub(crate) struct MergeArguments {
    /// The cache to write
    #[arg(value_name = "OUT.h5")]
    out: PathBuf,
    /// All the shards
    #[arg(value_name = "PART.h5", required = true)]
    parts: Vec<PathBuf>,
}

pub(crate) fn merge(arguments: &MergeArguments) -> anyhow::Result<ExitCode> {
    let MergeArguments { out, parts } = arguments;
    let parts: Vec<Cache> = parts.iter().map(|part| Cache::open(part)).collect::<Result<_, _>>()?;
    feature_cache::merge(out, &parts)?;
    let n_samples: usize = parts.iter().map(Cache::n_samples).sum();
    let (out, n_parts) = (out.display(), parts.len());
    console::result(&format!("{out}: {n_samples} images from {n_parts} shards\n"))?;
    Ok(ExitCode::Done)
}
