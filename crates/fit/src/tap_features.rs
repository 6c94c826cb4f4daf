//! The feature matrix of one tap, checked before it is used.

use feature_cache::{Cache, FeatureSet, ReadError};
use ndarray::ArrayView2;

use crate::examples::Examples;
use crate::rows::Rows;

/// Why the features of a cache cannot be used here.
#[derive(Debug, thiserror::Error)]
pub enum TapError {
    /// The tap is not there, or not readable.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Several taps, and none chosen.
    #[error("the cache has several taps: {}\nhint: choose one with `--tap NAME`", .0.join(", "))]
    Ambiguous(Vec<String>),
    /// More than one view of each image.
    #[error(
        "tap `{tap}` has {n_views} views of each sample, and `fit` takes one\nhint: extract one view of \
         each image"
    )]
    SeveralViews {
        /// The tap.
        tap: String,
        /// Its views a sample.
        n_views: usize,
    },
    /// A feature that is NaN or infinite.
    #[error(
        "the features of row {row} of tap `{tap}` are not finite\nhint: extract the cache again"
    )]
    NotFinite {
        /// The tap.
        tap: String,
        /// Row number in the cache.
        row: usize,
    },
}

/// The tap asked for, be it there or not, or the only one there is.
///
/// # Errors
/// [`TapError::Ambiguous`].
pub fn tap_name(cache: &Cache, asked: Option<&str>) -> Result<String, TapError> {
    match (asked, cache.taps()) {
        (Some(tap), _) => Ok(tap.to_owned()),
        (None, [only]) => Ok(only.name.clone()),
        (None, taps) => {
            let names = taps.iter().map(|tap| format!("`{}`", tap.name)).collect();
            Err(TapError::Ambiguous(names))
        }
    }
}

/// The features of one tap, one view a sample.
pub struct TapFeatures {
    name: String,
    set: FeatureSet,
}

impl TapFeatures {
    /// Maps the features of the tap asked for, or of the only one there is.
    ///
    /// # Errors
    /// [`TapError`], except for [`TapError::NotFinite`]: values are not read yet.
    pub fn open(cache: &Cache, asked: Option<&str>) -> Result<Self, TapError> {
        let name = tap_name(cache, asked)?;
        let set = cache.features(&name)?;
        match set.n_views() {
            1 => Ok(Self { name, set }),
            n_views => Err(TapError::SeveralViews { tap: name, n_views }),
        }
    }

    /// Name of the tap, `layer:pooling`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All features, `[n_samples, n_features]`.
    pub fn view(&self) -> ArrayView2<'_, f32> {
        self.set.view()
    }

    /// The labelled examples of `rows`.
    ///
    /// # Errors
    /// [`TapError::NotFinite`].
    pub fn examples(&self, rows: Rows) -> Result<Examples<'_>, TapError> {
        self.check_finite(&rows.indices)?;
        Ok(Examples { features: self.view(), rows })
    }

    /// Refuses features that no head can be fitted on or applied to.
    ///
    /// # Errors
    /// [`TapError::NotFinite`] for the first of `rows` with a NaN or an infinity.
    pub fn check_finite(&self, rows: &[usize]) -> Result<(), TapError> {
        let features = self.view();
        match rows.iter().find(|&&row| features.row(row).iter().any(|v| !v.is_finite())) {
            Some(&row) => Err(TapError::NotFinite { tap: self.name.clone(), row }),
            None => Ok(()),
        }
    }
}
