//! What lies under the cache's name before a run.

use std::fs;
use std::path::PathBuf;

use atomic_file::FileId;
use engine::Precision;
use feature_cache::{Cache, OpenError};
use schema::{Difference, Provenance, Shard};

use super::job::Job;

/// Why a run leaves alone what lies under the cache's name.
#[derive(Debug, thiserror::Error)]
pub enum ExistingError {
    /// It is no cache: nobody asked to lose it.
    #[error(
        "`{}` exists already, and is no feature cache\nhint: name another file, or remove this one first",
        path.display()
    )]
    NotACache {
        /// The file.
        path: PathBuf,
    },
    /// It is a cache that this program cannot read.
    #[error(transparent)]
    Damaged(OpenError),
    /// It is a cache of features that were imported.
    #[error(
        "`{}` holds features that were imported (`{}`): no network is known that computes more of them",
        path.display(),
        made_by
    )]
    Imported {
        /// The cache.
        path: PathBuf,
        /// What made them, in words.
        made_by: String,
    },
    /// It is a cache of other features.
    #[error(
        "`{}` holds other features:{}",
        path.display(),
        Difference::lines(differences)
    )]
    OtherFeatures {
        /// The cache.
        path: PathBuf,
        /// How they differ; expected is what was asked for now.
        differences: Vec<Difference>,
        /// What made those that are there.
        found: Box<Provenance>,
    },
}

/// The cache at a job's `out` whose rows can be used, if there is one.
pub(super) struct Existing(Option<Cache>);

impl Existing {
    /// Opens the cache at `job.out`.
    ///
    /// # Errors
    /// When what lies there may not be replaced.
    pub(super) fn open(job: &Job, provenance: &Provenance) -> Result<Self, ExistingError> {
        Ok(Self(open(job, provenance)?))
    }

    pub(super) fn cache(&self) -> Option<&Cache> {
        self.0.as_ref()
    }

    /// The cache, opened again if another file has taken the place of the one that was opened.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(super) fn current(
        self,
        job: &Job,
        provenance: &Provenance,
    ) -> Result<Option<Cache>, ExistingError> {
        let there = fs::metadata(&job.out).ok().map(|metadata| FileId::of(&metadata));
        let opened = self.cache().map(Cache::file_id);
        if there == opened { Ok(self.0) } else { open(job, provenance) }
    }
}

/// `None` where there is no cache, or none that may stay.
fn open(job: &Job, provenance: &Provenance) -> Result<Option<Cache>, ExistingError> {
    let path = || job.out.clone();
    let cache = match Cache::open(&job.out) {
        Ok(cache) => cache,
        Err(OpenError::Missing { .. }) => return Ok(None),
        Err(OpenError::NotHdf5 { .. } | OpenError::NotACache { .. }) => {
            return Err(ExistingError::NotACache { path: path() });
        }
        Err(_) if job.replace => return Ok(None),
        Err(error) => return Err(ExistingError::Damaged(error)),
    };
    if cache.provenance().is_imported() && !job.replace {
        let made_by = cache.provenance().weights.name.clone();
        return Err(ExistingError::Imported { path: path(), made_by });
    }
    let mut differences = provenance.differences(cache.provenance());
    differences.retain(|difference| !(job.any_engine && is_engine(difference)));
    // It is to be made anew if it is not what was written; otherwise that is found when its rows are copied.
    let is_damaged = || job.replace && cache.verify_features().is_err();
    let usable = differences.is_empty() && !is_damaged();
    if cache.shard() != job.shard {
        let (expected, found) = (shard_name(job.shard), shard_name(cache.shard()));
        differences.push(Difference::new("shard", expected, found));
    }
    if differences.is_empty() || job.replace {
        Ok(usable.then_some(cache))
    } else {
        let found = Box::new(cache.provenance().clone());
        Err(ExistingError::OtherFeatures { path: path(), differences, found })
    }
}

/// Whether rows differ in the last bits alone.
fn is_engine(difference: &Difference) -> bool {
    difference.field == "engine" && Precision::is_shared(&difference.expected, &difference.found)
}

fn shard_name(shard: Option<Shard>) -> String {
    shard.map_or_else(|| "all images".to_owned(), |shard| shard.to_string())
}
