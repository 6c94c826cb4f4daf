//! The filters of HDF5 that are undone without HDF5: gzip, LZF (h5py's), shuffle and Fletcher's checksum.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use hdf5::filters::Filter;

/// The number under which h5py registered LZF.
const LZF: i32 = 32000;

/// Filters in the order in which they were applied.
pub(super) struct Pipeline(Vec<Step>);

#[derive(Clone, Copy)]
enum Step {
    Deflate,
    Lzf,
    Shuffle,
    /// Four bytes at the end. They are not looked at: a checksum of the whole dataset is.
    Fletcher32,
}

impl Pipeline {
    /// The filters of a dataset; the error names one that is not known here.
    pub(super) fn new(filters: &[Filter]) -> Result<Self, String> {
        let step = |filter: &Filter| match filter {
            Filter::Deflate(_) => Ok(Step::Deflate),
            Filter::Shuffle => Ok(Step::Shuffle),
            Filter::Fletcher32 => Ok(Step::Fletcher32),
            Filter::User(LZF, _) => Ok(Step::Lzf),
            Filter::SZip(..) => Err("is compressed with szip".to_owned()),
            Filter::NBit => Err("is compressed with the filter nbit".to_owned()),
            Filter::ScaleOffset(_) => Err("is compressed with the filter scale-offset".to_owned()),
            other => Err(format!("is compressed with filter number {}", other.id())),
        };
        Ok(Self(filters.iter().map(step).collect::<Result<_, _>>()?))
    }
}

/// Undoes the filters of a chunk of `n_bytes` in values of `element` bytes. `skipped` has a bit for each filter
/// that the chunk did not pass through.
pub(super) fn decode(
    pipeline: &Pipeline,
    skipped: u32,
    mut bytes: Vec<u8>,
    n_bytes: usize,
    element: usize,
) -> Result<Vec<u8>, String> {
    let is_skipped = |number: usize| skipped & 1_u32.checked_shl(number as u32).unwrap_or(0) != 0;
    // Checksums may have been added before it was compressed.
    let limit = n_bytes + 4 * pipeline.0.len();
    for (_, step) in pipeline.0.iter().enumerate().rev().filter(|(number, _)| !is_skipped(*number))
    {
        bytes = match step {
            Step::Deflate => inflate(&bytes, limit),
            Step::Lzf => expand_lzf(&bytes, limit),
            Step::Shuffle => Some(unshuffle(&bytes, element)),
            Step::Fletcher32 => bytes.len().checked_sub(4).map(|len| bytes[..len].to_vec()),
        }
        .ok_or("has a chunk that cannot be decompressed")?;
    }
    if bytes.len() != n_bytes {
        return Err(format!("has a chunk of {} bytes, expected {n_bytes}", bytes.len()));
    }
    Ok(bytes)
}

fn inflate(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut inflated = Vec::new();
    ZlibDecoder::new(bytes).take(limit as u64 + 1).read_to_end(&mut inflated).ok()?;
    (inflated.len() <= limit).then_some(inflated)
}

/// All first bytes of the values came first, then all second ones.
fn unshuffle(bytes: &[u8], element: usize) -> Vec<u8> {
    let n = bytes.len() / element;
    let mut values = bytes.to_vec();
    if element > 1 && n > 1 {
        for (i, value) in values[..n * element].chunks_exact_mut(element).enumerate() {
            for (j, byte) in value.iter_mut().enumerate() {
                *byte = bytes[j * n + i];
            }
        }
    }
    values
}

/// Marc Lehmann's LZF. A control byte below 32 is followed by so many literal bytes and one more; any other
/// holds a length (its first three bits, and a byte more where they are all set) and the distance of what is
/// repeated (its other bits, and the byte after).
fn expand_lzf(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut expanded = Vec::new();
    let mut bytes = bytes.iter().copied();
    while let Some(control) = bytes.next() {
        if control < 32 {
            for _ in 0..=control {
                expanded.push(bytes.next()?);
            }
        } else {
            let length = match usize::from(control >> 5) {
                7 => 7 + usize::from(bytes.next()?),
                length => length,
            };
            let distance = (usize::from(control & 31) << 8) + usize::from(bytes.next()?) + 1;
            let start = expanded.len().checked_sub(distance)?;
            for i in start..start + length + 2 {
                expanded.push(expanded[i]);
            }
        }
        if expanded.len() > limit {
            return None;
        }
    }
    Some(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lzf_repeats_what_came_before_also_what_it_just_wrote() {
        // `ab`, then ten bytes from a distance of two; worked out by hand from the description above.
        assert_eq!(expand_lzf(b"\x01ab\xe0\x01\x01", 100).unwrap(), b"abababababab");
        assert_eq!(expand_lzf(b"\x00x\x40\x00", 100).unwrap(), b"xxxxx");
        for damaged in [&b"\x05ab"[..], b"\x40\x00", b"\xe0", b"\x00x\x40\x01"] {
            assert_eq!(expand_lzf(damaged, 100), None, "{damaged:?}");
        }
        assert_eq!(expand_lzf(b"\x00x\xe0\xff\x00", 100), None);
    }

    #[test]
    fn shuffled_values_are_put_together_again() {
        assert_eq!(unshuffle(&[1, 2, 3, 11, 12, 13], 2), [1, 11, 2, 12, 3, 13]);
        assert_eq!(unshuffle(&[1, 2, 3], 1), [1, 2, 3]);
    }
}
