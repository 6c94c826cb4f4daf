//! What identifies the content of a box in an image.

/// The content hash of a sample whose features are of a box: BLAKE3 of the file's bytes, then x, y, width
/// and height as little-endian f32. Boxes in one image are different contents.
pub fn hash_boxed(file: &[u8], bounding_box: [f32; 4]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(file);
    for number in bounding_box {
        hasher.update(&number.to_le_bytes());
    }
    hasher.finalize().into()
}

/// Whether the features of samples with a box are of the box only, by the views of the provenance.
pub fn views_are_boxed(views: &str) -> bool {
    views.starts_with(BOXED)
}

/// The views of features that are of boxes, from those of the pixels that the network sees.
pub fn boxed_views(views: &str) -> String {
    format!("{BOXED}{views}")
}

/// The views as the network sees them, be they of boxes or not.
pub fn unboxed_views(views: &str) -> &str {
    views.strip_prefix(BOXED).unwrap_or(views)
}

/// What such views begin with.
const BOXED: &str = "box, ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_is_a_part_of_the_content() {
        let hash = hash_boxed(b"file", [1.0, 0.0, 2.5, 3.0]);
        let bytes = b"file\x00\x00\x80\x3f\x00\x00\x00\x00\x00\x00\x20\x40\x00\x00\x40\x40";
        assert_eq!(hash, *blake3::hash(bytes).as_bytes());
        assert_ne!(hash, hash_boxed(b"file", [1.0, 0.0, 2.5, 3.5]));
    }

    #[test]
    fn views_tell_whether_they_are_of_boxes() {
        assert_eq!(boxed_views("center"), "box, center");
        assert!(views_are_boxed(&boxed_views("center")) && !views_are_boxed("center"));
        assert_eq!((unboxed_views("box, center"), unboxed_views("center")), ("center", "center"));
    }
}
