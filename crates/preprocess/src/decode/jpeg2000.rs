//! JPEG 2000 files and bare streams of it.

use hayro_jpeg2000::{ComponentData, DecodeSettings, DecoderContext, Image};

use super::cmyk;
use super::error::DecodeError;
use super::limits::Limits;
use crate::rgb::Rgb;
use crate::to_rgb::on_white;

/// How many times the memory that other decoders take of a pixel this one takes: all samples, and the
/// wavelets that they are made of, are floating-point numbers.
const MEMORY: u64 = 3;

/// Decodes a file. Samples of more than eight bits keep the highest eight.
pub(super) fn decode(file: &[u8], limits: &Limits) -> Result<Rgb, DecodeError> {
    let settings = DecodeSettings { strict: true, ..DecodeSettings::default() };
    let image = Image::new(file, &settings).map_err(malformed)?;
    let (width, height) = (image.width(), image.height());
    Limits { max_pixels: limits.max_pixels / MEMORY, ..*limits }.check_pixels(width, height)?;
    let n_channels = image.color_space().num_channels() + u8::from(image.has_alpha());
    let (n_colors, has_alpha) = match n_channels {
        1 | 3 => (n_channels.into(), false),
        2 => (1, true),
        4 if says_inks(file) => (4, false),
        4 => (3, true),
        5 if says_inks(file) => (4, true),
        _ => {
            let what = format!("JPEG 2000 with {n_channels} channels");
            return Err(DecodeError::Unsupported { what });
        }
    };
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(malformed)?;
    let channels: Vec<Channel<'_>> = decoded.components().iter().map(Channel::of).collect();
    let n_pixels = width as usize * height as usize;
    let is_whole = channels.iter().all(|channel| channel.samples.len() >= n_pixels);
    if !is_whole || channels.len() < n_colors + usize::from(has_alpha) {
        let reason = "it has fewer samples than pixels and colors".to_owned();
        return Err(DecodeError::Malformed { reason });
    }
    let mut pixels = Vec::with_capacity(3 * n_pixels);
    for i in 0..n_pixels {
        let color = color(n_colors, |channel| channels[channel].level(i));
        let alpha = if has_alpha { channels[n_colors].level(i) } else { 255 };
        pixels.extend(color.map(|level| on_white(level, alpha)));
    }
    Ok(Rgb { width, height, pixels })
}

/// Whether the colors of a file are said to be inks. Four channels of which nothing is said are colors and
/// alpha, as in Pillow.
fn says_inks(file: &[u8]) -> bool {
    const CMYK: &[u8] = &12_u32.to_be_bytes();
    let end = file.windows(4).position(|word| word == b"jp2c").unwrap_or(0);
    let says = |part: &[u8]| part.starts_with(b"colr\x01") && part.ends_with(CMYK);
    file[..end].windows(11).any(says)
}

/// The color of a pixel that has `level` in each of its channels.
fn color(n_colors: usize, level: impl Fn(usize) -> u8) -> [u8; 3] {
    match n_colors {
        1 => [level(0); 3],
        4 => cmyk::from_inks([0, 1, 2, 3].map(level)),
        _ => [0, 1, 2].map(level),
    }
}

fn malformed(error: hayro_jpeg2000::DecodeError) -> DecodeError {
    DecodeError::Malformed { reason: error.to_string() }
}

/// A component, and how its samples become 8-bit ones.
struct Channel<'a> {
    samples: &'a [f32],
    bits: u8,
}

impl<'a> Channel<'a> {
    fn of(component: &'a ComponentData) -> Self {
        Self { samples: component.samples(), bits: component.bit_depth() }
    }

    /// Sample `i`; of more than eight bits the highest, and fewer are made eight by zeros, as in Pillow.
    fn level(&self, i: usize) -> u8 {
        let largest = u32::MAX >> (32 - u32::from(self.bits).clamp(1, 31));
        let value = (self.samples[i].round() as u32).min(largest);
        match self.bits {
            bits @ ..=8 => (value << (8 - bits)) as u8,
            bits => (value >> (bits - 8)) as u8,
        }
    }
}
