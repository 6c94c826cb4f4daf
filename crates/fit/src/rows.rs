//! Which rows of a cache take part, and under which class index.

use std::fmt;

use feature_cache::{Cache, Split};
use serde::{Deserialize, Serialize};

/// A part of the labelled rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// All labelled rows, whatever their split
    All,
    /// The training split
    Train,
    /// The validation split
    Validation,
    /// The test split
    Test,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "all",
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        })
    }
}

/// Labels and splits of all samples of a cache. Labels below zero mean unlabelled.
#[derive(Clone, Copy, Debug)]
pub struct Samples<'a> {
    /// Class index of each sample.
    pub labels: &'a [i32],
    /// Split of each sample.
    pub splits: &'a [Split],
    /// Class names; index = label.
    pub classes: &'a [String],
    /// Whether each sample has a label for every class, so that none has one class.
    pub has_label_sets: bool,
}

/// Selected rows: ascending row numbers of the cache, and the class of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Row numbers in the cache.
    pub indices: Vec<usize>,
    /// Class of each row, an index into the classes that the rows were selected for.
    pub labels: Vec<usize>,
}

/// Why rows cannot be selected.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowsError {
    /// The cache holds no label at all.
    #[error(
        "the cache has no labelled rows\nhint: put the images into one folder a class, and run \
         `extract run` again"
    )]
    NoLabels,
    /// The cache has several labels a sample.
    #[error(
        "the images of the cache have several labels each (of {n_classes} classes), and this needs one class \
         an image\nhint: extract a data set of one class an image; `extract run --help` lists the sources"
    )]
    SeveralLabels {
        /// Number of classes.
        n_classes: usize,
    },
    /// A part has no labelled row.
    #[error(
        "the cache has no labelled rows in split `{0}`\nhint: `extract run` makes splits of the \
         folders `train`, `valid` and `test`"
    )]
    EmptyPart(Part),
    /// A head needs something to tell apart.
    #[error("a head needs at least two classes, and all training rows are of class `{0}`")]
    OneClass(String),
    /// Rows are of a class that the head was not trained on.
    #[error(
        "{rows} rows of split `{part}` are of class `{class}`, which no training row has (classes: {})",
        known.join(", ")
    )]
    UnknownClass {
        /// The part that was asked for.
        part: Part,
        /// The first unknown class.
        class: String,
        /// How many rows have it.
        rows: usize,
        /// The classes of the head.
        known: Vec<String>,
    },
}

impl<'a> Samples<'a> {
    /// The samples of `cache`.
    pub fn of(cache: &'a Cache) -> Self {
        Self {
            labels: cache.labels(),
            splits: cache.splits(),
            classes: cache.classes(),
            has_label_sets: cache.has_label_sets(),
        }
    }

    /// Whether a labelled row belongs to `part`.
    pub fn has(&self, part: Part) -> bool {
        (0..self.labels.len()).any(|row| self.is_in(row, part))
    }

    /// The part to train on: the training split, or all rows of a cache without splits.
    pub fn training_part(&self) -> Part {
        let has_splits = [Part::Train, Part::Validation, Part::Test].iter().any(|p| self.has(*p));
        if has_splits { Part::Train } else { Part::All }
    }

    /// The classes that `part` has rows of, in the cache's order.
    ///
    /// # Errors
    /// [`RowsError::SeveralLabels`], [`RowsError::NoLabels`], [`RowsError::EmptyPart`],
    /// [`RowsError::OneClass`].
    pub fn classes_of(&self, part: Part) -> Result<Vec<String>, RowsError> {
        self.require(part)?;
        let mut occurs = vec![false; self.classes.len()];
        for (row, &label) in self.labels.iter().enumerate() {
            if self.is_in(row, part) {
                occurs[label as usize] = true;
            }
        }
        let named = self.classes.iter().zip(occurs).filter(|(_, occurs)| *occurs);
        let classes: Vec<String> = named.map(|(name, _)| name.clone()).collect();
        match classes.as_slice() {
            [only] => Err(RowsError::OneClass(only.clone())),
            _ => Ok(classes),
        }
    }

    /// The rows of `part`, labelled by the index of their class's name in `classes`.
    ///
    /// # Errors
    /// [`RowsError::SeveralLabels`], [`RowsError::NoLabels`], [`RowsError::EmptyPart`],
    /// [`RowsError::UnknownClass`].
    pub fn select(&self, part: Part, classes: &[String]) -> Result<Rows, RowsError> {
        self.require(part)?;
        let index_of = |name| classes.iter().position(|class| class == name);
        let new_label: Vec<Option<usize>> = self.classes.iter().map(index_of).collect();
        let mut rows = Rows::default();
        for (row, &label) in self.labels.iter().enumerate() {
            if !self.is_in(row, part) {
                continue;
            }
            let Some(new_label) = new_label[label as usize] else {
                let is_same = |r: &usize| self.labels[*r] == label && self.is_in(*r, part);
                return Err(RowsError::UnknownClass {
                    part,
                    class: self.classes[label as usize].clone(),
                    rows: (0..self.labels.len()).filter(is_same).count(),
                    known: classes.to_vec(),
                });
            };
            rows.indices.push(row);
            rows.labels.push(new_label);
        }
        Ok(rows)
    }

