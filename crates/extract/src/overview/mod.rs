//! What a data set holds, counted: what a user looks at to see whether it was read as meant.

mod similar_names;
mod warnings;
mod words;

use std::collections::BTreeMap;

use feature_cache::{Cache, LeakReport, ReadError};
use schema::{Shard, SourceRecord, Split};
use serde::Serialize;

use self::warnings::{never_trained, warnings};

/// What a data set holds.
#[derive(Clone, Debug, Serialize)]
pub struct Overview {
    /// Images by split; empty when the data set has no splits.
    pub splits: BTreeMap<&'static str, usize>,
    /// The classes with their images, in the order of labels.
    #[serde(skip)]
    pub class_counts: Vec<ClassCount>,
    /// Images without a class, in data sets of one class an image.
    pub n_unlabelled: usize,
    /// What the images were read from, and what was left out there.
    #[serde(flatten)]
    pub source: SourceRecord,
    /// Images of equal content in several splits, or under several labels.
    pub leaks: LeakReport,
    /// What may be other than it was meant: lowercase sentences.
    pub warnings: Vec<String>,
}

/// A class and its images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassCount {
    /// The class.
    pub name: String,
    /// Images that have it.
    pub n_samples: usize,
}

/// What is said of an image.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its class, if it has one.
    pub label: Option<usize>,
    /// For each class 1 (present), -1 or 0, in multilabel data sets; otherwise nothing.
    pub labels: &'a [i8],
    /// Its split.
    pub split: Split,
}

impl<'a> From<dataset::Sample<'a>> for Row<'a> {
    fn from(sample: dataset::Sample<'a>) -> Self {
        let labels = sample.labels.unwrap_or_default();
        Self { label: sample.label.map(|label| label as usize), labels, split: sample.split }
    }
}

impl Overview {
    /// Counts the images of `classes`: all images of a data set, or a shard of them.
    pub fn new<'a>(
        classes: &[String],
        rows: impl Iterator<Item = Row<'a>>,
        source: SourceRecord,
        leaks: LeakReport,
        shard: Option<Shard>,
    ) -> Self {
        let mut counts = vec![Count::default(); classes.len()];
        let mut splits = BTreeMap::new();
        let mut n_unlabelled = 0;
        for Row { label, labels, split } in rows {
            if split != Split::None {
                *splits.entry(split.name()).or_default() += 1;
            }
            n_unlabelled += usize::from(label.is_none() && labels.is_empty());
            let present = labels.iter().zip(0..).filter(|(label, _)| **label == 1);
            for class in label.into_iter().chain(present.map(|(_, class)| class)) {
                counts[class].n_samples += 1;
                counts[class].n_train += usize::from(split == Split::Train);
            }
        }
        let is_divided = shard.is_none() && splits.contains_key(Split::Train.name());
        let untrained = if is_divided { never_trained(classes, &counts) } else { None };
        let has_splits = !splits.is_empty();
        let mut warnings = warnings(classes, has_splits, &source);
        warnings.extend(untrained);
        warnings.extend(leaks.warnings());
        let names = classes.iter().cloned();
        let class_counts = names.zip(&counts);
        let class_counts =
            class_counts.map(|(name, count)| ClassCount { name, n_samples: count.n_samples });
        Self { splits, class_counts: class_counts.collect(), n_unlabelled, source, leaks, warnings }
    }

    /// What a cache holds; `sets` are the labels of all samples for all classes, in multilabel data sets.
    ///
    /// # Errors
    /// When its paths, hashes or labels cannot be read.
    pub fn of_cache(cache: &Cache, sets: Option<&[i8]>) -> Result<Self, ReadError> {
        let n_classes = cache.classes().len();
        let labels =
            |row: usize| sets.map_or(&[][..], |sets| &sets[row * n_classes..][..n_classes]);
        let row = |(row, (label, split)): (usize, (&i32, &Split))| Row {
            label: usize::try_from(*label).ok(),
            labels: labels(row),
            split: *split,
        };
        let rows = cache.labels().iter().zip(cache.splits()).enumerate().map(row);
        let source = cache.source()?.unwrap_or_default();
        Ok(Self::new(cache.classes(), rows, source, cache.leaks()?, cache.shard()))
    }
}

/// The images of a class.
#[derive(Clone, Copy, Default)]
struct Count {
    n_samples: usize,
    n_train: usize,
}

