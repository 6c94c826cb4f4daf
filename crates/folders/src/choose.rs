//! Which way to read a tree of folders, or ways where there are several.

use std::collections::{BTreeMap, BTreeSet};

use schema::Split;

use crate::choice::{Choice, ClassDepth, FolderOptions, SplitFolders};
use crate::reading::{ClassOf, Part, Reading};
use crate::split_names::{SplitNames, Splits, is_container, is_image_container, says_unlabelled};
use crate::tree::{Tree, depth, join, name};

type Parts = BTreeMap<String, Part>;

/// Chooses among the ways to read a tree.
#[derive(Debug)]
pub struct Chooser<'a> {
    tree: &'a Tree,
    options: &'a FolderOptions,
    names: SplitNames,
    /// The folder that all others lie in, such as one that was left over from unpacking.
    base: String,
}

impl<'a> Chooser<'a> {
    /// A chooser of readings that agree with the options.
    pub fn new(tree: &'a Tree, options: &'a FolderOptions) -> Self {
        let names = match &options.splits {
            Some(SplitFolders::None) => SplitNames::None,
            Some(SplitFolders::Given(given)) => SplitNames::Given(given.clone()),
            Some(SplitFolders::Top | SplitFolders::BelowClasses) | None => SplitNames::Usual,
        };
        let mut chooser = Self { tree, options, names, base: String::new() };
        while let Some(below) = chooser.only_folder() {
            chooser.base = below;
        }
        chooser
    }

    /// The folder that all others lie in; the empty path for the root.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The ways to read the tree: one when there is no doubt, none when there is none that the options want.
    pub fn readings(&self) -> Vec<Reading> {
        let mut readings: Vec<Reading> =
            self.by_splits().into_iter().flat_map(|reading| self.by_classes(reading)).collect();
        if let Some(ClassDepth(depth)) = self.options.classes {
            // Those that differ in their classes alone are one.
            readings.dedup_by_key(|reading| reading.splits());
            for reading in &mut readings {
                reading.class_depth = Some(depth);
                reading.choices.retain(|choice| !matches!(choice, Choice::Classes(_)));
            }
        }
        readings
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

    fn splits_in(&self, folder: &str) -> Splits<'a> {
        self.names.among(self.tree.names(folder).iter().map(String::as_str))
    }

    /// The readings as far as splits are concerned.
    fn by_splits(&self) -> Vec<Reading> {
        let splits = self.splits_in(&self.base);
        match &self.options.splits {
            Some(SplitFolders::Given(given)) if given.keys().any(|folder| folder.contains('/')) => {
                vec![self.as_given(given)]
            }
            Some(SplitFolders::Top) if splits.by_name.is_empty() => Vec::new(),
            Some(SplitFolders::BelowClasses) => self.splits_below_classes(),
            _ if splits.by_name.is_empty() => self.splits_below_classes(),
            Some(_) => vec![self.splits_on_top(&splits)],
            None => self.splits_perhaps_on_top(&splits),
        }
    }

    /// A part for each folder that is given by its path.
    fn as_given(&self, given: &BTreeMap<String, Split>) -> Reading {
        let part = |(folder, split): (&String, &Split)| (folder.clone(), next(*split));
        let mut parts: Parts = given.iter().map(part).collect();
        if !has_splits(&parts) {
            parts.entry(self.base.clone()).or_insert(next(Split::None));
        }
        Reading::new(parts, self.tree)
    }

    fn splits_perhaps_on_top(&self, splits: &Splits<'_>) -> Vec<Reading> {
        let on_top = self.splits_on_top(splits);
        let has_others = splits.by_name.len() < self.tree.names(&self.base).len();
        let is_certain = splits.are_of_one_set
            && if has_others {
                splits.n_distinct() > 1 && self.has_class_folders(&on_top)
            } else {
                splits.n_distinct() > 1
                    || splits.by_name.len() == 1
                    || self.has_class_folders(&on_top)
            };
        if !is_certain {
            let classes = Reading::classes_in(&self.base, self.tree);
            let [top, none] = [SplitFolders::Top, SplitFolders::None].map(Choice::Splits);
            return vec![on_top.by(top), classes.by(none)];
        }
        match self.split_in_a_split(&on_top) {
            Some(inner) => vec![on_top.by(Choice::Splits(SplitFolders::Top)), inner],
            None => vec![on_top],
        }
    }

    fn has_class_folders(&self, reading: &Reading) -> bool {
        let of_split = reading.parts.iter().filter(|(_, part)| part.split != Split::None);
        of_split.map(|(folder, _)| folder).any(|folder| !self.tree.names(folder).is_empty())
    }

