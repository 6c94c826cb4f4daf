//! Pictures through the network.

use engine::{Engine, EngineError};
use preprocess::{Limits, Rgb};
use rayon::prelude::*;
use schema::Unreadable;

use crate::pictures::Picture;
use network::{Network, Passes, Recipe};

/// Views in one pass of the network, as `extract run` has them where nothing else is asked for.
const BATCH: usize = 16;

/// From the bytes of a picture to what the network is given of it. A clone may work on another thread than the
/// network.
#[derive(Clone, Debug)]
pub struct Pixels {
    recipe: Recipe,
    limits: Limits,
}

/// A network at work.
pub(crate) struct Forwarder {
    passes: Passes,
    engine: Box<dyn Engine>,
}

impl Pixels {
    pub(crate) fn new(network: &Network, limits: &Limits) -> Self {
        Self { recipe: network.recipe(), limits: *limits }
    }

    /// Pictures that ask for more are not decoded.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How many views the network is given of a picture.
    pub fn n_views(&self) -> usize {
        self.recipe.views.n_views()
    }

    /// How many pictures fill one pass of the network.
    pub fn n_pictures_a_pass(&self) -> usize {
        self.passes().n_images()
    }

    fn passes(&self) -> Passes {
        self.recipe.passes(BATCH)
    }

    /// What the network is given of the picture in a file of these bytes, or why there is nothing.
    ///
    /// # Errors
    /// The reason.
    pub fn views(&self, file: &[u8]) -> Result<Vec<Rgb>, String> {
        self.limits.check_bytes(file.len() as u64).map_err(|error| error.to_string())?;
        let image = self.recipe.preset.decode(file, &self.limits);
        let image = image.map_err(|error| error.to_string())?;
        self.recipe.pixels(&image, &self.limits).map_err(|error| error.to_string())
    }

    fn views_of(&self, picture: &Picture) -> Result<Vec<Rgb>, String> {
        self.views(&picture.read(&self.limits)?)
    }

    /// Loads `pictures` on all threads, and gives their names and views to `pass`, as many at a time as one pass
    /// of the network takes. The pictures that cannot be read come back.
    ///
    /// # Errors
    /// The first of `pass`.
    pub(crate) fn in_passes<E>(
        &self,
        pictures: &[Picture],
        mut pass: impl FnMut(Vec<String>, Vec<Rgb>) -> Result<(), E>,
    ) -> Result<Vec<Unreadable>, E> {
        let passes = self.passes();
        let (mut names, mut waiting, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
        for pictures in pictures.chunks(passes.n_images_loaded()) {
            let loaded: Vec<_> =
                pictures.par_iter().map(|picture| self.views_of(picture)).collect();
            for (picture, views) in pictures.iter().zip(loaded) {
                let path = picture.name.clone();
                match views {
                    Ok(views) => {
                        names.push(path);
                        waiting.extend(views);
                    }
                    Err(reason) => unreadable.push(Unreadable { path, reason }),
                }
                if names.len() == passes.n_images() {
                    pass(std::mem::take(&mut names), std::mem::take(&mut waiting))?;
                }
            }
        }
        if !names.is_empty() {
            pass(names, waiting)?;
        }
        Ok(unreadable)
    }
}

impl Forwarder {
    /// # Errors
    /// [`EngineError`].
    pub(crate) fn new(network: &Network) -> Result<Self, EngineError> {
        Ok(Self { passes: network.recipe().passes(BATCH), engine: network.load(0)? })
    }

    /// For each tap the features of `views`, `[views.len(), n_features]`.
    ///
    /// # Errors
    /// [`EngineError`].
    pub(crate) fn forward(&mut self, views: Vec<Rgb>) -> Result<Vec<Vec<f32>>, EngineError> {
        self.passes.forward(&mut *self.engine, views)
    }
}
