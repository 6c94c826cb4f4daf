//! What there is by name, and what of it is at hand.

use std::path::PathBuf;

use super::entry::Entry;
use super::fetch::{FetchSettings, open_intact};
use super::registry::REGISTRY;

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
}

/// Every registry entry with its state, sorted by name. Opens and checks each file that is there.
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
            Listing { entry, path, state }
        })
        .collect()
}
