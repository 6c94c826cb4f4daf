//! Caltech-UCSD Birds 200, 2011: `images/<class>/<file>` and lists that number the images.

use schema::{BoundingBox, Split};

use crate::enlargement::Enlargement;
use crate::gathering::{Gathering, Labels, label};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::{Published, Text, sample_path};

const IMAGES: &str = "the number of an image, counting from 1, and its path below images/";
const CLASSES: &str = "the number of a class, counting from 1, and its name";
const LABELS: &str = "the number of an image, counting from 1, and that of its class";
const SPLITS: &str = "the number of an image, counting from 1, and 1 (training) or 0 (test)";
const BOXES: &str = "the number of an image, counting from 1, and x, y, width, height of its box";

/// How the birds are read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Cub200 {
    /// How much longer the sides of each box become.
    pub(crate) enlargement: Enlargement,
}

/// Reads the five lists. Boxes are a corner and a size, not two corners.
pub(crate) fn cub200(set: Published<'_>, options: Cub200) -> Result<Manifest, LayoutError> {
    let top = set.top(&["CUB_200_2011", ""], "images.txt", "the list of images")?;
    set.require_folder(&format!("{top}images"), "a folder of images a class")?;
    let list = |name: &str, expected| List::read(set, &format!("{top}{name}"), expected);

    let classes = list("classes.txt", CLASSES)?.values(|_, name| Some(name.to_owned()))?;
    let n_classes = classes.len();
    let images = list("images.txt", IMAGES)?;
    let paths = images.values(|_, name| sample_path(&format!("{top}images/"), name))?;
    let labels = list("image_class_labels.txt", LABELS)?
        .with_len_of(&images)?
        .values(|_, class| class.parse().ok().filter(|class| (1..=n_classes).contains(class)))?;
    let splits = list("train_test_split.txt", SPLITS)?.with_len_of(&images)?.values(
        |_, flag| match flag {
            "1" => Some(Split::Train),
            "0" => Some(Split::Test),
            _ => None,
        },
    )?;
    let boxes = list("bounding_boxes.txt", BOXES)?.with_len_of(&images)?.values(|_, numbers| {
        let numbers: Vec<f32> =
            numbers.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        options.enlargement.of(BoundingBox::from_size(numbers.try_into().ok()?)?)
    })?;

    let mut gathering = Gathering::new(set, classes, Labels::One, true);
    for (((path, class), split), bounding_box) in paths.iter().zip(labels).zip(splits).zip(boxes) {
        gathering.push_boxed(path, Some(label(class - 1)), split, Some(bounding_box));
    }
    gathering.finish()
}

/// A list whose lines begin with 1, 2, 3 and so on.
struct List<'a> {
    text: Text<'a>,
    len: usize,
}

impl<'a> List<'a> {
    fn read(set: Published<'a>, name: &str, expected: &'static str) -> Result<Self, LayoutError> {
        let text = set.text(name, expected)?;
        let len = text.lines().count();
        Ok(Self { text, len })
    }

    fn with_len_of(self, images: &List<'_>) -> Result<Self, LayoutError> {
        if self.len == images.len {
            return Ok(self);
        }
        let (len, expected) = (self.len, images.len);
        Err(self.text.odd(format!("has {len} lines, but images.txt has {expected}")))
    }

    /// What stands behind the number of each line.
    fn values<T>(&self, value: impl Fn(usize, &str) -> Option<T>) -> Result<Vec<T>, LayoutError> {
        (1..)
            .zip(self.text.lines())
            .map(|(number, line)| {
                let (found, rest) = line.first_and_rest()?;
                let value = value(number, rest).filter(|_| found.parse() == Ok(number));
                value.ok_or_else(|| line.odd())
            })
            .collect()
    }
}
