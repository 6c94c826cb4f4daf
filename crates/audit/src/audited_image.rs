//! How lists name an image.

use feature_cache::{Cache, ReadError};
use ndarray::Array2;
use schema::Split;
use schema::encoded_path::shown;
use serde::Serialize;
use train::multilabel_labels;

/// An image of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditedImage {
    /// Row number in the cache.
    pub row: usize,
    /// Path of the image, relative to the image root, as it is on disk.
    pub path: String,
    /// Its split; `none` where there is none.
    #[serde(serialize_with = "by_name")]
    pub split: Split,
    /// Its classes; none where it has no label.
    pub labels: Vec<String>,
}

fn by_name<S: serde::Serializer>(split: &Split, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(split.name())
}

/// All images of a cache.
pub(crate) struct Images<'a> {
    cache: &'a Cache,
    paths: Vec<String>,
    several: Option<Array2<i8>>,
}

impl<'a> Images<'a> {
    /// # Errors
    /// [`ReadError`].
    pub(crate) fn of(cache: &'a Cache) -> Result<Self, ReadError> {
        Ok(Self { cache, paths: cache.paths()?, several: multilabel_labels(cache)? })
    }

    /// The image of a row.
    pub(crate) fn image(&self, row: usize) -> AuditedImage {
        AuditedImage {
            row,
            path: shown(&self.paths[row]).into_owned(),
            split: self.split(row),
            labels: self.classes_of(row).iter().map(|&at| self.classes()[at].clone()).collect(),
        }
    }

    pub(crate) fn split(&self, row: usize) -> Split {
        self.cache.splits()[row]
    }

    pub(crate) fn classes(&self) -> &[String] {
        self.cache.classes()
    }

    pub(crate) fn len(&self) -> usize {
        self.paths.len()
    }

    /// The classes of a row, ascending.
    pub(crate) fn classes_of(&self, row: usize) -> Vec<usize> {
        match &self.several {
            None => usize::try_from(self.cache.labels()[row]).into_iter().collect(),
            Some(sets) => (0..sets.ncols()).filter(|&class| sets[[row, class]] > 0).collect(),
        }
    }

    pub(crate) fn is_multilabel(&self) -> bool {
        self.several.is_some()
    }
}
