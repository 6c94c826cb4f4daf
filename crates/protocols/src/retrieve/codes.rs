//! The vectors that images are compared by.

use std::ops::Range;

use feature_cache::Cache;
use head::{Steps, Transform};
use heads::FeatureRows;
use learn::{RowSource, TransformError, fit_transform};
use ndarray::Array2;
use train::{TapError, TapFeatures};

/// Features of some views of some images, as they lie in a cache.
pub struct Descriptors {
    tap: TapFeatures,
    /// Rows of the matrix of all views; those of an image are neighbors.
    rows: Vec<usize>,
    n_views: usize,
}

impl Descriptors {
    /// The features of `tap` of the images at `samples`, of each the views in `views`.
    ///
    /// # Errors
    /// [`TapError::Read`]; [`TapError::NotFinite`] for the first image with a NaN or an infinity.
    pub fn open(
        cache: &Cache,
        tap: &str,
        samples: &[usize],
        views: Range<usize>,
    ) -> Result<Self, TapError> {
        let tap = TapFeatures::open_views(cache, Some(tap))?;
        tap.check_finite(samples)?;
        let stored = tap.n_views();
        let of_sample = |&sample: &usize| views.clone().map(move |view| sample * stored + view);
        let rows = samples.iter().flat_map(of_sample).collect();
        Ok(Self { tap, rows, n_views: views.len() })
    }

    /// Vectors of an image.
    pub fn n_views(&self) -> usize {
        self.n_views
    }

    /// Length of a vector before it is transformed.
    pub fn n_features(&self) -> usize {
        self.tap.view().ncols()
    }

    /// Learns `steps` from these vectors, each view for itself.
    ///
    /// # Errors
    /// [`TransformError`].
    pub fn learn(&self, steps: &Steps) -> Result<Transform, TransformError> {
        let untransformed = Transform::default();
        fit_transform(
            steps,
            &RowSource::block_by_block(self.tap.view(), &self.rows, &untransformed),
        )
    }

    /// The vectors, transformed.
    pub fn codes<'a>(&'a self, transform: &'a Transform) -> Codes<'a> {
        let rows = RowSource::new(self.tap.view(), &self.rows, transform);
        Codes { rows, n_views: self.n_views }
    }
}

/// Vectors of images, as many for each; made where they are asked for when memory does not hold them.
pub struct Codes<'a> {
    pub(super) rows: RowSource<'a>,
    pub(super) n_views: usize,
}

impl Codes<'_> {
    /// Number of images.
    pub fn n_images(&self) -> usize {
        self.rows.n_samples() / self.n_views
    }

    /// Vectors of an image.
    pub fn n_views(&self) -> usize {
        self.n_views
    }

    /// Length of a vector.
    pub fn n_features(&self) -> usize {
        self.rows.n_features()
    }

    /// The vectors of some images, `[images.len() * n_views, n_features]`; those of an image are neighbors.
    pub(super) fn block(&self, images: Range<usize>) -> Array2<f64> {
        let rows = images.start * self.n_views..images.end * self.n_views;
        self.rows.block(rows, &mut Vec::new()).mapv(f64::from)
    }
}
