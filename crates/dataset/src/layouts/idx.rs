//! MNIST, Fashion-MNIST and EMNIST: pairs of IDX files, one of images and one of labels.
//!
//! `train-images-idx3-ubyte` and `train-labels-idx1-ubyte` are for training, `t10k-...` (in EMNIST
//! `...test-...`) for the test. The images of EMNIST are stored column by column, its letters are labelled
//! from 1 on, and `...-mapping.txt` tells which character a label is. The files are read as they are packed
//! (`....gz`), too.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read as _};
use std::path::Path;
use std::str::FromStr;

use schema::Split;
use sha2::{Digest as _, Sha256};

use super::class_names::{FASHION_MNIST, FASHION_MNIST_LABELS};
use crate::gathering::{Gathering, Labels, label};
use crate::layout_error::LayoutError;
use crate::limits::LIST_BYTES;
use crate::manifest::Manifest;
use crate::numbered_path;
use crate::packed::{is_packed, unpacked_name};
use crate::published::{Published, sample_path};
use crate::record::idx_header;

const MAPPING_LINE: &str = "a label, and the code of its character";
const NAME_LINE: &str = "the name of the class with the number of the line, from 0 on";
/// How the names of the files of images end, as the authors have them and as some mirrors do.
const IMAGES: [&str; 2] = ["images-idx3-ubyte", "images.idx3-ubyte"];

/// Which of several sets, and how its classes are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IdxSet {
    /// What the names of its files begin with, such as `emnist-letters`.
    pub(crate) set: Option<String>,
    /// Where the names of its classes are.
    pub(crate) names: Option<Names>,
}

/// Names of classes that the files only number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// Those of Fashion-MNIST.
    Fashion,
    /// A name a line in this file below the root.
    File(String),
}

impl FromStr for Names {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(if text == "fashion-mnist" { Self::Fashion } else { Self::File(text.to_owned()) })
    }
}

/// A file of images.
struct Images {
    /// Its path below the root.
    name: String,
    split: Split,
}

