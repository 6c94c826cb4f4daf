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

/// Extensions that are told by name.
const NAMED: usize = 10;

/// How many files there are of each extension, in words: of the commonest ten, and of the others together.
///
/// # Examples
///
/// ```
/// let files = [(String::new(), 2), ("svg".to_owned(), 3)].into();
/// assert_eq!(schema::passed_over_in_words(&files), "3 .svg, 2 without an extension");
/// ```
pub fn passed_over_in_words(files: &PassedOver) -> String {
    let mut by_number: Vec<(&String, &usize)> = files.iter().collect();
    by_number.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
    let (named, others) = by_number.split_at(by_number.len().min(NAMED));
    let word = |(extension, n): &(&String, &usize)| match extension.as_str() {
        "" => format!("{n} without an extension"),
        extension => format!("{n} .{extension}"),
    };
    let mut words: Vec<String> = named.iter().map(word).collect();
    if !others.is_empty() {
        let n: usize = others.iter().map(|(_, n)| **n).sum();
        words.push(format!("{n} of {} other extensions", others.len()));
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_extensions_the_commonest_are_told() {
        let files = (1..=13).map(|n| (format!("e{n:02}"), n)).collect();
        assert_eq!(
            passed_over_in_words(&files),
            "13 .e13, 12 .e12, 11 .e11, 10 .e10, 9 .e09, 8 .e08, 7 .e07, 6 .e06, 5 .e05, 4 .e04, \
             6 of 3 other extensions"
        );
        assert_eq!(passed_over_in_words(&PassedOver::new()), "");
    }
}
