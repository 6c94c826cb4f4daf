use linfa::ParamGuard;

use super::KnnVote;
use crate::ParamError;

/// K nearest neighbors by cosine similarity.
///
/// # Examples
///
/// ```
/// use heads::Knn;
/// use linfa::{DatasetBase, traits::{Fit, Predict}};
/// use ndarray::array;
///
/// let features = array![[0.0_f32, 1.0], [0.1, 1.0], [1.0, 0.2], [0.9, 0.0]];
/// let training = DatasetBase::new(features, array![0, 0, 1, 1]);
/// let head = Knn::params().n_neighbors(3).fit(&training)?.head;
/// assert_eq!(head.predict(&array![[0.8_f32, 0.1]]), array![1]);
/// # Ok::<(), heads::FitError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Knn;

impl Knn {
    /// How many neighbors vote by default: as many as in scikit-learn's `KNeighborsClassifier`.
    pub const N_NEIGHBORS: usize = 5;

    /// The default temperature of votes: that of DINOv2's evaluation.
    pub const TEMPERATURE: f64 = 0.07;

    /// The default parameters: [`N_NEIGHBORS`](Self::N_NEIGHBORS) neighbors, whose votes are
    /// [exponential](KnnVote::Exponential) with the temperature [`TEMPERATURE`](Self::TEMPERATURE).
    pub fn params() -> KnnParams {
        let vote = KnnVote::Exponential { temperature: Self::TEMPERATURE };
        KnnParams(KnnValidParams { n_neighbors: Self::N_NEIGHBORS, vote })
    }
}

/// Parameters of [`Knn`], not checked yet.
#[derive(Debug, Clone, PartialEq)]
pub struct KnnParams(KnnValidParams);

/// Checked parameters of [`Knn`].
#[derive(Debug, Clone, PartialEq)]
pub struct KnnValidParams {
    n_neighbors: usize,
    vote: KnnVote,
}

impl KnnParams {
    /// The number of neighbors that vote.
    pub fn n_neighbors(mut self, n_neighbors: usize) -> Self {
        self.0.n_neighbors = n_neighbors;
        self
    }

    /// What a vote weighs.
    pub fn vote(mut self, vote: KnnVote) -> Self {
        self.0.vote = vote;
        self
    }
}

impl KnnValidParams {
    /// The number of neighbors that vote.
    pub fn n_neighbors(&self) -> usize {
        self.n_neighbors
    }

    /// What a vote weighs.
    pub fn vote(&self) -> KnnVote {
        self.vote
    }
}

impl ParamGuard for KnnParams {
    type Checked = KnnValidParams;
    type Error = ParamError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        ParamError::check_n_neighbors(self.0.n_neighbors)?;
        self.0.vote.check()?;
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref()?;
        Ok(self.0)
    }
}
