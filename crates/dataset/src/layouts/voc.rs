//! PASCAL VOC 2007 to 2012, image classification.
//!
//! `ImageSets/Main/<class>_<split>.txt` has a line an image: its name and 1 (the class is in it), -1 (it
//! is not) or 0 (only objects marked as difficult are: the official evaluation counts such an image
//! neither as right nor as wrong). Files without a class, such as `train.txt`, only repeat the names.

use std::collections::BTreeMap;
use std::path::absolute;

use schema::Split;

use crate::gathering::{Gathering, Labels};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::{Published, sample_path};

/// The classes, the same in every year.
const CLASSES: [&str; 20] = [
    "aeroplane",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "bus",
    "car",
    "cat",
    "chair",
    "cow",
    "diningtable",
    "dog",
    "horse",
    "motorbike",
    "person",
    "pottedplant",
    "sheep",
    "sofa",
    "train",
    "tvmonitor",
];
const LINE: &str = "the name of an image, and 1, -1 or 0";

/// Stands for what no line has told; no label has this value.
const UNTOLD: i8 = i8::MIN;

/// Reads the lists of `year` below a folder that is `VOC<year>` or holds it, in `VOCdevkit` or not.
pub(crate) fn voc(set: Published<'_>, year: u32) -> Result<Manifest, LayoutError> {
    let folders = [format!("VOCdevkit/VOC{year}"), format!("VOC{year}"), String::new()];
    let top = set.top(
        &folders.each_ref().map(String::as_str),
        "ImageSets/Main",
        "lists of images a class",
    )?;
    check_year(set, &top, year)?;
    set.require_folder(&format!("{top}JPEGImages"), "a folder of images")?;

    let classes = CLASSES.map(str::to_owned).to_vec();
    let mut gathering = Gathering::new(set, classes, Labels::Multilabel, false);
    for (name, split) in
        [("train", Split::Train), ("val", Split::Validation), ("test", Split::Test)]
    {
        let list = |class: &str| format!("{top}ImageSets/Main/{class}_{name}.txt");
        // The lists of the test split come in an archive of their own, after 2007 not at all.
        if split == Split::Test && !set.has(&list(CLASSES[0])) {
            let note = "the lists of the test split are not there: no image is in it";
            gathering.notes.push(note.to_owned());
            continue;
        }
        let images = images(set, list)?;
        gathering.reserve(images.len())?;
        for (image, labels) in images {
            let path = sample_path(&top, &format!("JPEGImages/{image}.jpg"));
            let odd = || set.odd(&list(CLASSES[0]), format!("names the image `{image}`"));
            gathering.push_multilabel(&path.ok_or_else(odd)?, &labels, split, None);
        }
    }
    gathering.finish()
}

/// Refuses a folder that is called after another year: its lists would be read as those of this one.
fn check_year(set: Published<'_>, top: &str, year: u32) -> Result<(), LayoutError> {
    let root = absolute(set.root()).unwrap_or_default();
    let name = root.file_name().unwrap_or_default().to_string_lossy();
    let other = name.strip_prefix("VOC").and_then(|year| year.parse::<u32>().ok());
    match other.filter(|other| top.is_empty() && *other != year) {
        None => Ok(()),
        Some(other) => {
            let problem = format!("is called after the year {other}, and {year} is asked for");
            Err(set.odd("", problem).with_hint(format!("the source of that year is `voc{other}`")))
        }
    }
}

/// The images of a split by name, each with its label for every class.
fn images(
    set: Published<'_>,
    list: impl Fn(&str) -> String,
) -> Result<BTreeMap<String, [i8; CLASSES.len()]>, LayoutError> {
    let mut images = BTreeMap::new();
    for (index, class) in CLASSES.iter().enumerate() {
        let text = set.text(&list(class), LINE)?;
        for line in text.lines() {
            let [image, label] = line.words()?;
            let label = match label {
                "1" | "+1" => 1,
                "-1" => -1,
                "0" => 0,
                _ => return Err(line.odd()),
            };
            let labels = images.entry(image.to_owned()).or_insert([UNTOLD; CLASSES.len()]);
            if labels[index] != UNTOLD {
                return Err(text.odd(format!("names the image `{image}` twice")));
            }
            labels[index] = label;
        }
        let untold = images.iter().find(|(_, labels)| labels[..=index].contains(&UNTOLD));
        if let Some((image, _)) = untold {
            let problem =
                format!("and the lists before it differ: not both have the image `{image}`");
            return Err(text.odd(problem));
        }
    }
    Ok(images)
}
