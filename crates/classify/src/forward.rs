//! Pictures through the network.

use std::mem;

use engine::{Engine, EngineError};
use preprocess::{Limits, Rgb};
use rayon::prelude::*;
use schema::Unreadable;

use crate::pictures::Picture;
use network::{Network, Passes, Recipe};

/// Views in one pass of the network, as `extract run` has them where nothing else is asked for.
const BATCH: usize = 16;

/// A network at work on pictures.
pub(crate) struct Forwarder<'a> {
    loader: Loader<'a>,
    passes: Passes,
    engine: Box<dyn Engine>,
}

/// From pictures to what the network is given.
struct Loader<'a> {
    recipe: Recipe,
    limits: &'a Limits,
}

/// What the network gives of pictures.
#[derive(Default)]
pub(crate) struct Forwarded<'a> {
    /// The pictures that could be read.
    pub(crate) pictures: Vec<&'a Picture>,
    /// The others.
    pub(crate) unreadable: Vec<Unreadable>,
    /// For each tap its features, `[pictures.len() * n_views, n_features]`; the views of a picture are neighbors.
    /// None where no picture could be read.
    pub(crate) features: Vec<Vec<f32>>,
}

impl<'a> Forwarder<'a> {
    /// # Errors
    /// [`EngineError`].
    pub(crate) fn new(network: &Network, limits: &'a Limits) -> Result<Self, EngineError> {
        let recipe = network.recipe();
        let passes = recipe.passes(BATCH);
        Ok(Self { loader: Loader { recipe, limits }, passes, engine: network.load(0)? })
    }

    /// The features of `pictures`, in their order.
    ///
    /// # Errors
    /// [`EngineError`]. A picture that cannot be read is none.
    pub(crate) fn forward<'p>(
        &mut self,
        pictures: &'p [Picture],
    ) -> Result<Forwarded<'p>, EngineError> {
        let mut forwarded = Forwarded::default();
        let mut waiting = Vec::new();
        for pictures in pictures.chunks(self.passes.n_images_loaded()) {
            let loader = &self.loader;
            let loaded: Vec<_> = pictures.par_iter().map(|picture| loader.views(picture)).collect();
            for (picture, views) in pictures.iter().zip(loaded) {
                match views {
                    Ok(views) => {
                        forwarded.pictures.push(picture);
                        waiting.extend(views);
                    }
                    Err(reason) => {
                        let path = picture.name.clone();
                        forwarded.unreadable.push(Unreadable { path, reason });
                    }
                }
                if waiting.len() >= self.passes.n_images() * self.loader.recipe.views.n_views() {
                    forwarded.add(self.pass(mem::take(&mut waiting))?);
                }
            }
        }
        if !waiting.is_empty() {
            forwarded.add(self.pass(waiting)?);
        }
        Ok(forwarded)
    }

    fn pass(&mut self, views: Vec<Rgb>) -> Result<Vec<Vec<f32>>, EngineError> {
        self.passes.forward(&mut *self.engine, views)
    }

    /// What the network is given of a picture, or why there is nothing.
    pub(crate) fn views(&self, picture: &Picture) -> Result<Vec<Rgb>, String> {
        self.loader.views(picture)
    }
}

impl Loader<'_> {
    fn views(&self, picture: &Picture) -> Result<Vec<Rgb>, String> {
        let bytes = picture.read(self.limits)?;
        let image = self.recipe.preset.decode(&bytes, self.limits);
        let image = image.map_err(|error| error.to_string())?;
        self.recipe.pixels(&image, self.limits).map_err(|error| error.to_string())
    }
}

impl Forwarded<'_> {
    fn add(&mut self, features: Vec<Vec<f32>>) {
        self.features.resize(features.len(), Vec::new());
        for (all, new) in self.features.iter_mut().zip(features) {
            all.extend(new);
        }
    }
}
