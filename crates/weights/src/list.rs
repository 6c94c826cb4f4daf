//! What there is by name, and what of it is at hand.

use std::path::PathBuf;

use super::entry::{Entry, Pin, Source};
use super::fetch::open_intact;
use super::first_use::recorded;
use super::registry::REGISTRY;
use super::settings::FetchSettings;

/// Whether weights are at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not fetched yet.
    Absent,
    /// There, and with the digest that the registry pins.
    Fetched,
    /// There, but not what the registry means; fetching replaces it.
    Damaged,
}

/// One line of `extract weights list`.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The weights.
    pub entry: &'static Entry,
    /// Where they are kept.
    pub path: PathBuf,
    /// Whether they are there.
    pub state: State,
    /// Of weights that are trusted on first use: the SHA-256 of the published file at the first download, once
    /// there was one.
    pub recorded_sha256: Option<String>,
}

/// Every registry entry with its state, sorted by name. Opens and checks each file that is there.
///
/// # Examples
///
/// ```
/// use weights::{FetchSettings, State, list};
///
/// let folder = tempfile::tempdir()?;
/// let folder = folder.path().to_owned();
/// let settings = FetchSettings { folder, ..FetchSettings::from_environment()? };
/// assert!(list(&settings).iter().all(|listing| listing.state == State::Absent));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn list(settings: &FetchSettings) -> Vec<Listing> {
    REGISTRY
        .iter()
        .map(|entry| {
            let path = settings.path_of(entry.name);
            let state = match open_intact(&path, entry) {
                Some(_) => State::Fetched,
                None if path.exists() => State::Damaged,
                None => State::Absent,
            };
            // A record that cannot be used is an error of the next download; here it counts as none.
            let recorded_sha256 = entry.sources.iter().find_map(|source| match *source {
                Source::Url { url, pin: Pin::FirstDigits(_) } => {
                    recorded(url, &settings.folder).ok().flatten()
                }
                _ => None,
            });
            Listing { entry, path, state, recorded_sha256 }
        })
        .collect()
}
