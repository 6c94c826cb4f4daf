use linear_problem::write_argmax;
use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayBase, ArrayView2, Data, Ix2};

use crate::{KernelHead, KnnHead, LinearHead, MlpHead, OneVsOneHead};

/// Any fitted head: features in, a score for each class out.
#[derive(Debug, Clone, PartialEq)]
pub enum Head {
    /// Scores are linear in the features.
    Linear(LinearHead),
    /// Votes of the pairs of classes.
    OneVsOne(OneVsOneHead),
    /// Votes of the nearest training rows.
    Knn(KnnHead),
    /// A small network.
    Mlp(MlpHead),
    /// A Gaussian kernel over support vectors.
    Kernel(KernelHead),
}

impl Head {
    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        match self {
            Self::Linear(head) => head.n_classes(),
            Self::OneVsOne(head) => head.n_classes(),
            Self::Knn(head) => head.n_classes(),
            Self::Mlp(head) => head.n_classes(),
            Self::Kernel(head) => head.n_classes(),
        }
    }

    /// Number of features that a row must have.
    pub fn n_features(&self) -> usize {
        match self {
            Self::Linear(head) => head.n_features(),
            Self::OneVsOne(head) => head.n_features(),
            Self::Knn(head) => head.n_features(),
            Self::Mlp(head) => head.n_features(),
            Self::Kernel(head) => head.n_features(),
        }
    }

    /// Scores `[n_samples, n_classes]` of features `[n_samples, n_features]`; the largest is the
    /// class that is predicted.
    ///
    /// # Panics
    /// If `x` has another number of features than the head.
    pub fn decision_function(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        match self {
            Self::Linear(head) => head.decision_function(x),
            Self::OneVsOne(head) => head.decision_function(x),
            Self::Knn(head) => head.decision_function(x),
            Self::Mlp(head) => head.decision_function(x),
            Self::Kernel(head) => head.decision_function(x),
        }
    }

    /// Probabilities `[n_samples, n_classes]`; `None` of heads whose scores are margins.
    ///
    /// # Panics
    /// If `x` has another number of features than the head.
    pub fn predict_proba(&self, x: ArrayView2<'_, f32>) -> Option<Array2<f32>> {
        match self {
            Self::Linear(head) => head.predict_proba(x),
            Self::Knn(head) => Some(head.predict_proba(x)),
            Self::Mlp(head) => Some(head.predict_proba(x)),
            Self::OneVsOne(_) | Self::Kernel(_) => None,
        }
    }
}

impl From<LinearHead> for Head {
    fn from(head: LinearHead) -> Self {
        Self::Linear(head)
    }
}

impl From<OneVsOneHead> for Head {
    fn from(head: OneVsOneHead) -> Self {
        Self::OneVsOne(head)
    }
}

impl From<KnnHead> for Head {
    fn from(head: KnnHead) -> Self {
        Self::Knn(head)
    }
}

impl From<MlpHead> for Head {
    fn from(head: MlpHead) -> Self {
        Self::Mlp(head)
    }
}

impl From<KernelHead> for Head {
    fn from(head: KernelHead) -> Self {
        Self::Kernel(head)
    }
}

/// The class of the largest score in each row, the first of equals.
impl<D: Data<Elem = f32>> PredictInplace<ArrayBase<D, Ix2>, Array1<usize>> for Head {
    fn predict_inplace(&self, x: &ArrayBase<D, Ix2>, y: &mut Array1<usize>) {
        write_argmax(&self.decision_function(x.view()), y);
    }

    fn default_target(&self, x: &ArrayBase<D, Ix2>) -> Array1<usize> {
        Array1::zeros(x.nrows())
    }
}
