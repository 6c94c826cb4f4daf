//! From bytes to the numbers that a network was trained on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The order of the color channels in a network's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelOrder {
    /// Red, green, blue: PyTorch's networks.
    Rgb,
    /// Blue, green, red: networks that come from Caffe, among them Keras' VGG16.
    Bgr,
}

/// `(pixel / scale - mean) / std`, channel by channel.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Normalization {
    /// Order of the channels in the output, and in `mean` and `std`.
    pub channels: ChannelOrder,
    /// What pixels are divided by: 255 for networks that take 0..=1, otherwise 1.
    pub scale: f32,
    /// Subtracted after the division by `scale`.
    pub mean: [f32; 3],
    /// Divides last.
    pub std: [f32; 3],
}

impl Normalization {
    /// Red, green and blue of the color that is nearest to zero once it is normalized: the mean of the
    /// images that the network was trained on.
    pub fn mean_color(&self) -> [u8; 3] {
        let [a, b, c] = self.mean.map(|mean| (mean * self.scale).round() as u8);
        match self.channels {
            ChannelOrder::Rgb => [a, b, c],
            ChannelOrder::Bgr => [c, b, a],
        }
    }

    /// Normalizes `pixels_hwc` (`height * width * 3` bytes, R, G, B for each pixel) into
    /// `out_chw` (as many numbers, one plane for each channel). The operations and their order
    /// are those of PyTorch's `ToTensor` and `Normalize` in f32; with a scale and deviation of
    /// one they are Keras' subtraction alone, since dividing by one changes nothing.
    ///
    /// # Panics
    /// If the lengths differ or are no multiple of 3.
    ///
    /// # Examples
    /// ```
    /// use schema::{ChannelOrder, Normalization};
    ///
    /// let (mean, std) = ([0.5; 3], [0.5; 3]);
    /// let inception = Normalization { channels: ChannelOrder::Rgb, scale: 255.0, mean, std };
    /// let mut planes = [0.0; 6];
    /// inception.apply(&[0, 255, 0, 255, 0, 255], &mut planes);
    /// assert_eq!(planes, [-1.0, 1.0, 1.0, -1.0, -1.0, 1.0]);
    /// ```
    pub fn apply(&self, pixels_hwc: &[u8], out_chw: &mut [f32]) {
        assert_eq!(pixels_hwc.len(), out_chw.len(), "a number for each byte");
        assert_eq!(pixels_hwc.len() % 3, 0, "three channels");
        if pixels_hwc.is_empty() {
            return;
        }
        let source = match self.channels {
            ChannelOrder::Rgb => [0, 1, 2],
            ChannelOrder::Bgr => [2, 1, 0],
        };
        let planes = out_chw.chunks_exact_mut(pixels_hwc.len() / 3);
        for (((plane, channel), mean), std) in planes.zip(source).zip(self.mean).zip(self.std) {
            for (out, pixel) in plane.iter_mut().zip(pixels_hwc.chunks_exact(3)) {
                *out = (f32::from(pixel[channel]) / self.scale - mean) / std;
            }
        }
    }
}

impl fmt::Display for Normalization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { channels, scale, mean, std } = self;
        f.write_str(match channels {
            ChannelOrder::Rgb => "RGB",
            ChannelOrder::Bgr => "BGR",
        })?;
        if *scale != 1.0 {
            write!(f, " divided by {scale}")?;
        }
        if *mean != [0.0; 3] {
            write!(f, " minus {}", Three(*mean))?;
        }
        if *std != [1.0; 3] {
            write!(f, " divided by {}", Three(*std))?;
        }
        Ok(())
    }
}

/// A number for each channel, or one for all.
struct Three([f32; 3]);

impl fmt::Display for Three {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c] = self.0;
        if a == b && b == c { write!(f, "{a}") } else { write!(f, "{a}, {b}, {c}") }
    }
}
