//! The queries of a benchmark, or an image and those that resemble it.

use std::path::{Path, PathBuf};

use feature_cache::{Cache, Checksums, OpenError, ReadError};
use head::Steps;
use metrics::{Bootstrap, ResamplesError};
use schema::encoded_path::shown;
use schema::views_are_boxed;
use serde::{Deserialize, Serialize};
use train::{Event, Work, cache_digest};

use super::benchmark::{ask, neighbors};
use super::distance::Distance;
use super::index::{Comparison, Index, IndexError};
use super::question::{QuestionError, Questions};
use super::report::{RetrieveReport, Searched};
use super::search::NotFinite;
use super::views::Search;

/// What to search, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetrieveRequest {
    /// The cache that is searched. The queries of the benchmark come with it.
    pub cache: PathBuf,
    /// How images are compared.
    #[serde(default)]
    pub comparison: Comparison,
    /// The cache whose images the transform is learned from; when absent the images that are searched.
    #[serde(default)]
    pub learn_from: Option<PathBuf>,
    /// The cache with the features of the queries, such as boxes; whole images of `cache` when absent.
    #[serde(default)]
    pub queries: Option<PathBuf>,
    /// Nearest images of each query to give.
    #[serde(default)]
    pub top: usize,
    /// Worst queries to name.
    #[serde(default)]
    pub worst: usize,
    /// How the 95 % interval over queries is made; none when absent.
    #[serde(default)]
    pub bootstrap: Option<Bootstrap>,
    /// Whether the cache is held against its checksums.
    #[serde(default)]
    pub checksums: Checksums,
}

/// An image whose neighbors are wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeighborsRequest {
    /// The cache that is searched.
    pub cache: PathBuf,
    /// Path of the image, as the cache has it.
    pub query: String,
    /// How images are compared.
    #[serde(default)]
    pub comparison: Comparison,
    /// The cache whose images the transform is learned from; when absent the images that are searched.
    #[serde(default)]
    pub learn_from: Option<PathBuf>,
    /// Nearest images to give.
    pub top: usize,
    /// Whether the cache is held against its checksums.
    #[serde(default)]
    pub checksums: Checksums,
}

impl RetrieveRequest {
    /// The queries of the benchmark of `cache`, compared by default, without details or an interval.
    pub fn new(cache: impl Into<PathBuf>) -> Self {
        Self {
            cache: cache.into(),
            comparison: Comparison::default(),
            learn_from: None,
            queries: None,
            top: 0,
            worst: 0,
            bootstrap: None,
            checksums: Checksums::default(),
        }
    }
}

impl NeighborsRequest {
    /// The ten images of `cache` that are nearest to `query`, compared by default.
    pub fn new(cache: impl Into<PathBuf>, query: impl Into<String>) -> Self {
        Self {
            cache: cache.into(),
            query: query.into(),
            comparison: Comparison::default(),
            learn_from: None,
            top: 10,
            checksums: Checksums::default(),
        }
    }
}

/// The images that resemble one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NeighborsReport {
    /// The cache.
    pub cache: String,
    /// The tap.
    pub tap: String,
    /// Path of the image that is asked about.
    pub query: String,
    /// Whether images have one vector or several.
    pub search: Search,
    /// The distance between vectors.
    pub distance: Distance,
    /// Steps between the cache and the vectors.
    pub transform: Steps,
    /// The nearest images, without itself.
    pub nearest: Vec<Neighbor>,
}

/// An image and its distance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Neighbor {
    /// Path of the image.
    pub path: String,
    /// Its distance to the one that is asked about.
    pub distance: f32,
}

/// Why a cache cannot be searched.
#[derive(Debug, thiserror::Error)]
pub enum RetrieveError {
    /// A cache cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A cache cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The queries cannot be asked.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// Images cannot be compared as asked.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// There is no such bootstrap.
    #[error(transparent)]
    Resamples(#[from] ResamplesError),
    /// Transformed features are not finite.
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
    /// There is no such image.
    #[error(
        "no image of `{}` has the path `{query}`\nhint: paths are relative to the folder of images, as \
         `{example}`",
        cache.display()
    )]
    NoImage {
        /// The cache.
        cache: PathBuf,
        /// The path asked for.
        query: String,
        /// A path that there is.
        example: String,
    },
}

