use super::lab::lab_to_rgb;
use super::layout::{Alpha, Layout, Meaning, Number};
use super::samples::Samples;
use crate::decode::cmyk;
use crate::decode::error::DecodeError;
use crate::rgb::Rgb;
use crate::to_rgb::on_white;

/// Colors by number: all red ones, then all green ones, then all blue ones, of 16 bits each.
pub(super) struct Palette(pub(super) Vec<u16>);

/// The image as RGB: alpha composited on white, palettes looked up, colors as Pillow's `convert("RGB")`
/// makes them.
pub(super) fn to_rgb(
    samples: &Samples,
    palette: &Palette,
    width: u32,
    height: u32,
) -> Result<Rgb, DecodeError> {
    let Layout { meaning, alpha, bits, .. } = samples.layout;
    if meaning == Meaning::Palette && palette.0.len() != 3 << bits {
        let reason = format!("its palette has {} numbers, not {}", palette.0.len(), 3 << bits);
        return Err(DecodeError::Malformed { reason });
    }
    let n_colors = meaning.n_samples();
    let n_channels = n_colors + usize::from(alpha != Alpha::None);
    let mut channels = vec![vec![0; width as usize]; n_channels];
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height as usize {
        for (channel, levels) in channels.iter_mut().enumerate() {
            samples.read_row(channel, y, levels);
        }
        for x in 0..width as usize {
            let color = color(&samples.layout, palette, |channel| channels[channel][x]);
            let alpha = channels.get(n_colors).map(|levels| levels[x]);
            pixels.extend(behind(color, alpha, samples.layout.alpha));
        }
    }
    Ok(Rgb { width, height, pixels })
}

/// The color of a pixel that has `level` in each of its channels.
fn color(layout: &Layout, palette: &Palette, level: impl Fn(usize) -> u8) -> [u8; 3] {
    match layout.meaning {
        Meaning::Gray { white_is_zero } if white_is_zero && inverts(layout) => [!level(0); 3],
        Meaning::Gray { .. } => [level(0); 3],
        Meaning::Rgb => [0, 1, 2].map(level),
        Meaning::Palette => palette.color(level(0)),
        Meaning::Inks => cmyk::from_inks([0, 1, 2, 3].map(level)),
        Meaning::YCbCr => ycbcr_to_rgb([0, 1, 2].map(level)),
        Meaning::Lab => lab_to_rgb([0, 1, 2].map(level)),
    }
}

/// Whether gray where white is zero is inverted: numbers that are clipped are not, as in Pillow.
fn inverts(layout: &Layout) -> bool {
    layout.number == Number::Unsigned && layout.bits <= 16
}

/// A color with this alpha on white.
fn behind(color: [u8; 3], alpha: Option<u8>, kind: Alpha) -> [u8; 3] {
    match (alpha, kind) {
        (None, _) | (_, Alpha::None) => color,
        (Some(alpha), Alpha::Straight) => color.map(|level| on_white(level, alpha)),
        (Some(alpha), Alpha::Associated) => {
            color.map(|level| on_white(divided(level, alpha), alpha))
        }
    }
}

/// A color that was multiplied by alpha, without that; beyond white it is white.
fn divided(color: u8, alpha: u8) -> u8 {
    match alpha {
        0 => 0,
        _ => (u32::from(color) * 255 / u32::from(alpha)).min(255) as u8,
    }
}

/// As JPEG has it (ITU-T T.871), with sixteen bits behind the point, rounded to the nearest, as libtiff does it.
fn ycbcr_to_rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    const BITS: u32 = 16;
    let [y, cb, cr] = [i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128];
    // 1.402, 0.344136, 0.714136 and 1.772.
    [91_881 * cr, -22_553 * cb - 46_802 * cr, 116_130 * cb]
        .map(|part| (y + ((part + (1 << (BITS - 1))) >> BITS)).clamp(0, 255) as u8)
}

impl Palette {
    /// Of each 16-bit color the high byte.
    fn color(&self, index: u8) -> [u8; 3] {
        let n = self.0.len() / 3;
        [0, 1, 2].map(|channel| (self.0[channel * n + usize::from(index)] >> 8) as u8)
    }
}
