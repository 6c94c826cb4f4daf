//! The feature matrix of one tap, checked before it is used.

use feature_cache::{Cache, FeatureSet, ReadError};
use head::{CombineViews, view_averages};
use learn::{Examples, Rows};
use ndarray::{Array2, ArrayView2, s};

/// Why the features of a cache cannot be used here.
#[derive(Debug, thiserror::Error)]
pub enum TapError {
    /// The tap is not there, or not readable.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Several taps, and none chosen.
    #[error("the cache has several taps: {}", .0.join(", "))]
    Ambiguous(Vec<String>),
    /// More than one view of each image.
    #[error("tap `{tap}` has {n_views} views of each sample, and a head takes one row")]
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

/// The features of one tap.
pub struct TapFeatures {
    name: String,
    set: FeatureSet,
    combined: Combined,
}

enum Combined {
    /// A row a view.
    Apart,
    Averaged(Array2<f32>),
    Stacked,
}

impl TapFeatures {
    /// Maps the features of the tap asked for, or of the only one there is; one row a sample. One view
    /// is what it is, however views are combined.
    ///
    /// # Errors
    /// [`TapError`], except for [`TapError::NotFinite`]: values are not looked at yet.
    ///
    /// # Examples
    ///
    /// ```
    /// # mod cache { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/birds.rs")); }
    /// # let (folder, birds) = cache::birds();
    /// use feature_cache::Cache;
    /// use train::TapFeatures;
    ///
    /// let tap = TapFeatures::open(&Cache::open(&birds)?, None, None)?;
    /// assert_eq!((tap.name(), tap.view().dim()), ("block5_pool:gap", (40, 2)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(
        cache: &Cache,
        asked: Option<&str>,
        views: Option<CombineViews>,
    ) -> Result<Self, TapError> {
        let tap = Self::open_views(cache, asked)?;
        let combined = match (tap.n_views(), views) {
            (1, _) => Combined::Apart,
            (n_views, None) => return Err(TapError::SeveralViews { tap: tap.name, n_views }),
            (n_views, Some(CombineViews::Average)) => {
                Combined::Averaged(view_averages(tap.view(), n_views, n_views))
            }
            (_, Some(CombineViews::Stack)) => Combined::Stacked,
        };
        Ok(Self { combined, ..tap })
    }

    /// The same, with a row a view.
    ///
    /// # Errors
    /// As [`TapFeatures::open`], except for [`TapError::SeveralViews`].
    pub fn open_views(cache: &Cache, asked: Option<&str>) -> Result<Self, TapError> {
        let name = match (asked, cache.taps()) {
            (Some(tap), _) => tap.to_owned(),
            (None, [only]) => only.name.clone(),
            (None, taps) => {
                let names = taps.iter().map(|tap| format!("`{}`", tap.name)).collect();
                return Err(TapError::Ambiguous(names));
            }
        };
        let set = cache.features(&name)?;
        Ok(Self { name, set, combined: Combined::Apart })
    }

    /// Name of the tap, `layer:pooling`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Rows a sample: its views, or 1 where they are combined.
    pub fn n_views(&self) -> usize {
        match self.combined {
            Combined::Apart => self.set.n_views(),
            Combined::Averaged(_) | Combined::Stacked => 1,
        }
    }

    /// All features, `[n_samples * n_views, n_features]`; the views of a sample are neighbors.
    pub fn view(&self) -> ArrayView2<'_, f32> {
        match &self.combined {
            Combined::Apart => self.set.view(),
            Combined::Averaged(averages) => averages.view(),
            Combined::Stacked => {
                let views = self.set.view();
                let n_samples = views.nrows() / self.set.n_views();
                let shape = (n_samples, self.set.n_views() * views.ncols());
                views.into_shape_with_order(shape).expect("the views of a sample are neighbors")
            }
        }
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
    /// [`TapError::NotFinite`] for the first of the samples `rows` with a NaN or an infinity.
    pub fn check_finite(&self, rows: &[usize]) -> Result<(), TapError> {
        let (features, n_views) = (self.view(), self.n_views());
        let is_finite = |row: usize| {
            let views = features.slice(s![row * n_views..(row + 1) * n_views, ..]);
            views.iter().all(|value| value.is_finite())
        };
        match rows.iter().find(|&&row| !is_finite(row)) {
            Some(&row) => Err(TapError::NotFinite { tap: self.name.clone(), row }),
            None => Ok(()),
        }
    }
}
