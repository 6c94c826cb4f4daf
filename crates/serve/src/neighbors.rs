//! The training pictures that are nearest to a picture.

use std::path::{Path, PathBuf};

use feature_cache::{Cache, OpenError, ReadError};
use head::{Engines, ProvenanceMismatch, SavedHead, check_provenance};
use ndarray::{Array2, ArrayView1, Axis};
use schema::encoded_path::shown;
use serde::Serialize;
use thumbnail::thumbnail;
use train::{TapError, TapFeatures};

/// Why a cache has no neighbors for a head.
#[derive(Debug, thiserror::Error)]
pub enum NeighborsError {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Its features cannot be used.
    #[error(transparent)]
    Tap(#[from] TapError),
    /// It holds other features than those that the head was trained on.
    #[error("`{}` does not suit the head", cache.display())]
    Provenance {
        /// The cache.
        cache: PathBuf,
        /// What differs.
        source: ProvenanceMismatch,
    },
}

/// The pictures of a cache, to be found by their features.
pub(crate) struct Neighbors {
    /// Rows of unit length, `[n_samples, n_features]`.
    features: Array2<f32>,
    /// As the cache has them.
    paths: Vec<String>,
    classes: Vec<Option<String>>,
    /// The folder that the paths start from, where pictures are shown.
    images: Option<PathBuf>,
}

/// A picture of the cache.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Neighbor {
    /// Its path, as it is on disk.
    path: String,
    /// Its class, where it has one.
    class: Option<String>,
    /// The cosine of the angle between its features and those of the picture asked about.
    similarity: f32,
    /// Where the service shows it small, where it has the pictures.
    picture: Option<String>,
}

impl Neighbors {
    /// The pictures of the cache at `path`, which holds the features that `head` takes.
    ///
    /// # Errors
    /// [`NeighborsError`].
    pub(crate) fn open(
        path: &Path,
        images: Option<PathBuf>,
        head: &SavedHead,
        engines: Engines,
    ) -> Result<Self, NeighborsError> {
        let cache = Cache::open(path)?;
        let origin = &head.description.origin;
        check_provenance(&origin.provenance, cache.provenance(), engines)
            .map_err(|source| NeighborsError::Provenance { cache: path.to_owned(), source })?;
        let tap = TapFeatures::open(&cache, Some(&origin.provenance.tap), origin.settings.views)?;
        tap.check_finite(&(0..cache.n_samples()).collect::<Vec<_>>())?;
        let mut features = tap.view().to_owned();
        features.rows_mut().into_iter().for_each(|mut row| {
            let length = norm(row.view());
            row.mapv_inplace(|value| value / length);
        });
        let class = |&label: &i32| {
            usize::try_from(label).ok().and_then(|class| cache.classes().get(class)).cloned()
        };
        let classes = cache.labels().iter().map(class).collect();
        Ok(Self { features, paths: cache.paths()?, classes, images })
    }

    /// The `n` pictures whose features are most like these, the nearest first.
    pub(crate) fn nearest(&self, features: ArrayView1<'_, f32>, n: usize) -> Vec<Neighbor> {
        let length = norm(features);
        let similarities = self.features.dot(&features.mapv(|value| value / length));
        let mut rows: Vec<usize> = (0..similarities.len_of(Axis(0))).collect();
        rows.sort_by(|&a, &b| similarities[b].total_cmp(&similarities[a]).then(a.cmp(&b)));
        rows.truncate(n);
        let neighbor = |row: usize| Neighbor {
            path: shown(&self.paths[row]).into_owned(),
            class: self.classes.get(row).cloned().flatten(),
            // Rounding may leave more.
            similarity: similarities[row].min(1.0),
            picture: self.images.as_ref().map(|_| format!("/neighbors/{row}.jpg")),
        };
        rows.into_iter().map(neighbor).collect()
    }

    /// The picture of a row as a small JPEG file; `None` where there is none, or it cannot be read.
    pub(crate) fn picture(&self, row: usize) -> Option<Vec<u8>> {
        thumbnail(self.images.as_deref()?, self.paths.get(row)?)
    }
}

fn norm(row: ArrayView1<'_, f32>) -> f32 {
    let norm = row.dot(&row).sqrt();
    if norm > 0.0 { norm } else { 1.0 }
}
