//! What is cut out of an image before the preset sees it: the box of a sample.

use preprocess::Rgb;
use schema::BoundingBox;

/// The pixels that `bounding_box` touches: columns from `floor(x)` to `ceil(x + width)`, rows likewise, as
/// far as the image reaches. `None` when the box lies outside the image.
pub(super) fn crop(image: &Rgb, bounding_box: BoundingBox) -> Option<Rgb> {
    let BoundingBox { x, y, width, height } = bounding_box;
    let (left, right) = range(x, width, image.width)?;
    let (top, bottom) = range(y, height, image.height)?;
    let stride = image.width as usize * 3;
    let rows = image.pixels.chunks_exact(stride).skip(top).take(bottom - top);
    let pixels = rows.flat_map(|row| &row[left * 3..right * 3]).copied().collect();
    let length = |from: usize, to: usize| u32::try_from(to - from).expect("no more than the image");
    Some(Rgb { width: length(left, right), height: length(top, bottom), pixels })
}

/// From the first pixel that is touched to the one after the last.
fn range(start: f32, length: f32, size: u32) -> Option<(usize, usize)> {
    let (start, end) = (f64::from(start), f64::from(start) + f64::from(length));
    let size = f64::from(size);
    let (first, last) = (start.floor().clamp(0.0, size), end.ceil().clamp(0.0, size));
    (first < last).then_some((first as usize, last as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 columns and 4 rows; red is the column, green the row.
    fn image() -> Rgb {
        let pixels = (0..20).flat_map(|i| [i % 5, i / 5, 7]).collect();
        Rgb { width: 5, height: 4, pixels }
    }

    fn cropped(numbers: [f32; 4]) -> Option<(u32, u32, u8, u8)> {
        let crop = crop(&image(), BoundingBox::from_size(numbers).unwrap())?;
        assert_eq!(crop.pixels.len(), (crop.width * crop.height * 3) as usize);
        let [first_column, first_row] = [crop.pixels[0], crop.pixels[1]];
        for (i, pixel) in crop.pixels.chunks_exact(3).enumerate() {
            let (column, row) = (i as u32 % crop.width, i as u32 / crop.width);
            assert_eq!(pixel, [first_column + column as u8, first_row + row as u8, 7]);
        }
        Some((crop.width, crop.height, first_column, first_row))
    }

    #[test]
    fn every_pixel_that_is_touched_is_kept() {
        assert_eq!(cropped([1.0, 2.0, 3.0, 1.0]), Some((3, 1, 1, 2)));
        assert_eq!(cropped([1.9, 0.1, 0.2, 2.8]), Some((2, 3, 1, 0)));
        assert_eq!(cropped([0.0, 0.0, 5.0, 4.0]), Some((5, 4, 0, 0)));
    }

    #[test]
    fn what_reaches_beyond_the_image_is_cut_off() {
        assert_eq!(cropped([-100.0, -3.0, 101.0, 5.0]), Some((1, 2, 0, 0)));
        assert_eq!(cropped([4.5, 3.5, 1e30, 1e30]), Some((1, 1, 4, 3)));
        for outside in [[5.0, 0.0, 1.0, 1.0], [-3.0, 0.0, 3.0, 1.0], [0.0, 4.0, 1.0, 9.0]] {
            assert_eq!(cropped(outside), None, "{outside:?}");
        }
    }
}
