//! What may be wrong with a data set.

use feature_cache::Cache;
use serde::Serialize;
use train::TapFeatures;

use crate::audit_request::{AuditError, AuditRequest};
use crate::audited_image::{AuditedImage, Images};
use crate::duplicates::{DuplicateGroup, exact_duplicates, near_duplicates};
use crate::fence::upper_fence;
use crate::label_check::{LabelCheck, check_labels};
use crate::neighbors::{Neighborhood, neighborhood};

/// How far above the upper quartile an outlier lies, in distances of the quartiles (Tukey 1977).
const FENCE: f64 = 1.5;

/// What may be wrong with a data set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditReport {
    /// The cache.
    pub cache: String,
    /// The tap.
    pub tap: String,
    /// Images in the cache.
    pub n_images: usize,
    /// The labels; absent where images have several labels or none, or fewer than two classes are large enough.
    pub labels: Option<LabelCheck>,
    /// The images that are far from all others.
    pub outliers: Outliers,
    /// Similarity from which on images count as near duplicates.
    pub similarity: f32,
    /// Images that nearly resemble each other, group by group.
    pub near_duplicates: Vec<DuplicateGroup>,
    /// Images that are equal to the byte, group by group.
    pub exact_duplicates: Vec<DuplicateGroup>,
    /// Images of a class below which it is too small.
    pub small_class: usize,
    /// The classes that are, the smallest first.
    pub small_classes: Vec<SmallClass>,
}

/// Images that are far from all others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outliers {
    /// The neighbor whose distance counts.
    pub n_neighbors: usize,
    /// The distance above which an image is an outlier: the upper quartile, and 1.5 distances of the quartiles.
    pub fence: f64,
    /// The images, the farthest first.
    pub images: Vec<Outlier>,
}

/// An image that is far from all others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outlier {
    /// The image.
    #[serde(flatten)]
    pub image: AuditedImage,
    /// Cosine distance (1 less the similarity) to its k-th neighbor.
    pub distance: f64,
}

/// A class of few images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SmallClass {
    /// Its name.
    pub class: String,
    /// Its images, of whatever split.
    pub images: usize,
}

/// Looks through the images of a cache, whatever their split.
///
/// # Errors
/// [`AuditError`].
///
/// # Panics
/// If there is no value of C or the neighbor is number 0.
///
/// # Examples
///
/// ```
/// # mod cache { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../train/doc/birds.rs")); }
/// # let (folder, birds) = cache::birds();
/// use audit::{AuditRequest, audit};
///
/// let report = audit(&AuditRequest::new(&birds))?;
/// let labels = report.labels.expect("both classes are large enough");
/// assert_eq!((labels.n_checked, labels.errors.len()), (40, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn audit(request: &AuditRequest) -> Result<AuditReport, AuditError> {
    let cache = Cache::open_with(&request.cache, request.checksums)?;
    let tap = TapFeatures::open(&cache, request.tap.as_deref(), request.views)?;
    let all: Vec<usize> = (0..cache.n_samples()).collect();
    tap.check_finite(&all)?;
    let images = Images::of(&cache)?;
    let contents = cache.content_hashes()?;
    let found = neighborhood(tap.view(), request.n_neighbors, request.similarity);
    Ok(AuditReport {
        cache: cache.path().display().to_string(),
        tap: tap.name().to_owned(),
        n_images: images.len(),
        labels: check_labels(request, &cache, &tap, &images)?,
        outliers: outliers(request, &images, &found),
        similarity: request.similarity,
        near_duplicates: near_duplicates(&images, &contents, &found.groups, &found.nearest),
        exact_duplicates: exact_duplicates(&images, &contents),
        small_class: request.small_class,
        small_classes: small_classes(request, &images),
    })
}

fn outliers(request: &AuditRequest, images: &Images<'_>, found: &Neighborhood) -> Outliers {
    let distances: Vec<f64> = found.kth.iter().map(|&kth| 1.0 - f64::from(kth)).collect();
    let fence = upper_fence(&distances, FENCE).expect("a cache has an image");
    let mut rows: Vec<usize> = (0..distances.len()).filter(|&row| distances[row] > fence).collect();
    rows.sort_by(|&a, &b| distances[b].total_cmp(&distances[a]));
    let outlier = |row: usize| Outlier { image: images.image(row), distance: distances[row] };
    Outliers {
        n_neighbors: request.n_neighbors,
        fence,
        images: rows.into_iter().map(outlier).collect(),
    }
}

/// Classes without an image count as well: a head that is asked for them cannot be trained.
fn small_classes(request: &AuditRequest, images: &Images<'_>) -> Vec<SmallClass> {
    let mut sizes = vec![0; images.classes().len()];
    for class in (0..images.len()).flat_map(|row| images.classes_of(row)) {
        sizes[class] += 1;
    }
    let named = images.classes().iter().zip(sizes);
    let is_small = |(_, size): &(&String, usize)| *size < request.small_class;
    let class = |(class, images): (&String, usize)| SmallClass { class: class.clone(), images };
    let mut small: Vec<SmallClass> = named.filter(is_small).map(class).collect();
    small.sort_by_key(|class| class.images);
    small
}
