//! A head and the features that it was made for.

use std::path::Path;

use anyhow::Context;
use feature_cache::Cache;
use fit::head_file::{SavedHead, check_provenance, load};

/// Reads the head at `path`, and refuses it when `cache` does not hold its features.
///
/// # Errors
/// A head that cannot be read or was trained on other features.
pub(super) fn head_for(path: &Path, cache: &Cache) -> anyhow::Result<SavedHead> {
    let head = load(path)?;
    check_provenance(&head.description.origin.provenance, cache)
        .with_context(|| format!("`{}` does not suit the head", cache.path().display()))?;
    Ok(head)
}
