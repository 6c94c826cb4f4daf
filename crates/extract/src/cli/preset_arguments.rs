//! Which preprocessing, and what is to be different from it.

use clap::Args;
use network::PresetRequest;
use preprocess::{ChannelOrder, ExifOrientation, Filter, MAX_INPUT_SIDE, PresetChanges};
use serde::de::DeserializeOwned;

/// From the file to the input of the network: a preset by name, and single fields of it replaced.
#[derive(Args)]
#[command(next_help_heading = "Preprocessing (part of the cache's provenance)")]
pub(crate) struct PresetArguments {
    /// Preset: keras, keras-nearest, torchvision, torchvision-v2, inception-v3, efficientnet-lite0 or squash
    /// [default: the one of the weights]
    #[arg(long = "preset", value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Scale images until the shorter side has N pixels
    #[arg(long, value_name = "N", value_parser = side)]
    resize: Option<u32>,
    /// Crop the middle N x N (or W x H) pixels after --resize
    #[arg(long, value_name = "N|WxH", value_parser = size)]
    crop: Option<(u32, u32)>,
    /// Resize images to N x N (or W x H) pixels instead, whatever their aspect ratio
    #[arg(long, value_name = "N|WxH", value_parser = size, conflicts_with_all = ["resize", "crop"])]
    squash: Option<(u32, u32)>,
    /// Filter to resize with: nearest, box, bilinear, hamming, bicubic or lanczos
    #[arg(long, value_name = "NAME", value_parser = named::<Filter>)]
    filter: Option<Filter>,
    /// Order of the channels: rgb or bgr
    #[arg(long, value_name = "ORDER", value_parser = named::<ChannelOrder>)]
    channels: Option<ChannelOrder>,
    /// Divide pixels (0 to 255) by this first
    #[arg(long, value_name = "X")]
    scale: Option<f32>,
    /// Subtract these from the channels then, in their order
    #[arg(long, value_name = "X,Y,Z", value_parser = three, allow_hyphen_values = true)]
    mean: Option<[f32; 3]>,
    /// Divide the channels by these last, in their order
    #[arg(long, value_name = "X,Y,Z", value_parser = three)]
    std: Option<[f32; 3]>,
    /// Turn images upright as EXIF data says (apply), or leave them as they lie (ignore: the default).
    /// TIFF files are always turned, as by Pillow
    #[arg(long, value_name = "apply|ignore", value_parser = exif_orientation)]
    exif_orientation: Option<ExifOrientation>,
}

impl PresetArguments {
    /// Whether anything was asked for.
    pub(crate) fn is_any(&self) -> bool {
        self.name.is_some() || self.changes() != PresetChanges::default()
    }

    /// The preset, with what is to be different from it.
    pub(crate) fn request(&self) -> PresetRequest {
        PresetRequest::Named { name: self.name.clone(), changes: self.changes() }
    }

    /// What is to be different from the preset.
    pub(crate) fn changes(&self) -> PresetChanges {
        PresetChanges {
            shorter_side: self.resize,
            crop: self.crop,
            squash: self.squash,
            filter: self.filter,
            channels: self.channels,
            scale: self.scale,
            mean: self.mean,
            std: self.std,
            exif_orientation: self.exif_orientation,
        }
    }
}

fn side(text: &str) -> Result<u32, String> {
    let side = text.parse().ok().filter(|side| (1..=MAX_INPUT_SIDE).contains(side));
    side.ok_or_else(|| format!("write a number of pixels from 1 to {MAX_INPUT_SIDE}"))
}

/// `224`, or `320x240`: width and height.
fn size(text: &str) -> Result<(u32, u32), String> {
    let (width, height) = text.split_once('x').unwrap_or((text, text));
    Ok((side(width)?, side(height)?))
}

/// `X,Y,Z`, or one number for all three.
fn three(text: &str) -> Result<[f32; 3], String> {
    let numbers = text.split(',').map(str::parse).collect::<Result<Vec<f32>, _>>();
    match numbers.as_deref() {
        Ok(&[x]) => Ok([x; 3]),
        Ok(&[x, y, z]) => Ok([x, y, z]),
        _ => Err("write three numbers, as in 0.485,0.456,0.406, or one for all".to_owned()),
    }
}

/// A value by the name that it has in a cache's provenance; the error lists all names.
fn named<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(name.into()).map_err(|error| error.to_string())
}

fn exif_orientation(text: &str) -> Result<ExifOrientation, String> {
    match text {
        "apply" => Ok(ExifOrientation::Applied),
        "ignore" => Ok(ExifOrientation::Ignored),
        _ => Err("write apply or ignore".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_one_number_or_two() {
        assert_eq!(size("224"), Ok((224, 224)));
        assert_eq!(size("320x240"), Ok((320, 240)));
        for text in ["", "0", "x", "224x", "-1", "8193", "1x2x3", "1x0"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_are_one_or_three() {
        assert_eq!(three("0.5"), Ok([0.5; 3]));
        assert_eq!(three("1,-2,3.5"), Ok([1.0, -2.0, 3.5]));
        for text in ["", "a", "1,2", "1,2,3,4", "1,,2"] {
            assert!(three(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        assert_eq!(named::<Filter>("bicubic"), Ok(Filter::Bicubic));
        assert_eq!(named::<ChannelOrder>("bgr"), Ok(ChannelOrder::Bgr));
        let error = named::<Filter>("cubic").unwrap_err();
        assert!(error.contains("bicubic") && error.contains("lanczos"), "{error}");
    }
}
