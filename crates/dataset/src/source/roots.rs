//! The folder of a published data set, where another one was given: a level too high, or too deep.

use std::fs;
use std::io;
use std::path::{Path, PathBuf, absolute};

use super::Layout;
use crate::file_name::is_hidden;
use crate::layout_error::LayoutError;
use crate::limits::NAMES;

/// How many levels below and above the given folder are looked at.
const LEVELS: usize = 2;

/// By what the folder of a data set is known: it holds everything in one of these lists. None are empty, and
/// layouts that are searched for otherwise have none.
#[derive(Default)]
pub(super) struct Markers {
    /// What no other data set has.
    own: Vec<Vec<String>>,
    /// What others of its kind have as well, so that a folder is not searched for by it.
    shared: Vec<Vec<String>>,
}

impl Layout {
    /// By what the folder of the data set is known.
    pub(super) fn markers(&self) -> Markers {
        let shared = match self {
            Self::Voc(_) => vec![["ImageSets/Main", "JPEGImages"].map(str::to_owned).to_vec()],
            _ => Vec::new(),
        };
        Markers { own: self.own_markers(), shared }
    }

    fn own_markers(&self) -> Vec<Vec<String>> {
        let owned = |lists: &[&[&str]]| -> Vec<Vec<String>> {
            lists.iter().map(|list| list.iter().map(|name| (*name).to_owned()).collect()).collect()
        };
        match self {
            Self::Voc(year) => vec![
                vec![format!("VOCdevkit/VOC{year}/ImageSets/Main")],
                vec![format!("VOC{year}/ImageSets/Main")],
            ],
            Self::Mit67 => owned(&[&["Images", "TrainImages.txt", "TestImages.txt"]]),
            Self::Flowers102(_) => owned(&[&["jpg", "imagelabels.mat", "setid.mat"]]),
            Self::Cub200(_) => owned(&[&["CUB_200_2011/images.txt"], &["images.txt", "images"]]),
            // What is given may be this folder itself, which the reader of the layout takes for it.
            Self::Caltech(which, _) => {
                let folder = which.folder();
                let above = ["caltech101", "caltech-101", "caltech256"];
                let above = above.map(|above| vec![format!("{above}/{folder}")]);
                [vec![folder.to_owned()]].into_iter().chain(above).collect()
            }
            Self::Cifar10 => {
                owned(&[&["cifar-10-batches-bin/batches.meta.txt"], &["batches.meta.txt"]])
            }
            Self::Cifar100(_) => {
                owned(&[&["cifar-100-binary/fine_label_names.txt"], &["fine_label_names.txt"]])
            }
            Self::ImageNet => owned(&[
                &["ILSVRC/Data/CLS-LOC/train"],
                &["train", "LOC_synset_mapping.txt"],
                &["train", "synset_words.txt"],
                &["train", "synsets.txt"],
            ]),
            Self::Coco(coco) => {
                vec![vec!["annotations".to_owned(), format!("train{}", coco.year)]]
            }
            Self::OpenImages => owned(&[
                &["class-descriptions-boxable.csv", "train"],
                &["oidv7-class-descriptions-boxable.csv", "train"],
            ]),
            Self::Folder(_)
            | Self::Csv(..)
            | Self::Attributes(..)
            | Self::Oxford5k(_)
            | Self::Paris6k(_)
            | Self::Holidays
            | Self::Ukbench
            | Self::Idx(_) => Vec::new(),
        }
    }
}

/// The folder that is known by `markers`, and a note when it is not the one that was given. That one, when there is no other: reading it tells what is missing.
pub(super) fn found_root(
    given: &Path,
    markers: &Markers,
) -> Result<(PathBuf, Option<String>), LayoutError> {
    let Markers { own, shared } = markers;
    let is_itself = |list: &Vec<String>| matches!(list.as_slice(), [one] if is_called(given, one));
    let is_right = holds(given, own) || holds(given, shared) || own.iter().any(is_itself);
    if own.is_empty() || is_right {
        return Ok((given.to_owned(), None));
    }
    let found = match below(given, own)? {
        Some(found) => Some(found),
        None => above(given, &[&own[..], shared].concat()),
    };
    Ok(match found {
        Some(found) => {
            let note =
                format!("the data set is in `{0}`: paths are relative to it", found.display());
            (found, Some(note))
        }
        None => (given.to_owned(), None),
    })
}

/// Whether a folder has this name.
fn is_called(folder: &Path, name: &str) -> bool {
    absolute(folder).is_ok_and(|folder| folder.file_name().is_some_and(|found| found == name))
}

/// Whether a folder holds everything in one of the lists.
fn holds(folder: &Path, markers: &[Vec<String>]) -> bool {
    markers.iter().any(|list| list.iter().all(|name| folder.join(name).exists()))
}

/// The folder below `given`, level by level; several are an error.
fn below(given: &Path, markers: &[Vec<String>]) -> Result<Option<PathBuf>, LayoutError> {
    let mut level = vec![given.to_owned()];
    for _ in 0..LEVELS {
        // What cannot be listed here is told when the data set is read.
        level =
            level.iter().filter_map(|folder| folders(folder).ok()).flatten().take(NAMES).collect();
        let found: Vec<&PathBuf> = level.iter().filter(|folder| holds(folder, markers)).collect();
        match found.as_slice() {
            [] => {}
            [one] => return Ok(Some((*one).clone())),
            several => {
                let names: Vec<_> = several.iter().map(|f| format!("`{}`", f.display())).collect();
                return Err(LayoutError::Odd {
                    path: given.to_owned(),
                    problem: format!("holds the data set several times: {}", names.join(", ")),
                    origin: "name the folder of one".to_owned(),
                });
            }
        }
    }
    Ok(None)
}

/// The folders in a folder, in byte order, without hidden ones.
fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !is_hidden(&entry.file_name()) && entry.path().is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort_unstable();
    Ok(folders)
}

/// The folder above `given` that is the data set with `given` as a part of it.
fn above(given: &Path, markers: &[Vec<String>]) -> Option<PathBuf> {
    let given = absolute(given).ok()?;
    let is_part = |folder: &Path| {
        let inner = given.strip_prefix(folder).unwrap_or(&given);
        let fits = |list: &&Vec<String>| list.iter().any(|name| Path::new(name).starts_with(inner));
        let fitting: Vec<Vec<String>> = markers.iter().filter(fits).cloned().collect();
        holds(folder, &fitting)
    };
    given.ancestors().skip(1).take(LEVELS).find(|folder| is_part(folder)).map(Path::to_owned)
}
