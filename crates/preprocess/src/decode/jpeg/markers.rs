//! What the markers of a JPEG file say of it (ITU-T T.81, annex B).

/// What a walk over the markers finds, up to the end-of-image marker.
#[derive(Debug, Default)]
pub(super) struct Markers<'a> {
    /// Whether there is an end-of-image marker.
    ///
    /// Decoders fill what a cut-off file lacks with gray, so this is the only way to know.
    pub(super) is_complete: bool,
    /// Number of scans.
    pub(super) n_scans: usize,
    /// Width times height, as the frame says; of several frames, of which a decoder may take any, the
    /// largest.
    pub(super) n_pixels: u64,
    /// EXIF data, without the name before it.
    pub(super) exif: Option<&'a [u8]>,
}

impl<'a> Markers<'a> {
    /// Walks over `file`. Segments with a length are skipped by it: thumbnails inside them, with
    /// markers of their own, do not count.
    pub(super) fn of(file: &'a [u8]) -> Self {
        const START_OF_IMAGE: u8 = 0xD8;
        const END_OF_IMAGE: u8 = 0xD9;
        const START_OF_SCAN: u8 = 0xDA;
        const APPLICATION_1: u8 = 0xE1;
        let mut found = Self::default();
        let mut rest = file;
        while let Some(at) = rest.iter().position(|&byte| byte == 0xFF) {
            rest = &rest[at + 1..];
            match rest {
                [END_OF_IMAGE, ..] => {
                    found.is_complete = true;
                    break;
                }
                // A stuffed zero, a fill byte, and the markers that have no length.
                [0x00 | 0x01 | 0xD0..=0xD7 | START_OF_IMAGE, after @ ..] => rest = after,
                [0xFF, ..] => {}
                [marker, high, low, ..] => {
                    let length = usize::from(u16::from_be_bytes([*high, *low]));
                    let segment = rest.get(3..1 + length).unwrap_or_default();
                    match *marker {
                        START_OF_SCAN => found.n_scans += 1,
                        // Huffman tables and arithmetic coding have codes between those of frames.
                        0xC0..=0xCF if !matches!(*marker, 0xC4 | 0xC8 | 0xCC) => {
                            if let [_, high, low, wide, narrow, ..] = *segment {
                                let [height, width] = [[high, low], [wide, narrow]]
                                    .map(|bytes| u64::from(u16::from_be_bytes(bytes)));
                                found.n_pixels = found.n_pixels.max(height * width);
                            }
                        }
                        APPLICATION_1 => {
                            found.exif = found.exif.or(segment.strip_prefix(b"Exif\0\0"));
                        }
                        _ => {}
                    }
                    rest = rest.get(1 + length..).unwrap_or_default();
                }
                _ => break,
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_complete(file: &[u8]) -> bool {
        Markers::of(file).is_complete
    }

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

    #[test]
    fn the_largest_frame_gives_the_size() {
        let file = b"\xFF\xD8\xFF\xC4\0\x07\x08\xFF\xFF\xFF\xFF\xFF\xC0\0\x08\x08\0\x02\0\x03\x01\
            \xFF\xC2\0\x08\x08\x01\0\0\x05\x01\xFF\xD9";
        assert_eq!(Markers::of(file).n_pixels, 256 * 5);
        assert_eq!(Markers::of(b"\xFF\xD8\xFF\xC0\0\x06\x08\0\x02\0\xFF\xD9").n_pixels, 0);
    }

    #[test]
    fn scans_are_counted_and_the_first_exif_data_found() {
        let file = b"\xFF\xD8\xFF\xE1\0\x08http:/\xFF\xE1\0\x0AExif\0\0ab\xFF\xE1\0\x0AExif\0\0cd\
            \xFF\xDA\0\x02\x11\xFF\0\x22\xFF\xDA\0\x02\x33\xFF\xD9\xFF\xDA\0\x02";
        let markers = Markers::of(file);
        assert!(markers.is_complete);
        assert_eq!((markers.n_scans, markers.exif), (2, Some(&b"ab"[..])));
        assert_eq!(Markers::of(b"\xFF\xD8\xFF\xE1\0\x01\xFF\xD9").exif, None);
    }
}
