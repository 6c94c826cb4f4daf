//! Attributes of persons or objects, such as those of UIUC (aPascal) and H3D: a table with a column an
//! attribute.
//!
//! Neither data set comes as a table: a script of a few lines makes one of their annotations. Besides
//! `path`, `split` and a box (as for `csv`) every column is an attribute: 1, -1, or 0 (or nothing) where it
//! is not known. Several persons in one image are several rows of one path.

use super::listing::{CsvFile, ListedRow, Listing};
use crate::gathering::{Gathering, Labels};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::Published;

/// Reads a table of attributes.
pub(crate) fn attributes(set: Published<'_>, options: &CsvFile) -> Result<Manifest, LayoutError> {
    let mut listing = Listing::open(set, options)?;
    let columns: Vec<(usize, String)> = listing
        .table
        .headers()
        .enumerate()
        .filter(|&(column, _)| !listing.knows(column))
        .map(|(column, name)| (column, name.to_owned()))
        .collect();
    if columns.is_empty() {
        return Err(listing.table.odd("has no column of an attribute".to_owned()));
    }
    let rows = listing.rows(|row| {
        let label = |&(column, _): &(usize, String)| match row.cell(column) {
            "1" | "+1" => Some(1),
            "-1" => Some(-1),
            "0" | "" => Some(0),
            _ => None,
        };
        columns.iter().map(label).collect::<Option<Box<[i8]>>>()
    })?;
    let names = columns.iter().map(|(_, name)| name.clone()).collect();
    let mut gathering = Gathering::new(set, names, Labels::Multilabel, listing.has_boxes());
    gathering.reserve(rows.len())?;
    for ListedRow { path, split, bounding_box, labels } in &rows {
        gathering.push_multilabel(path, labels, *split, *bounding_box);
    }
    gathering.finish()
}