    /// The reading of the only folder in the only split, where it is named like another split.
    fn split_in_a_split(&self, on_top: &Reading) -> Option<Reading> {
        let mut parts = on_top.parts.keys();
        let (Some(only), None) = (parts.next(), parts.next()) else { return None };
        let [inner] = self.tree.names(only) else { return None };
        let split = *self.splits_in(only).by_name.get(inner.as_str())?;
        let given = BTreeMap::from([(join(only, inner), split)]);
        let reading = self.as_given(&given);
        Some(reading.by(Choice::Splits(SplitFolders::Given(given))))
    }

    /// Splits in `base`, and the class folders in them.
    fn splits_on_top(&self, splits: &Splits<'_>) -> Reading {
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

    /// Classes in `base`, with splits in the class folders where there are any.
    fn splits_below_classes(&self) -> Vec<Reading> {
        let tops = || self.tree.names(&self.base).iter().map(|top| (top, join(&self.base, top)));
        let names: BTreeSet<&str> =
            tops().flat_map(|(_, folder)| self.tree.names(&folder)).map(String::as_str).collect();
        let splits = self.names.among(names.into_iter());
        let is_wanted = matches!(
            self.options.splits,
            Some(SplitFolders::BelowClasses | SplitFolders::Given(_) | SplitFolders::Top)
        );
        let classes = Reading::classes_in(&self.base, self.tree);
        if splits.by_name.is_empty() {
            return if is_wanted { Vec::new() } else { vec![classes] };
        }
        let mut roots: Vec<(String, Split, &String)> = Vec::new();
        let mut undivided: Vec<(String, Split, &String)> = Vec::new();
        for (top, folder) in tops() {
            for name in self.tree.names(&folder) {
                if let Some(split) = splits.by_name.get(name.as_str()) {
                    let in_split = self.part_roots(join(&folder, name), *split).into_iter();
                    roots.extend(in_split.map(|(root, split)| (root, split, top)));
                }
            }
            let is_split = |name: &String| splits.by_name.contains_key(name.as_str());
            if self.tree.has_images(&folder) || !self.tree.names(&folder).iter().all(is_split) {
                undivided.push((folder, Split::None, top));
            }
        }
        let fixed = |(root, split, top): &(String, Split, &String)| {
            (root.clone(), Part { split: *split, class: ClassOf::Fixed((*top).clone()) })
        };
        let parts = roots.iter().chain(&undivided).map(fixed).collect();
        let below = Reading::new(parts, self.tree);
        if !undivided.is_empty() && !is_wanted {
            let [class, none] =
                [SplitFolders::BelowClasses, SplitFolders::None].map(Choice::Splits);
            return vec![below.by(class), classes.by(none)];
        }
        if roots.iter().all(|(root, ..)| self.tree.names(root).is_empty()) {
            return vec![below];
        }
        let parts = roots.iter().map(|(root, split, _)| (root.clone(), next(*split))).collect();
        let inner = Reading::new(parts, self.tree);
        let class_depth = depth(&self.base) + 1;
        vec![below.by(at(class_depth)), inner.by(at(depth(&roots[0].0) + 1))]
    }

    /// The reading, and the others that there are where its folders may be no classes.
    fn by_classes(&self, reading: Reading) -> Vec<Reading> {
        let says_classes = |choice: &Choice| matches!(choice, Choice::Classes(_));
        if self.options.classes.is_some() || reading.choices.iter().any(says_classes) {
            return vec![reading];
        }
        let other = (self.beside_the_images(&reading))
            .or_else(|| self.more_of_the_classes(&reading))
            .or_else(|| self.without_a_class(&reading))
            .or_else(|| self.foreign_class(&reading))
            .or_else(|| self.one_deeper(&reading));
        match other {
            Some(mut other) => {
                let roots = reading.class_parents();
                let class_depth = roots.map(depth).max().unwrap_or_default() + 1;
                // What it says of splits itself is all there is to say.
                if other.choices.iter().all(says_classes) {
                    other.choices.splice(0..0, reading.choices.clone());
                }
                vec![reading.by(at(class_depth)), other]
            }
            None => vec![reading],
        }
    }

    /// Where one of several folders is called like one that holds images and no class, it may be all there is
    /// to read: beside it lie masks, or depths.
    fn beside_the_images(&self, reading: &Reading) -> Option<Reading> {
        let tops = self.class_names(reading)?;
        let container =
            tops.iter().find(|name| is_image_container(name)).filter(|_| tops.len() > 1)?;
        let folder = join(&self.base, container);
        Some(Reading::classes_in(&folder, self.tree).by(Choice::Folder(folder)))
    }

    /// Where one of several folders holds folders of the names of others, it may be another copy of the data
    /// set, or a part of it.
    fn more_of_the_classes(&self, reading: &Reading) -> Option<Reading> {
        let tops = self.class_names(reading)?;
        let lower: BTreeSet<String> = tops.iter().map(|name| name.to_lowercase()).collect();
        let repeats = |top: &&String| {
            let folder = join(&self.base, top);
            let is_known = |name: &String| name != *top && lower.contains(&name.to_lowercase());
            !self.tree.has_images(&folder) && self.tree.names(&folder).iter().any(is_known)
        };
        tops.iter().find(repeats).map(|top| self.with_no_class(reading, top))
    }

    /// Where one of several folders says that its images have no label, it may be no class.
    fn without_a_class(&self, reading: &Reading) -> Option<Reading> {
        let tops = self.class_names(reading)?;
        tops.iter().find(|name| says_unlabelled(name)).map(|top| self.with_no_class(reading, top))
    }

    /// The reading in which a folder in `base` is no class.
    fn with_no_class(&self, reading: &Reading, top: &str) -> Reading {
        let folder = join(&self.base, top);
        let mut parts = reading.parts.clone();
        parts.insert(folder.clone(), next(Split::None));
        let given = BTreeMap::from([(folder, Split::None)]);
        Reading::new(parts, self.tree).by(Choice::Splits(SplitFolders::Given(given)))
    }

    /// Names of the class folders in `base`, where it is the only folder with any.
    fn class_names(&self, reading: &Reading) -> Option<&'a [String]> {
        let is_all = reading.parts.len() == 1 && reading.parts.contains_key(&self.base);
        is_all.then(|| self.tree.names(&self.base))
    }

