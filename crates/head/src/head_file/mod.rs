//! Head files: a fitted pipeline with everything needed to use it again.

mod description;
mod digest;
mod load_error;
mod provenance;
mod read;
mod read_head;
mod tensor_file;
mod tensors;
mod write;

pub use description::{Description, Origin, Training};
pub use load_error::LoadError;
pub use provenance::{Engines, ProvenanceMismatch, check_provenance};
pub use read::{MAX_HEAD_BYTES, load};
pub use write::save;
pub(crate) use write::{head_bytes, metadata_json};

use metrics::Predictions;
use ndarray::ArrayView2;

use crate::pipeline::Pipeline;

/// The version of head files.
const VERSION: u32 = 1;

const FORMAT: &str = "offshelf-head";
const METADATA_KEY: &str = "offshelf";

/// A pipeline and its description: the contents of a head file.
///
/// A head file is a safetensors file with these tensors, f32 where nothing else is said. I is the place
/// of a step of the transform or of a layer, from 0, and `n_features` is the number of features that
/// reach the step, the layer or the head:
///
/// ```text
/// softmax, svm, ridge
/// coef                    [n_classes, n_features]
/// intercept               [n_classes]
///
/// svm, `multi_class` ovo: pairs (0, 1), (0, 2), ..., (1, 2), ..., positive for the first class
/// pairs.coef              [n_pairs, n_features]
/// pairs.intercept         [n_pairs]
///
/// svm, `kernel` gaussian: dual_coef . exp(-gamma |support_vectors - x|^2) + intercept
/// support_vectors         [n_support, n_features]
/// dual_coef               [n_classes, n_support]
/// intercept               [n_classes]
/// gamma                   f64 []
///
/// knn
/// training.features       [n_samples, n_features]    of length 1, or 0
/// training.labels         i64 [n_samples]
///
/// mlp: the output is the last layer, with one unit for a sigmoid that tells the second of two classes
/// layers.I.weights        [n_features, n_units]      for each dense layer
/// layers.I.bias           [n_units]
/// layers.I.gamma, .beta, .moving_mean, .moving_variance   [n_units]   for each batch normalization
///
/// any
/// transform.I.mean        [n_features]           for each `standardize`, `pca` and `whiten`
/// transform.I.scale       [n_features]           for each `standardize`
/// transform.I.projection  [n_axes, n_features]   for each `pca` and `whiten`
/// ```
///
/// There is one metadata entry, `offshelf`, whose JSON has `format` = "offshelf-head", `version` = 1,
/// `blake3`, and the fields of [`Description`]. `blake3` is the digest, in 64 hexadecimal digits, of the whole
/// file with the digit 0 in the place of each of these; a file of another digest is refused, and so is one of
/// more than [`MAX_HEAD_BYTES`]. The same fit gives the same bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedHead {
    /// The transform and the head.
    pub pipeline: Pipeline,
    /// What it is, and what it was trained on.
    pub description: Description,
}

impl SavedHead {
    /// What the head says of the given rows of `features` `[n_samples, n_features]`, in their order,
    /// with probabilities where its scores give them or it was calibrated.
    ///
    /// # Examples
    ///
    /// ```
    /// use head::load;
    /// use ndarray::array;
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/head-1.safetensors");
    /// let head = load(path.as_ref())?;
    /// let features = array![[4.0_f32, 1.0, 0.0, 0.5, 1.0, 0.0], [0.0, 5.0, 1.0, 0.0, 0.5, 1.0]];
    /// assert_eq!(head.predict(features.view(), &[1]).classes(), [1]);
    /// # Ok::<(), head::LoadError>(())
    /// ```
    pub fn predict(&self, features: ArrayView2<'_, f32>, rows: &[usize]) -> Predictions {
        self.pipeline.predict(self.description.calibration.as_ref(), features, rows)
    }
}

#[cfg(test)]
pub(crate) mod tests;
