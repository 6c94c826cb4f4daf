use faer::Mat;

use crate::{ClassWeight, FitError, Folds, Targets};

/// Targets as numbers.
pub(super) struct SignedTargets {
    /// `[n_samples, n_classes]`: 1, -1, or 0 where the entry is ignored.
    pub(super) y: Mat<f64>,
    /// Whether a row has one class, so that classes may have weights.
    is_single_label: bool,
}

/// The rows that a fold trains on, and those that it holds out.
pub(super) struct FoldRows {
    pub(super) training: Vec<usize>,
    /// `[n_samples]`; what the rows that are held out have there is not used.
    pub(super) weights: Vec<f64>,
    pub(super) held_out: Vec<usize>,
}

impl SignedTargets {
    /// Targets of `n_samples` rows.
    ///
    /// # Errors
    /// [`FitError::OneClass`] of fewer than two classes, of which multi-label targets may have one;
    /// [`FitError::ShapeMismatch`].
    ///
    /// # Panics
    /// If a label is not below `n_classes`, or multi-label targets have another number of columns.
    pub(super) fn new(
        targets: Targets<'_>,
        n_samples: usize,
        n_classes: usize,
    ) -> Result<Self, FitError> {
        let (rows, is_single_label) = match targets {
            Targets::Classes(labels) => (labels.len(), true),
            Targets::MultiLabel(signs) => (signs.nrows(), false),
        };
        if rows != n_samples {
            return Err(FitError::ShapeMismatch { rows: n_samples, labels: rows });
        }
        if n_classes < 2 && (is_single_label || n_classes == 0) {
            return Err(FitError::OneClass);
        }
        let y = match targets {
            Targets::Classes(labels) => {
                assert!(labels.iter().all(|&label| label < n_classes), "labels below n_classes");
                Mat::from_fn(
                    n_samples,
                    n_classes,
                    |row, class| {
                        if labels[row] == class { 1.0 } else { -1.0 }
                    },
                )
            }
            Targets::MultiLabel(signs) => {
                assert_eq!(signs.ncols(), n_classes, "columns of multi-label targets");
                Mat::from_fn(n_samples, n_classes, |row, class| f64::from(signs[[row, class]]))
            }
        };
        Ok(Self { y, is_single_label })
    }

    /// The entries of `rows` that are ignored: for each class with any, the class and its rows.
    pub(super) fn ignored(&self, rows: &[usize]) -> Vec<(usize, Vec<usize>)> {
        if self.is_single_label {
            return Vec::new();
        }
        let of_class = |class: usize| {
            let column = self.y.col(class);
            rows.iter().copied().filter(|&row| column[row] == 0.0).collect::<Vec<_>>()
        };
        (0..self.y.ncols())
            .map(|class| (class, of_class(class)))
            .filter(|(_, rows)| !rows.is_empty())
            .collect()
    }

    /// The weight of each sample for a fit on `training`, `[n_samples]`.
    ///
    /// # Errors
    /// [`FitError::MissingClass`] if a class has no training row, [`FitError::OneClass`] if it has
    /// no other, [`FitError::ClassWeightCount`], [`FitError::MultiLabelClassWeight`].
    pub(super) fn weights(
        &self,
        training: &[usize],
        class_weight: &ClassWeight,
    ) -> Result<Vec<f64>, FitError> {
        let counts: Vec<[usize; 2]> = self
            .y
            .col_iter()
            .map(|column| {
                let count = |sign| training.iter().filter(|&&row| column[row] == sign).count();
                [count(1.0), count(-1.0)]
            })
            .collect();
        if let Some(class) = counts.iter().position(|[present, _]| *present == 0) {
            return Err(FitError::MissingClass { class });
        }
        if counts.iter().any(|[_, absent]| *absent == 0) {
            return Err(FitError::OneClass);
        }
        if !self.is_single_label {
            return match class_weight {
                ClassWeight::Uniform => Ok(vec![1.0; self.y.nrows()]),
                _ => Err(FitError::MultiLabelClassWeight),
            };
        }
        let present: Vec<usize> = counts.iter().map(|[present, _]| *present).collect();
        let of_class = class_weight.weights(&present)?;
        let mut weights = vec![0.0; self.y.nrows()];
        for (column, weight) in self.y.col_iter().zip(of_class) {
            for (to, &sign) in weights.iter_mut().zip(column.iter()) {
                if sign > 0.0 {
                    *to = weight;
                }
            }
        }
        Ok(weights)
    }

