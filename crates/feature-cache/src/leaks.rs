//! Images of equal content where they should differ: in two splits, or under two labels.

use schema::Split;
use schema::encoded_path::shown;
use serde::Serialize;

use crate::annotations::Annotations;
use crate::error::ReadError;
use crate::reader::Cache;

/// Contents that a report names.
const EXAMPLES: usize = 3;

/// Rows of equal content that lie in several groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// All rows of this content that are in a group, in ascending order.
    pub rows: Vec<usize>,
    /// The first row in each of the groups, in ascending order: two or more.
    pub witnesses: Vec<usize>,
}

/// The contents that are found in several groups, in the order of their first rows. `group` tells the group
/// of a row, such as its split or its class; a row that it gives none is in nobody's way.
///
/// # Examples
///
/// ```
/// let contents = [[7; 32], [8; 32], [7; 32], [7; 32], [8; 32]];
/// let sides = [Some("train"), Some("train"), None, Some("test"), Some("train")];
/// let leaks = feature_cache::leaks(&contents, |row| sides[row]);
/// assert_eq!(leaks.len(), 1);
/// assert_eq!(leaks[0].rows, [0, 3]);
/// ```
pub fn leaks<G: PartialEq>(contents: &[[u8; 32]], group: impl Fn(usize) -> Option<G>) -> Vec<Leak> {
    let mut rows: Vec<usize> = (0..contents.len()).collect();
    rows.sort_by_key(|&row| &contents[row]);
    let same_content = rows.chunk_by(|&a, &b| contents[a] == contents[b]);
    let mut leaks: Vec<Leak> = same_content.filter_map(|rows| leak(rows, &group)).collect();
    leaks.sort_by_key(|leak| leak.rows[0]);
    leaks
}

/// The leak of these rows of one content, if they lie in several groups.
fn leak<G: PartialEq>(rows: &[usize], group: &impl Fn(usize) -> Option<G>) -> Option<Leak> {
    if rows.len() < 2 {
        return None;
    }
    let mut grouped = Vec::new();
    let mut first_of_groups: Vec<(usize, G)> = Vec::new();
    for &row in rows {
        let Some(found) = group(row) else { continue };
        grouped.push(row);
        if first_of_groups.iter().all(|(_, known)| *known != found) {
            first_of_groups.push((row, found));
        }
    }
    let witnesses: Vec<usize> = first_of_groups.into_iter().map(|(row, _)| row).collect();
    (witnesses.len() > 1).then_some(Leak { rows: grouped, witnesses })
}

/// What leaks there are between the splits and between the labels of a data set, for people and for programs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeakReport {
    /// Contents in several splits.
    pub across_splits: SharedContents,
    /// Contents under several labels.
    pub under_labels: SharedContents,
}

/// Contents that several groups of images have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SharedContents {
    /// How many contents.
    pub n_contents: usize,
    /// How many images have one of them.
    pub n_images: usize,
    /// For the first of these contents the paths of an image in each group.
    pub examples: Vec<Vec<String>>,
}

impl LeakReport {
    /// The leaks among rows of these contents and splits; `labels` tells what a row is labelled with, if it
    /// is, and `path` its path.
    pub fn new<L: PartialEq>(
        contents: &[[u8; 32]],
        split: impl Fn(usize) -> Split,
        label: impl Fn(usize) -> Option<L>,
        path: impl Fn(usize) -> String,
    ) -> Self {
        let split = |row| Some(split(row)).filter(|split| *split != Split::None);
        Self {
            across_splits: SharedContents::of(&leaks(contents, split), &path),
            under_labels: SharedContents::of(&leaks(contents, label), &path),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.across_splits.n_contents == 0 && self.under_labels.n_contents == 0
    }

    /// A lowercase sentence for each kind of leak that there is.
    pub fn warnings(&self) -> Vec<String> {
        let kinds = [
            (&self.across_splits, "in different splits"),
            (&self.under_labels, "under different labels"),
        ];
        kinds.iter().filter_map(|(shared, place)| shared.sentence(place)).collect()
    }
}

impl SharedContents {
    /// A summary of `leaks`, with paths for examples.
    pub fn of(leaks: &[Leak], path: impl Fn(usize) -> String) -> Self {
        let paths =
            |leak: &Leak| leak.witnesses.iter().take(EXAMPLES).map(|&row| path(row)).collect();
        Self {
            n_contents: leaks.len(),
            n_images: leaks.iter().map(|leak| leak.rows.len()).sum(),
            examples: leaks.iter().take(EXAMPLES).map(paths).collect(),
        }
    }