/// Reads the labels of all pairs of one set; the images stay where they are, packed or not.
pub(crate) fn idx(set: Published<'_>, options: &IdxSet) -> Result<Manifest, LayoutError> {
    let (prefix, files, mut notes) = chosen(set, options)?;
    let mut labels: Vec<(&Images, Vec<u8>)> = Vec::new();
    let mut digests = Vec::new();
    for images in &files {
        let bytes = labels_of(set, images)?;
        digests.push(
            Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
        );
        labels.push((images, bytes[LABELS_HEADER..].to_vec()));
    }
    let all = labels.iter().flat_map(|(_, labels)| labels).copied().collect();
    let (values, classes) = match &options.names {
        Some(names) => named(set, names, &all)?,
        None if digests.iter().all(|digest| FASHION_MNIST_LABELS.contains(&digest.as_str())) => {
            notes.push(
                "the labels are those of Fashion-MNIST, whose names the classes get".to_owned(),
            );
            named(set, &Names::Fashion, &all)?
        }
        None => mapped(set, &prefix, &all)?,
    };
    let mut gathering = Gathering::new(set, classes, Labels::One, false);
    gathering.notes = notes;
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

/// What the names of the files of a set begin with, and its files of images.
type Chosen = (String, Vec<Images>, Vec<String>);

/// The files of images of the set asked for, or of the only one there is; and a note where one of two is
/// taken.
fn chosen(set: Published<'_>, options: &IdxSet) -> Result<Chosen, LayoutError> {
    let mut sets: BTreeMap<String, Vec<Images>> = BTreeMap::new();
    let mut notes = Vec::new();
    for name in set.files()? {
        let Some((prefix, split)) = part(&name) else { continue };
        let of_set = sets.entry(prefix).or_default();
        let same = |images: &&mut Images| images.split == split;
        match of_set.iter_mut().find(same) {
            // What is unpacked comes before what is packed, by name and for use.
            Some(images) if unpacked_name(&name) == images.name => {}
            Some(images) => notes.push(format!("`{}` is read, and not `{name}`", images.name)),
            None => of_set.push(Images { name, split }),
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
    let (prefix, files) = sets
        .pop_first()
        .ok_or_else(|| set.missing("train-images-idx3-ubyte", "the training images"))?;
    Ok((prefix, files, notes))
}

/// What the names of the set begin with that a file of images is of, and its part; `None` for other files. Some
/// archives unpack a file into a folder of its own name, which is passed over.
fn part(name: &str) -> Option<(String, Split)> {
    let plain = unpacked_name(name);
    let plain = match plain.rsplit_once('/') {
        Some((folder, file)) if folder.rsplit('/').next() == Some(file) => folder,
        _ => plain,
    };
    let found = IMAGES.iter().find_map(|end| plain.strip_suffix(end))?;
    let ends = [("train-", Split::Train), ("t10k-", Split::Test), ("test-", Split::Test)];
    ends.into_iter().find_map(|(end, split)| Some((found.strip_suffix(end)?.to_owned(), split)))
}

/// Bytes of a file of labels before the first.
const LABELS_HEADER: usize = 8;

/// The file of labels that belongs to a file of images, with as many as there are images.
fn labels_of(set: Published<'_>, Images { name, .. }: &Images) -> Result<Vec<u8>, LayoutError> {
    let count = count_of(set, name)?;
    let labels_name = labels_name(set, name);
    // What is packed may be endless when it is unpacked.
    let whole = (LABELS_HEADER as u64) + u64::from(count);
    let limit = if is_packed(&labels_name) { whole } else { LIST_BYTES };
    let bytes = set.bytes_within(&labels_name, "the labels of the images", limit)?;
    let labels = bytes.strip_prefix(&[0, 0, 8, 1]).and_then(|rest| rest.split_first_chunk::<4>());
    match labels {
        Some((n, labels)) if u32::from_be_bytes(*n) == count && labels.len() == count as usize => {
            Ok(bytes)
        }
        Some((n, labels)) => {
            let (said, n) = (u32::from_be_bytes(*n), labels.len());
            let problem = format!("has {n} labels and says {said}, for {count} images");
            Err(set.odd(&labels_name, problem))
        }
        None => Err(set.odd(&labels_name, "is no IDX file of labels".to_owned())),
    }
}

/// The number of images in a file, which has the length that it says.
fn count_of(set: Published<'_>, name: &str) -> Result<u32, LayoutError> {
    let unreadable = |reason| set.unreadable(name, reason);
    let mut file = set.open_unpacked(name, "the images")?;
    let mut start = Vec::new();
    file.by_ref().take(16).read_to_end(&mut start).map_err(unreadable)?;
    let [count, height, width] = idx_header(&start)
        .filter(|extents| !extents.contains(&0))
        .ok_or_else(|| set.odd(name, "is no IDX file of images of bytes".to_owned()))?;
    let pixels = u64::from(count).checked_mul(u64::from(height) * u64::from(width));
    let expected = pixels.and_then(|pixels| pixels.checked_add(16));
    let len = if is_packed(name) {
        let limit = expected.unwrap_or(u64::MAX).min(LIST_BYTES);
        let rest = io::copy(&mut file.take(limit), &mut io::sink()).map_err(unreadable)?;
        if rest == LIST_BYTES {
            let problem = format!("has more than {LIST_BYTES} bytes when it is unpacked");
            return Err(set.from("unpack it: gunzip -k FILE").odd(name, problem));
        }
        start.len() as u64 + rest
    } else {
        set.len_of(name)?
    };
    if expected != Some(len) || count as usize > numbered_path::LIMIT {
        let problem = format!("has {len} bytes, not those of {count} images of {width} x {height}");
        return Err(set.odd(name, problem));
    }
    Ok(count)
}

/// The file of labels beside a file of images: packed or not, in a folder of its own name or not.
fn labels_name(set: Published<'_>, images: &str) -> String {
    let plain = unpacked_name(images);
    let labels = plain.replace("images-idx3", "labels-idx1").replace("images.idx3", "labels.idx1");
    let (folder, file) = labels.rsplit_once('/').unwrap_or(("", &labels));
    let above = match folder.rsplit_once('/') {
        _ if folder == file => String::new(),
        Some((above, last)) if last == file => format!("{above}/"),
        _ if folder.is_empty() => String::new(),
        _ => format!("{folder}/"),
    };
    let dashed = file.replace("labels.idx1", "labels-idx1");
    let dotted = file.replace("labels-idx1", "labels.idx1");
    let names = [file, &dashed, &dotted]
        .map(|file| [format!("{above}{file}"), format!("{above}{file}/{file}")]);
    let names = names.iter().flatten().flat_map(|name| [name.clone(), format!("{name}.gz")]);
    let mut there_are = names.filter(|name| set.has_file(Path::new(name)));
    there_are.next().unwrap_or(labels)
}

/// All labels that there are names for, and the names.
fn named(
    set: Published<'_>,
    names: &Names,
    labels: &BTreeSet<u8>,
) -> Result<(Vec<u8>, Vec<String>), LayoutError> {
    let (file, names) = match names {
        Names::Fashion => ("", FASHION_MNIST.map(str::to_owned).to_vec()),
        Names::File(file) => {
            let text = set.text(file, NAME_LINE)?;
            (file.as_str(), text.lines().map(|line| line.line.to_owned()).collect())
        }
    };
    if let Some(label) = labels.iter().find(|label| usize::from(**label) >= names.len()) {
        let problem =
            format!("has {} names of classes, and none for the label {label}", names.len());
        return Err(set.from("the names are those of the labels from 0 on").odd(file, problem));
    }
    Ok((0..=u8::MAX).zip(names).unzip())
}

/// The labels that there are, sorted, and the name of each: by the mapping of EMNIST, or the number itself.
fn mapped(
    set: Published<'_>,
    prefix: &str,
    labels: &BTreeSet<u8>,
) -> Result<(Vec<u8>, Vec<String>), LayoutError> {
    let mapping = format!("{prefix}mapping.txt");
    if !set.has(&mapping) {
        return Ok((labels.iter().copied().collect(), labels.iter().map(u8::to_string).collect()));
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
