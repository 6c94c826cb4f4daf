//! Tables with a line that names the columns.

use std::fs;
use std::path::Path;

use atomic_file::open_regular;
use csv::{ReaderBuilder, StringRecord};

use crate::error::SourceError;
use crate::table::{Entry, Matrix, Table};

/// A table, in memory.
pub(crate) struct Csv {
    names: StringRecord,
    rows: Vec<StringRecord>,
    is_numeric: Vec<bool>,
}

pub(crate) fn open(path: &Path) -> Result<Csv, SourceError> {
    drop(open_regular(path)?);
    let bytes = fs::read(path)?;
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(SourceError::content("it is UTF-16: save it as UTF-8"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let count = |separator: u8| line.iter().filter(|&&byte| byte == separator).count();
    let separator = *b",;\t".iter().max_by_key(|&&s| count(s)).expect("there are three");
    let separator = if count(b',') > 0 && separator != b'\t' { b',' } else { separator };
    let mut reader = ReaderBuilder::new().delimiter(separator).from_reader(bytes);
    let malformed = |error: csv::Error| SourceError::content(error.to_string());
    let names = reader.headers().map_err(malformed)?.clone();
    if !names.is_empty() && names.iter().all(|name| name.parse::<f64>().is_ok()) {
        return Err(SourceError::content(
            "its first line holds numbers: write a line before it that names the columns",
        ));
    }
    if let Some(twice) = twice(&names) {
        return Err(SourceError::content(format!("two columns are called `{twice}`")));
    }
    let rows: Vec<StringRecord> = reader.records().collect::<Result<_, _>>().map_err(malformed)?;
    let is_number = |cell: &str| cell.trim().is_empty() || cell.trim().parse::<f64>().is_ok();
    let is_numeric = |column: usize| rows.iter().all(|row| is_number(&row[column]));
    let is_numeric = (0..names.len()).map(is_numeric).collect();
    Ok(Csv { names, rows, is_numeric })
}

fn twice(names: &StringRecord) -> Option<&str> {
    let mut sorted: Vec<&str> = names.iter().collect();
    sorted.sort_unstable();
    sorted.array_windows().find(|[a, b]| a == b).map(|[a, _]| *a)
}

impl Csv {
    fn column(&self, name: &str) -> Result<usize, SourceError> {
        let column = self.names.iter().position(|known| known == name);
        column.ok_or_else(|| SourceError::content(format!("it has no column `{name}`")))
    }
}

impl Table for Csv {
    fn entries(&self) -> Vec<Entry> {
        let entry = |(name, &is_numeric): (&str, &bool)| Entry {
            name: name.to_owned(),
            shape: vec![self.rows.len()],
            is_numeric,
        };
        self.names.iter().zip(&self.is_numeric).map(entry).collect()
    }

    fn has_columns(&self) -> bool {
        true
    }

    fn numbers(&self, name: &str) -> Result<Matrix, SourceError> {
        let column = self.column(name)?;
        let number = |(row, cells): (usize, &StringRecord)| {
            let cell = cells[column].trim();
            // An empty cell is a number that is missing, which is told with its row.
            let number = if cell.is_empty() { Ok(f32::NAN) } else { cell.parse() };
            number.map_err(|_| {
                SourceError::content(format!("row {row} of column `{name}` is `{cell}`, no number"))
            })
        };
        let values = self.rows.iter().enumerate().map(number).collect::<Result<_, _>>()?;
        Ok(Matrix { shape: vec![self.rows.len()], values })
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, SourceError> {
        let column = self.column(name)?;
        Ok(self.rows.iter().map(|row| row[column].to_owned()).collect())
    }
}
