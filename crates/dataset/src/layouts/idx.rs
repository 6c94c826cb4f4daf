//! MNIST, Fashion-MNIST and EMNIST: pairs of IDX files, one of images and one of labels.
//!
//! `train-images-idx3-ubyte` and `train-labels-idx1-ubyte` are for training, `t10k-...` (in EMNIST
//! `...test-...`) for the test. The images of EMNIST are stored column by column, its letters are labelled
//! from 1 on, and `...-mapping.txt` tells which character a label is.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use schema::Split;

use crate::gathering::{Gathering, Labels, label};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::numbered_path;
use crate::published::{Published, sample_path};
use crate::record::idx_header;

const MAPPING_LINE: &str = "a label, and the code of its character";
/// How the names of the files of images end, as the authors have them and as some mirrors do.
const IMAGES: [&str; 2] = ["images-idx3-ubyte", "images.idx3-ubyte"];

/// Which of several sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IdxSet {
    /// What the names of its files begin with, such as `emnist-letters`.
    pub(crate) set: Option<String>,
}

/// A file of images.
struct Images {
    /// Its path below the root.
    name: String,
    split: Split,
}

/// Reads the labels of all pairs of one set; the images stay where they are.
pub(crate) fn idx(set: Published<'_>, options: &IdxSet) -> Result<Manifest, LayoutError> {
    let (prefix, files) = chosen(set, options)?;
    let mut labels: Vec<(&Images, Vec<u8>)> = Vec::new();
    for images in &files {
        labels.push((images, labels_of(set, images)?));
    }
    let (values, classes) = classes(set, &prefix, labels.iter().flat_map(|(_, labels)| labels))?;
    let mut gathering = Gathering::new(set, classes, Labels::One, false);
    for (Images { name, split }, labels) in labels {
        let file =
            sample_path("", name).ok_or_else(|| set.odd(name, "has an odd name".to_owned()))?;
        for (number, value) in labels.into_iter().enumerate() {
            let class = values.binary_search(&value).map_err(|_| {
                set.odd(name, format!("has an image of label {value}, which is not in the mapping"))
            })?;
            gathering.push(&numbered_path::numbered(&file, number), Some(label(class)), *split);
        }
    }
    gathering.finish()
}

/// The files of images of the set asked for, or of the only one there is, and what their names begin
/// with.
fn chosen(set: Published<'_>, options: &IdxSet) -> Result<(String, Vec<Images>), LayoutError> {
    let mut sets: BTreeMap<String, Vec<Images>> = BTreeMap::new();
    let mut compressed = None;
    for name in set.files()? {
        let Some(found) = IMAGES.iter().find_map(|end| name.strip_suffix(end)) else {
            if name.ends_with("-ubyte.gz") {
                compressed = Some(name);
            }
            continue;
        };
        let ends = [("train-", Split::Train), ("t10k-", Split::Test), ("test-", Split::Test)];
        let part =
            ends.into_iter().find_map(|(end, split)| Some((found.strip_suffix(end)?, split)));
        if let Some((prefix, split)) = part {
            let prefix = prefix.to_owned();
            sets.entry(prefix).or_default().push(Images { name, split });
        }
    }
    if let Some(wanted) = &options.set {
        let is_wanted = |prefix: &str| prefix.rsplit('/').next() == Some(&format!("{wanted}-"));
        sets.retain(|prefix, _| is_wanted(prefix));
    }
    if sets.len() > 1 {
        let names: Vec<String> = sets.keys().map(|prefix| format!("`{prefix}...`")).collect();
        let problem = format!("holds several sets: {}", names.join(", "));
        return Err(set
            .from("name the folder of one, or choose with `idx:set=emnist-letters`")
            .odd("", problem));
    }
    match (sets.pop_first(), compressed) {
        (Some(only), _) => Ok(only),
        (None, Some(name)) => {
            Err(set.from("unpack it: gunzip -k FILE").odd(&name, "is compressed".to_owned()))
        }
        (None, None) => Err(set.missing("train-images-idx3-ubyte", "the training images")),
    }
}