    /// What each fold trains on and holds out.
    ///
    /// # Errors
    /// Those of [`SignedTargets::weights`], for any fold.
    ///
    /// # Panics
    /// If `folds` is not of as many rows.
    pub(super) fn fold_rows(
        &self,
        folds: Folds<'_>,
        class_weight: &ClassWeight,
    ) -> Result<Vec<FoldRows>, FitError> {
        assert_eq!(folds.held_out_by.len(), self.y.nrows(), "rows of the folds");
        (0..folds.n_folds)
            .map(|fold| {
                let (held_out, training): (Vec<_>, Vec<_>) =
                    (0..self.y.nrows()).partition(|&row| folds.held_out_by[row] == Some(fold));
                let weights = self.weights(&training, class_weight)?;
                Ok(FoldRows { training, weights, held_out })
            })
            .collect()
    }
}

/// The multiplier of the penalty beside a loss of weight 1.
pub(super) fn alpha(c: f64) -> f64 {
    0.5 / c
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn classes_become_signs() {
        let targets = SignedTargets::new(Targets::Classes(&[1, 0]), 2, 2).unwrap();
        assert_eq!(targets.y, faer::mat![[-1.0, 1.0], [1.0, -1.0]]);
        assert!(targets.ignored(&[0, 1]).is_empty());
    }

    #[test]
    fn ignored_entries_are_listed_by_class() {
        let signs = array![[1, 0], [-1, 1], [0, 0]];
        let targets = SignedTargets::new(Targets::MultiLabel(signs.view()), 3, 2).unwrap();
        assert_eq!(targets.ignored(&[2, 1, 0]), [(0, vec![2]), (1, vec![2, 0])]);
        assert_eq!(targets.ignored(&[1]), []);
    }

    #[test]
    fn balanced_weights_are_those_of_the_training_rows() {
        let targets = SignedTargets::new(Targets::Classes(&[0, 0, 0, 1, 1]), 5, 2).unwrap();
        let weights = targets.weights(&[0, 1, 2, 3], &ClassWeight::Balanced).unwrap();
        assert_eq!(weights, [4.0 / 6.0, 4.0 / 6.0, 4.0 / 6.0, 2.0, 2.0]);
    }

    #[test]
    fn every_fold_needs_every_class() {
        let targets = SignedTargets::new(Targets::Classes(&[0, 1, 1, 2]), 4, 3).unwrap();
        let held_out_by = [Some(0), Some(1), None, None];
        let folds = Folds { n_folds: 2, held_out_by: &held_out_by };
        let error = targets.fold_rows(folds, &ClassWeight::Uniform).map(|_| ()).unwrap_err();
        assert!(matches!(error, FitError::MissingClass { class: 0 }));
    }

    #[test]
    fn a_class_of_all_rows_has_no_rest() {
        let signs = array![[1], [1], [0]];
        let targets = SignedTargets::new(Targets::MultiLabel(signs.view()), 3, 1).unwrap();
        let error = targets.weights(&[0, 1, 2], &ClassWeight::Uniform).unwrap_err();
        assert!(matches!(error, FitError::OneClass));
    }

    #[test]
    fn labels_of_other_shapes_are_refused() {
        let one = SignedTargets::new(Targets::Classes(&[0, 0]), 2, 1).map(|_| ()).unwrap_err();
        assert!(matches!(one, FitError::OneClass));
        let short = SignedTargets::new(Targets::Classes(&[0, 1]), 3, 2).map(|_| ()).unwrap_err();
        assert_eq!(short.to_string(), "`3` rows of features but `2` labels");
    }

    #[test]
    fn classes_that_overlap_have_no_weights() {
        let signs = array![[1, -1], [-1, 1]];
        let targets = SignedTargets::new(Targets::MultiLabel(signs.view()), 2, 2).unwrap();
        let error = targets.weights(&[0, 1], &ClassWeight::Balanced).unwrap_err();
        assert!(matches!(error, FitError::MultiLabelClassWeight));
    }
}
