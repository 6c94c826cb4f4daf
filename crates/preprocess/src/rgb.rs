//! An image in memory.

/// 8-bit RGB pixels of an image that is at least 1 x 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rgb {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `height * width * 3` bytes: row by row, R, G, B for each pixel (HWC).
    pub pixels: Vec<u8>,
}

impl Rgb {
    /// Bytes in a row.
    pub(crate) fn stride(&self) -> usize {
        self.width as usize * 3
    }

    /// The bytes of row `y`.
    pub(crate) fn row(&self, y: usize) -> &[u8] {
        &self.pixels[y * self.stride()..][..self.stride()]
    }

    /// # Panics
    /// If the image is empty or has another number of bytes than its size says.
    pub(crate) fn assert_valid(&self) {
        assert!(self.width > 0 && self.height > 0, "an image has at least one pixel");
        assert_eq!(self.pixels.len(), self.stride() * self.height as usize, "bytes of the image");
    }
}
