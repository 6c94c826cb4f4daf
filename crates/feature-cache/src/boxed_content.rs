//! What identifies the content of a box in an image.

use schema::BoundingBox;

/// The content hash of a sample whose features are of a box: BLAKE3 of the file's bytes, then x, y, width
/// and height as little-endian f32. Boxes in one image are different contents.
///
/// # Examples
///
/// ```
/// use feature_cache::hash_boxed;
/// use schema::BoundingBox;
///
/// let [a, b] = [[0.0, 0.0, 8.0, 4.0], [1.0, 0.0, 8.0, 4.0]];
/// let hash = |numbers| hash_boxed(b"file", BoundingBox::from_size(numbers).expect("a box"));
/// assert_ne!(hash(a), hash(b));
/// ```
pub fn hash_boxed(file: &[u8], bounding_box: BoundingBox) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(file);
    for number in bounding_box.to_array() {
        hasher.update(&number.to_le_bytes());
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_is_a_part_of_the_content() {
        let hash = |height| {
            hash_boxed(b"file", BoundingBox::from_size([1.0, 0.0, 2.5, height]).expect("a box"))
        };
        let bytes = b"file\x00\x00\x80\x3f\x00\x00\x00\x00\x00\x00\x20\x40\x00\x00\x40\x40";
        assert_eq!(hash(3.0), *blake3::hash(bytes).as_bytes());
        assert_ne!(hash(3.0), hash(3.5));
    }
}
