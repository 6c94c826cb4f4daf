//! A head and the features that it was made for.

use std::path::Path;

use anyhow::Context;
use clap::Args;
use feature_cache::Cache;
use head::{Engines, LabelKind, SavedHead, check_provenance, load};

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
    check_provenance(&head.description.origin.provenance, cache.provenance(), engine.engines())
        .with_context(|| format!("`{}` does not suit the head", cache.path().display()))?;
    Ok(head)
}

/// Refuses to hold a head against labels of another kind than those that it was trained on.
///
/// # Errors
/// A head of one class an image for images of several labels each, or the other way round.
pub(super) fn check_head_labels(
    (path, head): (&Path, &SavedHead),
    (cache, labels): (&Cache, LabelKind),
) -> anyhow::Result<()> {
    let say = |labels| match labels {
        LabelKind::OneClass => "one class each",
        LabelKind::Several => "several labels each",
    };
    let trained_on = head.description.origin.labels;
    if labels == trained_on {
        return Ok(());
    }
    anyhow::bail!(
        "`{}` was trained on images of {}, and those of `{}` have {}\nhint: use a head that was trained on \
         labels of this kind; `fit predict` needs none",
        path.display(),
        say(trained_on),
        cache.path().display(),
        say(labels)
    )
}
