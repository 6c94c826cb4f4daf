//! A trained head on pictures: what `extract run` and `fit predict` do together, without a cache between.

use std::path::PathBuf;

use engine::{EngineRequest, Precision};
use half::f16;
use head::{
    Answers, CombineViews, Engines, NotLinear, SavedHead, check_provenance, load, view_averages,
};
use ndarray::{Array2, ArrayView2, Axis};
use preprocess::{Limits, Preset, Views};
use schema::{Dtype, Unreadable, boxed_views, unboxed_views, views_are_boxed};

use crate::error::ClassifyError;
use crate::forward::Forwarder;
use crate::heat_map::{HeatMap, map_tap, places};
use crate::pictures::Picture;
use network::{Network, NetworkRequest, PresetRequest};

/// Which head classifies, and how.
#[derive(Clone, Debug)]
pub struct HeadRequest {
    /// The head file.
    pub head: PathBuf,
    /// Name or path of the weights; by default the name that the head has of them.
    pub weights: Option<String>,
    /// Whose features are taken. With [`Engines::Any`] the best one here computes them.
    pub engines: Engines,
    /// Pictures that ask for more are not decoded.
    pub limits: Limits,
    /// `auto`, `cpu`, `cuda` or `cuda:N`.
    pub device: String,
}

impl HeadRequest {
    /// The head in this file, with its weights by their name, on the best device there is.
    pub fn new(head: impl Into<PathBuf>) -> Self {
        Self {
            head: head.into(),
            weights: None,
            engines: Engines::Same,
            limits: Limits::default(),
            device: "auto".to_owned(),
        }
    }
}

/// What a head says of pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadAnswers {
    /// What it says of those that could be read, in their order.
    pub answers: Answers,
    /// The others.
    pub unreadable: Vec<Unreadable>,
    /// The engine that computed.
    pub engine: String,
    /// The engine whose features the head was trained on.
    pub head_engine: String,
}

/// Takes heat maps as they are made.
pub type TakeHeatMap<'a> = dyn FnMut(HeatMap) + 'a;

/// Pictures that are classified, and whose heat maps are made, together.
const GROUP: usize = 256;

/// Classifies `pictures` with a head: with the weights, the tap, the preprocessing, the views and the engine that
/// the features were made with that it was trained on. The numbers are those of `fit predict` on the features
/// that `extract run` makes of the same pictures; a head of boxes sees whole pictures. `heat_maps` takes the map
/// of the class predicted, of each picture.
///
/// # Errors
/// See [`ClassifyError`]. A picture that cannot be read is no error.
pub fn classify_with_head(
    request: &HeadRequest,
    pictures: &[Picture],
    mut heat_maps: Option<&mut TakeHeatMap<'_>>,
) -> Result<HeadAnswers, ClassifyError> {
    let head = load(&request.head)?;
    let network = network_of(request, &head, heat_maps.is_some())?;
    let mut forwarder = Forwarder::new(&network, &request.limits)?;
    let n_views = network.recipe().views.n_views();
    let (mut names, mut unreadable) = (Vec::new(), Vec::new());
    let mut all = Array2::zeros((0, head.pipeline.n_features()));
    for pictures in pictures.chunks(GROUP) {
        let mut forwarded = forwarder.forward(pictures)?;
        unreadable.append(&mut forwarded.unreadable);
        let read = forwarded.pictures;
        if read.is_empty() {
            continue;
        }
        let features = rows(&head, forwarded.features[0].clone(), read.len(), n_views);
        check(request, &head, &features, |row| &read[row].name)?;
        if let Some(take) = &mut heat_maps {
            let maps = Maps { head: &head, features: &features, maps: &forwarded.features[1] };
            maps.make(&read, network.map_size(1), &forwarder, *take).map_err(|source| {
                ClassifyError::NoHeatMap { head: request.head.clone(), source: source.into() }
            })?;
        }
        all.append(Axis(0), features.view()).expect("rows of one length");
        names.extend(read.iter().map(|picture| picture.name.clone()));
    }
    let predictions = head.predict(all.view(), &(0..names.len()).collect::<Vec<_>>());
    if let Some(row) = predictions.first_not_finite() {
        return Err(not_a_number(request, &names[row]));
    }
    Ok(HeadAnswers {
        answers: head.answers(names, &predictions),
        unreadable,
        engine: network.recipe().provenance.engine,
        head_engine: head.description.origin.provenance.engine,
    })
}

/// Features of pictures, and the maps that they are averages of.
struct Maps<'a> {
    head: &'a SavedHead,
    /// `[pictures, n_features]`.
    features: &'a Array2<f32>,
    /// `[pictures, height * width * n_features]`.
    maps: &'a [f32],
}

