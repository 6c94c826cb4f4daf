//! Pixels to draw on.

use preprocess::Rgb;

/// Red, green and blue.
pub(super) type Color = [u8; 3];

/// A picture under construction. What lies beyond its border is not drawn.
pub(super) struct Canvas {
    image: Rgb,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32, background: Color) -> Self {
        let pixels = background.repeat(width as usize * height as usize);
        Self { image: Rgb { width, height, pixels } }
    }

    pub(super) fn into_image(self) -> Rgb {
        self.image
    }

    fn set(&mut self, x: i64, y: i64, color: Color) {
        let Rgb { width, height, pixels } = &mut self.image;
        if (0..i64::from(*width)).contains(&x) && (0..i64::from(*height)).contains(&y) {
            let at = (y as usize * *width as usize + x as usize) * 3;
            pixels[at..at + 3].copy_from_slice(&color);
        }
    }

    /// Puts `image` with its upper left corner at `(left, top)`.
    pub(super) fn paste(&mut self, image: &Rgb, left: i64, top: i64) {
        let (pixels, _) = image.pixels.as_chunks::<3>();
        for (y, row) in (top..).zip(pixels.chunks_exact(image.width as usize)) {
            for (x, &color) in (left..).zip(row) {
                self.set(x, y, color);
            }
        }
    }

    /// A line two pixels wide.
    pub(super) fn line(&mut self, from: [f64; 2], to: [f64; 2], color: Color) {
        let [dx, dy] = [to[0] - from[0], to[1] - from[1]];
        let n = dx.abs().max(dy.abs()).ceil().max(1.0);
        for step in 0..=n as u32 {
            let share = f64::from(step) / n;
            let (x, y) = ((from[0] + share * dx).round(), (from[1] + share * dy).round());
            for (x, y) in [(x, y), (x - 1.0, y), (x, y - 1.0), (x - 1.0, y - 1.0)] {
                self.set(x as i64, y as i64, color);
            }
        }
    }

    /// A closed line through `corners`.
    pub(super) fn outline(&mut self, corners: [[f64; 2]; 4], color: Color) {
        for i in 0..4 {
            self.line(corners[i], corners[(i + 1) % 4], color);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beyond_the_border_is_not_drawn() {
        let mut canvas = Canvas::new(3, 2, [0; 3]);
        canvas.paste(&Rgb { width: 2, height: 2, pixels: vec![9; 12] }, -1, 1);
        canvas.line([2.0, -50.0], [2.0, 50.0], [7; 3]);
        let reds: Vec<u8> = canvas.into_image().pixels.into_iter().step_by(3).collect();
        assert_eq!(reds, [0, 7, 7, 9, 7, 7]);
    }

    #[test]
    fn an_outline_is_closed() {
        let mut canvas = Canvas::new(6, 6, [0; 3]);
        canvas.outline([[1.0, 1.0], [5.0, 1.0], [5.0, 5.0], [1.0, 5.0]], [1; 3]);
        let n_drawn = canvas.into_image().pixels.into_iter().filter(|&byte| byte == 1).count() / 3;
        assert_eq!(n_drawn, 36 - 4, "all but the four pixels in the middle");
    }
}
