//! What is asked of a solver.

use serde::{Deserialize, Serialize};

use crate::class_weights::ClassWeights;
use crate::combine_views::CombineViews;
use crate::network::NetworkTraining;
use crate::sampling::Sampling;
use crate::spec::HeadSpec;

/// Temperature of the votes of neighbors, that of [`heads::Knn`].
const TEMPERATURE: f64 = heads::Knn::TEMPERATURE;

/// Which algorithm fits a head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// The one that suits the head.
    #[default]
    Auto,
    /// Sequential minimal optimization by linfa-svm: hinge SVMs on little data.
    Smo,
}

/// What decides a fit besides the head and its rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Algorithm.
    pub solver: Algorithm,
    /// Stopping tolerance. When absent, 1e-3 for heads that are compared and 1e-4 for heads that are kept;
    /// 1e-3 for both with a Gaussian kernel.
    pub tol: Option<f64>,
    /// Iteration limit; 10,000 when absent.
    pub max_iter: Option<usize>,
    /// Weights of the classes.
    pub class_weight: ClassWeights,
    /// How training rows are sampled.
    pub sampling: Sampling,
    /// Similarity that multiplies the vote of a neighbor by e; 0.07 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// `gamma` of a Gaussian kernel; `1 / (n_features * variance)` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gamma: Option<f64>,
    /// How networks are trained; [`NetworkTraining::default`] when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkTraining>,
    /// How several views of a sample become one row; there is one view when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub views: Option<CombineViews>,
    /// Seed of all random choices.
    pub seed: u64,
}

impl Settings {
    /// What decides a fit of `spec`: the settings without those that only other heads have, and
    /// with the defaults in place of those that were not given.
    #[must_use]
    pub fn of(&self, spec: &HeadSpec) -> Self {
        Self {
            temperature: matches!(spec, HeadSpec::Knn { .. }).then(|| self.temperature()),
            gamma: self.gamma.filter(|_| matches!(spec, HeadSpec::Gaussian { .. })),
            network: spec.layers().map(|_| self.network()),
            ..self.clone()
        }
    }

    /// The temperature of votes, or the default.
    pub fn temperature(&self) -> f64 {
        self.temperature.unwrap_or(TEMPERATURE)
    }

    /// How networks are trained, or the default.
    pub fn network(&self) -> NetworkTraining {
        self.network.unwrap_or_default()
    }
}