impl Maps<'_> {
    /// Makes the heat map of the class predicted, of each picture.
    fn make(
        &self,
        pictures: &[&Picture],
        size: (usize, usize),
        forwarder: &Forwarder<'_>,
        take: &mut TakeHeatMap<'_>,
    ) -> Result<(), NotLinear> {
        let all: Vec<usize> = (0..pictures.len()).collect();
        let predictions = self.head.predict(self.features.view(), &all);
        let classes = &self.head.description.origin.classes;
        let maps = self.maps.chunks_exact(self.maps.len() / pictures.len());
        for ((picture, &class), map) in pictures.iter().zip(predictions.classes()).zip(maps) {
            let (places, constant) = places(self.head, class, map, size)?;
            // A file that went away meanwhile has no map.
            let Ok(views) = forwarder.views(picture) else { continue };
            let input = views.into_iter().next().expect("there is one view");
            let (picture, class) = (picture.name.clone(), classes[class].clone());
            take(HeatMap { picture, class, places, constant, input });
        }
        Ok(())
    }
}

/// Refuses features that the head does not take, or that are no numbers.
fn check<'a>(
    request: &HeadRequest,
    head: &SavedHead,
    features: &Array2<f32>,
    name: impl Fn(usize) -> &'a str,
) -> Result<(), ClassifyError> {
    let (expected, found) = (head.pipeline.n_features(), features.ncols());
    if expected != found {
        return Err(ClassifyError::Width { head: request.head.clone(), expected, found });
    }
    for (row, features) in features.rows().into_iter().enumerate() {
        if let Some(&value) = features.iter().find(|value| !value.is_finite()) {
            return Err(ClassifyError::NotFinite { picture: name(row).to_owned(), value });
        }
    }
    Ok(())
}

fn not_a_number(request: &HeadRequest, picture: &str) -> ClassifyError {
    ClassifyError::NotANumber { head: request.head.clone(), picture: picture.to_owned() }
}

/// The network whose features a head takes.
fn network_of(
    request: &HeadRequest,
    saved: &SavedHead,
    with_maps: bool,
) -> Result<Network, ClassifyError> {
    let trained_on = &saved.description.origin.provenance;
    let head = || request.head.clone();
    let unclear = |reason: String| ClassifyError::Unclear { head: head(), reason };
    let preset: Preset = serde_json::from_value(trained_on.preprocessing.clone())
        .map_err(|error| unclear(format!("its preprocessing is not understood: {error}")))?;
    let preset =
        preset.recorded().map_err(|source| ClassifyError::OtherPixels { head: head(), source })?;
    let views: Result<Views, _> = unboxed_views(&trained_on.views).parse();
    let views = views.map_err(|error| unclear(format!("its views are not understood: {error}")))?;
    let mut taps = vec![trained_on.tap.clone()];
    if with_maps {
        let map = map_tap(&trained_on.tap, &views);
        taps.push(map.map_err(|source| ClassifyError::NoHeatMap { head: head(), source })?);
    }
    let recorded = EngineRequest::recorded(&trained_on.engine);
    let (engine, precision) = match (request.engines, recorded) {
        (Engines::Same, Some(recorded)) => recorded,
        (Engines::Same, None) => {
            return Err(ClassifyError::Engines { head: head(), engine: trained_on.engine.clone() });
        }
        (Engines::Any, Some((_, precision))) => (EngineRequest::Auto, precision),
        (Engines::Any, None) => (EngineRequest::Auto, Precision::F32),
    };
    let weights = request.weights.clone().unwrap_or_else(|| trained_on.weights.name.clone());
    let network = Network::resolve(&NetworkRequest {
        backbone: None,
        weights: weights.clone(),
        taps,
        preset: PresetRequest::Exact(preset),
        views,
        dtype: trained_on.dtype,
        engine,
        device: request.device.clone(),
        precision,
    });
    let network = network
        .map_err(|source| ClassifyError::HeadNetwork { head: head(), source: source.into() })?;
    let mut found = network.recipe().provenance;
    if views_are_boxed(&trained_on.views) {
        found.views = boxed_views(&found.views);
    }
    check_provenance(trained_on, &found, request.engines)
        .map_err(|source| ClassifyError::OtherFeatures { head: head(), weights, source })?;
    Ok(network)
}

/// The rows that the head takes, as they would come out of a cache: in its element type, with the views of a
/// picture combined.
fn rows(head: &SavedHead, mut features: Vec<f32>, n: usize, n_views: usize) -> Array2<f32> {
    let origin = &head.description.origin;
    if origin.provenance.dtype == Dtype::F16 {
        features.iter_mut().for_each(|value| *value = f16::from_f32(*value).to_f32());
    }
    let n_features = features.len().checked_div(n * n_views).unwrap_or(0);
    match (n_views, origin.settings.views) {
        (1, _) | (_, Some(CombineViews::Stack) | None) => {
            let columns = n_views * n_features;
            Array2::from_shape_vec((n, columns), features).expect("views are neighbors")
        }
        (_, Some(CombineViews::Average)) => {
            let all = ArrayView2::from_shape((n * n_views, n_features), &features);
            view_averages(all.expect("a row a view"), n_views, n_views)
        }
    }
}
