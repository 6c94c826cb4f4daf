//! The IDX format of MNIST and its kin: a magic number, the extents, and bytes.
//!
//! All numbers are big-endian 32-bit ones. The magic number is 0, 0, the type of the elements (8 for
//! bytes) and the number of extents.

/// Number of images, rows and columns by the first 16 bytes of a file of images; `None` for any other.
pub(crate) fn idx_header(start: &[u8]) -> Option<[u32; 3]> {
    let (magic, extents) = start.split_first_chunk::<4>()?;
    let (extents, _) = extents.split_first_chunk::<12>()?;
    let number = |i: usize| u32::from_be_bytes([0, 1, 2, 3].map(|j| extents[4 * i + j]));
    (*magic == [0, 0, 8, 3]).then(|| [0, 1, 2].map(number))
}

/// Whether the images of a file are stored column by column: those of EMNIST are, unlike MNIST's.
pub(crate) fn is_transposed(name: &str) -> bool {
    name.starts_with("emnist-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_images_are_told_from_others() {
        let header = [0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 20];
        assert_eq!(idx_header(&header), Some([60000, 28, 20]));
        assert_eq!(idx_header(&header[..15]), None);
        let mut labels = header;
        labels[3] = 1;
        assert_eq!(idx_header(&labels), None);
    }
}