/// Asks all queries of a benchmark.
///
/// # Errors
/// [`RetrieveError`].
///
/// # Examples
///
/// ```no_run
/// use protocols::retrieve::{RetrieveRequest, retrieve};
///
/// let report = retrieve(&RetrieveRequest::new("holidays.h5"), &mut |_| {})?;
/// println!("{} {:.1} %", report.metric, 100.0 * report.value);
/// # Ok::<(), protocols::retrieve::RetrieveError>(())
/// ```
pub fn retrieve(
    request: &RetrieveRequest,
    on_event: &mut dyn FnMut(Event),
) -> Result<RetrieveReport, RetrieveError> {
    request.bootstrap.map_or(Ok(()), Bootstrap::check)?;
    let open = |path: &PathBuf| Cache::open_with(path, request.checksums);
    let cache = open(&request.cache)?;
    let paths = cache.paths()?;
    let questions = Questions::of(&cache, &paths)?;
    let query_cache = request.queries.as_ref().map(open).transpose()?;
    let rows = match &query_cache {
        Some(queries) => questions.rows_of_queries(queries)?,
        None => questions.own_rows(&cache)?,
    };
    let learn_from = request.learn_from.as_ref().map(open).transpose()?;
    let index = Index::new(&cache, request.comparison.clone(), learn_from.as_ref())?;
    let queries = index.queries(query_cache.as_ref(), &rows)?;
    on_event(Event::Started(Work::Queries, rows.len()));
    let on_queries = &mut |n| on_event(Event::Advanced(n));
    let outcomes = ask(&index, &questions, &queries, request.top, on_queries)?;

    let are_whole = |cache: &Cache| !views_are_boxed(&cache.provenance().views);
    let searched = Searched {
        cache: text(cache.path()),
        cache_digest: cache_digest(&cache)?,
        provenance: cache.provenance().of_tap(index.tap()),
        query_cache: request.queries.as_deref().map(text),
        query_cache_of_whole_images: query_cache.as_ref().is_some_and(are_whole),
        search: index.kind(),
        distance: request.comparison.distance,
        transform: request.comparison.steps.clone(),
        learned_from: request.learn_from.as_deref().map(text),
        query_views: queries.n_views(),
        image_views: index.n_views(),
        dim: index.n_numbers(),
    };
    let RetrieveRequest { worst, bootstrap, .. } = *request;
    Ok(RetrieveReport::new(searched, &questions, &outcomes, &paths, worst, bootstrap))
}

/// Finds the images that resemble one.
///
/// # Errors
/// [`RetrieveError`].
///
/// # Examples
///
/// ```no_run
/// use protocols::retrieve::{NeighborsRequest, find_neighbors};
///
/// let report = find_neighbors(&NeighborsRequest::new("photos.h5", "cats/0001.jpg"))?;
/// report.nearest.iter().for_each(|near| println!("{} {}", near.path, near.distance));
/// # Ok::<(), protocols::retrieve::RetrieveError>(())
/// ```
pub fn find_neighbors(request: &NeighborsRequest) -> Result<NeighborsReport, RetrieveError> {
    let open = |path: &PathBuf| Cache::open_with(path, request.checksums);
    let cache = open(&request.cache)?;
    let encoded = cache.paths()?;
    let paths: Vec<_> = encoded.iter().map(|path| shown(path).into_owned()).collect();
    let query = &request.query;
    // As it is on disk, or as the cache has it.
    let row_of = |paths: &[String]| paths.iter().position(|path| path == query);
    let row =
        row_of(&paths).or_else(|| row_of(&encoded)).ok_or_else(|| RetrieveError::NoImage {
            cache: request.cache.clone(),
            query: query.clone(),
            example: paths.first().cloned().unwrap_or_default(),
        })?;
    let learn_from = request.learn_from.as_ref().map(open).transpose()?;
    let index = Index::new(&cache, request.comparison.clone(), learn_from.as_ref())?;
    let nearest = neighbors(&index, &index.queries(None, &[row])?, row, request.top)?;
    let neighbor = |(row, distance): (usize, f32)| Neighbor { path: paths[row].clone(), distance };
    Ok(NeighborsReport {
        cache: text(cache.path()),
        tap: index.tap().to_owned(),
        query: paths[row].clone(),
        search: index.kind(),
        distance: request.comparison.distance,
        transform: request.comparison.steps.clone(),
        nearest: nearest.into_iter().map(neighbor).collect(),
    })
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
