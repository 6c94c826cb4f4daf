//! Digests of datasets: BLAKE3 over the bytes that the format defines.

/// Digest of one dataset's contents.
pub(crate) type Digest = [u8; 32];

/// Digest of a string dataset: each string followed by one NUL byte.
#[derive(Default)]
pub(crate) struct Strings(blake3::Hasher);

impl Strings {
    pub(crate) fn update(&mut self, string: &str) {
        self.0.update(string.as_bytes()).update(&[0]);
    }

    pub(crate) fn finish(self) -> Digest {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_strings<const N: usize>(strings: [&str; N]) -> Digest {
        let mut digest = Strings::default();
        strings.iter().for_each(|string| digest.update(string));
        digest.finish()
    }

    #[test]
    fn strings_are_delimited() {
        assert_ne!(of_strings(["ab", "c"]), of_strings(["a", "bc"]));
        assert_eq!(of_strings(["ab", "c"]), *blake3::hash(b"ab\0c\0").as_bytes());
    }
}
