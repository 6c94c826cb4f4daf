//! Oxford Flowers, 102 classes: `jpg/image_00001.jpg` and so on, with two MATLAB files.
//!
//! `imagelabels.mat` has the class of each image, 1 to 102, in `labels` (their names are ours to add); `setid.mat` has the numbers of
//! the images (from 1 on) of the three parts, in `trnid` (1020), `valid` (1020) and `tstid` (6149).

use schema::Split;

use super::class_names::FLOWERS102;
use crate::gathering::{Gathering, Labels, label};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::Published;

const CLASSES: u32 = 102;

/// Which part is trained on. Results differ by more than ten points, and not every paper tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlowerSplits {
    /// `trnid` is trained on, `valid` chooses, `tstid` is tested on: as the authors have it.
    Official,
    /// `trnid` and `valid` are trained on, `tstid` is tested on.
    TrainVal,
    /// `tstid` is trained on, `valid` chooses, `trnid` is tested on: the reading of some
    /// repositories, which gives higher figures.
    Swapped,
}

impl FlowerSplits {
    /// What becomes of `trnid`, `valid` and `tstid`.
    fn of_parts(self) -> [Split; 3] {
        match self {
            Self::Official => [Split::Train, Split::Validation, Split::Test],
            Self::TrainVal => [Split::Train, Split::Train, Split::Test],
            Self::Swapped => [Split::Test, Split::Validation, Split::Train],
        }
    }
}

/// Reads the two MATLAB files.
pub(crate) fn flowers102(
    set: Published<'_>,
    splits: FlowerSplits,
) -> Result<Manifest, LayoutError> {
    set.require_folder("jpg", "the folder of images in 102flowers.tgz")?;
    let labels = indices(set, "imagelabels.mat", "labels")?;
    if let Some(class) = labels.iter().find(|&&class| class > CLASSES) {
        return Err(set.odd("imagelabels.mat", format!("has a class {class} of {CLASSES}")));
    }
    let mut split_of = vec![Split::None; labels.len()];
    for (part, split) in ["trnid", "valid", "tstid"].into_iter().zip(splits.of_parts()) {
        for image in indices(set, "setid.mat", part)? {
            let of_image = split_of.get_mut(image as usize - 1).ok_or_else(|| {
                let n = labels.len();
                set.odd(
                    "setid.mat",
                    format!("has image {image} in `{part}`, and {n} images have labels"),
                )
            })?;
            if std::mem::replace(of_image, split) != Split::None {
                return Err(set.odd("setid.mat", format!("has image {image} twice")));
            }
        }
    }
    let classes = FLOWERS102.lines().map(str::to_owned).collect();
    let mut gathering = Gathering::new(set, classes, Labels::One, false);
    for ((number, class), split) in (1..).zip(labels).zip(split_of) {
        let path = format!("jpg/image_{number:05}.jpg");
        gathering.push(&path, Some(label(class as usize - 1)), split);
    }
    gathering.finish()
}

fn indices(set: Published<'_>, file: &str, name: &str) -> Result<Vec<u32>, LayoutError> {
    let bytes = set.bytes_within(file, "a MATLAB file", mat::MAX_BYTES)?;
    mat::indices(&bytes, name).map_err(|error| set.odd(file, error.to_string()))
}
