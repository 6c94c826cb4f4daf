//! Groups of rows that must lie on one side of every division.
//!
//! Two images of the same bytes are one image: if a head is trained on one and scored on the other,
//! the score says nothing. The same holds of pictures from one session, one patient, one page, which
//! only the user knows about.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::str::FromStr;

use feature_cache::{Cache, ReadError};
use learn::{Links, Rows};
use serde::{Deserialize, Serialize};

use crate::group_file::{GroupFile, GroupFileError, GroupOptionsError, read_groups};

/// How rows are grouped besides the content of their images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum GroupBy {
    /// By the folder that an image lies in; written `dir`.
    Folder,
    /// By a table of paths and groups.
    File(GroupFile),
}

impl GroupBy {
    /// What a user should know of how a table of groups is read, in sentences.
    pub fn notes(&self) -> Vec<String> {
        match self {
            Self::Folder => Vec::new(),
            Self::File(file) => file.notes(),
        }
    }
}

impl FromStr for GroupBy {
    type Err = GroupOptionsError;

    fn from_str(text: &str) -> Result<Self, GroupOptionsError> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for GroupBy {
    type Error = GroupOptionsError;

    fn try_from(text: String) -> Result<Self, GroupOptionsError> {
        if text == "dir" { Ok(Self::Folder) } else { Ok(Self::File(text.try_into()?)) }
    }
}

impl From<GroupBy> for String {
    fn from(group_by: GroupBy) -> Self {
        group_by.to_string()
    }
}

impl fmt::Display for GroupBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder => f.write_str("dir"),
            Self::File(file) => write!(f, "{file}"),
        }
    }
}

/// Why rows cannot be grouped.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// The cache cannot be read.
    #[error(transparent)]
    Cache(#[from] ReadError),
    /// The group file cannot be used.
    #[error(transparent)]
    File(#[from] GroupFileError),
}

/// The group of each of `rows`: images of one content are always together, those of one key too when
/// there is something to group by. An image that a file names without a group is a group of its own.
///
/// # Errors
/// [`GroupError`].
///
/// # Examples
///
/// ```
/// # mod cache { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/birds.rs")); }
/// # let (folder, birds) = cache::birds();
/// use feature_cache::Cache;
/// use head::Part;
/// use train::{GroupBy, Samples, group_rows};
///
/// let cache = Cache::open(&birds)?;
/// let rows = Samples::of(&cache)?.select(Part::All, cache.classes())?;
/// assert_eq!(group_rows(&cache, None, &rows)?[39], 39); // every picture is another one
/// assert_eq!(group_rows(&cache, Some(&GroupBy::Folder), &rows)?, [0; 40]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn group_rows(
    cache: &Cache,
    group_by: Option<&GroupBy>,
    rows: &Rows,
) -> Result<Vec<usize>, GroupError> {
    let hashes = cache.content_hashes()?;
    let hashes: Vec<_> = rows.indices.iter().map(|&row| hashes[row]).collect();
    let Some(group_by) = group_by else { return Ok(group::<()>(&hashes, &[])) };
    let paths = cache.paths()?;
    let mut paths = rows.indices.iter().map(|&row| paths[row].as_str());
    Ok(match group_by {
        GroupBy::Folder => {
            let folders: Vec<_> = paths.map(|path| Some(folder_of(path))).collect();
            group(&hashes, &folders)
        }
        GroupBy::File(file) => group(&hashes, &read_groups(file, &mut paths)?),
    })
}

/// A group for each row, numbered from 0 in the order of their first rows.
///
/// Rows are together when they share a content hash or a key, or are linked by a chain of such
/// pairs. `hashes` has one for each row; `keys` has one for each row that may have none, or is empty.
fn group<K: Hash + Eq>(hashes: &[[u8; 32]], keys: &[Option<K>]) -> Vec<usize> {
    let mut links = Links::new(hashes.len());
    join_equal(&mut links, hashes.iter().map(Some));
    join_equal(&mut links, keys.iter().map(Option::as_ref));
    links.groups()
}

/// Key of a row that is grouped by folder: its path without the last part.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Joins rows of equal keys; one without a key stays as it is.
fn join_equal<K: Hash + Eq>(links: &mut Links, keys: impl Iterator<Item = Option<K>>) {
    let mut first_with = HashMap::new();
    for (row, key) in keys.enumerate() {
        let Some(key) = key else { continue };
        links.join(*first_with.entry(key).or_insert(row), row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_content_and_equal_keys_join_rows_by_chains_too() {
        let hashes = [1, 2, 1, 3, 4, 5].map(|byte| [byte; 32]);
        assert_eq!(group::<&str>(&hashes, &[]), [0, 1, 0, 2, 3, 4]);
        // Row 3 shares its key with row 2, which shares its content with row 0.
        let keys = ["a", "b", "c", "c", "d", "b"].map(Some);
        assert_eq!(group(&hashes, &keys), [0, 1, 0, 0, 2, 1]);
        // Without a key rows are joined by their content alone.
        let keys = [None, None, Some("c"), Some("c"), None, None];
        assert_eq!(group(&hashes, &keys), [0, 1, 0, 0, 2, 3]);
    }

    #[test]
    fn groups_are_named_by_folder_or_file() {
        assert_eq!("dir".parse(), Ok(GroupBy::Folder));
        let file = std::path::PathBuf::from("g.csv");
        assert_eq!("g.csv".parse(), Ok(GroupBy::File(file.into())));
        assert_eq!(["a/b/c.png", "a/c.png", "c.png"].map(folder_of), ["a/b", "a", ""]);
    }
}
