//! A trained head on pictures: what `extract run` and `fit predict` do together, without a cache between.

use std::path::{Path, PathBuf};

use engine::{EngineRequest, Precision};
use half::f16;
use head::{
    Answers, CombineViews, Engines, NotLinear, SavedHead, check_provenance, load, view_averages,
};
use ndarray::{Array2, ArrayView2};
use preprocess::{Limits, Preset, Rgb, Views};
use schema::{Dtype, Unreadable, boxed_views, unboxed_views, views_are_boxed};

use crate::error::ClassifyError;
use crate::forward::{Forwarder, Pixels};
use crate::heat_map::{HeatMap, map_tap_of, places};
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

/// Which heat maps are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeatMaps {
    /// None.
    Never,
    /// Those of heads whose score is a sum over places.
    WhereExact,
    /// All: a head that has none is refused.
    Always,
}

/// A head, and the network whose features it takes, at work.
pub struct HeadClassifier {
    file: PathBuf,
    head: SavedHead,
    pixels: Pixels,
    forwarder: Forwarder,
    /// Width and height of the map that the features are averages of, where heat maps are made.
    map_size: Option<(usize, usize)>,
    engine: String,
}

/// What a head says of pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadAnswers {
    /// What it says of those that could be read, in their order.
    pub answers: Answers,
    /// The others.
    pub unreadable: Vec<Unreadable>,
}

/// What a head says of pictures of which it was given the views, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// What it says.
    pub answers: Answers,
    /// What it was given, `[pictures, n_features]`.
    pub features: Array2<f32>,
    /// The heat map of the class predicted, of each picture, where heat maps are made.
    pub heat_maps: Vec<HeatMap>,
}

impl HeadClassifier {
    /// Loads a head, and the network with the weights, the tap, the preprocessing, the views and the engine that
    /// the features were made with that it was trained on.
    ///
    /// # Errors
    /// See [`ClassifyError`].
    pub fn load(request: &HeadRequest, heat_maps: HeatMaps) -> Result<Self, ClassifyError> {
        let head = load(&request.head)?;
        let network = network_of(request, &head, heat_maps)?;
        let recipe = network.recipe();
        Ok(Self {
            file: request.head.clone(),
            pixels: Pixels::new(&network, &request.limits),
            forwarder: Forwarder::new(&network)?,
            map_size: (recipe.taps.len() > 1).then(|| network.map_size(1)),
            engine: recipe.provenance.engine,
            head,
        })
    }

    /// The head.
    pub fn head(&self) -> &SavedHead {
        &self.head
    }

    /// The engine that computes. The one whose features the head was trained on is in its provenance.
    pub fn engine(&self) -> &str {
        &self.engine
    }

    /// Answers to nothing: the classes, and what scores are.
    pub fn no_answers(&self) -> Answers {
        let no_rows = Array2::zeros((0, self.head.pipeline.n_features()));
        self.head.answers(Vec::new(), &self.head.predict(no_rows.view(), &[]))
    }

    /// Whether heat maps are made.
    pub fn has_heat_maps(&self) -> bool {
        self.map_size.is_some()
    }

    /// What makes views of pictures for [`Self::answer`].
    pub fn pixels(&self) -> &Pixels {
        &self.pixels
    }

    /// Classifies `pictures`. The numbers are those of `fit predict` on the features that `extract run` makes of
    /// the same pictures; a head of boxes sees whole pictures. `take` gets the heat maps, where any are made.
    ///
    /// # Errors
    /// [`ClassifyError`]. A picture that cannot be read is no error.
    pub fn classify(
        &mut self,
        pictures: &[Picture],
        mut take: impl FnMut(HeatMap),
    ) -> Result<HeadAnswers, ClassifyError> {
        let mut all = self.no_answers();
        let pixels = self.pixels.clone();
        let unreadable = pixels.in_passes(pictures, |names, views| {
            let answered = self.answer(names, views)?;
            all.predictions.extend(answered.answers.predictions);
            answered.heat_maps.into_iter().for_each(&mut take);
            Ok::<(), ClassifyError>(())
        })?;
        Ok(HeadAnswers { answers: all, unreadable })
    }

