//! What identifies a cache in the rows of tables.

use feature_cache::{Cache, ReadError};

/// BLAKE3, in hexadecimal digits, of the provenance of a cache and the checksums of all its datasets but
/// the times of the files.
///
/// # Errors
/// [`ReadError`].
///
/// # Examples
///
/// ```
/// # mod cache { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/birds.rs")); }
/// # let (folder, birds) = cache::birds();
/// use feature_cache::Cache;
///
/// let digest = train::cache_digest(&Cache::open(&birds)?)?;
/// assert_eq!(digest.len(), 64);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn cache_digest(cache: &Cache) -> Result<String, ReadError> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&serde_json::to_vec(cache.provenance()).expect("plain data"));
    for (name, digest) in cache.checksums()? {
        if name != "/samples/mtime" {
            hasher.update(name.as_bytes()).update(&digest);
        }
    }
    Ok(hasher.finalize().to_string())
}
