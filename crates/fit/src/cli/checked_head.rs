//! A head and the features that it was made for.

use std::path::Path;

use anyhow::Context;
use clap::Args;
use feature_cache::Cache;
use fit::head_file::{Engines, SavedHead, check_provenance, load};

/// Whose features a head is given.
#[derive(Debug, Args)]
pub(super) struct EngineArg {
    /// Take features that another engine computed: they differ in the last bits
    #[arg(long)]
    any_engine: bool,
}

impl EngineArg {
    /// What it says.
    pub(super) fn engines(&self) -> Engines {
        if self.any_engine { Engines::Any } else { Engines::Same }
    }
}

/// Reads the head at `path`, and refuses it when `cache` does not hold its features.
///
/// # Errors
/// A head that cannot be read or was trained on other features.
pub(super) fn head_for(
    path: &Path,
    cache: &Cache,
    engine: &EngineArg,
) -> anyhow::Result<SavedHead> {
    let head = load(path)?;
    check_provenance(&head.description.origin.provenance, cache, engine.engines())
        .with_context(|| format!("`{}` does not suit the head", cache.path().display()))?;
    Ok(head)
}
