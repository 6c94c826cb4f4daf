//! Digests of datasets: BLAKE3 over the bytes that the format defines.

/// Digest of one dataset's contents.
pub(crate) type Digest = [u8; 32];

/// Digest of a numeric dataset, given its little-endian bytes in row order.
pub(crate) fn of_bytes(bytes: &[u8]) -> Digest {
    blake3::hash(bytes).into()
}

/// Digest of a string dataset: each string followed by one NUL byte.
pub(crate) fn of_strings<'a>(strings: impl IntoIterator<Item = &'a str>) -> Digest {
    let mut hasher = blake3::Hasher::new();
    for string in strings {
        hasher.update(string.as_bytes()).update(&[0]);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_delimited() {
        assert_ne!(of_strings(["ab", "c"]), of_strings(["a", "bc"]));
        assert_eq!(of_strings(["ab", "c"]), of_bytes(b"ab\0c\0"));
    }
}
