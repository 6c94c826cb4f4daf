//! Small trees of generated images.

use std::fs;
use std::path::Path;

use image::{Rgb, RgbImage};

/// Three classes of `n` pictures each, told apart by color: red, green and blue of varied
/// brightness with a little texture.
pub(crate) fn three_classes(root: &Path, n: u32) {
    for (channel, class) in ["red", "green", "blue"].into_iter().enumerate() {
        fs::create_dir_all(root.join(class)).unwrap();
        for i in 0..n {
            picture(channel, i).save(root.join(class).join(format!("{i:03}.png"))).unwrap();
        }
    }
}

/// A picture of 40x30 pixels; no two are the same.
pub(crate) fn picture(channel: usize, i: u32) -> RgbImage {
    RgbImage::from_fn(40, 30, |x, y| {
        let texture = (x * (i + 3) + y * 7) % 40;
        let mut pixel = [(20 + texture) as u8; 3];
        pixel[channel] = (150 + texture + i % 60) as u8;
        Rgb(pixel)
    })
}
