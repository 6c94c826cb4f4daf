//! What all tables of samples have in common: paths, splits, boxes.

mod file;
mod paths;
mod repeated;

use schema::{BoundingBox, Split};
use table::Row;

pub(crate) use self::file::CsvFile;
use self::paths::Paths;
use self::repeated::{number_boxes, without_repeated};
use super::table::Table;
use crate::enlargement::Enlargement;
use crate::layout_error::LayoutError;
use crate::published::Published;

const ROW: &str =
    "a path below the folder, a split `train`, `val`, `test` or none, and numbers for a box";
/// Columns of a box as corner and size.
const SIZE: [&str; 4] = ["x", "y", "width", "height"];
/// Columns of a box as two corners.
const CORNERS: [&str; 4] = ["x1", "y1", "x2", "y2"];

/// A table of samples.
pub(super) struct Listing<'a> {
    pub(super) table: Table<'a>,
    /// How the source is called, for hints.
    pub(super) source: &'static str,
    set: Published<'a>,
    path: usize,
    split: Option<usize>,
    boxes: Option<([usize; 4], BoxKind)>,
    enlargement: Enlargement,
    paths: Paths<'a>,
    /// What a user should know about how it was read.
    pub(super) notes: Vec<String>,
}

#[derive(Clone, Copy)]
enum BoxKind {
    Size,
    Corners,
}

/// A row of a table of samples, with its labels. The text of the row is not kept: tables have millions.
pub(super) struct ListedRow<T> {
    pub(super) labels: T,
    pub(super) path: String,
    pub(super) split: Split,
    pub(super) bounding_box: Option<BoundingBox>,
    line: u64,
}

impl<'a> Listing<'a> {
    /// Opens a table that has, besides a column of paths, all that are `wanted`.
    pub(super) fn open(
        set: Published<'a>,
        options: &CsvFile,
        wanted: &[&str],
    ) -> Result<Self, LayoutError> {
        let table = options.open(set, wanted, ROW)?;
        let path = options.path_column(&table)?;
        let split = match &options.split {
            Some(name) => Some(table.require(name)?),
            None => table.column("split")?,
        };
        let boxes = boxes(&table)?;
        let separator = table.separator();
        let mut notes = Vec::new();
        if separator != table::Separator::Comma {
            let file = table.name();
            notes.push(format!("`{file}` has {separator} between its columns"));
        }
        let (enlargement, source) = (options.enlargement, options.source);
        let paths = Paths::new(set, source, options.paths.clone());
        Ok(Self { table, source, set, path, split, boxes, enlargement, paths, notes })
    }

    pub(super) fn has_boxes(&self) -> bool {
        self.boxes.is_some()
    }

    /// Whether a column is one of those that all tables of samples have.
    pub(super) fn knows(&self, column: usize) -> bool {
        let in_boxes = self.boxes.is_some_and(|(columns, _)| columns.contains(&column));
        in_boxes || column == self.path || Some(column) == self.split
    }

    /// All rows, each with the labels that `labels` finds in it. Several boxes in one
    /// image are several samples: their paths are numbered from 1 on, in the order of the table. Without
    /// boxes, a row that says the same of an image once more is left out, and one that says something else is
    /// refused.
    pub(super) fn rows<T: PartialEq>(
        &mut self,
        mut labels: impl FnMut(&Table<'_>, &Row) -> Result<T, LayoutError>,
    ) -> Result<Vec<ListedRow<T>>, LayoutError> {
        let mut rows = Vec::new();
        while let Some(row) = self.table.next()? {
            rows.push(self.row(&row, &mut labels)?);
        }
        self.notes.extend(self.paths.missing(&self.table, rows.len())?);
        if self.has_boxes() {
            return number_boxes(self.set, rows);
        }
        let (rows, note) = without_repeated(&self.table, rows)?;
        self.notes.extend(note);
        Ok(rows)
    }

    fn row<T>(
        &mut self,
        row: &Row,
        labels: &mut impl FnMut(&Table<'_>, &Row) -> Result<T, LayoutError>,
    ) -> Result<ListedRow<T>, LayoutError> {
        let path = self.paths.path(&self.table, row.cell(self.path), row)?;
        let odd = || self.table.odd_row(row);
        let split = match self.split.map_or("", |column| row.cell(column).trim()) {
            "" => Split::None,
            name => Split::named(name).ok_or_else(odd)?,
        };
        let bounding_box = match self.boxes {
            Some((columns, kind)) if columns.iter().any(|&column| !row.cell(column).is_empty()) => {
                Some(self.bounding_box(row, columns, kind).ok_or_else(odd)?)
            }
            _ => None,
        };
        let labels = labels(&self.table, row)?;
        Ok(ListedRow { path, split, bounding_box, labels, line: row.line })
    }

    fn bounding_box(&self, row: &Row, columns: [usize; 4], kind: BoxKind) -> Option<BoundingBox> {
        let mut numbers = [0.0; 4];
        for (number, column) in numbers.iter_mut().zip(columns) {
            *number = row.cell(column).parse().ok()?;
        }
        let found = match kind {
            BoxKind::Size => BoundingBox::from_size(numbers),
            BoxKind::Corners => BoundingBox::from_corners(numbers),
        };
        self.enlargement.of(found?)
    }
}

/// The columns of boxes, where a table has them.
fn boxes(table: &Table<'_>) -> Result<Option<([usize; 4], BoxKind)>, LayoutError> {
    let mut boxes = None;
    for (names, kind) in [(SIZE, BoxKind::Size), (CORNERS, BoxKind::Corners)] {
        if table.column(names[0])?.is_none() {
            continue;
        }
        let mut columns = [0; 4];
        for (column, name) in columns.iter_mut().zip(names) {
            *column = table.require(name)?;
        }
        if boxes.replace((columns, kind)).is_some() {
            return Err(table.odd("has boxes both as sizes and as corners".to_owned()));
        }
    }
    Ok(boxes)
}
