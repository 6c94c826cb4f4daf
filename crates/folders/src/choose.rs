//! Which way to read a tree of folders, or ways where there are several.

use std::collections::{BTreeMap, BTreeSet};

use schema::Split;

use crate::choice::{Choice, ClassDepth, FolderOptions, SplitFolders};
use crate::read::Reader;
use crate::reading::{ClassOf, Part, Reading};
use crate::split_names::{SplitNames, is_container, is_image_container, says_unlabelled};
use crate::tree::{Tree, depth, join};

/// Chooses among the ways to read a tree.
#[derive(Debug)]
pub struct Chooser<'a> {
    options: &'a FolderOptions,
    reader: Reader<'a>,
}

/// What the options and the folders decide.
enum Judgement {
    /// There is no other reading.
    Certain(Reading),
    /// Each of these leads to another one.
    Open(Vec<Choice>),
    /// There is nothing of what the options want.
    Nothing,
}

impl<'a> Chooser<'a> {
    /// A chooser of readings that agree with the options.
    pub fn new(tree: &'a Tree, options: &'a FolderOptions) -> Self {
        let names = match &options.splits {
            Some(SplitFolders::None) => SplitNames::None,
            Some(SplitFolders::Given(given)) => SplitNames::Given(given.clone()),
            Some(SplitFolders::Top | SplitFolders::BelowClasses) | None => SplitNames::Usual,
        };
        Self { options, reader: Reader::new(tree, names) }
    }

    /// The folder that all others lie in; the empty path for the root.
    pub fn base(&self) -> &str {
        &self.reader.base
    }

    /// The ways to read the tree, each with the choices that lead to it: one when there is no doubt, none when
    /// there is none that the options want. Different ways may come to the same for the images that there
    /// are: see [`distinct`](crate::distinct).
    pub fn readings(&self) -> Vec<Reading> {
        match self.judge() {
            Judgement::Nothing => Vec::new(),
            Judgement::Open(choices) => {
                choices.into_iter().flat_map(|choice| self.with(choice)).collect()
            }
            Judgement::Certain(mut reading) => {
                let FolderOptions { splits, classes } = self.options.clone();
                let splits = splits.map(Choice::Splits);
                reading.choices = splits.into_iter().chain(classes.map(Choice::Classes)).collect();
                vec![reading]
            }
        }
    }

    /// The readings with one more choice made.
    fn with(&self, choice: Choice) -> Vec<Reading> {
        let mut options = self.options.clone();
        match choice {
            Choice::Splits(splits) => options.splits = Some(splits),
            Choice::Classes(classes) => options.classes = Some(classes),
            Choice::Folder(folder) => {
                let mut reading = Reading::classes_in(&folder, self.reader.tree);
                reading.choices.push(Choice::Folder(folder));
                return vec![reading];
            }
        }
        Chooser::new(self.reader.tree, &options).readings()
    }

    fn judge(&self) -> Judgement {
        if let Some(choices) = self.doubt_of_splits() {
            return Judgement::Open(choices);
        }
        let Some(mut reading) = self.by_splits() else { return Judgement::Nothing };
        if let Some(ClassDepth(class_depth)) = self.options.classes {
            reading.class_depth = Some(class_depth);
            return Judgement::Certain(reading);
        }
        match self.doubt_of_classes(&reading) {
            Some(choices) => Judgement::Open(choices),
            None => Judgement::Certain(reading),
        }
    }

