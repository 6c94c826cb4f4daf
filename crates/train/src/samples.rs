//! The samples of a cache with their labels and splits, and which of them take part.

use std::collections::HashMap;

use feature_cache::{Cache, ReadError};
use head::{LabelKind, Part};
use learn::{Labels, Rows};
use ndarray::{Array2, Axis};
use schema::Split;

/// Labels and splits of all samples of a cache. Labels below zero mean unlabelled.
#[derive(Clone, Debug)]
pub struct Samples<'a> {
    /// Class index of each sample.
    pub labels: &'a [i32],
    /// Labels of each sample for every class, `[n_samples, n_classes]` as in [`Labels::MultiLabel`], so that
    /// none has one class.
    pub multilabel: Option<Array2<i8>>,
    /// Split of each sample.
    pub splits: &'a [Split],
    /// Class names; index = label.
    pub classes: &'a [String],
    /// What takes no part.
    pub left_out: LeftOut,
}

/// Classes and rows that take no part; of those beyond the ends of these lists none is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// For each class, whether it is.
    pub classes: Vec<bool>,
    /// For each row, whether it is.
    pub rows: Vec<bool>,
}

impl LeftOut {
    fn has_class(&self, class: usize) -> bool {
        self.classes.get(class).copied().unwrap_or(false)
    }

