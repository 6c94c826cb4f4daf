//! From the inks of a JPEG file to RGB.

/// Converts CMYK pixels, as a JPEG file holds them, to RGB in place: what Pillow's `convert("RGB")`
/// gives. The inks are taken to be stored inverted, 255 for none, as Adobe's programs store them
/// and as Pillow assumes of every file; no color profile is applied.
///
/// Each color is `(255 - K) * (255 - ink) / 255`, where the stored values are `255 - K` and
/// `255 - ink` already.
pub(super) fn to_rgb(pixels: &mut Vec<u8>) {
    let n_pixels = pixels.len() / 4;
    for i in 0..n_pixels {
        let from: [u8; 4] = std::array::from_fn(|ink| pixels[4 * i + ink]);
        for color in 0..3 {
            pixels[3 * i + color] = divide_by_255(u32::from(from[3]) * u32::from(from[color]));
        }
    }
    pixels.truncate(3 * n_pixels);
}

/// A product of two bytes divided by 255, rounded to the nearest.
fn divide_by_255(product: u32) -> u8 {
    let rounded = product + 128;
    (((rounded >> 8) + rounded) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_rounded_to_the_nearest() {
        for product in 0..=255 * 255_u32 {
            assert_eq!(u32::from(divide_by_255(product)), (product * 2 + 255) / 510, "{product}");
        }
    }

    #[test]
    fn no_ink_is_white_and_all_black_is_black() {
        let mut pixels = vec![255, 255, 255, 255, 10, 20, 30, 0, 0, 128, 255, 255];
        to_rgb(&mut pixels);
        assert_eq!(pixels, [255, 255, 255, 0, 0, 0, 0, 128, 255]);
    }
}
