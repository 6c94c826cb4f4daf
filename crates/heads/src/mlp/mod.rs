//! Small networks on features, trained by Adam.
//!
//! Problem: minimize over all layers' parameters the mean over training rows of
//!
//! ```text
//! softmax   s(y_i) (logsumexp(z_i) - z_i[y_i])
//! sigmoid   s(y_i) mean_k (log(1 + exp(z_ik)) - t_ik z_ik)
//! ```
//!
//! with `z_i` the scores of row `i`, `t_ik` 1 where it is of class `k` and 0 where not, and `s` the
//! class weights. Nothing is penalized; dropout and early stopping take the place of a penalty.
//!
//! Method: mini-batches in random order, a new order each epoch; Adam (Kingma and Ba, Adam: A Method
//! for Stochastic Optimization, ICLR 2015, the form before section 2.1 with its `epsilon` hat);
//! Glorot-uniform weights (Glorot and Bengio, AISTATS 2010, equation 16); batch normalization (Ioffe
//! and Szegedy, ICML 2015, algorithms 1 and 2). Constants are those of Keras: `beta` 0.9 and 0.999,
//! `epsilon` 1e-7; for batch normalization `epsilon` 1e-3 and a momentum of 0.99.
//!
//! Stop: after `max_epochs`, or when the loss on validation rows has not fallen for `patience`
//! epochs. The parameters kept are those of the epoch with the smallest validation loss, or the last
//! where there are no validation rows.
//!
//! All is in f32. Products run on blocks of fixed size, so that the bytes do not depend on the
//! number of threads.

mod adam;
mod architecture;
mod batch_norm;
mod dense;
mod fit;
mod head;
mod loss;
mod network;
mod params;
mod products;
mod step;
mod target_matrix;
mod train;

pub use architecture::{ArchitectureError, MlpArchitecture, MlpLayer, MlpOutput};
pub use head::MlpHead;
pub use params::{Mlp, MlpParams, MlpValidParams};
pub use step::MlpStep;
pub use train::{MlpEpoch, MlpFit};
