//! What made the features.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::tap::Dtype;

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
    /// The fields in which `found` differs from this one; empty when the two may share a cache.
    ///
    /// The name of the weights is for people: two names of one digest are the same weights.
    pub fn differences(&self, found: &Self) -> Vec<Difference> {
        let mut differences = Differences::default();
        differences.compare("backbone", &self.backbone, &found.backbone);
        differences.compare_weights(&self.weights, &found.weights);
        differences.compare("taps", &self.taps.join(", "), &found.taps.join(", "));
        differences.compare("preprocessing", &self.preprocessing, &found.preprocessing);
        differences.compare("views", &self.views, &found.views);
        differences.compare("engine", &self.engine, &found.engine);
        differences.compare("dtype", &self.dtype, &found.dtype);
        differences.0
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
    /// The fields in which `found` differs from this one; empty when features are interchangeable.
    ///
    /// The name of the weights is for people: two names of one digest are the same weights.
    pub fn differences(&self, found: &Self) -> Vec<Difference> {
        let mut differences = Differences::default();
        differences.compare("tap", &self.tap, &found.tap);
        differences.compare("backbone", &self.backbone, &found.backbone);
        differences.compare_weights(&self.weights, &found.weights);
        differences.compare("preprocessing", &self.preprocessing, &found.preprocessing);
        differences.compare("views", &self.views, &found.views);
        differences.compare("engine", &self.engine, &found.engine);
        differences.compare("dtype", &self.dtype, &found.dtype);
        differences.0
    }
}

/// The differences found so far.
#[derive(Default)]
struct Differences(Vec<Difference>);

impl Differences {
    fn compare<T: PartialEq + fmt::Display>(&mut self, field: &'static str, a: &T, b: &T) {
        if a != b {
            let (expected, found) = (a.to_string(), b.to_string());
            self.0.push(Difference { field, expected, found });
        }
    }

    fn compare_weights(&mut self, a: &Weights, b: &Weights) {
        if a.digest != b.digest {
            let text = |w: &Weights| format!("{} ({})", w.name, w.digest);
            self.0.push(Difference { field: "weights", expected: text(a), found: text(b) });
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, expected, found } = self;
        write!(f, "{field}: expected {expected}, found {found}")
    }
}
