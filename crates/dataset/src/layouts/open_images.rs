//! Open Images: image-level labels that people have verified.
//!
//! `<split>/<id>.jpg` for `train`, `validation` and `test`; a table of labels a split, with confidence 1
//! (the class was seen) or 0 (it was looked for, and is not there); and a table of class names. What a
//! table does not tell of an image is not known, and no negative.

use std::collections::BTreeMap;

use ::table::Format;
use schema::Split;

use super::table::Table;
use crate::gathering::{Gathering, Labels};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::Published;

const CLASSES: [&str; 2] =
    ["oidv7-class-descriptions-boxable.csv", "class-descriptions-boxable.csv"];
const CLASS_ROW: &str = "the code of a class and its name, as in `/m/01g317,Person`";
const LABEL_COLUMNS: [&str; 3] = ["ImageID", "LabelName", "Confidence"];
const LABEL_ROW: &str = "an image, a source, the code of a class, and 0 or 1";

/// Reads the labels of those images that are there: few have all of them.
pub(crate) fn open_images(set: Published<'_>) -> Result<Manifest, LayoutError> {
    let (index, classes) = classes(set)?;
    let walk = set.walk()?;
    let mut gathering = Gathering::new(set, classes, Labels::Multilabel, false);
    let mut n_elsewhere = walk.images.len();
    for (name, split) in
        [("train", Split::Train), ("validation", Split::Validation), ("test", Split::Test)]
    {
        let folder = format!("{name}/");
        // What is known of each image: a table of all classes is made row by row at the end.
        let mut images: BTreeMap<&str, (&str, BTreeMap<usize, i8>)> = BTreeMap::new();
        for path in walk.images.iter() {
            let Some(below) = path.strip_prefix(&folder).filter(|below| !below.contains('/'))
            else {
                continue;
            };
            let id = below.rsplit_once('.').map_or(below, |(id, _)| id);
            images.insert(id, (path, BTreeMap::new()));
        }
        n_elsewhere -= images.len();
        if images.is_empty() {
            continue;
        }
        gathering.reserve(images.len())?;
        let file = format!("{name}-annotations-human-imagelabels-boxable.csv");
        let mut table = Table::open(set, &file, &Format::default(), &LABEL_COLUMNS, LABEL_ROW)?;
        let [image, class, confidence] = LABEL_COLUMNS.map(|name| table.require(name));
        let (image, class, confidence) = (image?, class?, confidence?);
        while let Some(row) = table.next()? {
            let label = match row.cell(confidence) {
                "1" | "1.0" => 1,
                "0" | "0.0" => -1,
                _ => return Err(table.odd_row(&row)),
            };
            let class = *index.get(row.cell(class)).ok_or_else(|| table.odd_row(&row))?;
            if let Some((_, known)) = images.get_mut(row.cell(image)) {
                known.insert(class, label);
            }
        }
        for (path, known) in images.values() {
            let mut labels = vec![0; index.len()];
            known.iter().for_each(|(&class, &label)| labels[class] = label);
            gathering.push_multilabel(path, &labels, split, None);
        }
    }
    if n_elsewhere > 0 {
        let note = format!("{n_elsewhere} images are not in train, validation or test: left out");
        gathering.notes.push(note);
    }
    gathering.unreadable = walk.unreadable;
    gathering.passed_over = walk.passed_over;
    gathering.finish()
}

/// The index of each class by its code, and the names in the order of the table. Some names are given
/// to several codes, so that a class is called by both.
fn classes(set: Published<'_>) -> Result<(BTreeMap<String, usize>, Vec<String>), LayoutError> {
    let file = CLASSES.into_iter().find(|name| set.has(name)).unwrap_or(CLASSES[0]);
    let mut table = Table::without_header(set, file, CLASS_ROW)?;
    let (code, name) = (table.require("1")?, table.require("2")?);
    let (mut index, mut names) = (BTreeMap::new(), Vec::new());
    while let Some(row) = table.next()? {
        let (code, name) = (row.cell(code), row.cell(name));
        // Later releases have a row of headers.
        if code == "LabelName" && names.is_empty() {
            continue;
        }
        if !code.starts_with('/') || index.insert(code.to_owned(), names.len()).is_some() {
            return Err(table.odd_row(&row));
        }
        names.push(format!("{name} {code}"));
    }
    Ok((index, names))
}
