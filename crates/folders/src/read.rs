//! How a tree is read when it is known which of its folders are splits.

use std::collections::{BTreeMap, BTreeSet};

use schema::Split;

use crate::reading::{ClassOf, Part, Reading};
use crate::split_names::{SplitNames, Splits, is_container};
use crate::tree::{Tree, join, name};

type Parts = BTreeMap<String, Part>;

/// Reads a tree in which the folders of some names are splits.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) tree: &'a Tree,
    names: SplitNames,
    /// The folder that all others lie in, such as one that was left over from unpacking.
    pub(crate) base: String,
}

/// Class folders in `base` with splits in them.
pub(crate) struct Divided {
    /// The images of each split of each class.
    pub(crate) reading: Reading,
    /// Whether all images of all classes lie in a split.
    pub(crate) is_whole: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(tree: &'a Tree, names: SplitNames) -> Self {
        let mut reader = Self { tree, names, base: String::new() };
        while let Some(below) = reader.only_folder() {
            reader.base = below;
        }
        reader
    }

    /// The splits in `base`.
    pub(crate) fn tops(&self) -> Splits<'a> {
        self.splits_in(&self.base)
    }

    /// One folder a class in `base`, and no splits.
    pub(crate) fn undivided(&self) -> Reading {
        Reading::classes_in(&self.base, self.tree)
    }

    /// The folder in `base` that all others lie in, if it is neither a split nor a class.
    fn only_folder(&self) -> Option<String> {
        let [only] = self.tree.names(&self.base) else { return None };
        let folder = join(&self.base, only);
        let is_left_over = if self.names.among([only.as_str()].into_iter()).by_name.is_empty() {
            self.has_folders_only(&folder) || is_container(only)
        } else {
            self.are_splits(&folder)
        };
        is_left_over.then_some(folder)
    }

    fn has_folders_only(&self, folder: &str) -> bool {
        !self.tree.has_images(folder) && !self.tree.names(folder).is_empty()
    }

    /// Whether all that lies in a folder is splits, and of several kinds.
    fn are_splits(&self, folder: &str) -> bool {
        let splits = self.splits_in(folder);
        let n_folders = self.tree.names(folder).len();
        !self.tree.has_images(folder)
            && splits.by_name.len() == n_folders
            && splits.n_distinct() > 1
    }

    /// The splits in a folder.
    pub(crate) fn splits_in(&self, folder: &str) -> Splits<'a> {
        self.names.among(self.tree.names(folder).iter().map(String::as_str))
    }

    /// A part for each folder that is given by its path.
    pub(crate) fn as_given(&self, given: &BTreeMap<String, Split>) -> Reading {
        let part = |(folder, split): (&String, &Split)| (folder.clone(), next(*split));
        let mut parts: Parts = given.iter().map(part).collect();
        if !has_splits(&parts) {
            parts.entry(self.base.clone()).or_insert(next(Split::None));
        }
        Reading::new(parts, self.tree)
    }

    /// Whether the splits of a reading hold folders.
    pub(crate) fn has_class_folders(&self, reading: &Reading) -> bool {
        let of_split = reading.parts.iter().filter(|(_, part)| part.split != Split::None);
        of_split.map(|(folder, _)| folder).any(|folder| !self.tree.names(folder).is_empty())
    }

    /// Splits in `base`, and the class folders in them.
    pub(crate) fn splits_on_top(&self, splits: &Splits<'_>) -> Reading {
        let in_base =
            |(name, split): (&&str, &Split)| self.part_roots(join(&self.base, name), *split);
        let mut roots: Vec<(String, Split)> = splits.by_name.iter().flat_map(in_base).collect();
        while let Some(below) = self.one_level_below(&roots) {
            roots = below;
        }
        let has_class_folders = roots.iter().any(|(root, _)| !self.tree.names(root).is_empty());
        let mut parts: Parts = roots.into_iter().map(|(root, split)| (root, next(split))).collect();
        let is_other = |name: &&String| !splits.by_name.contains_key(name.as_str());
        let others: Vec<&String> = self.tree.names(&self.base).iter().filter(is_other).collect();
        if !others.is_empty() && (!has_class_folders || !has_splits(&parts)) {
            parts.insert(self.base.clone(), next(Split::None));
        } else {
            let known = Part { split: Split::None, class: ClassOf::NextIfKnown };
            parts.extend(others.iter().map(|name| (join(&self.base, name), known.clone())));
        }
        Reading::new(parts, self.tree)
    }

    /// The folder that holds the classes of a split: the split's own, or one below of the same name or of the
    /// name of a container; several where the split is divided once more.
    fn part_roots(&self, folder: String, split: Split) -> Vec<(String, Split)> {
        if self.are_splits(&folder) {
            let inner = self.splits_in(&folder).by_name.into_iter();
            return inner
                .flat_map(|(name, split)| self.part_roots(join(&folder, name), split))
                .collect();
        }
        if let [only] = self.tree.names(&folder)
            && !self.tree.has_images(&folder)
        {
            let same_split = self.splits_in(&folder).by_name.get(only.as_str()) == Some(&split);
            if same_split || only == name(&folder) || is_container(only) {
                return self.part_roots(join(&folder, only), split);
            }
        }
        vec![(folder, split)]
    }

    /// The only folder in each of the roots, if there are folders in all of those: then they are no classes.
    fn one_level_below(&self, roots: &[(String, Split)]) -> Option<Vec<(String, Split)>> {
        let below = |(root, split): &(String, Split)| {
            let [only] = self.tree.names(root) else { return None };
            let folder = join(root, only);
            let is_split = !self.splits_in(root).by_name.is_empty();
            let is_passed =
                !is_split && !self.tree.has_images(root) && self.has_folders_only(&folder);
            is_passed.then_some((folder, *split))
        };
        roots.iter().map(below).collect()
    }

    /// Classes in `base`, with splits in the class folders; `None` where there are none.
    pub(crate) fn splits_below_classes(&self) -> Option<Divided> {
        let tops = || self.tree.names(&self.base).iter().map(|top| (top, join(&self.base, top)));
        let names: BTreeSet<&str> =
            tops().flat_map(|(_, folder)| self.tree.names(&folder)).map(String::as_str).collect();
        let splits = self.names.among(names.into_iter()).by_name;
        if splits.is_empty() {
            return None;
        }
        let (mut parts, mut is_whole) = (Parts::new(), true);
        for (top, folder) in tops() {
            let part = |split| Part { split, class: ClassOf::Fixed(top.clone()) };
            let names = self.tree.names(&folder);
            for name in names {
                let split = splits.get(name.as_str()).copied();
                let roots = split.map(|split| self.part_roots(join(&folder, name), split));
                parts.extend(roots.into_iter().flatten().map(|(root, split)| (root, part(split))));
            }
            let is_split = |name: &String| splits.contains_key(name.as_str());
            if self.tree.has_images(&folder) || !names.iter().all(is_split) {
                is_whole = false;
                parts.insert(folder, part(Split::None));
            }
        }
        Some(Divided { reading: Reading::new(parts, self.tree), is_whole })
    }
}

/// A part whose folders are classes.
pub(crate) fn next(split: Split) -> Part {
    Part { split, class: ClassOf::Next }
}

fn has_splits(parts: &Parts) -> bool {
    parts.values().any(|part| part.split != Split::None)
}
