//! What lies under the cache's name before a run.

use std::path::PathBuf;

use feature_cache::{Cache, OpenError};
use schema::{Difference, Provenance, Shard};

use super::job::Job;
use super::recipe::Recipe;
use crate::engine::Precision;

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
    #[error("{0}\nhint: --replace lets it go")]
    Damaged(OpenError),
    /// It is a cache of other features.
    #[error(
        "`{}` holds other features ({})\nhint: name another --out, or let these go with --replace",
        path.display(),
        differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    )]
    OtherFeatures {
        /// The cache.
        path: PathBuf,
        /// How they differ; expected is what was asked for now.
        differences: Vec<Difference>,
    },
}

/// The cache at `job.out` whose rows can be used; `None` where there is none, or none that may stay.
pub(super) fn open(job: &Job, provenance: &Provenance) -> Result<Option<Cache>, ExistingError> {
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
    let mut differences = provenance.differences(cache.provenance());
    differences.retain(|difference| !(job.any_engine && is_engine(difference)));
    let usable = differences.is_empty();
    if cache.shard() != job.shard {
        let (expected, found) = (shard_name(job.shard), shard_name(cache.shard()));
        differences.push(Difference { field: "shard", expected, found });
    }
    if differences.is_empty() || job.replace {
        Ok(usable.then_some(cache))
    } else {
        Err(ExistingError::OtherFeatures { path: path(), differences })
    }
}

/// `recipe`, with all engines in it that rows of a joint cache come from, where `job` lets rows of
/// others into it.
pub(super) fn with_engines(mut recipe: Recipe, job: &Job) -> Recipe {
    const AND: &str = " + ";
    if job.any_engine
        && let Ok(last) = Cache::open(&job.out)
        && recipe.provenance.differences(last.provenance()).iter().all(is_engine)
    {
        let engine = &mut recipe.provenance.engine;
        let mut engines: Vec<&str> = last.provenance().engine.split(AND).collect();
        engines.push(engine);
        engines.sort_unstable();
        engines.dedup();
        *engine = engines.join(AND);
    }
    recipe
}

/// Whether rows differ in the last bits alone.
fn is_engine(difference: &Difference) -> bool {
    difference.field == "engine" && Precision::is_shared(&difference.expected, &difference.found)
}

fn shard_name(shard: Option<Shard>) -> String {
    shard.map_or_else(|| "all images".to_owned(), |shard| shard.to_string())
}
