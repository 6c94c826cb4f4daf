use super::error::DecodeError;

/// The largest number of pixels that is decoded when nothing else is asked for: where Pillow, too,
/// refuses an image as a decompression bomb.
pub const MAX_PIXELS: u64 = 178_956_970;

/// The largest file, in bytes, that is decoded when nothing else is asked for: 1 GiB.
pub const MAX_BYTES: u64 = 1 << 30;

/// The longest side of an image that is decoded, in pixels. Decoders keep several rows, and resampling
/// some numbers for each row and column, that [`Limits`] could not count by pixels if there were an image
/// of one row. JPEG, GIF and WebP themselves know no more than 65,535.
pub const MAX_SIDE: u32 = 1 << 20;

/// The most scans of a JPEG file: the limit that libjpeg-turbo's own tools for files from unknown sources
/// set. Usual files have ten.
pub(super) const MAX_SCANS: usize = 500;

/// How many times [`Limits::max_pixels`] the scans of a JPEG file may walk over: each takes a few bytes
/// of the file, and a walk over all of its pixels.
const PASSES: usize = 16;

/// What a file may ask for; one that asks for more is refused before anything of that size is
/// allocated.
///
/// While a file is decoded, at most 16 bytes for each of `max_pixels` and 64 MiB are allocated, in
/// each thread that decodes, besides the file itself; for the tags of a TIFF file, which come before its
/// pixels, its decoder allocates up to 384 MiB. No side may have more than [`MAX_SIDE`] pixels. A
/// JPEG file may have 500 scans, and 16 of an image of `max_pixels`; a JPEG 2000 file may have a third of
/// `max_pixels`, since its decoder takes three times the memory.
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

    /// [`DecodeError::TooLarge`] or [`DecodeError::TooLong`] when an image of this size is beyond the
    /// limit, and [`DecodeError::NoPixels`] when it has none, which decoders of GIF files let through.
    pub(crate) fn check_pixels(&self, width: u32, height: u32) -> Result<(), DecodeError> {
        if width == 0 || height == 0 {
            return Err(DecodeError::NoPixels { width, height });
        }
        let limit = self.max_pixels;
        if u64::from(width) * u64::from(height) > limit {
            return Err(DecodeError::TooLarge { width, height, limit });
        }
        let limit = MAX_SIDE;
        let too_long = width.max(height) > limit;
        if too_long { Err(DecodeError::TooLong { width, height, limit }) } else { Ok(()) }
    }

    /// [`DecodeError::TooManyScans`] when the scans of a JPEG image of `n_pixels` are beyond the limit.
    pub(super) fn check_scans(&self, n_scans: usize, n_pixels: u64) -> Result<(), DecodeError> {
        let in_all = self.max_pixels.saturating_mul(PASSES as u64);
        let limit = usize::try_from(in_all / n_pixels.max(1)).unwrap_or(MAX_SCANS);
        let limit = limit.clamp(PASSES, MAX_SCANS);
        if n_scans > limit { Err(DecodeError::TooManyScans { n_scans, limit }) } else { Ok(()) }
    }
}
