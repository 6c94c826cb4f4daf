//! Stratified division of grouped rows: k folds, or one held-out part.

mod hold_out;
mod k_fold;

use heads::Folds;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::labels::Labels;

pub use hold_out::stratified_hold_out;
pub use k_fold::stratified_k_fold;

/// Rows to divide.
#[derive(Clone, Copy, Debug)]
pub struct Divisible<'a> {
    /// Class of each row, an index into the class names.
    pub labels: &'a [usize],
    /// Group of each row, numbered without gaps; the rows of a group stay together.
    pub groups: &'a [usize],
    /// Class names.
    pub classes: &'a [String],
}

/// A division of rows into folds; the rows of each are scored by a head fitted on all others.
///
/// A held-out part, or a fixed validation split, is a single fold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// Number of folds.
    pub n_folds: usize,
    /// The fold that holds each row out; `None` for rows that every head is fitted on.
    pub held_out_by: Vec<Option<usize>>,
}

/// Why rows cannot be divided.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum FoldError {
    /// Cross-validation needs something to hold out.
    #[error("cross-validation needs at least 2 folds, got {0}")]
    TooFewFolds(usize),
    /// Some fold would miss a class.
    #[error(
        "{folds} folds need {folds} rows of each class, but class `{class}` has {}",
        counted(*rows, *groups)
    )]
    SmallClass {
        /// Number of folds asked for.
        folds: usize,
        /// The class in the fewest groups.
        class: String,
        /// Its number of rows.
        rows: usize,
        /// Number of groups that these rows are in.
        groups: usize,
    },
    /// Groups of several classes left no training row of one of them.
    #[error(
        "the groups put all rows of class `{0}` into one fold\nhint: use fewer folds, another seed, \
         or smaller groups"
    )]
    ClassInOneFold(String),
    /// Rows of several labels are divided at random, which may take all rows of a class out.
    #[error(
        "no row that is left to train on has class `{class}`: all {rows} of it are held out together"
    )]
    Untrained {
        /// The class.
        class: String,
        /// Its number of rows.
        rows: usize,
    },
    /// The held-out part must be a part.
    #[error("the held-out fraction must lie between 0 and 1, got {0}")]
    BadFraction(f64),
    /// A class cannot be on both sides.
    #[error(
        "cannot hold out a part of class `{class}`, which has {}", single(*rows)
    )]
    Indivisible {
        /// The class.
        class: String,
        /// Its number of rows.
        rows: usize,
    },
}

fn counted(rows: usize, groups: usize) -> String {
    if rows == groups { rows.to_string() } else { format!("{rows} in {groups} groups") }
}

fn single(rows: usize) -> &'static str {
    if rows == 1 { "a single row" } else { "its rows in groups that cannot be divided" }
}

impl Division {
    /// Positions of the rows that `fold` holds out, ascending.
    pub fn held_out(&self, fold: usize) -> Vec<usize> {
        self.positions(|held_out_by| held_out_by == Some(fold))
    }

    /// Positions of the rows that `fold` fits on, ascending.
    pub fn train(&self, fold: usize) -> Vec<usize> {
        self.positions(|held_out_by| held_out_by != Some(fold))
    }

    /// Refuses to hold out all rows of a class together, where rows have several labels. Rows of one
    /// class are divided class by class, so that it does not happen.
    ///
    /// # Errors
    /// [`FoldError::Untrained`].
    pub fn check_trained(&self, labels: &Labels, classes: &[String]) -> Result<(), FoldError> {
        let Labels::MultiLabel(sets) = labels else { return Ok(()) };
        for (labels, class) in sets.columns().into_iter().zip(classes) {
            let rows: Vec<usize> = (0..labels.len()).filter(|&row| labels[row] > 0).collect();
            let is_in = |fold: usize| rows.iter().all(|&row| self.held_out_by[row] == Some(fold));
            if (0..self.n_folds).any(is_in) {
                return Err(FoldError::Untrained { class: class.clone(), rows: rows.len() });
            }
        }
        Ok(())
    }

    /// The division as solvers take it.
    pub fn folds(&self) -> Folds<'_> {
        Folds { n_folds: self.n_folds, held_out_by: &self.held_out_by }
    }

    fn positions(&self, is_one: impl Fn(Option<usize>) -> bool) -> Vec<usize> {
        (0..self.held_out_by.len()).filter(|&row| is_one(self.held_out_by[row])).collect()
    }
}

impl Divisible<'_> {
    /// The rows of each group.
    fn rows_of_groups(&self) -> Vec<Vec<usize>> {
        let n_groups = self.groups.iter().max().map_or(0, |last| last + 1);
        let mut rows = vec![Vec::new(); n_groups];
        for (row, &group) in self.groups.iter().enumerate() {
            rows[group].push(row);
        }
        rows
    }

    /// Groups, in a random order within each class; a group belongs to the class of its first row.
    fn shuffled_groups(&self, seed: u64) -> Vec<Vec<usize>> {
        let mut by_class = vec![Vec::new(); self.classes.len()];
        for rows in self.rows_of_groups() {
            by_class[self.labels[rows[0]]].push(rows);
        }
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        for groups in &mut by_class {
            groups.shuffle(&mut rng);
        }
        by_class.into_iter().flatten().collect()
    }

    /// Rows of each class.
    fn class_counts(&self) -> Vec<usize> {
        count(self.classes.len(), self.labels.iter().copied())
    }
}

fn count(n_classes: usize, labels: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut counts = vec![0; n_classes];
    for label in labels {
        counts[label] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_class_that_is_held_out_as_a_whole_is_named() {
        let labels = Labels::MultiLabel(array![[1, 1], [1, -1], [-1, 1], [1, 0]]);
        let classes = ["ant", "bee"].map(str::to_owned);
        let division = |held_out_by: [Option<usize>; 4]| Division {
            n_folds: 2,
            held_out_by: held_out_by.to_vec(),
        };
        let apart = division([Some(0), Some(1), Some(1), None]);
        assert_eq!(apart.check_trained(&labels, &classes), Ok(()));
        let together = division([Some(0), Some(1), Some(0), None]);
        let error = together.check_trained(&labels, &classes).unwrap_err().to_string();
        assert_eq!(
            error,
            "no row that is left to train on has class `bee`: all 2 of it are held out together"
        );
    }
}