#[cfg(test)]
mod tests {
    use schema::Unlabelled;

    use super::*;

    fn overview(
        classes: &[&str],
        rows: &[(Option<usize>, Split)],
        source: SourceRecord,
    ) -> Overview {
        let classes: Vec<String> = classes.iter().map(|&name| name.to_owned()).collect();
        let rows = rows.iter().map(|&(label, split)| Row { label, labels: &[], split });
        Overview::new(&classes, rows, source, LeakReport::default(), None)
    }

    #[test]
    fn images_are_counted_by_class_and_split() {
        let rows = [
            (Some(0), Split::Train),
            (Some(1), Split::Train),
            (Some(1), Split::Test),
            (None, Split::Test),
            (Some(1), Split::None),
        ];
        let found = overview(&["cat", "dog"], &rows, SourceRecord::default());
        assert_eq!(found.splits, BTreeMap::from([("train", 2), ("test", 2)]));
        assert_eq!(
            found.class_counts.iter().map(|class| class.n_samples).collect::<Vec<_>>(),
            [1, 3]
        );
        assert_eq!(found.n_unlabelled, 1);
        assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    }

    #[test]
    fn several_labels_an_image_are_counted_each() {
        let rows = [[1, -1], [1, 1], [0, -1]];
        let rows = rows.iter().map(|labels| Row { label: None, labels, split: Split::None });
        let classes = ["a".to_owned(), "b".to_owned()];
        let found =
            Overview::new(&classes, rows, SourceRecord::default(), LeakReport::default(), None);
        assert_eq!(
            found.class_counts.iter().map(|class| class.n_samples).collect::<Vec<_>>(),
            [2, 1]
        );
        assert_eq!(found.n_unlabelled, 0);
    }

    #[test]
    fn what_may_be_other_than_it_was_meant_is_told() {
        let (train, test) = (Split::Train, Split::Test);
        let source = SourceRecord {
            empty_folders: (0..12).map(|i| format!("c{i:02}")).collect(),
            unlabelled: vec![
                Unlabelled { folder: String::new(), n_images: 1, example: "a.jpg".to_owned() },
                Unlabelled {
                    folder: "test".to_owned(),
                    n_images: 3,
                    example: "test/100%25.jpg".to_owned(),
                },
            ],
            notes: vec!["a note".to_owned()],
            ..SourceRecord::default()
        };
        let rows = [(Some(0), train), (Some(1), train), (Some(2), test), (None, test)];
        let found = overview(&["Cat", "cat", "dog"], &rows, source);
        let expected = [
            "a note",
            "12 folders hold no image: `c00`, `c01`, `c02`, `c03`, `c04`, ...",
            "1 image lies beside the class folders (`a.jpg`): it has no label",
            "3 images lie in `test`, and in no class folder there (such as `test/100%.jpg`): they have no label",
            "`Cat` and `cat` differ in case, spaces or the form of letters only, and are two classes",
            "in the split train there is no image of `dog`",
        ];
        assert_eq!(found.warnings, expected);
        let one = overview(&["cat"], &[(Some(0), Split::None)], SourceRecord::default());
        assert_eq!(one.warnings, ["there is one class only, `cat`"]);
        let none = overview(&[], &[(None, train), (None, test)], SourceRecord::default());
        assert_eq!(none.warnings, ["there are splits, and no classes: no image has a label"]);
    }

    #[test]
    fn words() {
        let source = SourceRecord {
            passed_over: [(String::new(), 2), ("svg".to_owned(), 1)].into(),
            ..SourceRecord::default()
        };
        let rows = [(Some(0), Split::Train), (Some(1), Split::Train), (None, Split::Test)];
        let text = overview(&["cat", "dog"], &rows, source).to_string();
        assert_eq!(
            text,
            "  splits: train 2, test 1\n  2 classes: cat 1, dog 1\n  without a label: 1\n  \
             passed over: 2 without an extension, 1 .svg\n"
        );
        let names: Vec<String> = (0..20).map(|i| format!("c{i:02}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let rows: Vec<_> = (0..20).flat_map(|i| vec![(Some(i), Split::None); 20 - i]).collect();
        let text = overview(&names, &rows, SourceRecord::default()).to_string();
        assert_eq!(text, "  20 classes: c00 20, c01 19, c02 18, ..., c17 3, c18 2, c19 1\n");
    }
}