    /// Classifies the pictures of these names by their `views`, those of a picture together.
    ///
    /// # Errors
    /// [`ClassifyError`].
    ///
    /// # Panics
    /// If there are not as many views as [`Pixels::n_views`] says of each picture.
    pub fn answer(
        &mut self,
        names: Vec<String>,
        views: Vec<Rgb>,
    ) -> Result<Answered, ClassifyError> {
        let (n, n_views) = (names.len(), self.pixels.n_views());
        assert_eq!(views.len(), n * n_views, "the views of each picture");
        let inputs = if self.map_size.is_some() { views.clone() } else { Vec::new() };
        let mut computed = self.forwarder.forward(views)?.into_iter();
        let features = computed.next().expect("a network has a tap");
        let features = rows(&self.head, features, n, n_views);
        check(&self.file, &self.head, &features, &names)?;
        let predictions = self.head.predict(features.view(), &(0..n).collect::<Vec<_>>());
        if let Some(row) = predictions.first_not_finite() {
            let (head, picture) = (self.file.clone(), names[row].clone());
            return Err(ClassifyError::NotANumber { head, picture });
        }
        let maps = computed.next().unwrap_or_default();
        let heat_maps = self.heat_maps(&names, predictions.classes(), &maps, inputs)?;
        Ok(Answered { answers: self.head.answers(names, &predictions), features, heat_maps })
    }

    /// The heat maps of the `classes` predicted, by `maps` `[pictures, height * width * n_features]`.
    fn heat_maps(
        &self,
        names: &[String],
        classes: &[usize],
        maps: &[f32],
        inputs: Vec<Rgb>,
    ) -> Result<Vec<HeatMap>, ClassifyError> {
        let Some(size) = self.map_size else { return Ok(Vec::new()) };
        let maps = maps.chunks_exact(maps.len() / names.len());
        let all = names.iter().zip(classes).zip(maps).zip(inputs);
        let heat_map = |(((picture, &class), map), input): (((&String, &usize), &[f32]), Rgb)| {
            let (places, constant) = places(&self.head, class, map, size)?;
            let class = self.head.description.origin.classes[class].clone();
            Ok(HeatMap { picture: picture.clone(), class, places, constant, input })
        };
        let made: Result<Vec<HeatMap>, NotLinear> = all.map(heat_map).collect();
        made.map_err(|source| ClassifyError::NoHeatMap {
            head: self.file.clone(),
            source: source.into(),
        })
    }
}

/// Refuses features that the head does not take, or that are no numbers.
fn check(
    file: &Path,
    head: &SavedHead,
    features: &Array2<f32>,
    names: &[String],
) -> Result<(), ClassifyError> {
    let (expected, found) = (head.pipeline.n_features(), features.ncols());
    if expected != found {
        return Err(ClassifyError::Width { head: file.to_owned(), expected, found });
    }
    for (name, features) in names.iter().zip(features.rows()) {
        if let Some(&value) = features.iter().find(|value| !value.is_finite()) {
            return Err(ClassifyError::NotFinite { picture: name.clone(), value });
        }
    }
    Ok(())
}

/// The network whose features a head takes.
fn network_of(
    request: &HeadRequest,
    saved: &SavedHead,
    heat_maps: HeatMaps,
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
    match (heat_maps, map_tap_of(saved, &views)) {
        (HeatMaps::Never, _) | (HeatMaps::WhereExact, Err(_)) => {}
        (_, Ok(map)) => taps.push(map),
        (HeatMaps::Always, Err(source)) => {
            return Err(ClassifyError::NoHeatMap { head: head(), source });
        }
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
