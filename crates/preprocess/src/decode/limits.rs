use super::error::DecodeError;

/// The largest number of pixels that is decoded when nothing else is asked for: where Pillow, too,
/// refuses an image as a decompression bomb.
pub const MAX_PIXELS: u64 = 178_956_970;

/// The largest file, in bytes, that is decoded when nothing else is asked for: 1 GiB.
pub const MAX_BYTES: u64 = 1 << 30;

/// What a file may ask for; one that asks for more is refused before anything of that size is
/// allocated.
///
/// While a file is decoded, at most 16 bytes for each of `max_pixels` and 64 MiB are allocated, in
/// each thread that decodes, besides the file itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest number of pixels, width times height.
    pub max_pixels: u64,
    /// The largest size of the file in bytes.
    pub max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_pixels: MAX_PIXELS, max_bytes: MAX_BYTES }
    }
}

impl Limits {
    /// # Errors
    /// [`DecodeError::TooManyBytes`] when a file of this size is beyond the limit.
    pub fn check_bytes(&self, n_bytes: u64) -> Result<(), DecodeError> {
        let limit = self.max_bytes;
        if n_bytes > limit { Err(DecodeError::TooManyBytes { n_bytes, limit }) } else { Ok(()) }
    }

    /// [`DecodeError::TooLarge`] when an image of this size is beyond the limit, and
    /// [`DecodeError::NoPixels`] when it has none, which decoders of GIF files let through.
    pub(crate) fn check_pixels(&self, width: u32, height: u32) -> Result<(), DecodeError> {
        if width == 0 || height == 0 {
            return Err(DecodeError::NoPixels { width, height });
        }
        let limit = self.max_pixels;
        let too_large = u64::from(width) * u64::from(height) > limit;
        if too_large { Err(DecodeError::TooLarge { width, height, limit }) } else { Ok(()) }
    }
}
