//! The network that was asked for: backbone, weights, taps, preprocessing, engine.

use std::fmt;

use backbone::{Backbone, Tap, TapError, UnknownBackbone, Weights};
use engine::{Choice, ChoiceError, Engine, EngineError, EngineRequest, Precision};
use preprocess::{Preset, PresetChangeError, PresetChanges, UnknownPreset, Views, ViewsError};
use schema::{Dtype, Provenance};
use weights::ResolveError;

use crate::recipe::Recipe;

/// Which network, and what to read of it.
#[derive(Clone, Debug)]
pub struct NetworkRequest {
    /// Name of the backbone; by default the one that the weights are for.
    pub backbone: Option<String>,
    /// Name or path of the weights.
    pub weights: String,
    /// Taps, each `NAME[:POOL]`; by default [`Tap::default_of`] the backbone.
    pub taps: Vec<String>,
    /// The preprocessing.
    pub preset: PresetRequest,
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

/// Which preprocessing.
#[derive(Clone, Debug)]
pub enum PresetRequest {
    /// One by its name; by default the one that the weights were trained with.
    Named {
        /// The name.
        name: Option<String>,
        /// What is to be different from it.
        changes: PresetChanges,
    },
    /// This one.
    Exact(Preset),
}

impl PresetRequest {
    /// The preset, for weights that were trained with the one of this name, and for these views.
    fn resolve(&self, trained_with: &str, views: &Views) -> Result<Preset, NetworkError> {
        let (preset, changes) = match self {
            Self::Named { name, changes } => {
                let preset = Preset::named(name.as_deref().unwrap_or(trained_with))?;
                (changes.apply(preset)?, *changes)
            }
            Self::Exact(preset) => (preset.clone(), PresetChanges::default()),
        };
        views.check(&preset, &changes)?;
        Ok(preset)
    }
}

/// Why the parts of a network do not fit together, or are not there.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// No such backbone.
    #[error(transparent)]
    Backbone(#[from] UnknownBackbone),
    /// The weights are missing or damaged.
    #[error(transparent)]
    Weights(#[from] ResolveError),
    /// Weights of another network.
    #[error("the weights `{weights}` are of `{found}`, not of `{expected}`")]
    WeightsOfAnotherBackbone {
        /// The weights asked for.
        weights: String,
        /// Their backbone.
        found: String,
        /// The backbone asked for.
        expected: String,
    },
    /// The weights lack what a tap needs.
    #[error(
        "the weights `{weights}` do not reach the tap `{tap}`: they lack {}\n\
         hint: take weights with the classifier, or a tap before it",
        missing.join(", ")
    )]
    MissingTensors {
        /// The weights asked for.
        weights: String,
        /// The tap asked for.
        tap: Tap,
        /// Names of the tensors that are not there.
        missing: Vec<String>,
    },
    /// No such preset.
    #[error(transparent)]
    Preset(#[from] UnknownPreset),
    /// The preset cannot be changed in this way.
    #[error(transparent)]
    PresetChange(#[from] PresetChangeError),
    /// The views cannot be taken with the preset.
    #[error(transparent)]
    Views(#[from] ViewsError),
    /// No such tap.
    #[error(transparent)]
    Tap(#[from] TapError),
    /// One tap asked for twice.
    #[error("the tap `{0}` is asked for twice")]
    TapTwice(Tap),
    /// No engine for it.
    #[error(transparent)]
    Engine(#[from] ChoiceError),
}

/// Something odd about a network, which computes all the same.
#[derive(Clone, Debug, PartialEq)]
pub enum NetworkWarning {
    /// The weights were trained on images that were normalized in another way.
    OtherNormalization {
        /// The weights.
        weights: String,
        /// The preset that they were trained with.
        trained_with: String,
        /// The preset that was asked for.
        preset: String,
    },
    /// The preset cuts off what the views were to show.
    LostMargins {
        /// The preset.
        preset: String,
        /// The views.
        views: Views,
        /// Width and height of the network's input, to which the views could be squashed instead.
        input: (u32, u32),
    },
}

impl fmt::Display for NetworkWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherNormalization { weights, trained_with, preset } => write!(
                f,
                "the weights `{weights}` were trained with the preset `{trained_with}`; with `{preset}` \
                 their features are worth less"
            ),
            Self::LostMargins { preset, views, .. } => {
                write!(f, "the preset `{preset}` crops margins off each of the views `{views}`")
            }
        }
    }
}

/// A network in which everything is there and fits together.
#[derive(Debug)]
pub struct Network {
    /// The frozen weights.
    pub weights: Weights,
    /// From the file to the pixels that the engine is given.
    pub preset: Preset,
    views: Views,
    taps: Vec<Tap>,
    /// The same taps, as the cache describes them.
    matrices: Vec<schema::Tap>,
    dtype: Dtype,
    engine: Choice,
}

impl Network {
    /// Finds and checks all parts of the network. Weights are read.
    ///
    /// # Errors
    /// See [`NetworkError`].
    pub fn resolve(request: &NetworkRequest) -> Result<Self, NetworkError> {
        let asked = match &request.backbone {
            Some(name) => {
                let backbone = Backbone::named(name)?;
                // Before the weights are read, which takes time.
                parse_taps(&request.taps, &backbone)?;
                Some(backbone)
            }
            None => None,
        };
        let weights = weights::resolve(&request.weights)?;
        let backbone = weights.backbone();
        if let Some(asked) = asked.filter(|asked| asked.name != backbone.name) {
            return Err(NetworkError::WeightsOfAnotherBackbone {
                weights: request.weights.clone(),
                found: backbone.name.clone(),
                expected: asked.name.clone(),
            });
        }
        let taps = parse_taps(&request.taps, backbone)?;
        let engine = request.engine.choose(&request.device, request.precision, backbone, &taps)?;
        check_tensors(&taps, &weights)?;
        let views = request.views.clone();
        let preset = request.preset.resolve(&weights.metadata().preset, &views)?;
        let matrices = matrices(&taps, backbone, &preset, &views, request.dtype)?;
        Ok(Self { weights, preset, views, taps, matrices, dtype: request.dtype, engine })
    }

    /// How many engines are to work side by side.
    pub fn n_engines(&self) -> usize {
        self.engine.n_engines()
    }

    /// Loads the network into one of its engines; the first is number 0.
    pub fn load(&self, index: usize) -> Result<Box<dyn Engine>, EngineError> {
        let normalization = &self.preset.normalization;
        self.engine.load(index, &self.weights, &self.taps, normalization)
    }

    /// What its features are features of.
    pub fn recipe(&self) -> Recipe {
        let provenance = Provenance {
            backbone: self.weights.backbone().name.clone(),
            weights: schema::Weights {
                name: self.weights.metadata().name.clone(),
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

    /// Width and height of the map that a tap reads, for inputs of the preset's size.
    ///
    /// # Panics
    /// If there is no such tap.
    pub fn map_size(&self, tap: usize) -> (usize, usize) {
        let (width, height) = self.preset.output_size();
        let node = self.taps[tap].node;
        let shapes = self.weights.backbone().shapes(width as usize, height as usize, node);
        let shape = shapes.expect("the length of its rows is known")[node];
        (shape.width, shape.height)
    }

    /// What is odd about it.
    pub fn warnings(&self) -> Vec<NetworkWarning> {
        let trained_with = Preset::named(&self.weights.metadata().preset).ok();
        let differs = |trained: Preset| trained.normalization != self.preset.normalization;
        let mut warnings = Vec::new();
        if trained_with.is_some_and(differs) {
            warnings.push(NetworkWarning::OtherNormalization {
                weights: self.weights.metadata().name.clone(),
                trained_with: self.weights.metadata().preset.clone(),
                preset: self.preset.name.clone(),
            });
        }
        if self.views.lose_margins(&self.preset) {
            warnings.push(NetworkWarning::LostMargins {
                preset: self.preset.name.clone(),
                views: self.views.clone(),
                input: self.preset.output_size(),
            });
        }
        warnings
    }
}

fn parse_taps(names: &[String], backbone: &Backbone) -> Result<Vec<Tap>, NetworkError> {
    if names.is_empty() {
        return Ok(vec![Tap::default_of(backbone)]);
    }
    let mut taps = Vec::new();
    for name in names {
        let tap = Tap::parse(name, backbone)?;
        if taps.contains(&tap) {
            return Err(NetworkError::TapTwice(tap));
        }
        taps.push(tap);
    }
    Ok(taps)
}

/// Weight files may lack layers of the classifier, on which no tap may then depend.
fn check_tensors(taps: &[Tap], weights: &Weights) -> Result<(), NetworkError> {
    for tap in taps {
        let missing = weights.missing([tap.node]);
        if !missing.is_empty() {
            let (weights, tap) = (weights.metadata().name.clone(), tap.clone());
            return Err(NetworkError::MissingTensors { weights, tap, missing });
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