    fn require(&self, part: Part) -> Result<(), RowsError> {
        if self.has_label_sets {
            Err(RowsError::SeveralLabels { n_classes: self.classes.len() })
        } else if !self.has(Part::All) {
            Err(RowsError::NoLabels)
        } else if !self.has(part) {
            Err(RowsError::EmptyPart(part))
        } else {
            Ok(())
        }
    }

    fn is_in(&self, row: usize, part: Part) -> bool {
        let split = match part {
            Part::All => self.splits[row],
            Part::Train => Split::Train,
            Part::Validation => Split::Validation,
            Part::Test => Split::Test,
        };
        self.labels[row] >= 0 && self.splits[row] == split
    }
}

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// The rows at `positions`.
    pub fn at(&self, positions: &[usize]) -> Self {
        Self {
            indices: positions.iter().map(|&position| self.indices[position]).collect(),
            labels: positions.iter().map(|&position| self.labels[position]).collect(),
        }
    }

    /// These rows followed by `others`, which are labelled for the same classes.
    pub fn followed_by(&self, others: &Self) -> Self {
        Self {
            indices: [self.indices.as_slice(), &others.indices].concat(),
            labels: [self.labels.as_slice(), &others.labels].concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use Split::{None as NoSplit, Test, Train, Validation};

    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn samples<'a>(labels: &'a [i32], splits: &'a [Split], classes: &'a [String]) -> Samples<'a> {
        Samples { labels, splits, classes, has_label_sets: false }
    }

    #[test]
    fn a_cache_without_splits_trains_on_every_labelled_row() {
        let classes = names(&["cat", "dog", "empty"]);
        let samples = samples(&[1, -1, 0, 1], &[NoSplit; 4], &classes);
        assert_eq!(samples.training_part(), Part::All);
        let used = samples.classes_of(Part::All).unwrap();
        assert_eq!(used, names(&["cat", "dog"]));
        let rows = samples.select(Part::All, &used).unwrap();
        assert_eq!(rows, Rows { indices: vec![0, 2, 3], labels: vec![1, 0, 1] });
    }

    #[test]
    fn splits_are_kept_apart() {
        let classes = names(&["cat", "dog"]);
        let splits = [Train, Train, Validation, Test, Test, NoSplit];
        let samples = samples(&[0, 1, 0, 1, -1, 0], &splits, &classes);
        assert_eq!(samples.training_part(), Part::Train);
        let indices = |part| samples.select(part, &classes).unwrap().indices;
        assert_eq!(indices(Part::Train), [0, 1]);
        assert_eq!(indices(Part::Validation), [2]);
        assert_eq!(indices(Part::Test), [3]);
        assert_eq!(indices(Part::All), [0, 1, 2, 3, 5]);
    }

    #[test]
    fn labels_follow_class_names_not_numbers() {
        let classes = names(&["dog", "cat"]);
        let rows = samples(&[0, 1], &[NoSplit; 2], &classes)
            .select(Part::All, &names(&["ant", "cat", "dog"]))
            .unwrap();
        assert_eq!(rows.labels, [2, 1]);
    }

    #[test]
    fn every_refusal_has_its_error() {
        let classes = names(&["cat", "dog"]);
        let unlabelled = samples(&[-1, -1], &[NoSplit; 2], &classes);
        assert_eq!(unlabelled.classes_of(Part::All), Err(RowsError::NoLabels));
        let one = samples(&[1, -1, 1], &[NoSplit; 3], &classes);
        assert_eq!(one.classes_of(Part::All), Err(RowsError::OneClass("dog".into())));
        assert_eq!(one.select(Part::Test, &classes), Err(RowsError::EmptyPart(Part::Test)));
        let unknown = one.select(Part::All, &names(&["cat"])).unwrap_err();
        assert_eq!(
            unknown,
            RowsError::UnknownClass {
                part: Part::All,
                class: "dog".into(),
                rows: 2,
                known: names(&["cat"])
            }
        );
    }

    #[test]
    fn several_labels_a_sample_are_no_class() {
        let classes = names(&["cat", "dog"]);
        let several =
            Samples { has_label_sets: true, ..samples(&[-1, -1], &[NoSplit; 2], &classes) };
        let refused = RowsError::SeveralLabels { n_classes: 2 };
        assert!(refused.to_string().contains("hint:"));
        assert_eq!(several.classes_of(Part::All), Err(refused));
        assert!(several.select(Part::All, &classes).is_err());
    }

    #[test]
    fn rows_are_picked_and_joined() {
        let rows = Rows { indices: vec![3, 5, 8], labels: vec![0, 1, 0] };
        assert_eq!(rows.at(&[0, 2]), Rows { indices: vec![3, 8], labels: vec![0, 0] });
        let joined = rows.at(&[1]).followed_by(&rows.at(&[0]));
        assert_eq!(joined, Rows { indices: vec![5, 3], labels: vec![1, 0] });
    }
}
