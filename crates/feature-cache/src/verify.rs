//! What opening a cache is too quick for: every checksum, every number, the order of the rows.

use std::collections::BTreeMap;
use std::fmt;

use rayon::prelude::*;
use serde::Serialize;

use crate::checksum::{self, Digest};
use crate::error::ReadError;
use crate::layout;
use crate::provenance::Dtype;
use crate::reader::Cache;

/// Bytes of features read at a time.
const PIECE: usize = 4 << 20;

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
            Self::Order { path } => write!(f, "`{path}` is not in the order of paths, or twice"),
        }
    }
}

/// Checks all that an open cache says against itself: each dataset against its checksum, features
/// for NaN and infinity, paths for their order. The whole file is read once, in pieces.
///
/// What is found is the same, in the same order, on any number of threads; a sound cache gives
/// nothing.
///
/// # Errors
/// When a dataset cannot be read at all.
pub fn verify(cache: &Cache) -> Result<Vec<Finding>, ReadError> {
    let mut findings = Vec::new();
    let mut digests = BTreeMap::new();
    let taps = (0..cache.taps().len()).into_par_iter().map(|tap| read_features(cache, tap));
    let taps: Vec<Features> = taps.collect::<Result<_, _>>()?;
    for (tap, Features { digest, not_finite }) in cache.taps().iter().zip(taps) {
        digests.insert(layout::features_path(&tap.name), digest);
        let finding = |row| Finding::NotFinite { tap: tap.name.clone(), row };
        findings.extend(not_finite.map(finding));
    }
    read_samples(cache, &mut digests, &mut findings)?;
    digests.insert(layout::CLASS_NAME.to_owned(), of_strings(cache.classes()));
    let errors = cache.errors()?;
    digests.insert(layout::ERROR_PATH.to_owned(), of_strings(errors.iter().map(|e| &e.path)));
    digests.insert(layout::ERROR_REASON.to_owned(), of_strings(errors.iter().map(|e| &e.reason)));
    let unordered = errors.array_windows().filter(|[a, b]| a.path >= b.path);
    findings.extend(unordered.map(|[_, b]| Finding::Order { path: b.path.clone() }));

    let annotated = cache.annotated();
    if annotated.labels {
        let labels = cache.column::<i8>(layout::LABELS)?;
        let digest = blake3::hash(bytemuck::cast_slice(&labels)).into();
        digests.insert(layout::LABELS.to_owned(), digest);
    }
    if annotated.boxes {
        let boxes = cache.column::<f32>(layout::BOX)?;
        let digest = blake3::hash(bytemuck::cast_slice(&boxes)).into();
        digests.insert(layout::BOX.to_owned(), digest);
    }
    if annotated.ground_truth {
        let text = cache.ground_truth_text()?;
        digests.insert(layout::GROUND_TRUTH.to_owned(), of_strings(&text));
    }

    for (dataset, written) in cache.checksums()? {
        if digests[&dataset] != written {
            findings.push(Finding::Checksum { dataset });
        }
    }
    Ok(findings)
}

/// What one pass over the features of a tap tells.
struct Features {
    digest: Digest,
    /// The first sample with a feature that is not finite.
    not_finite: Option<usize>,
}

fn read_features(cache: &Cache, index: usize) -> Result<Features, ReadError> {
    let tap = &cache.taps()[index];
    let row_bytes = tap.row_len() * tap.dtype.size();
    let n_samples = cache.n_samples();
    let piece = (PIECE / row_bytes).clamp(1, n_samples);
    let rows = cache.row_file();
    let mut buffer = vec![0; piece * row_bytes];
    let mut hasher = blake3::Hasher::new();
    let mut not_finite = None;
    for start in (0..n_samples).step_by(piece) {
        let buffer = &mut buffer[..piece.min(n_samples - start) * row_bytes];
        rows.read(index, start, buffer)
            .map_err(|source| ReadError::Map { path: cache.path().to_owned(), source })?;
        hasher.update(buffer);
        if not_finite.is_none() {
            let row = buffer.chunks_exact(row_bytes).position(|row| !is_finite(tap.dtype, row));
            not_finite = row.map(|row| start + row);
        }
    }
    Ok(Features { digest: hasher.finalize().into(), not_finite })
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

/// Reads every sample once, for the digests of all columns and the order of the paths.
fn read_samples(
    cache: &Cache,
    digests: &mut BTreeMap<String, Digest>,
    findings: &mut Vec<Finding>,
) -> Result<(), ReadError> {
    let mut paths = checksum::Strings::default();
    let [mut hashes, mut sizes, mut mtimes, mut labels, mut splits] =
        [(); 5].map(|()| blake3::Hasher::new());
    let mut last: Option<String> = None;
    for sample in cache.samples() {
        let sample = sample?;
        paths.update(&sample.path);
        hashes.update(&sample.content_hash);
        sizes.update(&sample.size.to_le_bytes());
        mtimes.update(&sample.mtime_ns.to_le_bytes());
        labels.update(&sample.label.to_le_bytes());
        splits.update(&[sample.split.code()]);
        if last.is_some_and(|last| last >= sample.path) {
            findings.push(Finding::Order { path: sample.path.clone() });
        }
        last = Some(sample.path);
    }
    digests.insert(layout::PATH.to_owned(), paths.finish());
    for (dataset, hasher) in [
        (layout::CONTENT_HASH, hashes),
        (layout::SIZE, sizes),
        (layout::MTIME, mtimes),
        (layout::LABEL, labels),
        (layout::SPLIT, splits),
    ] {
        digests.insert(dataset.to_owned(), hasher.finalize().into());
    }
    Ok(())
}

fn of_strings<'a>(strings: impl IntoIterator<Item = &'a String>) -> Digest {
    let mut digest = checksum::Strings::default();
    strings.into_iter().for_each(|string| digest.update(string));
    digest.finish()
}
