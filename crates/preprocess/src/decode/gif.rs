//! The first frame of GIF files, as Pillow shows it.

use std::io::Cursor;
use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, DecodingError, Frame, MemoryLimit};

use super::error::DecodeError;
use super::limits::Limits;
use crate::rgb::Rgb;
use crate::to_rgb::WHITE;

/// Decodes the first frame in its place on the screen. What it leaves uncovered is transparent where it has
/// a transparent color, and otherwise of the first color, as in Pillow; a frame that lies beyond the screen
/// makes that larger.
pub(super) fn decode(file: &[u8], limits: &Limits) -> Result<Rgb, DecodeError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    // A frame may have as many pixels as an image, in a byte each.
    if let Some(n_bytes) = NonZeroU64::new(limits.max_pixels) {
        options.set_memory_limit(MemoryLimit::Bytes(n_bytes));
    }
    let mut decoder = options.read_info(Cursor::new(file)).map_err(malformed)?;
    let screen = [decoder.width(), decoder.height()].map(u32::from);
    limits.check_pixels(screen[0], screen[1])?;
    let global = decoder.global_palette().map(<[u8]>::to_vec);
    let Some(frame) = decoder.next_frame_info().map_err(malformed)? else {
        return Err(DecodeError::Malformed { reason: "it has no picture".to_owned() });
    };
    let place = Place::of(frame);
    let (width, height) = (screen[0].max(place.right()), screen[1].max(place.bottom()));
    limits.check_pixels(width, height)?;
    let colors = Colors::of(frame, global);
    let mut indexes = vec![0; place.width as usize * place.height as usize];
    if let Err(error) = decoder.read_into_buffer(&mut indexes) {
        // Where its last codes are in a part of the file of their own, the decoder does not see them.
        let again = read_again(file, limits, &place);
        indexes = again.ok_or_else(|| malformed(error))?;
    }
    let mut image = colors.filled(width, height, colors.transparent.unwrap_or(0));
    colors.draw(&indexes, &place, &mut image);
    Ok(image)
}

/// The indexes of the first frame, all of its codes read before they are decoded. `None` where they are not
/// whole, or more than pixels of these limits need.
fn read_again(file: &[u8], limits: &Limits, place: &Place) -> Option<Vec<u8>> {
    if file.len() as u64 > limits.max_pixels.saturating_mul(2).saturating_add(16 << 20) {
        return None;
    }
    let mut options = DecodeOptions::new();
    options.skip_frame_decoding(true);
    let mut decoder = options.read_info(Cursor::new(file)).ok()?;
    let frame = decoder.read_next_frame().ok()??;
    let (&bits, codes) = frame.buffer.split_first()?;
    let width = place.width as usize;
    let mut indexes = vec![0; width * place.height as usize];
    let mut codes_left = codes;
    let mut n = 0;
    let mut lzw = weezl::decode::Decoder::new(weezl::BitOrder::Lsb, bits);
    while n < indexes.len() {
        let step = lzw.decode_bytes(codes_left, &mut indexes[n..]);
        (n, codes_left) = (n + step.consumed_out, &codes_left[step.consumed_in..]);
        if step.consumed_out + step.consumed_in == 0 || step.status.is_err() {
            break;
        }
    }
    if n < indexes.len() {
        return None;
    }
    Some(if frame.interlaced { deinterlaced(&indexes, width) } else { indexes })
}

/// Rows in the order that they are seen in: files may have every eighth first.
fn deinterlaced(indexes: &[u8], width: usize) -> Vec<u8> {
    let height = indexes.len() / width;
    let passes = [(0, 8), (4, 8), (2, 4), (1, 2)];
    let order = passes.into_iter().flat_map(|(first, step)| (first..height).step_by(step));
    let mut rows = vec![0; indexes.len()];
    for (from, to) in order.enumerate() {
        rows[to * width..][..width].copy_from_slice(&indexes[from * width..][..width]);
    }
    rows
}

fn malformed(error: DecodingError) -> DecodeError {
    DecodeError::Malformed { reason: error.to_string() }
}

/// Where a frame lies on the screen.
struct Place {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

impl Place {
    fn of(frame: &Frame<'_>) -> Self {
        let Frame { left, top, width, height, .. } = *frame;
        let [left, top, width, height] = [left, top, width, height].map(u32::from);
        Self { left, top, width, height }
    }

    fn right(&self) -> u32 {
        self.left + self.width
    }

    fn bottom(&self) -> u32 {
        self.top + self.height
    }
}

/// What indexes mean.
struct Colors {
    palette: Vec<u8>,
    transparent: Option<u8>,
}

impl Colors {
    /// Those of a frame, or of the file where it has none of its own.
    fn of(frame: &Frame<'_>, global: Option<Vec<u8>>) -> Self {
        let palette = frame.palette.clone().or(global).unwrap_or_default();
        Self { palette, transparent: frame.transparent }
    }

    /// A color; white in the place of the transparent one. Beyond the palette, it is black, as in Pillow.
    fn color(&self, index: u8) -> [u8; 3] {
        if self.transparent == Some(index) {
            return WHITE;
        }
        self.palette.as_chunks().0.get(usize::from(index)).copied().unwrap_or_default()
    }

    /// An image of one color.
    fn filled(&self, width: u32, height: u32, index: u8) -> Rgb {
        let pixels = self.color(index).repeat(width as usize * height as usize);
        Rgb { width, height, pixels }
    }

    /// Draws the pixels of a frame in their place.
    fn draw(&self, indexes: &[u8], place: &Place, image: &mut Rgb) {
        for (y, row) in indexes.chunks_exact(place.width.max(1) as usize).enumerate() {
            let at = (place.top as usize + y) * image.stride() + place.left as usize * 3;
            let pixels = image.pixels[at..].chunks_exact_mut(3);
            pixels.zip(row).for_each(|(pixel, &index)| pixel.copy_from_slice(&self.color(index)));
        }
    }
}
