use thiserror::Error;

/// Why a file gives no pixels. The path is the caller's to add.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// The content is in a format that is known, and not read.
    #[error("{what}, which is not read\nhint: {remedy}")]
    OtherFormat {
        /// Its name, with an article.
        what: &'static str,
        /// What to do about it.
        remedy: &'static str,
    },
    /// The content is in none of the formats that are known.
    #[error(
        "not an image in a known format, it begins with `{start}`\n\
         hint: JPEG, PNG, GIF, BMP, WebP, TIFF, JPEG 2000, PBM, PGM and PPM are read, whatever the file is called",
        start = .start.escape_ascii()
    )]
    UnknownFormat {
        /// The first bytes, at most 8.
        start: Vec<u8>,
    },
    /// The file is longer than [`Limits`](crate::Limits) allow.
    #[error("the file is too large: {n_bytes} bytes, the limit is {limit}")]
    TooManyBytes {
        /// Its length in bytes.
        n_bytes: u64,
        /// The largest length that is allowed.
        limit: u64,
    },
    /// The image has more pixels than [`Limits`](crate::Limits) allow.
    #[error("the image is too large: {width}x{height} pixels, the limit is {limit} in all")]
    TooLarge {
        /// Width in pixels, as the file says.
        width: u32,
        /// Height in pixels, as the file says.
        height: u32,
        /// The largest number of pixels that is allowed.
        limit: u64,
    },
    /// The image has more pixels in a row or column than are decoded.
    #[error("the image is too long: {width}x{height} pixels, the limit is {limit} for a side")]
    TooLong {
        /// Width in pixels, as the file says.
        width: u32,
        /// Height in pixels, as the file says.
        height: u32,
        /// The largest number of pixels that a side may have.
        limit: u32,
    },
    /// The image has no pixels.
    #[error("the image has no pixels: it is {width}x{height}")]
    NoPixels {
        /// Width in pixels, as the file says.
        width: u32,
        /// Height in pixels, as the file says.
        height: u32,
    },
    /// A JPEG file ends before its end-of-image marker.
    #[error("the JPEG file is truncated: it ends before its end-of-image marker")]
    TruncatedJpeg,
    /// A JPEG file is made to keep decoders busy.
    #[error("the JPEG file has {n_scans} scans, the limit is {limit} for an image of its size")]
    TooManyScans {
        /// Scans in the file.
        n_scans: usize,
        /// The largest number that is decoded.
        limit: usize,
    },
    /// The content is a variant of its format that is not read.
    #[error(
        "{what}, which is not read\nhint: convert it to PNG or JPEG, for example with ImageMagick"
    )]
    Unsupported {
        /// The variant in words.
        what: String,
    },
    /// Samples are floating-point numbers that have no range that all programs agree on.
    #[error(
        "its samples are fractions from 0 to 1 in floating point, which Pillow shows as black\n\
         hint: multiply them by 255, and write them as 8-bit samples"
    )]
    Fractions,
    /// The decoder refuses the content: broken, truncated, or a variant that it does not know.
    #[error("cannot be decoded: {reason}")]
    Malformed {
        /// What the decoder said.
        reason: String,
    },
    /// The decoder stumbled over the content, which is an error in the decoder, too.
    #[error("cannot be decoded: the decoder failed with `{reason}`")]
    Panicked {
        /// The message of its panic.
        reason: String,
    },
}
