//! Images that are there more than once: equal to the byte, or nearly.

use feature_cache::leaks;
use schema::Split;
use serde::Serialize;

use crate::audited_image::{AuditedImage, Images};

/// Images that are one, or nearly.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DuplicateGroup {
    /// Whether they lie in different splits.
    pub across_splits: bool,
    /// Whether they are labelled differently.
    pub different_labels: bool,
    /// The images, in the order of the cache.
    pub images: Vec<Duplicate>,
}

/// An image of a group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Duplicate {
    /// The image.
    #[serde(flatten)]
    pub image: AuditedImage,
    /// Cosine similarity to the image that resembles it most; absent of images that are equal to the byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub similarity: Option<f32>,
}

/// The images of equal content, in the order of their first rows.
pub(crate) fn exact_duplicates(images: &Images<'_>, contents: &[[u8; 32]]) -> Vec<DuplicateGroup> {
    let group = |rows: &[usize]| duplicate_group(images, rows, |_| None);
    leaks(contents, Some).iter().map(|equal| group(&equal.rows)).collect()
}

/// The images that `groups` puts together, but for those of one content alone. `nearest` is the similarity of each
/// image to the one that resembles it most.
pub(crate) fn near_duplicates(
    images: &Images<'_>,
    contents: &[[u8; 32]],
    groups: &[usize],
    nearest: &[f32],
) -> Vec<DuplicateGroup> {
    let n_groups = groups.iter().max().map_or(0, |last| last + 1);
    let mut rows_of = vec![Vec::new(); n_groups];
    for (row, &group) in groups.iter().enumerate() {
        rows_of[group].push(row);
    }
    let has_contents =
        |rows: &&Vec<usize>| rows.iter().any(|&row| contents[row] != contents[rows[0]]);
    let group = |rows: &Vec<usize>| duplicate_group(images, rows, |row| Some(nearest[row]));
    rows_of.iter().filter(has_contents).map(group).collect()
}

fn duplicate_group(
    images: &Images<'_>,
    rows: &[usize],
    similarity: impl Fn(usize) -> Option<f32>,
) -> DuplicateGroup {
    let splits = rows.iter().map(|&row| images.split(row)).filter(|split| *split != Split::None);
    let labels =
        rows.iter().map(|&row| images.classes_of(row)).filter(|classes| !classes.is_empty());
    let duplicate =
        |&row: &usize| Duplicate { image: images.image(row), similarity: similarity(row) };
    DuplicateGroup {
        across_splits: differ(splits),
        different_labels: differ(labels),
        images: rows.iter().map(duplicate).collect(),
    }
}

/// Whether not all of `items` are equal.
fn differ<T: PartialEq>(mut items: impl Iterator<Item = T>) -> bool {
    let first = items.next();
    items.any(|item| Some(&item) != first.as_ref())
}