    fn has_row(&self, row: usize) -> bool {
        self.rows.get(row).copied().unwrap_or(false)
    }
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
    /// A part has no labelled row.
    #[error(
        "the cache has no labelled rows in split `{0}`\nhint: `extract run` makes splits of the \
         folders `train`, `valid` and `test`"
    )]
    EmptyPart(Part),
    /// No row has a class.
    #[error(
        "no row of split `{0}` has any of the classes\nhint: extract the data set again, with its \
         annotations"
    )]
    NoPositives(Part),
    /// A head needs at least two classes.
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
    ///
    /// # Errors
    /// [`ReadError`].
    ///
    /// # Examples
    ///
    /// ```
    /// # mod cache { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/birds.rs")); }
    /// # let (folder, birds) = cache::birds();
    /// use feature_cache::Cache;
    /// use head::Part;
    /// use train::Samples;
    ///
    /// let cache = Cache::open(&birds)?;
    /// let samples = Samples::of(&cache)?;
    /// assert_eq!(samples.training_part(), Part::All); // the cache has no splits
    /// assert_eq!(samples.select(Part::All, cache.classes())?.len(), 40);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(cache: &'a Cache) -> Result<Self, ReadError> {
        Ok(Self {
            labels: cache.labels(),
            multilabel: multilabel_labels(cache)?,
            splits: cache.splits(),
            classes: cache.classes(),
            left_out: LeftOut::default(),
        })
    }

    /// How many classes a sample has.
    pub fn label_kind(&self) -> LabelKind {
        if self.multilabel.is_some() { LabelKind::MultiLabel } else { LabelKind::OneClass }
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
    /// [`RowsError::NoLabels`], [`RowsError::EmptyPart`], [`RowsError::OneClass`],
    /// [`RowsError::NoPositives`].
    pub fn classes_of(&self, part: Part) -> Result<Vec<String>, RowsError> {
        self.require(part)?;
        let named = self.classes.iter().zip(self.rows_of_classes(part));
        let occurring = named.filter(|(_, rows)| *rows > 0);
        let classes: Vec<String> = occurring.map(|(name, _)| name.clone()).collect();
        match (self.label_kind(), classes.as_slice()) {
            (LabelKind::OneClass, [only]) => Err(RowsError::OneClass(only.clone())),
            (LabelKind::MultiLabel, []) => Err(RowsError::NoPositives(part)),
            _ => Ok(classes),
        }
    }

    /// The rows of `part`, labelled for `classes`, which are found by their names. Of a class that the
    /// cache does not have nothing is known.
    ///
    /// # Errors
    /// [`RowsError::NoLabels`], [`RowsError::EmptyPart`], [`RowsError::UnknownClass`].
    pub fn select(&self, part: Part, classes: &[String]) -> Result<Rows, RowsError> {
        self.require(part)?;
        let indices: HashMap<_, _> =
            classes.iter().enumerate().map(|(at, name)| (name, at)).collect();
        let index_of = |name| indices.get(name).copied();
        let new_label: Vec<Option<usize>> = self.classes.iter().map(index_of).collect();
        let mut rows_of_classes = self.rows_of_classes(part).into_iter().enumerate();
        let is_unknown = |&(class, rows): &(usize, usize)| rows > 0 && new_label[class].is_none();
        if let Some((class, rows)) = rows_of_classes.find(is_unknown) {
            let (class, known) = (self.classes[class].clone(), classes.to_vec());
            return Err(RowsError::UnknownClass { part, class, rows, known });
        }
        let indices: Vec<usize> =
            (0..self.labels.len()).filter(|&row| self.is_in(row, part)).collect();
        let labels = match &self.multilabel {
            None => {
                let label = |row: &usize| new_label[self.labels[*row] as usize];
                Labels::Classes(indices.iter().filter_map(label).collect())
            }
            Some(sets) => {
                let mut labels = Array2::zeros((indices.len(), classes.len()));
                for (class, new_label) in new_label.iter().enumerate() {
                    if let Some(new_label) = *new_label {
                        let of_class = sets.column(class).select(Axis(0), &indices);
                        labels.column_mut(new_label).assign(&of_class);
                    }
                }
                Labels::MultiLabel(labels)
            }
        };
        Ok(Rows { indices, labels })
    }

    /// How many rows of `part` have each class that takes part, alone or among several.
    pub(crate) fn rows_of_classes(&self, part: Part) -> Vec<usize> {
        let mut counts = vec![0; self.classes.len()];
        for row in (0..self.labels.len()).filter(|&row| self.is_in(row, part)) {
            match &self.multilabel {
                None => counts[self.labels[row] as usize] += 1,
                Some(sets) => {
                    for (count, label) in counts.iter_mut().zip(sets.row(row)) {
                        *count += usize::from(*label > 0);
                    }
                }
            }
        }
        for (class, count) in counts.iter_mut().enumerate() {
            *count = if self.left_out.has_class(class) { 0 } else { *count };
        }
        counts
    }

    fn require(&self, part: Part) -> Result<(), RowsError> {
        if !self.has(Part::All) {
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
        self.takes_part(row) && self.splits[row] == split
    }

    /// Whether a row is labelled, and neither it nor its class is left out.
    pub(crate) fn takes_part(&self, row: usize) -> bool {
        let is_labelled = match usize::try_from(self.labels[row]) {
            Ok(class) => !self.left_out.has_class(class),
            Err(_) => self.multilabel.is_some(),
        };
        is_labelled && !self.left_out.has_row(row)
    }
}

/// The labels of all samples of `cache` for every class, `[n_samples, n_classes]` as in
/// [`Labels::MultiLabel`], where it is multilabel.
///
/// # Errors
/// [`ReadError`].
pub fn multilabel_labels(cache: &Cache) -> Result<Option<Array2<i8>>, ReadError> {
    if !cache.is_multilabel() {
        return Ok(None);
    }
    let labels = cache.annotations()?.labels.expect("a multilabel cache has them");
    let shape = (cache.n_samples(), cache.classes().len());
    Ok(Some(Array2::from_shape_vec(shape, labels).expect("a label a sample and class")))
}

#[cfg(test)]
mod tests {
    use Split::{None as NoSplit, Test, Train, Validation};
    use ndarray::array;

    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn samples<'a>(labels: &'a [i32], splits: &'a [Split], classes: &'a [String]) -> Samples<'a> {
        let left_out = LeftOut::default();
        Samples { labels, multilabel: None, splits, classes, left_out }
    }

    #[test]
    fn a_cache_without_splits_trains_on_every_labelled_row() {
        let classes = names(&["cat", "dog", "empty"]);
        let samples = samples(&[1, -1, 0, 1], &[NoSplit; 4], &classes);
        assert_eq!(samples.training_part(), Part::All);
        let used = samples.classes_of(Part::All).unwrap();
        assert_eq!(used, names(&["cat", "dog"]));
        let rows = samples.select(Part::All, &used).unwrap();
        assert_eq!(rows, Rows { indices: vec![0, 2, 3], labels: Labels::Classes(vec![1, 0, 1]) });
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
        assert_eq!(rows.labels, Labels::Classes(vec![2, 1]));
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
    fn multilabel_rows_are_selected_by_the_names_of_their_classes() {
        let classes = names(&["cat", "dog", "none"]);
        let sets = array![[1, -1, -1], [1, 1, 0], [0, -1, -1]];
        let one_class = samples(&[-1; 3], &[Train, Train, Test], &classes);
        let several = Samples { multilabel: Some(sets), ..one_class };
        assert_eq!(several.classes_of(Part::Train).unwrap(), names(&["cat", "dog"]));
        let rows = several.select(Part::Train, &names(&["ant", "dog", "cat"])).unwrap();
        let expected = Labels::MultiLabel(array![[0, -1, 1], [0, 1, 1]]);
        assert_eq!(rows, Rows { indices: vec![0, 1], labels: expected });
        assert_eq!(several.classes_of(Part::Test), Err(RowsError::NoPositives(Part::Test)));
        let unknown = several.select(Part::All, &names(&["cat"])).unwrap_err();
        assert!(
            matches!(unknown, RowsError::UnknownClass { class, rows: 1, .. } if class == "dog")
        );
    }
}
