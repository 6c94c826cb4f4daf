//! What all tables of samples have in common: paths, splits, boxes.

use schema::{BoundingBox, Split};

use super::table::{Row, Table};
use crate::enlargement::Enlargement;
use crate::layout_error::LayoutError;
use crate::numbered_path;
use crate::published::{Published, sample_path};

const ROW: &str =
    "a path below the folder, a split `train`, `val`, `test` or none, and numbers for a box";
/// Columns of a box as corner and size.
pub(super) const SIZE: [&str; 4] = ["x", "y", "width", "height"];
/// Columns of a box as two corners.
pub(super) const CORNERS: [&str; 4] = ["x1", "y1", "x2", "y2"];

/// Which file, and how its boxes are read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CsvFile {
    /// Its name below the folder of images.
    pub(crate) file: String,
    /// How much longer the sides of each box become.
    pub(crate) enlargement: Enlargement,
}

/// A table of samples.
pub(super) struct Listing<'a> {
    pub(super) table: Table<'a>,
    set: Published<'a>,
    path: usize,
    split: Option<usize>,
    boxes: Option<([usize; 4], BoxKind)>,
    enlargement: Enlargement,
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
}

impl<'a> Listing<'a> {
    pub(super) fn open(set: Published<'a>, options: &CsvFile) -> Result<Self, LayoutError> {
        let table = Table::open(set, &options.file, true, ROW)?;
        let path = table.require("path")?;
        let split = table.column("split");
        let kinds = [(SIZE, BoxKind::Size), (CORNERS, BoxKind::Corners)];
        let mut boxes = None;
        for (names, kind) in kinds.into_iter().filter(|(names, _)| table.column(names[0]).is_some())
        {
            let mut columns = [0; 4];
            for (column, name) in columns.iter_mut().zip(names) {
                *column = table.require(name)?;
            }
            if boxes.replace((columns, kind)).is_some() {
                return Err(table.odd("has boxes both as sizes and as corners".to_owned()));
            }
        }
        Ok(Self { table, set, path, split, boxes, enlargement: options.enlargement })
    }

    pub(super) fn has_boxes(&self) -> bool {
        self.boxes.is_some()
    }

    /// Whether a column is one of those that all tables of samples have.
    pub(super) fn knows(&self, column: usize) -> bool {
        let in_boxes = self.boxes.is_some_and(|(columns, _)| columns.contains(&column));
        in_boxes || column == self.path || Some(column) == self.split
    }

    /// All rows, each with the labels that `labels` finds in it (`None`: it is odd). Several boxes in one
    /// image are several samples: their paths are numbered from 1 on, in the order of the table.
    pub(super) fn rows<T>(
        &mut self,
        mut labels: impl FnMut(&Row) -> Option<T>,
    ) -> Result<Vec<ListedRow<T>>, LayoutError> {
        let mut rows = Vec::new();
        while let Some(row) = self.table.next()? {
            rows.push(self.row(&row, &mut labels)?);
        }
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|&a, &b| rows[a].path.cmp(&rows[b].path));
        for same in order
            .chunk_by(|&a, &b| rows[a].path == rows[b].path)
            .map(<[_]>::to_vec)
            .collect::<Vec<_>>()
        {
            if same.len() == 1 {
                continue;
            }
            if !self.has_boxes() || same.len() >= numbered_path::LIMIT {
                return Err(self.set.twice(rows[same[0]].path.clone()));
            }
            for (number, row) in (1..).zip(same) {
                rows[row].path = numbered_path::numbered(&rows[row].path, number);
            }
        }
        Ok(rows)
    }

    fn row<T>(
        &self,
        row: &Row,
        labels: &mut impl FnMut(&Row) -> Option<T>,
    ) -> Result<ListedRow<T>, LayoutError> {
        let odd = || self.table.odd_row(row);
        // A path that ends like a number of a part would lead to another file.
        let path = sample_path("", row.cell(self.path));
        let path = path.filter(|path| numbered_path::split(path).is_none()).ok_or_else(odd)?;
        let split = match self.split.map_or("", |column| row.cell(column)) {
            "" => Split::None,
            name => Split::named(name).ok_or_else(odd)?,
        };
        let bounding_box = match self.boxes {
            Some((columns, kind)) if columns.iter().any(|&column| !row.cell(column).is_empty()) => {
                let mut numbers = [0.0; 4];
                for (number, column) in numbers.iter_mut().zip(columns) {
                    *number = row.cell(column).parse().map_err(|_| odd())?;
                }
                let found = match kind {
                    BoxKind::Size => BoundingBox::from_size(numbers),
                    BoxKind::Corners => BoundingBox::from_corners(numbers),
                };
                let enlarged = found.and_then(|found| self.enlargement.of(found));
                Some(enlarged.ok_or_else(odd)?)
            }
            _ => None,
        };
        let labels = labels(row).ok_or_else(odd)?;
        Ok(ListedRow { path, split, bounding_box, labels })
    }
}
