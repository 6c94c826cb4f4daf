//! What images were read from, as far as the images that were taken do not tell it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What images were read from, and what was left out or has no label there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// The layout that was read, such as `folder` or `flowers102:swapped`.
    pub source: String,
    /// Files that were passed over, counted by extension.
    #[serde(default)]
    pub passed_over: PassedOver,
    /// Split and class folders without a single image, in byte order.
    #[serde(default)]
    pub empty_folders: Vec<String>,
    /// Where images without a class lie, in byte order of folders.
    #[serde(default)]
    pub unlabelled: Vec<Unlabelled>,
    /// What a user should know about how the images were read: lowercase sentences.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// Files that were passed over, by their extension in lower case; those without one under the empty text.
pub type PassedOver = BTreeMap<String, usize>;

/// Images without a class that lie below one folder, beside images that have one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlabelled {
    /// The folder in which a class folder was expected; empty for the root.
    pub folder: String,
    /// How many there are.
    pub n_images: usize,
    /// The path of the first.
    pub example: String,
}

impl SourceRecord {
    /// As JSON on one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}
