//! Preprocessing recipes by name.

use schema::{ChannelOrder, Normalization, Resize};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::decode::{DecodeError, Decoded, Decoding, Limits, decode_and_tell};
use crate::filter::Filter;
use crate::layout::Layout;
use crate::resample::{self, resample_part};
use crate::rgb::Rgb;

/// Everything that happens between a file and the input of a network. Features computed under
/// different presets must never be mixed, so all of it goes into a cache's provenance: presets
/// are the same if and only if they compare (or serialize) equal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preset {
    /// One of [`Preset::names`].
    pub name: String,
    /// How files become pixels.
    pub decoding: Decoding,
    /// How pixels become an image of fixed size.
    pub resize: Resize,
    /// The filter to resize with.
    pub filter: Filter,
    /// The library whose resampling is reproduced, with its version.
    pub resampler: String,
    /// How bytes become numbers.
    pub normalization: Normalization,
}

/// No preset has the name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no preset is called `{name}`\nhint: there are {names}", names = Preset::names().join(", "))]
pub struct UnknownPreset {
    /// The name that was asked for.
    pub name: String,
}

impl Preset {
    /// The names that [`Preset::named`] knows.
    pub fn names() -> [&'static str; 7] {
        [
            "keras",
            "keras-nearest",
            "torchvision",
            "torchvision-v2",
            "inception-v3",
            "efficientnet-lite0",
            "squash",
        ]
    }

    /// The preset of this name:
    ///
    /// - `keras`: `load_img(target_size=(224, 224), interpolation="bilinear")` and
    ///   `vgg16.preprocess_input`: squashed to 224x224, BGR, minus the mean color. (Alpha differs:
    ///   see [`decode`](crate::decode()).)
    /// - `keras-nearest`: the same with `load_img`'s default, nearest neighbor, which drops pixels
    ///   where an image shrinks.
    /// - `torchvision`: the transform of the ImageNet weights `IMAGENET1K_V1`: shorter side to 256
    ///   (bilinear, antialiased), center crop of 224, RGB in 0..=1, minus mean, by deviation.
    /// - `torchvision-v2`: that of most of its weights `IMAGENET1K_V2` (ResNet-50, 101 and 152,
    ///   MobileNet V2): the same with the shorter side to 232.
    /// - `inception-v3`: that of its Inception V3: shorter side to 342, center crop of 299. The
    ///   network's `transform_input`, on by default with these weights, turns the usual normalization
    ///   into RGB in 0..=1, minus 0.5, by 0.5: that is this preset's.
    /// - `efficientnet-lite0`: the recipe of that network's authors: shorter side to 256 (bicubic),
    ///   center crop of 224, RGB in 0..=255, minus 127, by 128.
    /// - `squash`: squashed to 224x224 (bilinear), normalized as `torchvision`.
    ///
    /// [`PresetChanges`](crate::PresetChanges) changes single fields.
    ///
    /// # Errors
    /// [`UnknownPreset`] for any other name; its message lists the names.
    pub fn named(name: &str) -> Result<Self, UnknownPreset> {
        let squash = Resize::Squash { width: 224, height: 224 };
        let shorter_side =
            |length, crop| Resize::ShorterSide { length, crop_width: crop, crop_height: crop };
        let (resize, filter, normalization) = match name {
            "keras" => (squash, Filter::Bilinear, CAFFE),
            "keras-nearest" => (squash, Filter::Nearest, CAFFE),
            "torchvision" => (shorter_side(256, 224), Filter::Bilinear, IMAGENET),
            "torchvision-v2" => (shorter_side(232, 224), Filter::Bilinear, IMAGENET),
            "inception-v3" => (shorter_side(342, 299), Filter::Bilinear, HALVES),
            "efficientnet-lite0" => (shorter_side(256, 224), Filter::Bicubic, AROUND_ZERO),
            "squash" => (squash, Filter::Bilinear, IMAGENET),
            _ => return Err(UnknownPreset { name: name.to_owned() }),
        };
        Ok(Self {
            name: name.to_owned(),
            decoding: Decoding::current(),
            resize,
            filter,
            resampler: resample::EQUALS.to_owned(),
            normalization,
        })
    }

    /// Width and height of what [`Preset::pixels`] returns.
    pub fn output_size(&self) -> (u32, u32) {
        self.resize.output_size()
    }

    /// Width and height that images are resized to before they are cropped; of those that keep their aspect
    /// ratio the shorter side, twice.
    pub(crate) fn largest_size(&self) -> (u32, u32) {
        match self.resize {
            Resize::Squash { width, height } => (width, height),
            Resize::ShorterSide { length, .. } => (length, length),
        }
    }

    /// Decodes a file as the preset says: [`decode_with`](crate::decode_with) its EXIF orientation.
    ///
    /// # Errors
    /// [`DecodeError`] when there is no such image in `file`, or one that is beyond `limits`.
    pub fn decode(&self, file: &[u8], limits: &Limits) -> Result<Rgb, DecodeError> {
        Ok(self.decode_and_tell(file, limits)?.image)
    }

    /// As [`decode`](Self::decode), and tells whether the orientation in EXIF data was ignored.
    ///
    /// # Errors
    /// As [`decode_with`](crate::decode_with).
    pub fn decode_and_tell(&self, file: &[u8], limits: &Limits) -> Result<Decoded, DecodeError> {
        decode_and_tell(file, self.decoding.exif_orientation, limits)
    }

    /// The image at the size that the network expects, not yet normalized.
    ///
    /// # Panics
    /// If a size in the preset is zero or a crop larger than the shorter side (not so for named
    /// presets), or `image` is not as [`Rgb`] says.
    pub fn pixels(&self, image: &Rgb) -> Rgb {
        let Layout { size, columns, rows } = Layout::of(self.resize, image.width, image.height);
        resample_part(image, size, columns, rows, self.filter)
    }
}

/// The mean color of ImageNet that Caffe's VGG networks were trained with.
const CAFFE: Normalization = Normalization {
    channels: ChannelOrder::Bgr,
    scale: 1.0,
    mean: [103.939, 116.779, 123.68],
    std: [1.0; 3],
};

/// Mean and standard deviation of ImageNet's colors, as in torchvision.
const IMAGENET: Normalization = Normalization {
    channels: ChannelOrder::Rgb,
    scale: 255.0,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
};

/// From -1 to 1, as in Inception.
const HALVES: Normalization =
    Normalization { channels: ChannelOrder::Rgb, scale: 255.0, mean: [0.5; 3], std: [0.5; 3] };

/// From -1 to 1, or nearly so, as in the EfficientNet-Lite networks of TensorFlow.
const AROUND_ZERO: Normalization =
    Normalization { channels: ChannelOrder::Rgb, scale: 1.0, mean: [127.0; 3], std: [128.0; 3] };
