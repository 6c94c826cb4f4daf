//! A table of one's own: a row a sample, with columns for its path, label or labels, split, and a box.

mod label_cells;

use std::collections::BTreeMap;

use table::{columns_left, quoted};

pub(crate) use self::label_cells::Between;
use self::label_cells::{Cell, Meaning};
use super::listing::{CsvFile, ListedRow, Listing};
use crate::gathering::{Gathering, Labels, label};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::Published;

/// Which columns hold the labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LabelColumns {
    /// The column of one class a sample.
    pub(crate) one: Option<String>,
    /// The column of several.
    pub(crate) several: Option<String>,
    /// What stands between several.
    pub(crate) between: Option<Between>,
    /// There is no label, whatever columns there are.
    pub(crate) unlabelled: bool,
}

/// Which column is read.
struct LabelColumn {
    column: usize,
    has_several: bool,
    /// Its name was given, so that it is known what its cells are.
    is_named: bool,
}

/// Reads a table with a column of classes, one a sample or nothing, or a column of several, or neither.
pub(crate) fn csv(
    set: Published<'_>,
    options: &CsvFile,
    labels: &LabelColumns,
) -> Result<Manifest, LayoutError> {
    let wanted: Vec<&str> =
        [&labels.one, &labels.several].into_iter().flatten().map(String::as_str).collect();
    let mut listing = Listing::open(set, options, &wanted)?;
    let column = labels.column(&listing)?;
    let read = column.as_ref().map(|column| column.column);
    let is_read = |column| listing.knows(column) || Some(column) == read;
    if let Some(left) = columns_left(listing.table.columns(), is_read) {
        let file = listing.table.name();
        let note = format!("of `{file}` these columns are not read: {left}");
        listing.notes.push(note);
    }
    let mut cells = Cells::default();
    let rows = listing.rows(|_, row| {
        Ok(cells.number(read.map_or("", |column| row.cell(column).trim()), row.line))
    })?;
    let meaning = match &column {
        Some(LabelColumn { has_several: true, .. }) => {
            Meaning::several(&listing, &cells.all(), labels.between)?
        }
        Some(column) => Meaning::one(&listing, &cells.all(), column.is_named)?,
        None => Meaning::default(),
    };
    listing.notes.extend(meaning.note);
    let has_several = column.is_some_and(|column| column.has_several);
    gather(set, listing, &rows, &Classes::new(&meaning.named), has_several)
}

/// The different cells of a column, numbered as they appear: few of many rows.
#[derive(Default)]
struct Cells {
    numbers: BTreeMap<String, usize>,
    /// The line where each appears.
    lines: Vec<u64>,
}

impl Cells {
    fn number(&mut self, text: &str, line: u64) -> usize {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        self.lines.push(line);
        self.numbers.insert(text.to_owned(), self.lines.len() - 1);
        self.lines.len() - 1
    }

    /// All of them, by their number.
    fn all(&self) -> Vec<Cell<'_>> {
        let mut cells: Vec<_> = self.lines.iter().map(|&line| Cell { text: "", line }).collect();
        self.numbers.iter().for_each(|(text, &number)| cells[number].text = text);
        cells
    }
}

impl LabelColumns {
    /// The column that holds the labels: the one that was named, or `label`, or `labels`. A table of other
    /// columns is refused, since one of them may hold the labels.
    fn column(&self, listing: &Listing<'_>) -> Result<Option<LabelColumn>, LayoutError> {
        let (table, source) = (&listing.table, listing.source);
        let named = |name: &String, has_several| {
            let column = table.require(name)?;
            Ok(Some(LabelColumn { column, has_several, is_named: true }))
        };
        let both = |hint: String| {
            let problem = "has both a column of one label and a column of several".to_owned();
            Err(table.odd_with(problem, hint))
        };
        match (&self.one, &self.several) {
            (Some(_), Some(_)) => return both("name one of them".to_owned()),
            (Some(name), None) => return named(name, false),
            (None, Some(name)) => return named(name, true),
            (None, None) if self.unlabelled => return Ok(None),
            (None, None) => {}
        }
        let found = |column, has_several| LabelColumn { column, has_several, is_named: false };
        match (table.column("label")?, table.column("labels")?) {
            (Some(_), Some(_)) => {
                both(format!("`{source}:label=label` or `{source}:labels=labels`"))
            }
            (Some(column), None) => Ok(Some(found(column, false))),
            (None, Some(column)) => Ok(Some(found(column, true))),
            (None, None) => self.none(listing).map_or(Ok(None), Err),
        }
    }

    /// The error for a table without labels, though with columns that may hold them.
    fn none(&self, listing: &Listing<'_>) -> Option<LayoutError> {
        let (table, source) = (&listing.table, listing.source);
        let columns = table.columns().iter().enumerate();
        let mut others = columns.filter(|&(column, name)| {
            !listing.knows(column) && !name.is_empty() && !name.starts_with("Unnamed: ")
        });
        let other = quoted(others.next()?.1);
        let left = columns_left(table.columns(), |column| listing.knows(column))?;
        let problem = format!("has no column `label` or `labels`, and others: {left}");
        let hint = format!(
            "name the column of labels, as in `{source}:label={other}` or `{source}:labels={other}` for several a \
             cell; or say that there is none: `{source}:unlabelled`"
        );
        Some(table.odd_with(problem, hint))
    }
}

/// The classes in byte order, and those of each cell.
struct Classes {
    names: Vec<String>,
    of_cells: Vec<Vec<(usize, i8)>>,
}

impl Classes {
    fn new(named: &[Vec<(String, i8)>]) -> Self {
        let names = named.iter().flatten().map(|(name, _)| name);
        let mut index: BTreeMap<&str, usize> = names.map(|name| (name.as_str(), 0)).collect();
        index.values_mut().zip(0..).for_each(|(number, index)| *number = index);
        let numbers = |cell: &Vec<(String, i8)>| {
            cell.iter().map(|(name, label)| (index[name.as_str()], *label)).collect()
        };
        let of_cells = named.iter().map(numbers).collect();
        Self { names: index.into_keys().map(str::to_owned).collect(), of_cells }
    }
}

fn gather(
    set: Published<'_>,
    listing: Listing<'_>,
    rows: &[ListedRow<usize>],
    classes: &Classes,
    has_several: bool,
) -> Result<Manifest, LayoutError> {
    let n_classes = classes.names.len();
    let labels = if has_several { Labels::Multilabel } else { Labels::One };
    let mut gathering = Gathering::new(set, classes.names.clone(), labels, listing.has_boxes());
    gathering.notes = listing.notes;
    gathering.reserve(rows.len())?;
    for ListedRow { path, split, bounding_box, labels: cell, .. } in rows {
        let named = classes.of_cells.get(*cell).map_or(&[][..], Vec::as_slice);
        if has_several {
            let mut labels = vec![-1; n_classes];
            named.iter().for_each(|&(class, label)| labels[class] = label);
            gathering.push_multilabel(path, &labels, *split, *bounding_box);
        } else {
            let class = named.first().map(|&(class, _)| label(class));
            gathering.push_boxed(path, class, *split, *bounding_box);
        }
    }
    gathering.finish()
}