    /// Where a split has but one folder, and of a name that no other split has, its images may have no class.
    fn foreign_class(&self, reading: &Reading) -> Option<Reading> {
        let has_other = |folder: &str, only: &String| {
            reading
                .class_parents()
                .any(|other| other != folder && self.tree.names(other).contains(only))
        };
        let is_foreign = |folder: &&str| match self.tree.names(folder) {
            [only] => !self.tree.has_images(folder) && !has_other(folder, only),
            _ => false,
        };
        let has_several = |folder: &str| self.tree.names(folder).len() > 1;
        if !reading.class_parents().any(has_several) {
            return None;
        }
        let foreign = reading.class_parents().find(is_foreign)?;
        let given = reading.parts.iter().filter(|(_, part)| part.class == ClassOf::Next);
        let given: BTreeMap<String, Split> = given
            .map(|(folder, part)| {
                let below = || join(folder, &self.tree.names(folder)[0]);
                (if folder == foreign { below() } else { folder.clone() }, part.split)
            })
            .collect();
        Some(self.as_given(&given).by(Choice::Splits(SplitFolders::Given(given))))
    }

    /// Where no image lies in a class folder itself, the folders in them may be the classes.
    fn one_deeper(&self, reading: &Reading) -> Option<Reading> {
        let in_parent = |parent| self.tree.names(parent).iter().map(move |name| join(parent, name));
        let is_part = |folder: &String| reading.parts.contains_key(folder);
        let classes = reading.class_parents().flat_map(in_parent).filter(|folder| !is_part(folder));
        let classes: Vec<String> = classes.map(|folder| self.inside_containers(folder)).collect();
        if classes.iter().any(|class| self.tree.has_images(class)) {
            return None;
        }
        let mut innermost = classes.into_iter().map(|class| self.innermost(class));
        let divided = innermost.find(|class| self.tree.names(class).len() > 1)?;
        let class_depth = depth(&divided) + 1;
        let mut deeper = reading.clone();
        deeper.class_depth = Some(class_depth);
        deeper.choices = vec![at(class_depth)];
        Some(deeper)
    }

    /// The folder, or the container in it that holds all of its images.
    fn inside_containers(&self, folder: String) -> String {
        match self.tree.names(&folder) {
            [only] if is_container(only) && !self.tree.has_images(&folder) => {
                self.inside_containers(join(&folder, only))
            }
            _ => folder,
        }
    }

    /// The folder, or the one deeper in it that holds all of its images.
    fn innermost(&self, folder: String) -> String {
        match self.tree.names(&folder) {
            [only] if !self.tree.has_images(&folder) => self.innermost(join(&folder, only)),
            _ => folder,
        }
    }
}

/// A part whose folders are classes.
fn next(split: Split) -> Part {
    Part { split, class: ClassOf::Next }
}

fn at(class_depth: usize) -> Choice {
    Choice::Classes(ClassDepth(class_depth))
}

fn has_splits(parts: &Parts) -> bool {
    parts.values().any(|part| part.split != Split::None)
}
