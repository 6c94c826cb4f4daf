//! `extract merge`.

use std::path::PathBuf;

use clap::Args;
use console::{ExitCode, shown};
use feature_cache::{Cache, Checksums};

/// Join into one cache the shards that `extract run --shard` wrote.
///
/// The cache is byte for byte what one run over all images would have written. The shards 1/N to N/N may come in
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
    let parts: Vec<Cache> = parts
        .iter()
        .map(|part| Cache::open_with(part, Checksums::Ignore))
        .collect::<Result<_, _>>()?;
    feature_cache::merge(out, &parts)?;
    let n_samples: usize = parts.iter().map(Cache::n_samples).sum();
    let (out, n_parts) = (out.to_string_lossy(), parts.len());
    console::result(&format!("{}: {n_samples} images from {n_parts} shards\n", shown(&out)))?;
    Ok(ExitCode::Done)
}
