//! Which table, and which of its columns are read.

use table::{Format, PathCells, listed, quoted};

use crate::enlargement::Enlargement;
use crate::layout_error::LayoutError;
use crate::layouts::table::Table;
use crate::published::Published;

/// Which file, and how it is read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CsvFile {
    /// How the source is called, for hints.
    pub(crate) source: &'static str,
    /// Its name below the folder of images.
    pub(crate) file: String,
    /// How it is written.
    pub(crate) format: Format,
    /// The column of paths.
    pub(crate) path: String,
    /// The column of splits; `split` where there is one, without.
    pub(crate) split: Option<String>,
    /// How its paths are meant.
    pub(crate) paths: PathCells,
    /// How much longer the sides of each box become.
    pub(crate) enlargement: Enlargement,
}

impl CsvFile {
    /// Opens the file, which has all columns that are named here and those that are `wanted`.
    pub(super) fn open<'a>(
        &self,
        set: Published<'a>,
        wanted: &[&str],
        expected: &'static str,
    ) -> Result<Table<'a>, LayoutError> {
        if !set.has(&self.file) {
            return Err(self.missing(set)?);
        }
        let named = [Some(&self.path), self.split.as_ref()].into_iter().flatten();
        let wanted: Vec<&str> = named.map(String::as_str).chain(wanted.iter().copied()).collect();
        Table::open(set, &self.file, &self.format, &wanted, expected)
    }

    /// The error for a table that is not there, which names those that are.
    fn missing(&self, set: Published<'_>) -> Result<LayoutError, LayoutError> {
        let mut tables = set.file_names("")?;
        tables.retain(|name| {
            let name = name.to_ascii_lowercase();
            [".csv", ".tsv", ".txt"].iter().any(|end| name.ends_with(end))
        });
        let error = set.missing(&self.file, "the table of the images");
        let Some(first) = tables.first() else { return Ok(error) };
        let (source, first, there_are) = (self.source, quoted(first), listed(&tables));
        Ok(error
            .with_hint(format!("name the table: `{source}:file={first}`; there is {there_are}")))
    }

    /// Number of the column of paths.
    pub(super) fn path_column(&self, table: &Table<'_>) -> Result<usize, LayoutError> {
        let column = table.require(&self.path);
        let first = table.columns().iter().find(|name| !name.is_empty());
        match (column, first) {
            (Err(error), Some(first)) if table.column(&self.path).is_ok() => {
                let (source, first) = (self.source, quoted(first));
                let hint = format!(
                    "the first line names the columns; say which one has the paths, as in `{source}:path={first}`"
                );
                Err(error.with_hint(hint))
            }
            (column, _) => column,
        }
    }
}
