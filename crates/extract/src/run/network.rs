//! The network that was asked for: backbone, weights, taps, preprocessing, engine.

use preprocess::{Preset, PresetChanges, Views};
use schema::{Dtype, Provenance};

use super::error::RunError;
use super::recipe::Recipe;
use crate::backbone::Backbone;
use crate::engine::{Choice, Engine, EngineError, EngineRequest, Precision};
use crate::tap::{Tap, TapError};
use crate::weights::{self, Weights};

/// Which network, and what to read of it.
#[derive(Clone, Debug)]
pub struct NetworkRequest {
    /// Name of the backbone; by default the one that the weights are for.
    pub backbone: Option<String>,
    /// Name or path of the weights.
    pub weights: String,
    /// Taps, each `NAME[:POOL]`; by default [`Tap::default_of`] the backbone.
    pub taps: Vec<String>,
    /// Name of the preprocessing; by default the one that the weights were trained with.
    pub preset: Option<String>,
    /// What is to be different from that.
    pub preset_changes: PresetChanges,
    /// The views that are taken of each image.
    pub views: Views,
    /// Element type of the stored features.
    pub dtype: Dtype,
    /// What computes.
    pub engine: EngineRequest,
    /// `auto`, `cpu`, `cuda` or `cuda:N`.
    pub device: String,
    /// The numbers that the network computes in.
    pub precision: Precision,
}

/// A network in which everything is there and fits together.
pub(crate) struct Network {
    pub(crate) backbone: &'static Backbone,
    pub(crate) weights: Weights,
    pub(crate) preset: Preset,
    views: Views,
    taps: Vec<Tap>,
    /// The same taps, as the cache describes them.
    matrices: Vec<schema::Tap>,
    dtype: Dtype,
    engine: Choice,
}

impl Network {
    pub(crate) fn resolve(request: &NetworkRequest) -> Result<Self, RunError> {
        let asked = match &request.backbone {
            Some(name) => {
                let backbone = Backbone::named(name)?;
                // Before the weights are read, which takes time.
                parse_taps(&request.taps, backbone)?;
                Some(backbone)
            }
            None => None,
        };
        let weights = weights::resolve(&request.weights)?;
        let backbone = Backbone::named(weights.backbone())?;
        if let Some(asked) = asked.filter(|asked| asked.name != backbone.name) {
            return Err(RunError::WeightsOfAnotherBackbone {
                weights: request.weights.clone(),
                found: backbone.name,
                expected: asked.name,
            });
        }
        let taps = parse_taps(&request.taps, backbone)?;
        let engine = request.engine.choose(&request.device, request.precision, backbone, &taps)?;
        check_tensors(&taps, backbone, &weights)?;
        let preset = Preset::named(request.preset.as_deref().unwrap_or(weights.preset()))?;
        let preset = request.preset_changes.apply(preset)?;
        let views = request.views.clone();
        views.check(&preset, &request.preset_changes)?;
        let matrices = matrices(&taps, backbone, &preset, &views, request.dtype)?;
        Ok(Self { backbone, weights, preset, views, taps, matrices, dtype: request.dtype, engine })
    }

    /// How many engines are to work side by side.
    pub(super) fn n_engines(&self) -> usize {
        self.engine.n_engines()
    }

    /// Loads the network into one of its engines; the first is number 0.
    pub(crate) fn load(&self, index: usize) -> Result<Box<dyn Engine>, EngineError> {
        let normalization = &self.preset.normalization;
        self.engine.load(index, self.backbone, &self.weights, &self.taps, normalization)
    }

    pub(super) fn recipe(&self) -> Recipe {
        let provenance = Provenance {
            backbone: self.backbone.name.to_owned(),
            weights: schema::Weights {
                name: self.weights.name().to_owned(),
                digest: self.weights.digest().to_owned(),
            },
            taps: self.taps.iter().map(Tap::to_string).collect(),
            preprocessing: serde_json::to_value(&self.preset).expect("a preset is plain data"),
            views: self.views.to_string(),
            engine: self.engine.name(),
            dtype: self.dtype,
        };
        let (preset, views) = (self.preset.clone(), self.views.clone());
        Recipe { preset, views, taps: self.matrices.clone(), provenance }
    }

    pub(crate) fn warnings(&self) -> Vec<String> {
        let trained_with = Preset::named(self.weights.preset()).ok();
        let differs = |trained: Preset| trained.normalization != self.preset.normalization;
        let mut warnings = Vec::new();
        if trained_with.is_some_and(differs) {
            warnings.push(format!(
                "the weights `{}` were trained with the preset `{}`; with `{}` their features are worth less",
                self.weights.name(),
                self.weights.preset(),
                self.preset.name
            ));
        }
        if self.views.lose_margins(&self.preset) {
            let (width, height) = self.preset.output_size();
            warnings.push(format!(
                "the preset `{}` crops margins off each of the views `{}`; --squash {width}x{height} keeps them",
                self.preset.name, self.views
            ));
        }
        warnings
    }
}

fn parse_taps(names: &[String], backbone: &'static Backbone) -> Result<Vec<Tap>, RunError> {
    if names.is_empty() {
        return Ok(vec![Tap::default_of(backbone)]);
    }
    let mut taps = Vec::new();
    for name in names {
        let tap = Tap::parse(name, backbone)?;
        if taps.contains(&tap) {
            return Err(RunError::TapTwice(tap));
        }
        taps.push(tap);
    }
    Ok(taps)
}

/// Weight files may lack layers of the classifier, on which no tap may then depend.
fn check_tensors(taps: &[Tap], backbone: &Backbone, weights: &Weights) -> Result<(), RunError> {
    for tap in taps {
        let missing = weights.missing(backbone, [tap.node]);
        if !missing.is_empty() {
            let (weights, tap) = (weights.name().to_owned(), tap.clone());
            return Err(RunError::MissingTensors { weights, tap, missing });
        }
    }
    Ok(())
}

fn matrices(
    taps: &[Tap],
    backbone: &Backbone,
    preset: &Preset,
    views: &Views,
    dtype: Dtype,
) -> Result<Vec<schema::Tap>, TapError> {
    let (width, height) = preset.output_size();
    let n_features = |tap: &Tap| match views {
        Views::Scales(scales) => tap.n_features_of_any(backbone, scales),
        _ => tap.n_features(backbone, width as usize, height as usize),
    };
    let matrix = |tap: &Tap| {
        Ok(schema::Tap {
            name: tap.to_string(),
            n_views: views.n_views(),
            n_features: n_features(tap)?,
            dtype,
        })
    };
    taps.iter().map(matrix).collect()
}
