//! What made the features.

use serde::{Deserialize, Serialize};

/// Element type of the stored features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dtype {
    /// IEEE 754 single precision.
    F32,
}

/// The frozen weights: a name for people, a digest for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// Name in the registry of weights, or the file's own.
    pub name: String,
    /// Digest of the tensors themselves, the same whatever file format they came in.
    pub digest: String,
}

/// Everything that decides what the features of an image are, besides the image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Architecture of the network, such as `vgg16`.
    pub backbone: String,
    /// Its weights.
    pub weights: Weights,
    /// The taps stored, each `layer:pooling`, in the order asked for.
    pub taps: Vec<String>,
    /// The whole preprocessing recipe, as the `preprocess` crate serializes it.
    pub preprocessing: serde_json::Value,
    /// The set of views taken of each image.
    pub views: String,
    /// The engine that ran the network, since engines differ in the last bits.
    pub engine: String,
    /// Element type of the stored features.
    pub dtype: Dtype,
}

/// Provenance of a single feature matrix: what a head is bound to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TapProvenance {
    /// See [`Provenance::backbone`].
    pub backbone: String,
    /// See [`Provenance::weights`].
    pub weights: Weights,
    /// The tap, `layer:pooling`.
    pub tap: String,
    /// See [`Provenance::preprocessing`].
    pub preprocessing: serde_json::Value,
    /// See [`Provenance::views`].
    pub views: String,
    /// See [`Provenance::engine`].
    pub engine: String,
    /// See [`Provenance::dtype`].
    pub dtype: Dtype,
}

/// One field in which two provenances differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field's name.
    pub field: &'static str,
    /// Its value where the comparison started from.
    pub expected: String,
    /// Its value in the other.
    pub found: String,
}

impl Provenance {
    /// The provenance of the matrix of `tap` alone.
    pub fn of_tap(&self, tap: &str) -> TapProvenance {
        TapProvenance {
            backbone: self.backbone.clone(),
            weights: self.weights.clone(),
            tap: tap.to_owned(),
            preprocessing: self.preprocessing.clone(),
            views: self.views.clone(),
            engine: self.engine.clone(),
            dtype: self.dtype,
        }
    }
}

impl TapProvenance {
    /// The fields in which `found` differs from this one; empty when features are interchangeable.
    ///
    /// The name of the weights is for people: two names of one digest are the same weights.
    pub fn differences(&self, found: &TapProvenance) -> Vec<Difference> {
        let weights = |w: &Weights| format!("{} ({})", w.name, w.digest);
        let dtype = |d: Dtype| format!("{d:?}").to_lowercase();
        let mut differences = Vec::new();
        let mut compare = |field, equal: bool, expected: String, found: String| {
            if !equal {
                differences.push(Difference { field, expected, found });
            }
        };
        compare("tap", self.tap == found.tap, self.tap.clone(), found.tap.clone());
        compare(
            "backbone",
            self.backbone == found.backbone,
            self.backbone.clone(),
            found.backbone.clone(),
        );
        compare(
            "weights",
            self.weights.digest == found.weights.digest,
            weights(&self.weights),
            weights(&found.weights),
        );
        compare(
            "preprocessing",
            self.preprocessing == found.preprocessing,
            self.preprocessing.to_string(),
            found.preprocessing.to_string(),
        );
        compare("views", self.views == found.views, self.views.clone(), found.views.clone());
        compare("engine", self.engine == found.engine, self.engine.clone(), found.engine.clone());
        compare("dtype", self.dtype == found.dtype, dtype(self.dtype), dtype(found.dtype));
        differences
    }
}
