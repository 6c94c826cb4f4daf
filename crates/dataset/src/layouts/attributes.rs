//! Attributes of persons or objects, such as those of UIUC (aPascal) and H3D: a table with a column an
//! attribute.
//!
//! Neither data set comes as a table: a script of a few lines makes one of their annotations. Besides
//! `path`, `split` and a box (as for `csv`) every column is an attribute: 1 where it is present, -1 where it
//! is absent, and nothing where it is not known. A 0 is what is not known beside -1, and what is absent in
//! tables of 0 and 1; a table of neither kind says which. Several persons in one image are several rows of
//! one path.

use std::str::FromStr;

use ::table::{ListError, Row, quoted, split_list};

use super::listing::{CsvFile, ListedRow, Listing};
use super::table::Table;
use crate::gathering::{Gathering, Labels};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::Published;

/// What a 0 says of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zero {
    Absent,
    Unknown,
}

impl FromStr for Zero {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "absent" => Ok(Self::Absent),
            "unknown" => Ok(Self::Unknown),
            _ => Err(()),
        }
    }
}

/// Columns that are no attributes, though the table has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ignored(Vec<String>);

impl FromStr for Ignored {
    type Err = ListError;

    fn from_str(names: &str) -> Result<Self, ListError> {
        Ok(Self(split_list(names)?))
    }
}

/// What stands for a 0 until all rows are known; no label has this value.
const ZERO: i8 = i8::MIN;

/// Reads a table of attributes.
pub(crate) fn attributes(
    set: Published<'_>,
    options: &CsvFile,
    zero: Option<Zero>,
    ignored: &Ignored,
) -> Result<Manifest, LayoutError> {
    let mut listing = Listing::open(set, options, &[])?;
    let columns: Vec<(usize, String)> = listing
        .table
        .columns()
        .iter()
        .enumerate()
        .filter(|&(column, name)| !listing.knows(column) && !is_index(name))
        .filter(|(_, name)| !ignored.0.contains(name))
        .map(|(column, name)| (column, name.clone()))
        .collect();
    if columns.is_empty() {
        return Err(listing.table.odd("has no column of an attribute".to_owned()));
    }
    for name in &ignored.0 {
        listing.table.require(name)?;
    }
    let mut rows = listing.rows(|table, row| {
        let label = |(column, name): &(usize, String)| {
            label(row.cell(*column)).ok_or_else(|| no_attribute(table, row, *column, name))
        };
        columns.iter().map(label).collect::<Result<Box<[i8]>, _>>()
    })?;
    let labels = || rows.iter().flat_map(|row| &row.labels);
    let of_zero = match zero {
        _ if !labels().any(|label| *label == ZERO) => 0,
        Some(Zero::Absent) => -1,
        Some(Zero::Unknown) => 0,
        None if labels().any(|label| *label == -1) => 0,
        None => return Err(unclear(&listing)),
    };
    rows.iter_mut()
        .flat_map(|row| &mut row.labels)
        .filter(|l| **l == ZERO)
        .for_each(|l| *l = of_zero);
    let names = columns.iter().map(|(_, name)| name.clone()).collect();
    let mut gathering = Gathering::new(set, names, Labels::Multilabel, listing.has_boxes());
    gathering.notes = listing.notes;
    gathering.reserve(rows.len())?;
    for ListedRow { path, split, bounding_box, labels, .. } in &rows {
        gathering.push_multilabel(path, labels, *split, *bounding_box);
    }
    gathering.finish()
}

/// Whether a column is the index of a table that pandas wrote.
fn is_index(name: &str) -> bool {
    name.is_empty() || name.starts_with("Unnamed: ")
}

fn label(cell: &str) -> Option<i8> {
    match cell {
        "1" | "+1" | "1.0" | "True" | "true" | "TRUE" => Some(1),
        "-1" | "-1.0" | "False" | "false" | "FALSE" => Some(-1),
        "0" | "0.0" | "-0.0" => Some(ZERO),
        "" => Some(0),
        _ => None,
    }
}

/// The error for a cell that is none of what attributes are.
fn no_attribute(table: &Table<'_>, row: &Row, column: usize, name: &str) -> LayoutError {
    let (cell, line) = (row.cell(column), row.line);
    let problem = format!(
        "has `{cell}` in line {line} of the column `{name}`: expected 1, -1, 0, True, False or nothing"
    );
    let hint = format!("leave out what is no attribute: `attributes:ignore={}`", quoted(name));
    table.odd_with(problem, hint)
}

fn unclear(listing: &Listing<'_>) -> LayoutError {
    let problem = "has 0 in its columns of attributes, and no -1".to_owned();
    let hint = "say what 0 is: `attributes:zero=absent` or `attributes:zero=unknown`".to_owned();
    listing.table.odd_with(problem, hint)
}
