//! K nearest neighbors by cosine similarity: a baseline without training.
//!
//! A row's scores are the votes of its `n_neighbors` most similar training rows, each for its own
//! class, as parts of their sum. A row of zeros has similarity 0 to every other. Of equally similar
//! rows the first are taken (Wu, Xiong, Yu and Lin, Unsupervised Feature Learning via
//! Non-Parametric Instance Discrimination, CVPR 2018, section 3.4, for exponential weights).

mod fit;
mod head;
mod held_out;
mod nearest;
mod params;
mod unit_rows;
mod vote;

pub use head::KnnHead;
pub use held_out::knn_held_out_scores;
pub use params::{Knn, KnnParams, KnnValidParams};
pub use vote::KnnVote;
