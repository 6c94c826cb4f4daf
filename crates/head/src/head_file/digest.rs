//! The digest of a head file, which is in the file itself: a byte that was changed since is found.

use std::ops::Range;

/// How the field of the metadata begins in the header of a file: JSON within JSON. A text that a value holds
/// is escaped once more, so that this is nowhere else.
const BEGIN: &[u8] = br#"\"blake3\":\""#;

/// What stands in the place of the digest while it is computed.
pub(super) const NO_DIGEST: &str =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// Where the digits are in the bytes of a head file.
fn digits(file: &[u8]) -> Option<Range<usize>> {
    let (len, rest) = file.split_first_chunk()?;
    let header = rest.get(..usize::try_from(u64::from_le_bytes(*len)).ok()?)?;
    let begin = header.windows(BEGIN.len()).position(|window| window == BEGIN)?;
    let start = len.len() + begin + BEGIN.len();
    let end = start + NO_DIGEST.len();
    (end <= len.len() + header.len()).then_some(start..end)
}

/// BLAKE3, in hexadecimal digits, of the file with zeros in the place of the digits.
fn digest(file: &[u8], digits: &Range<usize>) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&file[..digits.start]).update(NO_DIGEST.as_bytes());
    hasher.update_rayon(&file[digits.end..]);
    hasher.finalize().to_string()
}

/// Puts the digest of the file in its place, where it has one.
pub(super) fn seal(file: &mut [u8]) {
    if let Some(digits) = digits(file) {
        let digest = digest(file, &digits);
        file[digits].copy_from_slice(digest.as_bytes());
    }
}

/// Whether the file is as it was sealed.
pub(super) fn is_sealed(file: &[u8]) -> bool {
    digits(file).is_some_and(|digits| digest(file, &digits).as_bytes() == &file[digits])
}
