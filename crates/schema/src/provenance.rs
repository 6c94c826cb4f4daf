//! What made the features.

use serde::{Deserialize, Serialize};

use crate::difference::{Difference, Differences};
use crate::tap::Dtype;

/// The frozen weights: a name for people, a digest for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// Name in the registry of weights, or the file's own.
    pub name: String,
    /// Digest of the tensors themselves, the same whatever file format they came in.
    pub digest: String,
}

/// What stands for a backbone, a preprocessing and an engine that are not known.
const IMPORTED: &str = "imported";

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

impl Provenance {
    /// The fields in which `found` differs from this one; empty when the two may share a cache.
    ///
    /// The name of the weights is for people: two names of one digest are the same weights.
    pub fn differences(&self, found: &Self) -> Vec<Difference> {
        let mut differences = Differences::default();
        differences.compare("backbone", &self.backbone, &found.backbone);
        differences.compare_weights(&self.weights, &found.weights);
        differences.compare("taps", &self.taps.join(", "), &found.taps.join(", "));
        differences.compare_json("preprocessing", &self.preprocessing, &found.preprocessing);
        differences.compare("views", &self.views, &found.views);
        differences.compare("engine", &self.engine, &found.engine);
        differences.compare("dtype", &self.dtype, &found.dtype);
        differences.0
    }

    /// The provenance of features that were imported: which network made them is known in words only, and what
    /// it was given is not.
    pub fn imported(in_words: Weights, tap: &str, dtype: Dtype) -> Self {
        Self {
            backbone: IMPORTED.to_owned(),
            weights: in_words,
            taps: vec![tap.to_owned()],
            preprocessing: serde_json::json!({ "name": IMPORTED }),
            views: "center".to_owned(),
            engine: IMPORTED.to_owned(),
            dtype,
        }
    }

    /// Whether the features were imported, so that there is nothing to compute more of them with.
    pub fn is_imported(&self) -> bool {
        self.backbone == IMPORTED
    }

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
    /// As [`Provenance::is_imported`].
    pub fn is_imported(&self) -> bool {
        self.backbone == IMPORTED
    }

    /// The fields in which `found` differs from this one; empty when features are interchangeable.
    ///
    /// The name of the weights is for people: two names of one digest are the same weights.
    pub fn differences(&self, found: &Self) -> Vec<Difference> {
        let mut differences = Differences::default();
        differences.compare("tap", &self.tap, &found.tap);
        differences.compare("backbone", &self.backbone, &found.backbone);
        differences.compare_weights(&self.weights, &found.weights);
        differences.compare_json("preprocessing", &self.preprocessing, &found.preprocessing);
        differences.compare("views", &self.views, &found.views);
        differences.compare("engine", &self.engine, &found.engine);
        differences.compare("dtype", &self.dtype, &found.dtype);
        differences.0
    }
}
