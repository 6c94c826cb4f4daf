//! A table of one's own: a row a sample, with columns `path`, `label` or `labels`, `split`, and a box.

use std::collections::BTreeMap;

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
    let is_multilabel = several.is_some();
    // Of each row the classes that it names, by the order in which names appear, and for each whether it
    // is present or (`?`) neither that nor absent.
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut number = |name: &str| match names.get(name) {
        Some(&number) => number,
        None => {
            let number = names.len();
            names.insert(name.to_owned(), number);
            number
        }
    };
    let rows = listing.rows(|row| {
        let named: Vec<(&str, i8)> = match (one, several) {
            (Some(column), _) => vec![(row.cell(column), 1)],
            (_, Some(column)) => row.cell(column).split(';').map(present_or_not).collect(),
            (None, None) => Vec::new(),
        };
        let named = named.into_iter().filter(|(name, _)| !name.is_empty());
        Some(named.map(|(name, label)| (number(name), label)).collect::<Box<[_]>>())
    })?;
    let mut rank = vec![0; names.len()];
    names.values().enumerate().for_each(|(index, &number)| rank[number] = index);
    let classes: Vec<String> = names.into_keys().collect();
    let n_classes = classes.len();

    let labels = if is_multilabel { Labels::Multilabel } else { Labels::One };
    let mut gathering = Gathering::new(set, classes, labels, listing.has_boxes());
    gathering.reserve(rows.len())?;
    for ListedRow { path, split, bounding_box, labels: named } in &rows {
        if is_multilabel {
            let mut labels = vec![-1; n_classes];
            named.iter().for_each(|&(number, label)| labels[rank[number]] = label);
            gathering.push_multilabel(path, &labels, *split, *bounding_box);
        } else {
            let class = named.first().map(|&(number, _)| label(rank[number]));
            gathering.push_boxed(path, class, *split, *bounding_box);
        }
    }
    gathering.finish()
}

/// The class in a column of several, and its label: 1, or 0 with a `?` before the name.
fn present_or_not(name: &str) -> (&str, i8) {
    let name = name.trim();
    name.strip_prefix('?').map_or((name, 1), |name| (name, 0))
}
