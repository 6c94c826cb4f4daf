use linear_problem::check_finite;
use linfa::DatasetBase;
use ndarray::{Array1, ArrayBase, ArrayView2, CowArray, Data, Ix2};

use crate::FitError;

/// Features and labels that every solver may rely on: features are finite, and there are at least two
/// classes, all of them with samples.
pub(crate) struct TrainingSet<'a> {
    /// `[n_samples, n_features]`, rows contiguous (copied only if they were not).
    x: CowArray<'a, f32, Ix2>,
    /// `[n_samples]`, each below `n_classes`.
    labels: &'a Array1<usize>,
    n_classes: usize,
}

impl<'a> TrainingSet<'a> {
    /// Checks a dataset.
    ///
    /// # Errors
    /// [`FitError::ShapeMismatch`], [`FitError::SampleWeights`], [`FitError::OneClass`],
    /// [`FitError::MissingClass`] or [`FitError::NotFinite`].
    pub(crate) fn new<D: Data<Elem = f32>>(
        dataset: &'a DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
    ) -> Result<Self, FitError> {
        let (x, labels) = (&dataset.records, &dataset.targets);
        if x.nrows() != labels.len() {
            return Err(FitError::ShapeMismatch { rows: x.nrows(), labels: labels.len() });
        }
        if !dataset.weights.is_empty() {
            return Err(FitError::SampleWeights);
        }
        let n_classes = count_classes(labels)?;
        check_finite(&x.view())?;
        Ok(Self { x: x.as_standard_layout(), labels, n_classes })
    }

    /// Features `[n_samples, n_features]`, in row-major order.
    pub(crate) fn x(&self) -> ArrayView2<'_, f32> {
        self.x.view()
    }

    /// The label of each sample.
    pub(crate) fn labels(&self) -> &Array1<usize> {
        self.labels
    }

    /// Number of classes.
    pub(crate) fn n_classes(&self) -> usize {
        self.n_classes
    }
}

/// How many classes `0..=max(label)` there are, all of which must occur.
fn count_classes(labels: &Array1<usize>) -> Result<usize, FitError> {
    let n_classes = labels.iter().max().map_or(0, |&max| max.saturating_add(1));
    // With more classes than samples one of the first `n_samples` classes is missing, so that
    // an absurd label costs no memory.
    let mut occurs = vec![false; n_classes.min(labels.len())];
    for &label in labels {
        if let Some(occurs) = occurs.get_mut(label) {
            *occurs = true;
        }
    }
    match occurs.iter().position(|&occurs| !occurs) {
        Some(class) => Err(FitError::MissingClass { class }),
        None if n_classes < 2 => Err(FitError::OneClass),
        None => Ok(n_classes),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, ShapeBuilder, array};

    use super::*;

    #[test]
    fn classes_are_counted() {
        assert_eq!(count_classes(&array![2, 0, 1, 2]).unwrap(), 3);
    }

    #[test]
    fn no_samples_are_no_classes() {
        let error = count_classes(&array![]).unwrap_err();
        assert!(matches!(error, FitError::OneClass));
    }

    #[test]
    fn an_absurd_label_is_a_missing_class() {
        let error = count_classes(&array![0, usize::MAX]).unwrap_err();
        let message = "class `1` has no training sample\n  hint: number the classes without gaps";
        assert!(error.to_string().starts_with(message), "{error}");
    }

    #[test]
    fn columns_first_becomes_rows_first() {
        let x = Array2::from_shape_fn((2, 3).f(), |(row, column)| (3 * row + column) as f32);
        let dataset = DatasetBase::new(x.clone(), array![0, 1]);
        let training = TrainingSet::new(&dataset).unwrap();
        assert!(training.x().is_standard_layout());
        assert_eq!(training.x(), x);
    }
}
