//! What opening a cache is too quick for: every checksum, every number, the order of the rows.

use std::collections::BTreeMap;
use std::fmt;

use rayon::prelude::*;
use schema::{Dtype, Tap};
use serde::Serialize;

use crate::body::Digest;
use crate::error::ReadError;
use crate::layout;
use crate::reader::Cache;

/// Something that is wrong with a cache whose structure is valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Finding {
    /// A dataset does not hold what was written.
    Checksum {
        /// The dataset.
        dataset: String,
    },
    /// A feature is NaN or infinite.
    NotFinite {
        /// The tap.
        tap: String,
        /// Number of the first sample with such a feature.
        row: usize,
    },
    /// A dataset holds what the format does not have there.
    Content {
        /// The dataset.
        dataset: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The path of a sample or of an error does not come after the one before it, in byte order.
    Order {
        /// The path.
        path: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checksum { dataset } => write!(f, "`{dataset}` does not hold what was written"),
            Self::NotFinite { tap, row } => {
                write!(f, "the features of row {row} of tap `{tap}` are not finite")
            }
            Self::Content { dataset, problem } => write!(f, "`{dataset}` {problem}"),
            Self::Order { path } => write!(f, "`{path}` is not in the order of paths, or twice"),
        }
    }
}

/// Checks all that an open cache says against itself: each dataset against its checksum, features
/// for NaN and infinity, paths for their order. The whole file is read in pieces.
///
/// What is found is the same, in the same order, on any number of threads; a sound cache gives
/// nothing.
///
/// # Examples
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let cache = feature_cache::Cache::open("photos.h5".as_ref())?;
/// for finding in feature_cache::verify(&cache)? {
///     println!("{finding}");
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When a dataset cannot be read at all.
pub fn verify(cache: &Cache) -> Result<Vec<Finding>, ReadError> {
    let checksums = cache.checksums()?;
    let taps: BTreeMap<String, &Tap> =
        cache.taps().iter().map(|tap| (layout::features_path(&tap.name), tap)).collect();
    let read = checksums.par_iter().map(|(item, _)| read_through(cache, item, taps.get(item)));
    let passes: Vec<Pass> = read.collect::<Result<_, _>>()?;

    let mut findings = Vec::new();
    if !cache.has_checksums() {
        let (dataset, problem) = (layout::CHECKSUMS.to_owned(), "is not there".to_owned());
        findings.push(Finding::Content { dataset, problem });
    }
    for tap in cache.taps() {
        let item = layout::features_path(&tap.name);
        let of_tap = checksums.iter().zip(&passes).find(|((name, _), _)| *name == item);
        let row = of_tap.and_then(|(_, pass)| pass.not_finite);
        findings.extend(row.map(|row| Finding::NotFinite { tap: tap.name.clone(), row }));
    }
    match cache.annotations() {
        Err(ReadError::Damaged { item, problem, .. }) => {
            findings.push(Finding::Content { dataset: item, problem });
        }
        annotations => drop(annotations?),
    }
    let mut last: Option<String> = None;
    for path in cache.each_path() {
        let path = path?;
        if last.is_some_and(|last| last >= path) {
            findings.push(Finding::Order { path: path.clone() });
        }
        last = Some(path);
    }
    let errors = cache.errors()?;
    let unordered = errors.array_windows().filter(|[a, b]| a.path >= b.path);
    findings.extend(unordered.map(|[_, b]| Finding::Order { path: b.path.clone() }));
    let pairs = checksums.into_iter().zip(passes);
    let changed = pairs.filter(|((_, written), pass)| *written != pass.digest);
    findings.extend(changed.map(|((dataset, _), _)| Finding::Checksum { dataset }));
    Ok(findings)
}

/// What one pass over a dataset tells.
struct Pass {
    digest: Digest,
    /// The first sample with a feature that is not finite.
    not_finite: Option<usize>,
}

/// Reads a dataset, the features of `tap` if it is given, from its first row to its last.
fn read_through(cache: &Cache, item: &str, tap: Option<&&Tap>) -> Result<Pass, ReadError> {
    let row_bytes = cache.extents().of(item).row_bytes;
    let mut hasher = blake3::Hasher::new();
    let mut not_finite = None;
    cache.extents().each_piece(item, |start, bytes| {
        hasher.update(bytes);
        if let Some(tap) = tap.filter(|_| not_finite.is_none()) {
            let row = bytes.chunks_exact(row_bytes).position(|row| !is_finite(tap.dtype, row));
            not_finite = row.map(|row| start + row);
        }
    })?;
    Ok(Pass { digest: hasher.finalize().into(), not_finite })
}

/// Whether no number is NaN or infinite, which is to say, has an exponent of ones only.
fn is_finite(dtype: Dtype, row: &[u8]) -> bool {
    const F32_EXPONENT: u32 = 0x7f80_0000;
    const F16_EXPONENT: u16 = 0x7c00;
    // No early end: the loops are to be vectorized, and nearly every row is finite.
    match dtype {
        Dtype::F32 => row.as_chunks().0.iter().fold(true, |finite, &bytes| {
            finite & (u32::from_le_bytes(bytes) & F32_EXPONENT != F32_EXPONENT)
        }),
        Dtype::F16 => row.as_chunks().0.iter().fold(true, |finite, &bytes| {
            finite & (u16::from_le_bytes(bytes) & F16_EXPONENT != F16_EXPONENT)
        }),
    }
}
