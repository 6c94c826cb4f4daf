//! From inks to RGB, as Pillow's `convert("RGB")` makes it: without a color profile.

/// Converts CMYK pixels, as a JPEG file holds them, to RGB in place. The inks are taken to be stored inverted,
/// 255 for none, as Adobe's programs store them and as Pillow assumes of every JPEG file.
pub(super) fn inverted_to_rgb(pixels: &mut Vec<u8>) {
    let n_pixels = pixels.len() / 4;
    for i in 0..n_pixels {
        let from: [u8; 4] = std::array::from_fn(|ink| pixels[4 * i + ink]);
        pixels[3 * i..3 * i + 3].copy_from_slice(&from_inverted(from));
    }
    pixels.truncate(3 * n_pixels);
}

/// The color of cyan, magenta, yellow and black, 0 for none.
pub(super) fn from_inks(inks: [u8; 4]) -> [u8; 3] {
    from_inverted(inks.map(|ink| !ink))
}

/// Each color is `(255 - K) * (255 - ink) / 255`, where what is given are `255 - ink` and `255 - K` already.
fn from_inverted([cyan, magenta, yellow, black]: [u8; 4]) -> [u8; 3] {
    [cyan, magenta, yellow].map(|ink| divide_by_255(u32::from(black) * u32::from(ink)))
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
        inverted_to_rgb(&mut pixels);
        assert_eq!(pixels, [255, 255, 255, 0, 0, 0, 0, 128, 255]);
        assert_eq!(from_inks([255, 127, 0, 0]), [0, 128, 255]);
    }
}
