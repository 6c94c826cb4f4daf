//! JPEG 2000 files and bare streams of it.

use hayro_jpeg2000::{ColorSpace, ComponentData, DecodeSettings, DecoderContext, Image};

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
    let n_colors = match image.color_space() {
        ColorSpace::Gray => 1,
        ColorSpace::RGB => 3,
        ColorSpace::CMYK => 4,
        ColorSpace::Icc { num_channels, .. } | ColorSpace::Unknown { num_channels } => {
            *num_channels
        }
    };
    let alpha = image.has_alpha().then_some(usize::from(n_colors));
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(malformed)?;
    let channels: Vec<Channel<'_>> = decoded.components().iter().map(Channel::of).collect();
    let n_pixels = width as usize * height as usize;
    let unknown = || DecodeError::Unsupported { what: format!("JPEG 2000 with {n_colors} colors") };
    let n_channels = usize::from(n_colors) + usize::from(alpha.is_some());
    if channels.len() < n_channels || channels.iter().any(|c| c.samples.len() < n_pixels) {
        return Err(unknown());
    }
    let mut pixels = Vec::with_capacity(3 * n_pixels);
    for i in 0..n_pixels {
        let level = |channel: usize| channels[channel].level(i);
        let rgb = match n_colors {
            1 => [level(0); 3],
            3 => [0, 1, 2].map(level),
            4 => cmyk::from_inks([0, 1, 2, 3].map(level)),
            _ => return Err(unknown()),
        };
        pixels.extend(match alpha {
            Some(alpha) => rgb.map(|color| on_white(color, level(alpha))),
            None => rgb,
        });
    }
    Ok(Rgb { width, height, pixels })
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
