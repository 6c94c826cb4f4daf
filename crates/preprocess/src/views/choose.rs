//! Which views are taken of an image.

use schema::Resize;

use super::error::ViewsError;
use crate::preset::Preset;
use crate::preset_changes::PresetChanges;

/// Which views are taken of each image, and in which order. Written, parsed and kept in a cache's
/// provenance as `center`, `flip`, `ten-crop`, `razavian16:10`, `patches:4`, `scales:256,384`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Views {
    /// The image as the preset has it.
    #[default]
    Center,
    /// That, and its mirror.
    Flip,
    /// torchvision's `TenCrop` in place of the preset's center crop: top left, top right, bottom left,
    /// bottom right, center, and the same of the mirrored image.
    TenCrop,
    /// The whole image; sub-windows with 2/3 of each side at the corners and in the center, in the
    /// order of `TenCrop`; the image turned clockwise and counterclockwise, as much of it as has no
    /// empty corners; and the mirrors of these eight. Razavian et al., "CNN Features off-the-shelf"
    /// (2014), section 3, which does not tell the angle.
    Razavian16 {
        /// The angle, more than 0 and at most 45.
        degrees: f64,
    },
    /// Levels `1..=levels` of the same paper's spatial search (section 4): level `i` has `i * i` patches of
    /// `2 / (i + 1)` of each side, row by row, half of each in the next one; of each the smallest square
    /// around it. What a square has beyond the image is the preset's mean color.
    Patches {
        /// Number of levels, from 1 to [`Views::MAX_LEVELS`].
        levels: u32,
    },
    /// For each number the whole image with the shorter side of so many pixels, and its mirror: views
    /// of different sizes. Simonyan and Zisserman, "Very Deep Convolutional Networks" (2015),
    /// appendix B.
    Scales(Vec<u32>),
}

impl Views {
    /// The angle of `razavian16` where none is given, in degrees.
    pub const DEGREES: f64 = 10.0;

    /// The levels of `patches` where no number is given: those that the paper compares the images of a
    /// collection by. The views of fewer levels are the first of these.
    pub const LEVELS: u32 = 4;

    /// The most levels: 204 patches.
    pub const MAX_LEVELS: u32 = 8;

    /// The longest shorter side of `scales`.
    pub const MAX_SCALE: u32 = 1024;

    /// Views of each image, at least one.
    pub fn n_views(&self) -> usize {
        match self {
            Self::Center => 1,
            Self::Flip => 2,
            Self::TenCrop => 10,
            Self::Razavian16 { .. } => 16,
            &Self::Patches { levels } => (1..=levels as usize).map(|level| level * level).sum(),
            Self::Scales(scales) => 2 * scales.len(),
        }
    }

    /// Whether these views can be taken with `preset`, which has `changes`.
    ///
    /// # Errors
    /// [`ViewsError::NoCrop`] and [`ViewsError::TwoSizes`].
    pub fn check(&self, preset: &Preset, changes: &PresetChanges) -> Result<(), ViewsError> {
        let resizes =
            changes.shorter_side.is_some() || changes.crop.is_some() || changes.squash.is_some();
        match self {
            Self::TenCrop if matches!(preset.resize, Resize::Squash { .. }) => {
                Err(ViewsError::NoCrop { preset: preset.name.clone() })
            }
            Self::Scales(_) if resizes => Err(ViewsError::TwoSizes),
            _ => Ok(()),
        }
    }

    /// Whether `preset` takes away margins of views that are meant to be seen whole.
    pub fn lose_margins(&self, preset: &Preset) -> bool {
        let are_parts = matches!(self, Self::Razavian16 { .. } | Self::Patches { .. });
        are_parts && matches!(preset.resize, Resize::ShorterSide { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preset(name: &str) -> Preset {
        Preset::named(name).unwrap()
    }

    #[test]
    fn ten_crops_need_a_preset_that_crops() {
        let none = PresetChanges::default();
        assert_eq!(Views::TenCrop.check(&preset("torchvision"), &none), Ok(()));
        let error = Views::TenCrop.check(&preset("keras"), &none).unwrap_err().to_string();
        assert!(error.contains("`keras`"), "{error}");
    }

    #[test]
    fn scales_bring_their_own_sizes() {
        let scales = Views::Scales(vec![256]);
        let keras = preset("keras");
        assert_eq!(scales.check(&keras, &PresetChanges::default()), Ok(()));
        for changes in [
            PresetChanges { shorter_side: Some(256), ..PresetChanges::default() },
            PresetChanges { crop: Some((224, 224)), ..PresetChanges::default() },
            PresetChanges { squash: Some((224, 224)), ..PresetChanges::default() },
        ] {
            assert_eq!(scales.check(&keras, &changes), Err(ViewsError::TwoSizes));
            assert_eq!(Views::Flip.check(&keras, &changes), Ok(()));
        }
    }

    #[test]
    fn only_parts_of_images_lose_margins_and_only_to_crops() {
        let [squash, crop] = ["keras", "torchvision"].map(preset);
        for views in [Views::Razavian16 { degrees: 10.0 }, Views::Patches { levels: 2 }] {
            assert!(views.lose_margins(&crop) && !views.lose_margins(&squash));
        }
        assert!(!Views::Flip.lose_margins(&crop) && !Views::TenCrop.lose_margins(&crop));
    }
}
