//! Digests of what a fit depends on.

use feature_cache::{Cache, Checksums, ReadError};
use learn::{Division, Labels};

use super::plan::SweepPlan;
use crate::CREATED_BY;

/// What says which samples a cache has; not when their files were last modified.
const SAMPLES: [&str; 6] = [
    "/classes/name",
    "/samples/content_hash",
    "/samples/label",
    "/samples/labels",
    "/samples/path",
    "/samples/split",
];

/// Digest of the samples of a cache, with their labels and splits, whatever features it has of them.
///
/// # Errors
/// [`ReadError`].
pub(crate) fn samples_digest(cache: &Cache) -> Result<String, ReadError> {
    let mut hasher = blake3::Hasher::new();
    for (name, digest) in cache.checksums()? {
        if SAMPLES.contains(&name.as_str()) {
            hasher.update(name.as_bytes()).update(&digest);
        }
    }
    Ok(hasher.finalize().to_string())
}

/// Digest of the features of `tap`, of the rows that are divided, with their labels, of the
/// division, and of the version of this program. Features that were not held against their checksum are
/// others than those that were: nobody knows whether they are what it says.
///
/// # Errors
/// [`ReadError`].
pub(crate) fn data_digest(
    (cache, checksums): (&Cache, Checksums),
    tap: &str,
    plan: &SweepPlan,
    division: &Division,
) -> Result<String, ReadError> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(CREATED_BY.as_bytes());
    if checksums == Checksums::Ignore {
        hasher.update(b"unverified");
    }
    let dataset = format!("/features/{tap}");
    for (name, digest) in cache.checksums()? {
        if name == dataset {
            hasher.update(&digest);
        }
    }
    for class in &plan.classes {
        hasher.update(&(class.len() as u64).to_le_bytes()).update(class.as_bytes());
    }
    let rows = plan.divided.indices.iter().zip(&division.held_out_by).enumerate();
    for (position, (&row, &held_out_by)) in rows {
        hasher.update(&(row as u64).to_le_bytes());
        match &plan.divided.labels {
            Labels::Classes(labels) => {
                hasher.update(&(labels[position] as u64).to_le_bytes());
            }
            Labels::MultiLabel(labels) => {
                for label in labels.row(position) {
                    hasher.update(&label.to_le_bytes());
                }
            }
        }
        // Folds from 1 on; 0 for rows that no fold holds out.
        let held_out_by = held_out_by.map_or(0, |fold| fold + 1);
        hasher.update(&(held_out_by as u64).to_le_bytes());
    }
    Ok(hasher.finalize().to_string())
}
