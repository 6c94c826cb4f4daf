//! Finds weights by what a user calls them.

use std::path::{Path, PathBuf};

use backbone::weights::{OpenError, Weights};

use super::cache_folder::NoCacheFolder;
use super::entry::Entry;
use super::registry::{REGISTRY, UnknownName, entry};
use super::settings::FetchSettings;
use super::source::{Format, detect};

/// Why no weights were found.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// There is no folder in which they could be.
    #[error(transparent)]
    NoCacheFolder(#[from] NoCacheFolder),
    /// Neither a registry name nor a file.
    #[error("`{name}` is neither a file nor the name of known weights ({})", known_names())]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// A registry name whose weights were not fetched yet.
    #[error("the weights `{name}` are not here yet")]
    NotFetched {
        /// The name.
        name: String,
    },
    /// The file kept under a registry name holds other weights.
    #[error("`{path}` does not hold the weights `{name}`, but `{found}` with digest `{got}`")]
    Other {
        /// The name.
        name: String,
        /// The file.
        path: PathBuf,
        /// What the file calls its weights.
        found: String,
        /// The digest in the file.
        got: String,
    },
    /// A published file that was not converted yet.
    #[error("`{path}` must be converted first")]
    NotConverted {
        /// The file.
        path: PathBuf,
    },
    /// The file was not accepted.
    #[error(transparent)]
    Open(#[from] OpenError),
}

fn known_names() -> String {
    let names: Vec<_> = REGISTRY.iter().map(|entry| format!("`{}`", entry.name)).collect();
    names.join(", ")
}

/// Opens the weights that `name_or_path` means: those of the registry, or a converted file.
///
/// A registry name comes first; write `./name` for a file that is called like one.
///
/// # Errors
///
/// See [`ResolveError`].
pub fn resolve(name_or_path: &str) -> Result<Weights, ResolveError> {
    match entry(name_or_path) {
        Ok(entry) => fetched(entry, &FetchSettings::from_environment()?),
        // A file needs no folder in which others are kept.
        Err(UnknownName { name }) => converted(name),
    }
}

/// As [`resolve`], for weights that are kept elsewhere than in the cache folder.
///
/// # Errors
///
/// As [`resolve`].
///
/// # Examples
///
/// ```
/// use weights::{FetchSettings, ResolveError, resolve_in};
///
/// let folder = tempfile::tempdir()?;
/// let folder = folder.path().to_owned();
/// let settings = FetchSettings { folder, ..FetchSettings::from_environment()? };
/// let missing = resolve_in("vgg16-keras-notop", &settings).unwrap_err();
/// assert!(matches!(missing, ResolveError::NotFetched { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn resolve_in(name_or_path: &str, settings: &FetchSettings) -> Result<Weights, ResolveError> {
    match entry(name_or_path) {
        Ok(entry) => fetched(entry, settings),
        Err(UnknownName { name }) => converted(name),
    }
}

/// The weights of an entry, as they are kept.
fn fetched(entry: &Entry, settings: &FetchSettings) -> Result<Weights, ResolveError> {
    let path = settings.path_of(entry.name);
    let name = entry.name.to_owned();
    if !path.exists() {
        return Err(ResolveError::NotFetched { name });
    }
    let weights = Weights::open(&path)?;
    if !entry.means(&weights) {
        let (found, got) = (weights.metadata().name.clone(), weights.digest().to_owned());
        return Err(ResolveError::Other { name, path, found, got });
    }
    Ok(weights)
}

/// The weights in a file called `name`.
fn converted(name: String) -> Result<Weights, ResolveError> {
    let path = Path::new(&name);
    if !path.exists() {
        return Err(ResolveError::Unknown { name });
    }
    match detect(path) {
        // What no reader knows is left to `open`, which says what it expects.
        Ok(Format::Safetensors) | Err(_) => Ok(Weights::open(path)?),
        Ok(_) => Err(ResolveError::NotConverted { path: path.to_owned() }),
    }
}