/// The labels that belong to a file of images, as many as there are images.
fn labels_of(set: Published<'_>, Images { name, .. }: &Images) -> Result<Vec<u8>, LayoutError> {
    let file = set.open(name, "the images")?;
    let len = set.len_of(name)?;
    let mut start = Vec::new();
    file.take(16).read_to_end(&mut start).map_err(|reason| set.unreadable(name, reason))?;
    let [count, height, width] = idx_header(&start)
        .filter(|extents| !extents.contains(&0))
        .ok_or_else(|| set.odd(name, "is no IDX file of images of bytes".to_owned()))?;
    let pixels = u64::from(count).checked_mul(u64::from(height) * u64::from(width));
    let expected = pixels.and_then(|pixels| pixels.checked_add(16));
    if expected != Some(len) || count as usize > numbered_path::LIMIT {
        let problem = format!("has {len} bytes, not those of {count} images of {width} x {height}");
        return Err(set.odd(name, problem));
    }
    let labels_name =
        name.replace("images-idx3", "labels-idx1").replace("images.idx3", "labels.idx1");
    let bytes = set.bytes(&labels_name, "the labels of the images")?;
    let labels = bytes.strip_prefix(&[0, 0, 8, 1]).and_then(|rest| rest.split_first_chunk::<4>());
    match labels {
        Some((n, labels)) if u32::from_be_bytes(*n) == count && labels.len() == count as usize => {
            Ok(labels.to_vec())
        }
        Some((n, labels)) => {
            let (said, n) = (u32::from_be_bytes(*n), labels.len());
            let problem = format!("has {n} labels and says {said}, for {count} images");
            Err(set.odd(&labels_name, problem))
        }
        None => Err(set.odd(&labels_name, "is no IDX file of labels".to_owned())),
    }
}

/// The labels that there are, sorted, and the name of each.
fn classes<'a>(
    set: Published<'_>,
    prefix: &str,
    labels: impl Iterator<Item = &'a u8>,
) -> Result<(Vec<u8>, Vec<String>), LayoutError> {
    let mapping = format!("{prefix}mapping.txt");
    if !set.has(&mapping) {
        let values: Vec<u8> = labels.copied().collect::<BTreeSet<_>>().into_iter().collect();
        let names = values.iter().map(u8::to_string).collect();
        return Ok((values, names));
    }
    let text = set.text(&mapping, MAPPING_LINE)?;
    let mut names = BTreeMap::new();
    for line in text.lines() {
        // Letters have two characters: the upper case one comes first.
        let mut words = line.line.split_whitespace().map(str::parse::<u32>);
        let (Some(Ok(value)), Some(Ok(code))) = (words.next(), words.next()) else {
            return Err(line.odd());
        };
        let value = u8::try_from(value).map_err(|_| line.odd())?;
        let name = char::from_u32(code).filter(|c| !c.is_control()).ok_or_else(|| line.odd())?;
        names.insert(value, name.to_string());
    }
    Ok(names.into_iter().unzip())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::store::MemoryFolder;

    /// Two training images of 1 x 3 pixels.
    fn mnist() -> MemoryFolder {
        let images = [&[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3][..], &[7; 6]].concat();
        let labels = vec![0, 0, 8, 1, 0, 0, 0, 2, 5, 9];
        let files = [("train-images-idx3-ubyte", images), ("train-labels-idx1-ubyte", labels)];
        MemoryFolder::new(Path::new("mnist"), files)
    }

    fn read(store: &MemoryFolder) -> Result<Manifest, LayoutError> {
        idx(Published::new(store, "its archive")?, &IdxSet::default())
    }

    #[test]
    fn pairs_of_files_are_read_from_anywhere() {
        let manifest = read(&mnist()).unwrap();
        assert_eq!(manifest.classes, ["5", "9"]);
        let labels: Vec<_> = manifest.samples.iter().map(|sample| sample.label).collect();
        assert_eq!(labels, [Some(0), Some(1)]);
    }

    /// A file that is removed after it was listed is missing: the error says where it comes from.
    #[test]
    fn a_file_that_vanishes_is_missing() {
        let error = read(&mnist().losing("train-images-idx3-ubyte")).unwrap_err();
        assert!(matches!(error, LayoutError::Missing { .. }), "{error}");
        assert!(error.to_string().contains("its archive"), "{error}");
    }
}
