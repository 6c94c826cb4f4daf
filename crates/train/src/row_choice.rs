//! Which classes and rows take part: those that were asked for, and no picture on both sides of a split.

use feature_cache::{Cache, LeakReport, ReadError, leaks};
use head::Part;
use schema::Split;
use serde::{Deserialize, Serialize};

use crate::samples::Samples;

/// Which classes and rows take part; all by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RowChoice {
    /// The classes that take part; all where none is named.
    pub classes: Vec<String>,
    /// The rows that a class has at least, of those that heads are trained on; classes of fewer are left out.
    pub min_class_size: usize,
    /// Whether rows are left out that a split has in common with an earlier one (training, validation, test).
    pub leave_out_leaks: bool,
}

/// What was left out, and what perhaps should be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChosenRows {
    /// The classes that were left out, in the order of the cache.
    pub left_out_classes: Vec<LeftOutClass>,
    /// How many rows were left out that an earlier split has, too.
    pub left_out_leaks: usize,
    /// Images of equal content in different splits or of different labels, among the rows that take part.
    pub leaks: LeakReport,
}

/// A class that takes no part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOutClass {
    /// Its name.
    pub class: String,
    /// Its rows among those that heads are trained on.
    pub rows: usize,
}

/// Why rows cannot be chosen.
#[derive(Debug, thiserror::Error)]
pub enum RowChoiceError {
    /// The cache cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A class is asked for that is not there.
    #[error("the cache has no class `{class}` (classes: {})", known.join(", "))]
    NoSuchClass {
        /// The class.
        class: String,
        /// Those that there are.
        known: Vec<String>,
    },
}

impl<'a> Samples<'a> {
    /// The samples of `cache` that are asked for, and what is left out.
    ///
    /// # Errors
    /// [`RowChoiceError`].
    pub fn chosen(
        cache: &'a Cache,
        choice: &RowChoice,
    ) -> Result<(Self, ChosenRows), RowChoiceError> {
        let mut samples = Self::of(cache)?;
        let mut chosen = ChosenRows {
            left_out_classes: leave_out_classes(&mut samples, choice)?,
            ..ChosenRows::default()
        };
        let contents = cache.content_hashes()?;
        if choice.leave_out_leaks {
            chosen.left_out_leaks = leave_out_leaks(&mut samples, &contents);
        }
        chosen.leaks = leak_report(&samples, &contents, cache)?;
        Ok((samples, chosen))
    }

    /// The split of a row, if it takes part.
    fn split_of(&self, row: usize) -> Option<Split> {
        let split = self.splits[row];
        (self.takes_part(row) && split != Split::None).then_some(split)
    }

    /// What a row is labelled with, if it takes part.
    fn label_of(&self, row: usize) -> Option<(i32, Vec<i8>)> {
        let several = self.multilabel.as_ref().map(|sets| sets.row(row).to_vec());
        self.takes_part(row).then(|| (self.labels[row], several.unwrap_or_default()))
    }
}

fn leave_out_classes(
    samples: &mut Samples<'_>,
    choice: &RowChoice,
) -> Result<Vec<LeftOutClass>, RowChoiceError> {
    let RowChoice { classes, min_class_size, .. } = choice;
    if let Some(class) = classes.iter().find(|class| !samples.classes.contains(class)) {
        let (class, known) = (class.clone(), samples.classes.to_vec());
        return Err(RowChoiceError::NoSuchClass { class, known });
    }
    let part = samples.training_part();
    let sizes = samples.rows_of_classes(part);
    let everywhere = samples.rows_of_classes(Part::All);
    let is_asked_for = |class: &String| classes.is_empty() || classes.contains(class);
    let is_left_out =
        |(class, size): (&String, &usize)| !is_asked_for(class) || size < min_class_size;
    samples.left_out.classes = samples.classes.iter().zip(&sizes).map(is_left_out).collect();
    let named = samples.classes.iter().zip(&sizes).zip(everywhere);
    // A class without a row is not there to be left out.
    let gone = named.zip(&samples.left_out.classes).filter(|((_, rows), gone)| **gone && *rows > 0);
    Ok(gone.map(|(((class, &rows), _), _)| LeftOutClass { class: class.clone(), rows }).collect())
}

/// Leaves out what an earlier split has, too, and says how many rows that are.
fn leave_out_leaks(samples: &mut Samples<'_>, contents: &[[u8; 32]]) -> usize {
    let mut rows = vec![false; samples.labels.len()];
    for leak in leaks(contents, |row| samples.split_of(row)) {
        let code = |row: &usize| samples.splits[*row].code();
        let first = leak.rows.iter().map(code).min();
        for row in leak.rows.iter().filter(|row| Some(code(row)) != first) {
            rows[*row] = true;
        }
    }
    samples.left_out.rows = rows;
    samples.left_out.rows.iter().filter(|&&left_out| left_out).count()
}

fn leak_report(
    samples: &Samples<'_>,
    contents: &[[u8; 32]],
    cache: &Cache,
) -> Result<LeakReport, ReadError> {
    let report = |path: &dyn Fn(usize) -> String| {
        let split = |row| samples.split_of(row).unwrap_or(Split::None);
        LeakReport::new(contents, split, |row| samples.label_of(row), path)
    };
    // Most data sets have none, and need no paths.
    if report(&|_| String::new()).is_empty() {
        return Ok(LeakReport::default());
    }
    let paths = cache.paths()?;
    Ok(report(&|row| paths[row].clone()))
}
