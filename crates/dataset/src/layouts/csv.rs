//! A table of one's own: a row a sample, with columns `path`, `label` or `labels`, `split`, and a box.

use std::collections::BTreeSet;

use super::listing::{CORNERS, CsvFile, ListedRow, Listing, SIZE};
use crate::gathering::{Gathering, Labels, label};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::Published;

/// Reads a table with a column `label` (one class a sample, or nothing) or `labels` (several, separated
/// by `;`, those that are neither present nor absent with a `?` before them), or neither.
pub(crate) fn csv(set: Published<'_>, options: &CsvFile) -> Result<Manifest, LayoutError> {
    let mut listing = Listing::open(set, options)?;
    let (one, several) = (listing.table.column("label"), listing.table.column("labels"));
    let known = ["path", "split", "label", "labels"];
    let known: Vec<&str> = known.into_iter().chain(SIZE).chain(CORNERS).collect();
    if let Some(unknown) = listing.table.headers().find(|header| !known.contains(header)) {
        let problem = format!("has an unknown column `{unknown}`; known are {}", known.join(", "));
        return Err(listing.table.odd(problem));
    }
    if one.is_some() && several.is_some() {
        return Err(listing
            .table
            .odd("has both a column `label` and a column `labels`".to_owned()));
    }
    let rows = listing.rows()?;
    let named = |row: &ListedRow| -> Vec<String> {
        let names = |column| row.row.cell(column).split(';').map(|name| name.trim().to_owned());
        match (one, several) {
            (Some(column), _) => vec![row.row.cell(column).to_owned()],
            (_, Some(column)) => names(column).collect(),
            (None, None) => Vec::new(),
        }
    };
    let bare = |name: &String| name.strip_prefix('?').unwrap_or(name).to_owned();
    let is_multilabel = several.is_some();
    let class_of = |name: String| if is_multilabel { bare(&name) } else { name };
    let classes: BTreeSet<String> =
        rows.iter().flat_map(named).map(class_of).filter(|name| !name.is_empty()).collect();
    let classes: Vec<String> = classes.into_iter().collect();
    let index = |name: &str| classes.binary_search_by(|class| class.as_str().cmp(name)).ok();

    let labels = if is_multilabel { Labels::Multilabel } else { Labels::One };
    let mut gathering = Gathering::new(set, classes.clone(), labels, listing.has_boxes());
    for row in &rows {
        let ListedRow { path, split, bounding_box, .. } = row;
        if is_multilabel {
            let mut labels = vec![-1; classes.len()];
            for name in named(row) {
                if let Some(index) = index(&bare(&name)) {
                    labels[index] = if name.starts_with('?') { 0 } else { 1 };
                }
            }
            gathering.push_multilabel(path, &labels, *split, *bounding_box)?;
        } else {
            let class = named(row).first().and_then(|name| index(name));
            gathering.push_boxed(path, class.map(label), *split, *bounding_box);
        }
    }
    gathering.finish()
}