    /// `place` is where the images lie, in words.
    fn sentence(&self, place: &str) -> Option<String> {
        let quoted = |paths: &Vec<String>| {
            paths.iter().map(|path| format!("`{}`", shown(path))).collect::<Vec<_>>().join(" = ")
        };
        let examples: Vec<String> = self.examples.iter().map(quoted).collect();
        let Self { n_contents, n_images, .. } = self;
        let more = if examples.len() < *n_contents { ", ..." } else { "" };
        (*n_contents > 0).then(|| {
            format!(
                "{n_images} images lie {place} and are equal to the byte: {}{more}",
                examples.join(", ")
            )
        })
    }
}

impl Cache {
    /// The leaks between splits and between labels. Of several labels a sample, all are compared.
    ///
    /// # Errors
    /// When hashes, paths or labels cannot be read.
    pub fn leaks(&self) -> Result<LeakReport, ReadError> {
        let contents = self.content_hashes()?;
        let Annotations { labels: several, .. } = self.annotations()?;
        let n_classes = self.classes().len();
        let label = |row: usize| match (&several, self.labels()[row]) {
            (Some(several), class) => Some((class, &several[row * n_classes..][..n_classes])),
            (None, -1) => None,
            (None, class) => Some((class, &[][..])),
        };
        let paths = self.paths()?;
        Ok(LeakReport::new(&contents, |row| self.splits()[row], label, |row| paths[row].clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(bytes: &[u8]) -> Vec<[u8; 32]> {
        bytes.iter().map(|&byte| [byte; 32]).collect()
    }

    #[test]
    fn equal_rows_of_one_group_or_of_none_are_no_leak() {
        let contents = contents(&[1, 2, 1, 1, 2, 3, 2]);
        let groups = [Some(0), Some(0), Some(0), None, None, Some(1), None];
        assert!(leaks(&contents, |row| groups[row]).is_empty());
        assert!(leaks(&[], |_| Some(0)).is_empty());
    }

    #[test]
    fn leaks_come_in_the_order_of_their_first_rows() {
        let contents = contents(&[9, 5, 5, 9, 9, 9, 1]);
        let groups = ["a", "b", "a", "a", "c", "b", "a"];
        let found = leaks(&contents, |row| Some(groups[row]));
        let leak = |rows: &[usize], witnesses: &[usize]| Leak {
            rows: rows.to_vec(),
            witnesses: witnesses.to_vec(),
        };
        assert_eq!(found, [leak(&[0, 3, 4, 5], &[0, 4, 5]), leak(&[1, 2], &[1, 2])]);
    }

    #[test]
    fn a_report_tells_of_splits_and_of_labels_each_for_itself() {
        let contents = contents(&[1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
        let splits = [Split::Train, Split::Test, Split::None];
        let split = |row: usize| if row < 10 { splits[row % 2] } else { splits[1 + row % 2] };
        let label = |row: usize| (row != 0).then_some(row / 10);
        let path = |row: usize| format!("{row}.png");
        let report = LeakReport::new(&contents, split, label, path);
        assert_eq!((report.across_splits.n_contents, report.across_splits.n_images), (5, 10));
        assert_eq!(
            report.warnings(),
            [
                "10 images lie in different splits and are equal to the byte: `0.png` = `1.png`, `2.png` = \
              `3.png`, `4.png` = `5.png`, ..."
            ]
        );
        let by_row = LeakReport::new(&contents, |_| Split::None, |row| Some(row < 11), path);
        let expected =
            "2 images lie under different labels and are equal to the byte: `10.png` = `11.png`";
        assert_eq!(by_row.warnings(), [expected]);
        assert!(LeakReport::default().is_empty() && !by_row.is_empty());
    }
}
