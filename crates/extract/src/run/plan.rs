//! From what was asked for to what will be done: every check that needs no image.

use dataset::{FolderError, Manifest};
use feature_cache::{CacheWriter, Dtype, Header, Provenance};
use preprocess::{Preset, UnknownPreset};

use super::Request;
use crate::backbone::{Backbone, UnknownBackbone};
use crate::engine::{self, DeviceError, Engine};
use crate::tap::{Tap, TapError};
use crate::weights::{self, ResolveError, Weights};

/// Why nothing was extracted.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No images where they should be.
    #[error(transparent)]
    Images(#[from] FolderError),
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
        expected: &'static str,
    },
    /// No such preset.
    #[error(transparent)]
    Preset(#[from] UnknownPreset),
    /// No such tap.
    #[error(transparent)]
    Tap(#[from] TapError),
    /// One tap asked for twice.
    #[error("the tap `{0}` is asked for twice")]
    TapTwice(Tap),
    /// No such device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The cache could not be written.
    #[error(transparent)]
    Write(#[from] feature_cache::WriteError),
}

/// A request in which everything is known to be there and to fit together.
pub(super) struct Plan {
    pub(super) manifest: Manifest,
    pub(super) preset: Preset,
    /// The matrices that the cache will hold, in the order of the engine's taps.
    pub(super) taps: Vec<feature_cache::Tap>,
    pub(super) engine: Engine,
    pub(super) writer: CacheWriter,
    pub(super) warnings: Vec<String>,
}

impl Plan {
    pub(super) fn new(request: &Request) -> Result<Self, RunError> {
        let backbone = Backbone::named(&request.backbone)?;
        let taps = parse_taps(&request.taps, backbone)?;
        let device = engine::device(&request.device)?;
        let manifest = dataset::folder(&request.images)?;
        let weights = weights::resolve(&request.weights)?;
        if weights.backbone() != backbone.name {
            return Err(RunError::WeightsOfAnotherBackbone {
                weights: request.weights.clone(),
                found: weights.backbone().to_owned(),
                expected: backbone.name,
            });
        }
        let preset = Preset::named(request.preset.as_deref().unwrap_or(weights.preset()))?;
        let warnings = warnings(&manifest, &weights, &preset);

        let provenance = provenance(backbone, &weights, &taps, &preset);
        let taps_stored = stored(&taps, backbone, &preset)?;
        let header = Header {
            provenance,
            classes: manifest.classes.clone(),
            created_by: format!("extract {}", env!("CARGO_PKG_VERSION")),
            taps: taps_stored.clone(),
        };
        let writer = CacheWriter::create(&request.out, header)?;
        let engine = Engine::new(backbone, &weights, &taps, &preset.normalization, device);
        Ok(Self { manifest, preset, taps: taps_stored, engine, writer, warnings })
    }
}

fn parse_taps(names: &[String], backbone: &'static Backbone) -> Result<Vec<Tap>, RunError> {
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

fn stored(
    taps: &[Tap],
    backbone: &Backbone,
    preset: &Preset,
) -> Result<Vec<feature_cache::Tap>, TapError> {
    let (width, height) = preset.output_size();
    let stored = |tap: &Tap| {
        Ok(feature_cache::Tap {
            name: tap.to_string(),
            n_views: 1,
            n_features: tap.n_features(backbone, width as usize, height as usize)?,
            dtype: Dtype::F32,
        })
    };
    taps.iter().map(stored).collect()
}

fn provenance(backbone: &Backbone, weights: &Weights, taps: &[Tap], preset: &Preset) -> Provenance {
    Provenance {
        backbone: backbone.name.to_owned(),
        weights: feature_cache::Weights {
            name: weights.name().to_owned(),
            digest: weights.digest().to_owned(),
        },
        taps: taps.iter().map(Tap::to_string).collect(),
        preprocessing: serde_json::to_value(preset).expect("a preset is plain data"),
        views: "center".to_owned(),
        engine: engine::NAME.to_owned(),
        dtype: Dtype::F32,
    }
}

fn warnings(manifest: &Manifest, weights: &Weights, preset: &Preset) -> Vec<String> {
    let mut warnings: Vec<String> = manifest
        .empty_folders
        .iter()
        .map(|folder| format!("the folder `{folder}` holds no image"))
        .collect();
    let n_unlabelled = manifest.samples.iter().filter(|sample| sample.label.is_none()).count();
    if n_unlabelled > 0 && !manifest.classes.is_empty() {
        warnings.push(format!("{n_unlabelled} images lie in no class folder: they have no label"));
    }
    let trained_with = Preset::named(weights.preset()).ok();
    if trained_with.is_some_and(|trained| trained.normalization != preset.normalization) {
        warnings.push(format!(
            "the weights `{}` were trained with the preset `{}`; with `{}` their features are worth less",
            weights.name(),
            weights.preset(),
            preset.name
        ));
    }
    warnings
}
