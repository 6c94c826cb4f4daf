//! Rotation, byte for byte as `Image.rotate(degrees, Resampling.BILINEAR)` of Pillow does it.

use super::part::Window;
use crate::rgb::Rgb;

/// A rotation about the center of an image: from places in the result to places in the image.
pub(super) struct Rotation {
    /// `[a b c; d e f]`: a place `(x, y)` of the result shows `(a x + b y + c, d x + e y + f)`.
    matrix: [f64; 6],
}

impl Rotation {
    /// `degrees` counterclockwise, about the center of an image of `width` x `height`.
    pub(super) fn new(width: u32, height: u32, degrees: f64) -> Self {
        let (cos, sin) = Self::cos_sin(degrees);
        // Pillow turns by the negative angle, in the order of operations below.
        let (a, b, d, e) = (cos, -sin, sin, cos);
        let (x, y) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
        let c = a * -x + b * -y + x;
        let f = d * -x + e * -y + y;
        Self { matrix: [a, b, c, d, e, f] }
    }

    /// Cosine and sine of an angle, rounded to 15 decimals as in Pillow: the same with every library.
    pub(super) fn cos_sin(degrees: f64) -> (f64, f64) {
        let radians = degrees.rem_euclid(360.0).to_radians();
        (round(radians.cos()), round(radians.sin()))
    }

    /// Where in the image a place of the result comes from. A pixel's center is at halves.
    pub(super) fn source(&self, x: f64, y: f64) -> [f64; 2] {
        let [a, b, c, d, e, f] = self.matrix;
        [a * x + b * y + c, d * x + e * y + f]
    }
}

/// Python's `round(number, 15)`, which rounds what the decimal digits say.
fn round(number: f64) -> f64 {
    format!("{number:.15}").parse().expect("it was written as a number")
}

/// `window`, which lies in the image, of the image turned by `degrees`. What would come from beyond the
/// image's border is its nearest pixel.
pub(super) fn rotated(image: &Rgb, window: Window, degrees: f64) -> Rgb {
    let rotation = Rotation::new(image.width, image.height, degrees);
    let Window { left, top, width, height } = window;
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height {
        let center_y = (top + i64::from(y)) as f64 + 0.5;
        for x in 0..width {
            let center_x = (left + i64::from(x)) as f64 + 0.5;
            let [x, y] = rotation.source(center_x, center_y);
            pixels.extend(bilinear(image, x, y));
        }
    }
    Rgb { width, height, pixels }
}

/// The color at a place, between the centers of four pixels. The fraction is cut off, as Pillow does.
fn bilinear(image: &Rgb, x: f64, y: f64) -> [u8; 3] {
    let (x, y) = (x - 0.5, y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let (right_share, lower_share) = (x - left, y - top);
    let index = |at: f64, size: u32| at.clamp(0.0, f64::from(size - 1)) as usize;
    let columns = [index(left, image.width), index(left + 1.0, image.width)];
    let rows = [index(top, image.height), index(top + 1.0, image.height)].map(|y| image.row(y));
    let between = |a: f64, b: f64, share: f64| a + (b - a) * share;
    std::array::from_fn(|channel| {
        let in_row = |row: &[u8]| {
            let [a, b] = columns.map(|x| f64::from(row[x * 3 + channel]));
            between(a, b, right_share)
        };
        between(in_row(rows[0]), in_row(rows[1]), lower_share) as u8
    })
}
