//! The features of a cache, with what is known of their images.

use std::path::PathBuf;

use feature_cache::{Cache, Checksums};
use head::CombineViews;
use schema::encoded_path::shown;
use schema::{Provenance, Split};
use serde::{Deserialize, Serialize};

use super::apply::ApplyError;
use crate::samples::multilabel_labels;
use crate::tap_features::TapFeatures;

/// The features to have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeaturesRequest {
    /// The feature cache.
    pub cache: PathBuf,
    /// The taps, `layer:pooling`; all of the cache when empty.
    #[serde(default)]
    pub taps: Vec<String>,
    /// How several views of an image become one row; there is one view when absent.
    #[serde(default)]
    pub views: Option<CombineViews>,
    /// Whether the cache is held against its checksums.
    #[serde(default)]
    pub checksums: Checksums,
}

/// The features of all images of a cache, labelled or not, in its order.
pub struct FeaturesReport {
    /// What made the features.
    pub provenance: Provenance,
    /// Class names.
    pub classes: Vec<String>,
    /// Path of each image, relative to the image root, as it is on disk.
    pub paths: Vec<String>,
    /// Classes of each image, ascending; one at most, unless images have several labels.
    pub labels: Vec<Vec<usize>>,
    /// Split of each image.
    pub splits: Vec<Split>,
    /// The features, tap by tap.
    pub taps: Vec<TapFeatures>,
}

impl FeaturesRequest {
    /// All taps of `cache`.
    pub fn new(cache: impl Into<PathBuf>) -> Self {
        let (taps, views, checksums) = (Vec::new(), None, Checksums::default());
        Self { cache: cache.into(), taps, views, checksums }
    }
}

/// Reads the features of a cache.
///
/// # Errors
/// [`ApplyError::Open`], [`ApplyError::Read`], [`ApplyError::Tap`].
///
/// # Examples
///
/// ```
/// # mod cache { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/birds.rs")); }
/// # let (folder, birds) = cache::birds();
/// use train::{FeaturesRequest, features};
///
/// let report = features(&FeaturesRequest::new(birds))?;
/// assert_eq!((report.paths[1].as_str(), report.labels[1].as_slice()), ("01.png", [1].as_slice()));
/// assert_eq!(report.taps[0].view().dim(), (40, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn features(request: &FeaturesRequest) -> Result<FeaturesReport, ApplyError> {
    let cache = Cache::open_with(&request.cache, request.checksums)?;
    let all = cache.taps().iter().map(|tap| tap.name.clone()).collect();
    let names = if request.taps.is_empty() { all } else { request.taps.clone() };
    let open = |name: &String| TapFeatures::open(&cache, Some(name), request.views);
    let taps = names.iter().map(open).collect::<Result<_, _>>()?;
    Ok(FeaturesReport {
        provenance: cache.provenance().clone(),
        classes: cache.classes().to_vec(),
        paths: cache.paths()?.iter().map(|path| shown(path).into_owned()).collect(),
        labels: labels(&cache)?,
        splits: cache.splits().to_vec(),
        taps,
    })
}

fn labels(cache: &Cache) -> Result<Vec<Vec<usize>>, ApplyError> {
    let Some(sets) = multilabel_labels(cache)? else {
        let label = |&label: &i32| usize::try_from(label).into_iter().collect();
        return Ok(cache.labels().iter().map(label).collect());
    };
    let classes =
        |row: ndarray::ArrayView1<'_, i8>| (0..row.len()).filter(|&class| row[class] > 0).collect();
    Ok(sets.rows().into_iter().map(classes).collect())
}
