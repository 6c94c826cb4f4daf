//! Parquet files, as pandas, pyarrow and polars write them: columns of numbers, of lists of numbers, of texts.

use std::fs::File;
use std::path::Path;

use atomic_file::open_regular;
use half::f16;
use parquet::basic::Type as Physical;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};

use super::npy::whole;
use crate::error::SourceError;
use crate::table::{Entry, Matrix, Table};

/// Rows read at a time.
const BATCH: usize = 1 << 14;

/// A file whose columns are read when they are asked for.
pub(crate) struct Parquet {
    reader: SerializedFileReader<File>,
    entries: Vec<Entry>,
    n_rows: usize,
}

pub(crate) fn open(path: &Path) -> Result<Parquet, SourceError> {
    let reader = SerializedFileReader::new(open_regular(path)?).map_err(damaged)?;
    let metadata = reader.metadata();
    let n_rows = usize::try_from(metadata.file_metadata().num_rows())
        .map_err(|_| SourceError::content("it has a negative number of rows"))?;
    let mut entries = Vec::new();
    for (index, column) in metadata.file_metadata().schema_descr().columns().iter().enumerate() {
        let n_values: i64 =
            metadata.row_groups().iter().map(|group| group.column(index).num_values()).sum();
        let is_list = column.max_rep_level() > 0;
        let per_row = (n_values.max(0) as usize).checked_div(n_rows).unwrap_or(0);
        let parts = column.path().parts();
        let name = if is_list { parts[0].clone() } else { parts.join(".") };
        let shape = if is_list { vec![n_rows, per_row] } else { vec![n_rows] };
        let is_numeric = !matches!(column.physical_type(), Physical::BYTE_ARRAY | Physical::INT96)
            && column.max_rep_level() < 2;
        entries.push(Entry { name, shape, is_numeric });
    }
    Ok(Parquet { reader, entries, n_rows })
}

fn damaged(error: ParquetError) -> SourceError {
    SourceError::content(format!("it cannot be read: {error}"))
}

/// What a column holds, row after row: how many values each row has, and the values.
struct Column {
    lengths: Vec<usize>,
    values: Vec<Value>,
}

enum Value {
    Nothing,
    Number(f64),
    Whole(i64),
    Text(String),
}

impl Parquet {
    fn column(&self, name: &str) -> Result<Column, SourceError> {
        let index = self.entries.iter().position(|entry| entry.name == name);
        let index =
            index.ok_or_else(|| SourceError::content(format!("it has no column `{name}`")))?;
        let mut column = Column { lengths: Vec::new(), values: Vec::new() };
        for group in 0..self.reader.num_row_groups() {
            let reader = self.reader.get_row_group(group).map_err(damaged)?;
            let reader = reader.get_column_reader(index).map_err(damaged)?;
            let descriptor = self.reader.metadata().file_metadata().schema_descr().column(index);
            let levels = (descriptor.max_def_level(), descriptor.max_rep_level());
            column.read(reader, levels)?;
        }
        if column.lengths.len() != self.n_rows {
            return Err(SourceError::content(format!("`{name}` is cut short")));
        }
        Ok(column)
    }
}

impl Column {
    fn read(&mut self, reader: ColumnReader, levels: (i16, i16)) -> Result<(), SourceError> {
        match reader {
            ColumnReader::BoolColumnReader(reader) => {
                self.read_as(reader, levels, |value| Value::Whole(i64::from(*value)))
            }
            ColumnReader::Int32ColumnReader(reader) => {
                self.read_as(reader, levels, |value| Value::Whole((*value).into()))
            }
            ColumnReader::Int64ColumnReader(reader) => {
                self.read_as(reader, levels, |value| Value::Whole(*value))
            }
            ColumnReader::FloatColumnReader(reader) => {
                self.read_as(reader, levels, |value| Value::Number((*value).into()))
            }
            ColumnReader::DoubleColumnReader(reader) => {
                self.read_as(reader, levels, |value| Value::Number(*value))
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                self.read_as(reader, levels, |value: &ByteArray| {
                    Value::Text(String::from_utf8_lossy(value.data()).into_owned())
                })
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                self.read_as(reader, levels, |value: &FixedLenByteArray| match value.data() {
                    [a, b] => Value::Number(f16::from_le_bytes([*a, *b]).to_f64()),
                    _ => Value::Nothing,
                })
            }
            ColumnReader::Int96ColumnReader(_) => Err(SourceError::content("times are not read")),
        }
    }

    fn read_as<T: DataType>(
        &mut self,
        mut reader: ColumnReaderImpl<T>,
        (max_def, max_rep): (i16, i16),
        to_value: impl Fn(&T::T) -> Value,
    ) -> Result<(), SourceError> {
        loop {
            let (mut values, mut defs, mut reps) = (Vec::new(), Vec::new(), Vec::new());
            let (n_records, _, n_levels) = reader
                .read_records(BATCH, Some(&mut defs), Some(&mut reps), &mut values)
                .map_err(damaged)?;
            if n_records == 0 {
                return Ok(());
            }
            let mut values = values.iter();
            for level in 0..n_levels {
                let is_there = max_def == 0 || defs.get(level) == Some(&max_def);
                if max_rep == 0 || reps.get(level) == Some(&0) {
                    self.lengths.push(0);
                }
                // An empty list has a level and no value, as a value that is missing.
                let value = if is_there { values.next().map(&to_value) } else { None };
                self.values.push(value.unwrap_or(Value::Nothing));
                if let Some(length) = self.lengths.last_mut() {
                    *length += 1;
                }
            }
        }
    }
}

impl Table for Parquet {
    fn entries(&self) -> Vec<Entry> {
        self.entries.clone()
    }

    fn has_columns(&self) -> bool {
        true
    }

    fn numbers(&self, name: &str) -> Result<Matrix, SourceError> {
        let Column { lengths, values } = self.column(name)?;
        let length = lengths.first().copied().unwrap_or(0);
        if let Some(row) = lengths.iter().position(|&other| other != length) {
            let other = lengths[row];
            let problem =
                format!("row 0 of `{name}` has {length} numbers, and row {row} has {other}");
            return Err(SourceError::content(problem));
        }
        let number = |value: &Value| match value {
            // A number that is missing is told with its row.
            Value::Nothing => Ok(f32::NAN),
            Value::Number(number) => Ok(*number as f32),
            Value::Whole(number) => Ok(*number as f32),
            Value::Text(text) => {
                Err(SourceError::content(format!("`{name}` holds `{text}`, expected numbers")))
            }
        };
        let is_list = self.entries.iter().any(|e| e.name == name && e.shape.len() > 1);
        let shape = if is_list { vec![self.n_rows, length] } else { vec![self.n_rows] };
        Ok(Matrix { shape, values: values.iter().map(number).collect::<Result<_, _>>()? })
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, SourceError> {
        let Column { lengths, values } = self.column(name)?;
        if lengths.iter().any(|&length| length != 1) {
            let problem = format!("`{name}` has several values a row, expected one");
            return Err(SourceError::content(problem));
        }
        let text = |value: Value| match value {
            Value::Nothing => Ok(String::new()),
            Value::Whole(number) => Ok(number.to_string()),
            Value::Number(number) => whole(number),
            Value::Text(text) => Ok(text),
        };
        values.into_iter().map(text).collect()
    }
}
