//! Small versions of the images of a cache, to look at.

use std::io::Cursor;
use std::path::Path;

use atomic_file::read_regular;
use dataset::{Content, content};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageReader, Limits};

/// The longer side, in pixels.
const SIDE: u32 = 256;

/// Of JPEG, 1 to 100.
const QUALITY: u8 = 75;

/// The largest file that is read, in bytes, and the most memory that decoding it may take.
const MAX_BYTES: u64 = 1 << 28;

/// The image of a cache's `path` below `root` as a small JPEG file; `None` where it cannot be read. Records of files that
/// hold many images have none.
pub fn thumbnail(root: &Path, path: &str) -> Option<Vec<u8>> {
    let Content::File(file) = content(path, root)? else { return None };
    let bytes = read_regular(&file, MAX_BYTES).ok()?;
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_BYTES);
    reader.limits(limits);
    let image = reader.decode().ok()?;
    let image =
        if image.width().max(image.height()) > SIDE { image.thumbnail(SIDE, SIDE) } else { image };
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&on_white(&image)).ok()?;
    Some(jpeg)
}

/// What is transparent becomes white, as the network sees it.
fn on_white(image: &DynamicImage) -> DynamicImage {
    let mut image = image.to_rgba8();
    for pixel in image.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0.map(u32::from);
        let over = |channel: u32| ((channel * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        pixel.0 = [over(red), over(green), over(blue), 255];
    }
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(image).to_rgb8())
}
