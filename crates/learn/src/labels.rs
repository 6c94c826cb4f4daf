//! What rows are labelled with: one class each, or a label for every class.

use std::borrow::Cow;

use head::LabelKind;
use heads::Targets;
use metrics::Truth;
use ndarray::{Array2, Axis, concatenate};

/// The labels of some rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Labels {
    /// One class each, an index into the class names.
    Classes(Vec<usize>),
    /// `[n_rows, n_classes]`: 1 where the row has the class, -1 where it has not, 0 where that does not
    /// count (VOC's "difficult") or is not known.
    MultiLabel(Array2<i8>),
}

/// The same targets, borrowed for less long: views of arrays do not give way by themselves.
pub fn reborrow<'a>(targets: &'a Targets<'_>) -> Targets<'a> {
    match targets {
        Targets::Classes(labels) => Targets::Classes(labels),
        Targets::MultiLabel(labels) => Targets::MultiLabel(labels.reborrow()),
    }
}

impl Labels {
    /// Which of the two they are.
    pub fn kind(&self) -> LabelKind {
        match self {
            Self::Classes(_) => LabelKind::OneClass,
            Self::MultiLabel(_) => LabelKind::MultiLabel,
        }
    }

    /// Those of some rows, or of one several times.
    #[must_use]
    pub fn at(&self, rows: &[usize]) -> Self {
        match self {
            Self::Classes(labels) => Self::Classes(rows.iter().map(|&row| labels[row]).collect()),
            Self::MultiLabel(labels) => Self::MultiLabel(labels.select(Axis(0), rows)),
        }
    }

    /// These, and those of other rows of the same cache.
    ///
    /// # Panics
    /// If the others are of another kind, or of other classes.
    #[must_use]
    pub fn followed_by(&self, others: &Self) -> Self {
        match (self, others) {
            (Self::Classes(labels), Self::Classes(others)) => {
                Self::Classes([labels.as_slice(), others].concat())
            }
            (Self::MultiLabel(labels), Self::MultiLabel(others)) => {
                Self::MultiLabel(concatenate![Axis(0), labels.view(), others.view()])
            }
            _ => panic!("the rows of a cache have labels of one kind"),
        }
    }

    /// As solvers take them.
    pub fn targets(&self) -> Targets<'_> {
        match self {
            Self::Classes(labels) => Targets::Classes(labels),
            Self::MultiLabel(labels) => Targets::MultiLabel(labels.view()),
        }
    }

    /// As metrics take them.
    pub fn truth(&self) -> Truth<'_> {
        match self {
            Self::Classes(labels) => Truth::Classes(labels),
            Self::MultiLabel(labels) => Truth::MultiLabel(labels.view()),
        }
    }

    /// The class of each row.
    ///
    /// # Panics
    /// If rows have several labels: what takes one class is not given them.
    pub fn classes(&self) -> &[usize] {
        match self {
            Self::Classes(labels) => labels,
            Self::MultiLabel(_) => panic!("rows of several labels have no class"),
        }
    }

    /// By what rows are divided evenly: the stratum of each, and the names of the strata. That is their
    /// class; rows of several labels are all in one, so that they are divided at random.
    pub fn strata<'a>(&'a self, classes: &'a [String]) -> (Cow<'a, [usize]>, Cow<'a, [String]>) {
        match self {
            Self::Classes(labels) => (labels.into(), classes.into()),
            Self::MultiLabel(labels) => {
                (vec![0; labels.nrows()].into(), vec!["all".to_owned()].into())
            }
        }
    }

    /// The names of the classes of a row.
    pub fn names<'a>(&self, row: usize, classes: &'a [String]) -> Vec<&'a str> {
        match self {
            Self::Classes(labels) => vec![&classes[labels[row]]],
            Self::MultiLabel(labels) => {
                let of_row = labels.row(row).into_iter().zip(classes);
                of_row.filter(|(label, _)| **label > 0).map(|(_, name)| name.as_str()).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn labels_of_both_kinds_are_picked_joined_and_named() {
        let classes = ["ant", "bee"].map(str::to_owned);
        let one = Labels::Classes(vec![1, 0, 1]);
        let several = Labels::MultiLabel(array![[1, 1], [-1, 1], [0, -1]]);
        assert_eq!(one.at(&[2, 1]), Labels::Classes(vec![1, 0]));
        assert_eq!(several.at(&[2, 0]), Labels::MultiLabel(array![[0, -1], [1, 1]]));
        for labels in [one.clone(), several.clone()] {
            assert_eq!(labels.at(&[0]).followed_by(&labels.at(&[1, 2])), labels);
        }
        assert_eq!(one.names(1, &classes), ["ant"]);
        assert_eq!(several.names(0, &classes), ["ant", "bee"]);
        assert!(several.names(2, &classes).is_empty());
    }

    #[test]
    fn rows_of_several_labels_are_one_stratum() {
        let classes = ["ant", "bee"].map(str::to_owned);
        let one = Labels::Classes(vec![1, 0]);
        assert_eq!(one.strata(&classes), ((&[1, 0]).into(), classes.as_slice().into()));
        let several = Labels::MultiLabel(array![[1, 1], [-1, 1]]);
        let (strata, names) = several.strata(&classes);
        assert_eq!(
            (strata.as_ref(), names.as_ref()),
            ([0, 0].as_slice(), ["all".to_owned()].as_slice())
        );
    }
}
