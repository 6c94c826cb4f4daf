//! What the folders of a path mean.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schema::{Split, Unlabelled};

use crate::choice::Choice;
use crate::tree::{Tree, below, parent};

/// One way to read a tree of folders.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// By their folders, what the images below them are.
    pub(crate) parts: BTreeMap<String, Part>,
    /// Which folder of a path, from 1 on, names the class, whatever the parts say.
    pub(crate) class_depth: Option<usize>,
    /// What a user says for this reading to be taken, where there are others.
    pub choices: Vec<Choice>,
    /// Classes that some part has by itself.
    known: BTreeSet<String>,
}

/// The images below a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) split: Split,
    pub(crate) class: ClassOf,
}

/// What the class of an image is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ClassOf {
    /// The folder of the part that it lies in.
    Next,
    /// The same, if another part has such a class.
    NextIfKnown,
    /// The same for all images of the part.
    Fixed(String),
}

impl Reading {
    /// A reading of these parts.
    pub(crate) fn new(parts: BTreeMap<String, Part>, tree: &Tree) -> Self {
        let names = |(folder, part): (&String, &Part)| match &part.class {
            ClassOf::Next => tree.names(folder).to_vec(),
            ClassOf::NextIfKnown => Vec::new(),
            ClassOf::Fixed(class) => vec![class.clone()],
        };
        let known = parts.iter().flat_map(names).collect();
        Self { parts, known, ..Self::default() }
    }

    /// One folder a class below `folder`, and no splits.
    pub(crate) fn classes_in(folder: &str, tree: &Tree) -> Self {
        let part = Part { split: Split::None, class: ClassOf::Next };
        Self::new(BTreeMap::from([(folder.to_owned(), part)]), tree)
    }

    /// The folders that hold class folders, in byte order.
    pub(crate) fn class_parents(&self) -> impl Iterator<Item = &str> {
        let parents = self.parts.iter().filter(|(_, part)| part.class == ClassOf::Next);
        parents.map(|(folder, _)| folder.as_str())
    }

    /// The innermost part that an image lies in.
    fn part(&self, path: &str) -> Option<(&str, &Part)> {
        let mut folder = parent(path);
        loop {
            match self.parts.get_key_value(folder) {
                Some((folder, part)) => return Some((folder, part)),
                None if folder.is_empty() => return None,
                None => folder = parent(folder),
            }
        }
    }

    /// The class and the split of an image.
    pub fn meaning<'p>(&'p self, path: &'p str) -> (Option<&'p str>, Split) {
        let part = self.part(path);
        let split = part.map_or(Split::None, |(_, part)| part.split);
        let class = match (self.class_depth, part) {
            (Some(depth), _) => {
                parent(path).split('/').nth(depth - 1).filter(|name| !name.is_empty())
            }
            (None, Some((folder, part))) => self.class_in(path, folder, part),
            (None, None) => None,
        };
        (class, split)
    }

    fn class_in<'p>(&'p self, path: &'p str, folder: &str, part: &'p Part) -> Option<&'p str> {
        let next = || Some(below(path, folder)?.split_once('/')?.0);
        match &part.class {
            ClassOf::Next => next(),
            ClassOf::NextIfKnown => next().filter(|class| self.known.contains(*class)),
            ClassOf::Fixed(class) => Some(class),
        }
    }

    /// The classes of images, in byte order.
    pub fn classes<'p>(&self, images: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
        let mut classes = BTreeSet::new();
        for path in images {
            if let Some(class) = self.meaning(path).0
                && !classes.contains(class)
            {
                classes.insert(class.to_owned());
            }
        }
        classes
    }

    /// Where images without a class lie, when others have one.
    pub fn unlabelled<'p>(&self, images: impl Iterator<Item = &'p str>) -> Vec<Unlabelled> {
        let mut found: BTreeMap<&str, Unlabelled> = BTreeMap::new();
        for path in images.filter(|path| self.meaning(path).0.is_none()) {
            let top = || path.split_once('/').map_or("", |(top, _)| top);
            let folder = self.part(path).map_or_else(top, |(folder, _)| folder);
            let place = found.entry(folder).or_insert_with(|| Unlabelled {
                folder: folder.to_owned(),
                n_images: 0,
                example: path.to_owned(),
            });
            place.n_images += 1;
        }
        found.into_values().collect()
    }

    /// Those of the `folders` without an image below them that stand where a split or class folder would.
    pub fn empty_folders(&self, folders: &[String], tree: &Tree) -> Vec<String> {
        let mut parents = BTreeSet::new();
        for (folder, part) in &self.parts {
            parents.extend((part.class == ClassOf::Next).then_some(folder.as_str()));
            let mut above = folder.as_str();
            while !above.is_empty() {
                above = parent(above);
                parents.insert(above);
            }
        }
        let is_missed = |folder: &&String| parents.contains(parent(folder)) && !tree.has(folder);
        folders.iter().filter(is_missed).cloned().collect()
    }

    /// What the reading makes of images, in words.
    pub fn words<'p>(&self, images: impl Iterator<Item = &'p str> + Clone) -> String {
        let is_read = |path: &&str| {
            let is_below = |choice: &Choice| match choice {
                Choice::Folder(folder) => below(path, folder).is_some(),
                Choice::Splits(_) | Choice::Classes(_) => true,
            };
            self.choices.iter().all(is_below)
        };
        let images = images.filter(is_read);
        let classes = self.classes(images.clone());
        let mut splits: BTreeMap<u8, (Split, usize)> = BTreeMap::new();
        let (mut n, mut n_unlabelled) = (0, 0);
        for (class, split) in images.map(|path| self.meaning(path)) {
            n += 1;
            splits.entry(split.code()).or_insert((split, 0)).1 += 1;
            n_unlabelled += usize::from(class.is_none());
        }
        let splits = splits.into_values().filter(|(split, _)| *split != Split::None);
        let splits: Vec<String> =
            splits.map(|(split, n)| format!("{} {n}", split.name())).collect();
        let splits = match splits.len() {
            0 => "no splits".to_owned(),
            _ => format!("splits {}", splits.join(", ")),
        };
        let classes = Listed { names: &classes };
        match n_unlabelled {
            0 => format!("{classes}; {splits}"),
            _ => format!("{classes}; {splits}; {n_unlabelled} of {n} images without a class"),
        }
    }
}

/// Those of the readings that make something else of the images than the ones before them.
pub fn distinct<'p>(
    readings: Vec<Reading>,
    images: impl Iterator<Item = &'p str> + Clone,
) -> Vec<Reading> {
    let mut found: Vec<Reading> = Vec::new();
    for reading in readings {
        let is_same = |known: &Reading| {
            let is_read_alone = |choice: &Choice| matches!(choice, Choice::Folder(_));
            let is_like = |path: &'p str| known.meaning(path) == reading.meaning(path);
            !reading.choices.iter().any(is_read_alone) && images.clone().all(is_like)
        };
        if !found.iter().any(is_same) {
            found.push(reading);
        }
    }
    found
}

/// Some names of many.
struct Listed<'a> {
    names: &'a BTreeSet<String>,
}

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        let names: Vec<&str> = self.names.iter().take(SHOWN).map(String::as_str).collect();
        let more = if self.names.len() > SHOWN { ", ..." } else { "" };
        match self.names.len() {
            0 => f.write_str("no classes"),
            1 => write!(f, "one class ({})", names[0]),
            n => write!(f, "{n} classes ({}{more})", names.join(", ")),
        }
    }
}
