//! From what a decoder returns to 8-bit RGB.

use image::DynamicImage;

use crate::rgb::Rgb;

/// What is behind transparent pixels.
pub(crate) const WHITE: [u8; 3] = [255; 3];

/// 8-bit RGB: the high byte of 16-bit samples, gray repeated, alpha composited on white. `None`
/// for floating-point samples.
pub(crate) fn to_rgb(image: DynamicImage) -> Option<Rgb> {
    let (width, height) = (image.width(), image.height());
    let channels = image.color().channel_count();
    let samples = match image {
        DynamicImage::ImageLuma8(image) => image.into_raw(),
        DynamicImage::ImageLumaA8(image) => image.into_raw(),
        DynamicImage::ImageRgb8(image) => image.into_raw(),
        DynamicImage::ImageRgba8(image) => image.into_raw(),
        DynamicImage::ImageLuma16(image) => high_bytes(&image),
        DynamicImage::ImageLumaA16(image) => high_bytes(&image),
        DynamicImage::ImageRgb16(image) => high_bytes(&image),
        DynamicImage::ImageRgba16(image) => high_bytes(&image),
        _ => return None,
    };
    let pixels = match channels {
        1 => samples.iter().flat_map(|&gray| [gray; 3]).collect(),
        2 => samples.chunks_exact(2).flat_map(|p| [on_white(p[0], p[1]); 3]).collect(),
        3 => samples,
        _ => {
            let pixels = samples.chunks_exact(4);
            pixels.flat_map(|p| [p[0], p[1], p[2]].map(|value| on_white(value, p[3]))).collect()
        }
    };
    Some(Rgb { width, height, pixels })
}

fn high_bytes(samples: &[u16]) -> Vec<u8> {
    samples.iter().map(|&sample| (sample >> 8) as u8).collect()
}

/// A sample with the given alpha over white, in the integer arithmetic of Pillow's
/// `Image.alpha_composite` on an opaque background: weights with 7 fraction bits, and a division
/// by 255 made of shifts.
pub(crate) fn on_white(value: u8, alpha: u8) -> u8 {
    const FRACTION_BITS: u32 = 7;
    let weight = u32::from(alpha) << FRACTION_BITS;
    let white_weight = (255 << FRACTION_BITS) - weight;
    let sum = u32::from(value) * weight + 255 * white_weight + (0x80 << FRACTION_BITS);
    ((((sum >> 8) + sum) >> 8) >> FRACTION_BITS) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_keeps_the_value_transparent_gives_white() {
        for value in 0..=255 {
            assert_eq!(on_white(value, 255), value);
            assert_eq!(on_white(value, 0), 255);
        }
    }

    #[test]
    fn compositing_rounds_to_the_nearest_value() {
        // All 65,536 pairs were compared with Pillow 13.0.0; this is the rule that they follow.
        for value in 0..=255_u8 {
            for alpha in 0..=255_u8 {
                let exact =
                    f64::from(u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha)))
                        / 255.0;
                assert_eq!(f64::from(on_white(value, alpha)), exact.round(), "{value} {alpha}");
            }
        }
    }

    #[test]
    fn floating_point_samples_are_refused() {
        assert_eq!(to_rgb(DynamicImage::new_rgb32f(1, 1)), None);
        assert_eq!(to_rgb(DynamicImage::new_rgba32f(1, 1)), None);
    }
}
