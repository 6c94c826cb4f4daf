//! Presets by name, those of weights that only this crate knows included.

use preprocess::{ChannelOrder, Filter, Normalization, Preset, Resize, UnknownPreset};

/// The preset of that name: one of [`Preset::names`], `efficientnet-lite0` or `inception-v3`.
///
/// # Errors
/// [`UnknownPreset`] for any other name.
pub fn named_preset(name: &str) -> Result<Preset, UnknownPreset> {
    match name {
        "efficientnet-lite0" => efficientnet_lite0(name),
        "inception-v3" => inception_v3(name),
        _ => Preset::named(name),
    }
}

/// TensorFlow's recipe: the middle 7/8 of an image, bicubic, pixels to -0.99..=1.
fn efficientnet_lite0(name: &str) -> Result<Preset, UnknownPreset> {
    Ok(Preset {
        name: name.to_owned(),
        resize: Resize::ShorterSide { length: 256, crop_width: 224, crop_height: 224 },
        filter: Filter::Bicubic,
        normalization: Normalization {
            channels: ChannelOrder::Rgb,
            scale: 1.0,
            mean: [127.0; 3],
            std: [128.0; 3],
        },
        ..Preset::named("torchvision")?
    })
}

/// The transform of torchvision's weights, and what `transform_input` makes of its normalization.
fn inception_v3(name: &str) -> Result<Preset, UnknownPreset> {
    Ok(Preset {
        name: name.to_owned(),
        resize: Resize::ShorterSide { length: 342, crop_width: 299, crop_height: 299 },
        normalization: Normalization {
            channels: ChannelOrder::Rgb,
            scale: 255.0,
            mean: [0.5; 3],
            std: [0.5; 3],
        },
        ..Preset::named("torchvision")?
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backbone::backbones;

    #[test]
    fn the_preset_of_every_backbone_is_known_and_gives_images_of_its_size() {
        for backbone in backbones() {
            let preset = named_preset(backbone.preset).unwrap();
            let side = u32::try_from(backbone.side).unwrap();
            assert_eq!((&preset.name[..], preset.output_size()), (backbone.preset, (side, side)));
        }
    }

    #[test]
    fn any_other_name_is_refused() {
        assert!(named_preset("efficientnet-lite9").is_err());
    }
}
