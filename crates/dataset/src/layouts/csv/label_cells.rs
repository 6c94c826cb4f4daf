//! What the cells of a column of labels say, which only all of them together tell.

use std::str::FromStr;

use table::list_cell as list;

use crate::layout_error::LayoutError;
use crate::layouts::listing::Listing;

/// What stands between the labels of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Between {
    Semicolon,
    Bar,
    Comma,
    Space,
    /// A list of JSON or Python: `["a", "b"]`.
    List,
}

impl Between {
    pub(crate) const EXPECTED: &str = "`semicolon`, `bar`, `comma`, `space` or `list`";

    fn sign(self) -> char {
        match self {
            Self::Semicolon => ';',
            Self::Bar => '|',
            Self::Comma => ',',
            Self::Space => ' ',
            Self::List => '[',
        }
    }
}

impl FromStr for Between {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "semicolon" => Ok(Self::Semicolon),
            "bar" => Ok(Self::Bar),
            "comma" => Ok(Self::Comma),
            "space" => Ok(Self::Space),
            "list" => Ok(Self::List),
            _ => Err(()),
        }
    }
}

/// A cell of a column of labels.
#[derive(Clone, Copy)]
pub(super) struct Cell<'t> {
    pub(super) text: &'t str,
    /// The first line that has it.
    pub(super) line: u64,
}

/// What the cells of a column say.
#[derive(Default)]
pub(super) struct Meaning {
    /// The classes of each cell, and for each whether it is present (1) or neither that nor absent (0).
    pub(super) named: Vec<Vec<(String, i8)>>,
    /// What a user should know.
    pub(super) note: Option<String>,
}

/// What pandas and spreadsheets write where there is nothing, if they are told to.
const NOTHING: [&str; 9] = ["nan", "NaN", "NAN", "NA", "N/A", "#N/A", "null", "NULL", "None"];

impl Meaning {
    /// Cells of one class each, or none. When nobody said that the column holds one class, it is refused
    /// where one looks like several.
    pub(super) fn one(
        listing: &Listing<'_>,
        cells: &[Cell<'_>],
        is_named: bool,
    ) -> Result<Self, LayoutError> {
        let looks_like_several =
            |cell: &&Cell<'_>| cell.text.contains([';', '|']) || list(cell.text).is_some();
        if let Some(Cell { text, line }) =
            cells.iter().find(looks_like_several).filter(|_| !is_named)
        {
            let problem = format!("has the label `{text}` in line {line}, which may be several");
            let source = listing.source;
            let hint = format!(
                "say what it is: `{source}:label=label` for the name of one class, or `{source}:labels=label`"
            );
            return Err(listing.table.odd_with(problem, hint));
        }
        let nothing = cells.iter().find(|cell| NOTHING.contains(&cell.text));
        let note = nothing.map(|Cell { text, line }| {
            format!("the label `{text}`, first in line {line}, is taken for a class of that name")
        });
        let class = |cell: &Cell<'_>| {
            let name = Some(cell.text).filter(|text| !text.is_empty());
            name.map(|name| (name.to_owned(), 1)).into_iter().collect()
        };
        Ok(Self { named: cells.iter().map(class).collect(), note })
    }

    /// Cells of several classes each.
    pub(super) fn several(
        listing: &Listing<'_>,
        cells: &[Cell<'_>],
        between: Option<Between>,
    ) -> Result<Self, LayoutError> {
        let (between, note) = match between {
            Some(between) => (between, None),
            None => shown(listing, cells)?,
        };
        let named = |cell: &Cell<'_>| -> Result<_, LayoutError> {
            let odd = || {
                let problem =
                    format!("has `{}` in line {}, which is no list", cell.text, cell.line);
                let hint = "a list is `[\"a\", \"b\"]` or `['a', 'b']`";
                listing.table.odd_with(problem, hint.to_owned())
            };
            match between {
                Between::List if cell.text.is_empty() => Ok(Vec::new()),
                Between::List => {
                    let names = list(cell.text).ok_or_else(odd)?;
                    Ok(names.into_iter().map(|name| (name, 1)).collect())
                }
                _ => Ok(cell.text.split(between.sign()).filter_map(present_or_not).collect()),
            }
        };
        Ok(Self { named: cells.iter().map(named).collect::<Result<_, _>>()?, note })
    }
}

/// What stands between the labels, by all cells: lists, or the one of `;` and `|` that there is. Commas and
/// spaces may as well be parts of names.
fn shown(
    listing: &Listing<'_>,
    cells: &[Cell<'_>],
) -> Result<(Between, Option<String>), LayoutError> {
    let texts = || cells.iter().filter(|cell| !cell.text.is_empty());
    if texts().next().is_some() && texts().all(|cell| list(cell.text).is_some()) {
        return Ok((Between::List, Some("the cells of labels are read as lists".to_owned())));
    }
    let first_with = |between: Between| texts().find(|cell| cell.text.contains(between.sign()));
    let [semicolon, bar, comma, space] =
        [Between::Semicolon, Between::Bar, Between::Comma, Between::Space].map(first_with);
    let doubtful = match (semicolon, bar) {
        (Some(semicolon), Some(bar)) => {
            Some(if semicolon.line > bar.line { semicolon } else { bar })
        }
        (Some(_), None) => return Ok((Between::Semicolon, None)),
        (None, Some(_)) => {
            return Ok((Between::Bar, Some("labels are read with `|` between them".to_owned())));
        }
        (None, None) => comma.or(space),
    };
    let Some(Cell { text, line }) = doubtful else { return Ok((Between::Semicolon, None)) };
    let problem = format!("has `{text}` in line {line}, which can be one label or several");
    let source = listing.source;
    let hint = format!(
        "say what stands between labels: `{source}:between=semicolon`, `bar`, `comma`, `space` or `list`"
    );
    Err(listing.table.odd_with(problem, hint))
}

/// A class among several, and its label: 1, or 0 with a `?` before the name.
fn present_or_not(name: &str) -> Option<(String, i8)> {
    let name = name.trim();
    let (name, label) = name.strip_prefix('?').map_or((name, 1), |name| (name, 0));
    (!name.is_empty()).then(|| (name.to_owned(), label))
}
