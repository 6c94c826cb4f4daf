//! Whether a JPEG file is all there.

/// Whether the markers of a JPEG file lead to its end-of-image marker.
///
/// The decoder fills what a cut-off file lacks with gray and reports nothing, so this is the
/// only way to know. Segments with a length are skipped by it: thumbnails inside them, which
/// end with a marker of their own, do not count. (ITU-T T.81, annex B.)
pub(crate) fn is_complete(file: &[u8]) -> bool {
    const START_OF_IMAGE: u8 = 0xD8;
    const END_OF_IMAGE: u8 = 0xD9;
    let mut rest = file;
    while let Some(at) = rest.iter().position(|&byte| byte == 0xFF) {
        rest = &rest[at + 1..];
        match rest {
            [END_OF_IMAGE, ..] => return true,
            // A stuffed zero, a fill byte, and the markers that have no length.
            [0x00 | 0x01 | 0xD0..=0xD7 | START_OF_IMAGE, after @ ..] => rest = after,
            [0xFF, ..] => {}
            [_, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest = rest.get(1 + length..).unwrap_or_default();
            }
            _ => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCAN: &[u8] = b"\xFF\xD8\xFF\xDA\0\x04ab\x12\xFF\0\x34\xFF\xD0\x56";

    #[test]
    fn a_file_that_reaches_its_end_marker_is_complete_whatever_follows() {
        for tail in [&b"\xFF\xD9"[..], b"\xFF\xFF\xFF\xD9", b"\xFF\xD9trailing"] {
            assert!(is_complete(&[SCAN, tail].concat()));
        }
    }

    #[test]
    fn a_file_without_its_end_marker_is_not() {
        for end in 0..=SCAN.len() {
            assert!(!is_complete(&SCAN[..end]));
        }
        assert!(!is_complete(&[SCAN, b"\xFF"].concat()));
    }

    #[test]
    fn the_end_marker_of_a_thumbnail_does_not_count() {
        let thumbnail = b"\xFF\xD8\xFF\xE1\0\x08\xFF\xD8\xFF\xD9ab";
        assert!(!is_complete(thumbnail));
        assert!(is_complete(&[&thumbnail[..], b"\xFF\xD9"].concat()));
    }
}
