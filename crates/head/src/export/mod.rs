//! Heads for other programs.

mod npz;
mod onnx;

use heads::Head;

pub use self::onnx::{about_model, add_head};
use crate::head_file::{SavedHead, head_bytes};
use crate::spec::HeadSpec;

/// What a head is written as. The same head gives the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A model for ONNX Runtime and its like:
    ///
    /// ```text
    /// features       float [n_samples, n_features]   rows of the cache, before any transform
    /// ->
    /// label          int64 [n_samples]               index of the class predicted, where there is one
    /// scores         float [n_samples, n_classes]
    /// probabilities  float [n_samples, n_classes]    of heads that have them, and calibrated ones
    /// ```
    ///
    /// The steps of the transform are part of the graph. Two entries of metadata are JSON: `classes`, the
    /// names in order, and `offshelf`, the description of the head file. The graph keeps to operators of
    /// opset 17 that every runtime has.
    Onnx,
    /// Arrays for numpy and scikit-learn, of linear heads:
    ///
    /// ```text
    /// coef                      f4 [n_classes, n_features]   two rows for two classes
    /// intercept                 f4 [n_classes]
    /// classes                   U  [n_classes]               names, in the order of the rows
    /// link                      U  []                        `softmax` or `margin`: what scores are
    /// transform                 U  [n_steps]                 names of the steps, in order
    /// transform.I.mean, .scale  f4 [n_features]              for each `standardize`, I its place
    /// transform.I.mean          f4 [n_features]              for each `pca` or `whiten`
    /// transform.I.projection    f4 [n_axes, n_features]      likewise: projection @ (x - mean)
    /// calibration.temperature   f8 []                        where one was fitted
    /// calibration.slope         f8 [n_classes]               likewise, for margins
    /// calibration.intercept     f8 [n_classes]
    /// ```
    ///
    /// With the transform `l2`, the default, three lines of Python predict (`features` are the rows of
    /// the cache):
    ///
    /// ```python
    /// head = np.load("head.npz")
    /// unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    /// labels = head["classes"][(unit @ head["coef"].T + head["intercept"]).argmax(axis=1)]
    /// ```
    ///
    /// and three make a classifier of scikit-learn, of three classes or more, to be given unit rows (for
    /// two classes it wants `coef[1:] - coef[:1]`, and the intercept likewise):
    ///
    /// ```python
    /// head, model = np.load("head.npz"), LogisticRegression()
    /// model.coef_, model.intercept_, model.classes_ = head["coef"], head["intercept"], head["classes"]
    /// labels = model.predict(normalize(features))
    /// ```
    Npz,
    /// The head file as it is.
    Safetensors,
}

/// A head that cannot be written for another program.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("`{spec}` has no {target} form, which is for {suits}")]
pub struct ExportError {
    /// The head.
    pub spec: HeadSpec,
    /// What was asked for.
    pub target: &'static str,
    /// Which heads have it.
    pub suits: &'static str,
}

/// The bytes of `head` as `target`.
///
/// # Errors
/// [`ExportError`] for NPZ of a head that is not linear, and for ONNX of one that is no network either.
///
/// # Examples
///
/// ```
/// use head::{Target, export, load};
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/head-1.safetensors");
/// let head = load(path.as_ref())?;
/// let archive = export(&head, Target::Npz)?;
/// assert!(archive.starts_with(b"PK"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn export(head: &SavedHead, target: Target) -> Result<Vec<u8>, ExportError> {
    let spec = head.description.spec.clone();
    match (target, &head.pipeline.head) {
        (Target::Safetensors, _) => Ok(head_bytes(head)),
        (Target::Npz, Head::Linear(linear)) => Ok(npz::archive_bytes(head, linear)),
        (Target::Npz, _) => Err(ExportError { spec, target: "NPZ", suits: "linear heads" }),
        (Target::Onnx, _) => Ok(onnx::model(head)?.to_bytes()),
    }
}