    /// The folders that are given by their paths, if they are.
    fn paths_given(&self) -> Option<&'a BTreeMap<String, Split>> {
        match &self.options.splits {
            Some(SplitFolders::Given(given)) => {
                given.keys().any(|folder| folder.contains('/')).then_some(given)
            }
            _ => None,
        }
    }

    /// The reading as far as splits are concerned, when there is no doubt of them.
    fn by_splits(&self) -> Option<Reading> {
        if let Some(given) = self.paths_given() {
            return Some(self.reader.as_given(given));
        }
        let tops = self.reader.tops();
        let on_top = || (!tops.by_name.is_empty()).then(|| self.reader.splits_on_top(&tops));
        let below = || self.reader.splits_below_classes().map(|divided| divided.reading);
        match self.options.splits {
            Some(SplitFolders::Top) => on_top(),
            Some(SplitFolders::BelowClasses) => below(),
            Some(SplitFolders::Given(_)) => on_top().or_else(below),
            Some(SplitFolders::None) | None => {
                on_top().or_else(below).or_else(|| Some(self.reader.undivided()))
            }
        }
    }

    /// What may be chosen where it is not clear which folders are splits, and nothing is said of it.
    fn doubt_of_splits(&self) -> Option<Vec<Choice>> {
        if self.options.splits.is_some() {
            return None;
        }
        let of = |splits: [SplitFolders; 2]| Some(splits.map(Choice::Splits).to_vec());
        let tops = self.reader.tops();
        if tops.by_name.is_empty() {
            let divided = self.reader.splits_below_classes()?;
            return if divided.is_whole {
                None
            } else {
                of([SplitFolders::BelowClasses, SplitFolders::None])
            };
        }
        let on_top = self.reader.splits_on_top(&tops);
        let has_others = tops.by_name.len() < self.reader.tree.names(&self.reader.base).len();
        let has_class_folders = self.reader.has_class_folders(&on_top);
        let is_certain = tops.are_of_one_set
            && if has_others {
                tops.n_distinct() > 1 && has_class_folders
            } else {
                tops.n_distinct() > 1 || tops.by_name.len() == 1 || has_class_folders
            };
        if !is_certain {
            return of([SplitFolders::Top, SplitFolders::None]);
        }
        let inner = SplitFolders::Given(self.split_in_a_split(&on_top)?);
        of([SplitFolders::Top, inner])
    }

    /// The only folder in the only split, where it is named like another split.
    fn split_in_a_split(&self, on_top: &Reading) -> Option<BTreeMap<String, Split>> {
        let mut parts = on_top.parts.keys();
        let (Some(only), None) = (parts.next(), parts.next()) else { return None };
        let [inner] = self.reader.tree.names(only) else { return None };
        let split = *self.reader.splits_in(only).by_name.get(inner.as_str())?;
        Some(BTreeMap::from([(join(only, inner), split)]))
    }

    /// What may be chosen where the folders of a reading may be no classes.
    fn doubt_of_classes(&self, reading: &Reading) -> Option<Vec<Choice>> {
        if self.paths_given().is_some() {
            return None;
        }
        let given = || {
            let given = (self.more_of_the_classes(reading))
                .or_else(|| self.without_a_class(reading))
                .or_else(|| self.foreign_class(reading))
                .filter(|_| self.options.splits.is_none());
            given.map(|given| Choice::Splits(SplitFolders::Given(given)))
        };
        let other = (self.below_splits(reading))
            .or_else(|| self.beside_the_images(reading))
            .or_else(given)
            .or_else(|| self.one_deeper(reading))?;
        Some(vec![self.as_it_is(reading), other])
    }

    /// What leads to the reading itself.
    fn as_it_is(&self, reading: &Reading) -> Choice {
        let depths: BTreeSet<usize> = reading.class_parents().map(depth).collect();
        let is_given = reading
            .parts
            .iter()
            .all(|(folder, part)| part.class == ClassOf::Next && !folder.is_empty());
        if depths.len() > 1 && is_given && self.options.splits.is_none() {
            let given = reading.parts.iter().map(|(folder, part)| (folder.clone(), part.split));
            return Choice::Splits(SplitFolders::Given(given.collect()));
        }
        at(depths.last().map_or(depth(&self.reader.base), |deepest| *deepest) + 1)
    }

    /// Where there are folders in splits that lie in class folders, those may be the classes.
    fn below_splits(&self, reading: &Reading) -> Option<Choice> {
        let is_divided = |(folder, part): &(&String, &Part)| {
            part.split != Split::None
                && matches!(part.class, ClassOf::Fixed(_))
                && !self.reader.tree.names(folder).is_empty()
        };
        let (folder, _) = reading.parts.iter().find(is_divided)?;
        Some(at(depth(folder) + 1))
    }

    /// Where one of several folders is called like one that holds images and no class, it may be all there is
    /// to read: beside it lie masks, or depths.
    fn beside_the_images(&self, reading: &Reading) -> Option<Choice> {
        let tops = self.class_names(reading)?;
        let container =
            tops.iter().find(|name| is_image_container(name)).filter(|_| tops.len() > 1)?;
        Some(Choice::Folder(join(&self.reader.base, container)))
    }

    /// Where one of several folders holds folders of the names of others, it may be another copy of the data
    /// set, or a part of it.
    fn more_of_the_classes(&self, reading: &Reading) -> Option<BTreeMap<String, Split>> {
        let tops = self.class_names(reading)?;
        let lower: BTreeSet<String> = tops.iter().map(|name| name.to_lowercase()).collect();
        let repeats = |top: &&String| {
            let folder = join(&self.reader.base, top);
            let is_known = |name: &String| name != *top && lower.contains(&name.to_lowercase());
            !self.reader.tree.has_images(&folder)
                && self.reader.tree.names(&folder).iter().any(is_known)
        };
        tops.iter().find(repeats).map(|top| self.no_class(top))
    }

    /// Where one of several folders says that its images have no label, it may be no class.
    fn without_a_class(&self, reading: &Reading) -> Option<BTreeMap<String, Split>> {
        let tops = self.class_names(reading)?;
        tops.iter().find(|name| says_unlabelled(name)).map(|top| self.no_class(top))
    }

    /// A folder in `base` that is no class: the folders in it may be some.
    fn no_class(&self, top: &str) -> BTreeMap<String, Split> {
        BTreeMap::from([(join(&self.reader.base, top), Split::None)])
    }

    /// Names of the class folders in `base`, where it is the only folder with any.
    fn class_names(&self, reading: &Reading) -> Option<&'a [String]> {
        let is_all = reading.parts.len() == 1 && reading.parts.contains_key(&self.reader.base);
        is_all.then(|| self.reader.tree.names(&self.reader.base))
    }

    /// Where a split has but one folder, and of a name that no other split has, its images may have no class.
    fn foreign_class(&self, reading: &Reading) -> Option<BTreeMap<String, Split>> {
        let has_other = |folder: &str, only: &String| {
            reading
                .class_parents()
                .any(|other| other != folder && self.reader.tree.names(other).contains(only))
        };
        let is_foreign = |folder: &&str| match self.reader.tree.names(folder) {
            [only] => !self.reader.tree.has_images(folder) && !has_other(folder, only),
            _ => false,
        };
        let has_several = |folder: &str| self.reader.tree.names(folder).len() > 1;
        if !reading.class_parents().any(has_several) {
            return None;
        }
        let foreign = reading.class_parents().find(is_foreign)?;
        let given = reading.parts.iter().filter(|(_, part)| part.class == ClassOf::Next);
        let given: BTreeMap<String, Split> = given
            .map(|(folder, part)| {
                let below = || join(folder, &self.reader.tree.names(folder)[0]);
                (if folder == foreign { below() } else { folder.clone() }, part.split)
            })
            .collect();
        Some(given)
    }

    /// Where no image lies in a class folder itself, the folders in them may be the classes.
    fn one_deeper(&self, reading: &Reading) -> Option<Choice> {
        let in_parent =
            |parent| self.reader.tree.names(parent).iter().map(move |name| join(parent, name));
        let is_part = |folder: &String| reading.parts.contains_key(folder);
        let classes = reading.class_parents().flat_map(in_parent).filter(|folder| !is_part(folder));
        let classes: Vec<String> = classes.map(|folder| self.inside_containers(folder)).collect();
        if classes.iter().any(|class| self.reader.tree.has_images(class)) {
            return None;
        }
        let mut innermost = classes.into_iter().map(|class| self.innermost(class));
        let divided = innermost.find(|class| self.reader.tree.names(class).len() > 1)?;
        Some(at(depth(&divided) + 1))
    }

    /// The folder, or the container in it that holds all of its images.
    fn inside_containers(&self, folder: String) -> String {
        match self.reader.tree.names(&folder) {
            [only] if is_container(only) && !self.reader.tree.has_images(&folder) => {
                self.inside_containers(join(&folder, only))
            }
            _ => folder,
        }
    }

    /// The folder, or the one deeper in it that holds all of its images.
    fn innermost(&self, folder: String) -> String {
        match self.reader.tree.names(&folder) {
            [only] if !self.reader.tree.has_images(&folder) => self.innermost(join(&folder, only)),
            _ => folder,
        }
    }
}

fn at(class_depth: usize) -> Choice {
    Choice::Classes(ClassDepth(class_depth))
}

#[cfg(test)]
mod tests;
