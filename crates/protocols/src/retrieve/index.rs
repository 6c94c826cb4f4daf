//! The images of a cache, ready to be searched.

use feature_cache::Cache;
use head::{Engines, Steps, Transform};
use learn::TransformError;
use serde::{Deserialize, Serialize};
use train::{TapError, TapFeatures};

use super::codes::Descriptors;
use super::comparable::{NotComparable, check_comparable};
use super::distance::Distance;
use super::search::{NotFinite, search};
use super::views::{Search, Side, Taken, ViewError, Views};

/// How images are compared; by default with unit vectors of the only tap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Comparison {
    /// The tap; the only one of the cache when absent.
    pub tap: Option<String>,
    /// Steps between the cache and the codes.
    pub steps: Steps,
    /// Whether images have one vector or several; when absent, several where the cache has several views.
    pub search: Option<Search>,
    /// Views of a query; those of the paper when absent.
    pub query_views: Option<Taken>,
    /// Views of an image; those of the paper when absent.
    pub image_views: Option<Taken>,
    /// The distance between vectors.
    pub distance: Distance,
    /// Whose features of other caches are taken.
    pub engines: Engines,
    /// Bytes for distances and the vectors of queries; 256 MiB by default.
    pub memory: usize,
}

impl Default for Comparison {
    fn default() -> Self {
        Self {
            tap: None,
            steps: Steps::unit_rows(),
            search: None,
            query_views: None,
            image_views: None,
            distance: Distance::default(),
            engines: Engines::default(),
            memory: 256 << 20,
        }
    }
}

/// The images of a cache with a transform.
pub struct Index<'a> {
    cache: &'a Cache,
    comparison: Comparison,
    tap: String,
    views: Views,
    search: Search,
    images: Descriptors,
    transform: Transform,
}

/// Why images cannot be compared as was asked.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Their features cannot be used.
    #[error(transparent)]
    Tap(#[from] TapError),
    /// Their views do not suit.
    #[error(transparent)]
    Views(#[from] ViewError),
    /// Another cache does not suit.
    #[error(transparent)]
    NotComparable(#[from] NotComparable),
    /// The transform cannot be learned.
    #[error(transparent)]
    Transform(#[from] TransformError),
}

impl<'a> Index<'a> {
    /// All images of `cache`. The transform is learned from the images that are searched, or from those of
    /// `learned_from`: then from as many of their views as are searched, or from all where they have fewer.
    ///
    /// # Errors
    /// [`IndexError`].
    pub fn new(
        cache: &'a Cache,
        comparison: Comparison,
        learned_from: Option<&Cache>,
    ) -> Result<Self, IndexError> {
        let tap = TapFeatures::open_views(cache, comparison.tap.as_deref())?;
        let views = views_of(cache, &tap);
        let tap = tap.name().to_owned();
        let search = comparison.search.unwrap_or_else(|| views.default_search());
        let taken = views.taken(search, Side::Images, comparison.image_views)?;
        let images = Descriptors::open(cache, &tap, &all(cache), taken.clone())?;
        let transform = match learned_from {
            None => images.learn(&comparison.steps)?,
            Some(other) => {
                check_comparable(cache, other, &tap, comparison.engines)?;
                let there_are = TapFeatures::open_views(other, Some(&tap))?.n_views();
                let taken = taken.start..taken.end.min(there_are);
                let learning = Descriptors::open(other, &tap, &all(other), taken)?;
                learning.learn(&comparison.steps)?
            }
        };
        Ok(Self { cache, comparison, tap, views, search, images, transform })
    }

    /// The features of queries: of the images at `rows` of `other`, or of the searched cache.
    ///
    /// # Errors
    /// [`IndexError`].
    pub fn queries(
        &self,
        other: Option<&Cache>,
        rows: &[usize],
    ) -> Result<Descriptors, IndexError> {
        let cache = other.unwrap_or(self.cache);
        if let Some(other) = other {
            check_comparable(self.cache, other, &self.tap, self.comparison.engines)?;
        }
        let views = views_of(cache, &TapFeatures::open_views(cache, Some(&self.tap))?);
        views.check_suit(&self.views)?;
        let taken = views.taken(self.search, Side::Queries, self.comparison.query_views)?;
        Ok(Descriptors::open(cache, &self.tap, rows, taken)?)
    }

    /// Gives `judge` the distances of each query to all images; see [`search()`].
    ///
    /// # Errors
    /// [`NotFinite`].
    pub fn search<T: Send>(
        &self,
        queries: &Descriptors,
        progress: &mut dyn FnMut(usize),
        judge: impl Fn(usize, &[f32]) -> T + Sync,
    ) -> Result<Vec<T>, NotFinite> {
        let images = self.images.codes(&self.transform);
        let queries = queries.codes(&self.transform);
        let Comparison { distance, memory, .. } = self.comparison;
        search(&queries, &images, distance, memory, progress, judge)
    }

    /// How images are compared.
    pub fn comparison(&self) -> &Comparison {
        &self.comparison
    }

    /// The tap.
    pub fn tap(&self) -> &str {
        &self.tap
    }

    /// Whether images have one vector or several.
    pub fn kind(&self) -> Search {
        self.search
    }

    /// Vectors of an image.
    pub fn n_views(&self) -> usize {
        self.images.n_views()
    }

    /// Numbers that are kept of an image: those of all its vectors, transformed.
    pub fn n_numbers(&self) -> usize {
        self.n_views() * self.transform.n_features_out(self.images.n_features())
    }
}

fn all(cache: &Cache) -> Vec<usize> {
    (0..cache.n_samples()).collect()
}

fn views_of(cache: &Cache, tap: &TapFeatures) -> Views {
    Views::new(&cache.provenance().views, tap.n_views())
}
