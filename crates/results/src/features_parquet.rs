//! Features as Parquet, for pandas, Polars, DuckDB, FiftyOne and embedding-atlas.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, FloatType, Int32Type};
use parquet::errors::Result as ParquetResult;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use crate::arrow_schema::{ArrowField, ArrowType, arrow_schema};

/// Bytes of features in a row group, about: what a reader holds in memory at least.
const GROUP_BYTES: usize = 32 << 20;

/// The most rows of a row group.
const GROUP_ROWS: usize = 1 << 16;

/// Images with what is known of them, a row each.
#[derive(Clone, Debug)]
pub struct FeatureTable<'a> {
    /// Path of each image: the column `path`.
    pub paths: &'a [String],
    /// Class of each image, if it has one: the column `label`.
    pub labels: &'a [Option<String>],
    /// Number of that class: the column `label_index`.
    pub label_indices: &'a [Option<i32>],
    /// Split of each image, if it has one: the column `split`.
    pub splits: &'a [Option<&'static str>],
    /// The features, a column of lists each.
    pub features: Vec<FeatureColumn<'a>>,
    /// What made the features, as the file's metadata tells under `offshelf`.
    pub provenance: String,
}

/// A column of lists of one length.
#[derive(Clone, Debug)]
pub struct FeatureColumn<'a> {
    /// Its name.
    pub name: &'a str,
    /// Numbers in each list.
    pub width: usize,
    /// All lists, one after the other.
    pub values: &'a [f32],
}

/// Writes `table` to `out`: the columns `path`, `label`, `label_index` and `split`, of which all but `path` may be null,
/// then those of the features, as lists of 32-bit floats of fixed size. Uncompressed. `created_by` names the program
/// and its version.
///
/// # Errors
/// When `out` takes no more.
pub fn write_features_parquet<W: Write + Send>(
    table: &FeatureTable<'_>,
    created_by: &str,
    out: W,
) -> io::Result<()> {
    write(table, created_by, out).map_err(io::Error::other)
}

fn write<W: Write + Send>(table: &FeatureTable<'_>, created_by: &str, out: W) -> ParquetResult<()> {
    let metadata = [("ARROW:schema", arrow(table)), ("offshelf", table.provenance.clone())];
    let metadata = metadata.map(|(key, value)| KeyValue::new(key.to_owned(), value));
    let properties = WriterProperties::builder()
        .set_created_by(created_by.to_owned())
        .set_compression(Compression::UNCOMPRESSED)
        .set_dictionary_enabled(false)
        .set_key_value_metadata(Some(metadata.to_vec()))
        .build();
    let mut file = SerializedFileWriter::new(out, schema(table)?, Arc::new(properties))?;
    let n_rows = table.paths.len();
    let group_rows = group_rows(table);
    for start in (0..n_rows).step_by(group_rows) {
        let mut group = file.next_row_group()?;
        write_group(table, start..n_rows.min(start + group_rows), &mut group)?;
        group.close()?;
    }
    file.close()?;
    Ok(())
}

fn group_rows(table: &FeatureTable<'_>) -> usize {
    let width: usize = table.features.iter().map(|column| column.width).sum();
    (GROUP_BYTES / (width * size_of::<f32>()).max(1)).clamp(1, GROUP_ROWS)
}

fn write_group<W: Write + Send>(
    table: &FeatureTable<'_>,
    rows: std::ops::Range<usize>,
    group: &mut SerializedRowGroupWriter<'_, W>,
) -> ParquetResult<()> {
    let text = |text: &str| ByteArray::from(text);
    let paths: Vec<_> = table.paths[rows.clone()].iter().map(|path| text(path)).collect();
    write_column::<ByteArrayType, W>(group, &paths, None, None)?;
    let labels = table.labels[rows.clone()].iter().map(|label| label.as_deref().map(text));
    write_nullable::<ByteArrayType, W>(group, labels)?;
    write_nullable::<Int32Type, W>(group, table.label_indices[rows.clone()].iter().copied())?;
    let splits = table.splits[rows.clone()].iter().map(|split| split.map(text));
    write_nullable::<ByteArrayType, W>(group, splits)?;
    for column in &table.features {
        let values = &column.values[rows.start * column.width..rows.end * column.width];
        // Every number is there, and the first of each list begins another one.
        let defined = vec![1; values.len()];
        let continued: Vec<i16> =
            (0..values.len()).map(|at| i16::from(at % column.width != 0)).collect();
        write_column::<FloatType, W>(group, values, Some(&defined), Some(&continued))?;
    }
    Ok(())
}

fn write_nullable<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = Option<T::T>> + Clone,
) -> ParquetResult<()> {
    let defined: Vec<i16> = values.clone().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = values.flatten().collect();
    write_column::<T, W>(group, &values, Some(&defined), None)
}

fn write_column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    defined: Option<&[i16]>,
    continued: Option<&[i16]>,
) -> ParquetResult<()> {
    let mut column = group.next_column()?.expect("the schema has a column for each");
    column.typed::<T>().write_batch(values, defined, continued)?;
    column.close()
}

fn schema(table: &FeatureTable<'_>) -> ParquetResult<TypePtr> {
    use PhysicalType::{BYTE_ARRAY, INT32};
    let (required, optional) = (Repetition::REQUIRED, Repetition::OPTIONAL);
    let text = Some(LogicalType::String);
    let mut columns = vec![
        primitive("path", BYTE_ARRAY, text.clone(), required)?,
        primitive("label", BYTE_ARRAY, text.clone(), optional)?,
        primitive("label_index", INT32, None, optional)?,
        primitive("split", BYTE_ARRAY, text, optional)?,
    ];
    for column in &table.features {
        columns.push(list(column.name)?);
    }
    Type::group_type_builder("features").with_fields(columns).build().map(Arc::new)
}

fn primitive(
    name: &str,
    physical: PhysicalType,
    logical: Option<LogicalType>,
    repetition: Repetition,
) -> ParquetResult<TypePtr> {
    let column = Type::primitive_type_builder(name, physical).with_repetition(repetition);
    column.with_logical_type(logical).build().map(Arc::new)
}

/// A list of floats, in the three levels that Parquet has for lists.
fn list(name: &str) -> ParquetResult<TypePtr> {
    let element = primitive("element", PhysicalType::FLOAT, None, Repetition::REQUIRED)?;
    let repeated = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![element])
        .build()?;
    Type::group_type_builder(name)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::List))
        .with_converted_type(ConvertedType::LIST)
        .with_fields(vec![Arc::new(repeated)])
        .build()
        .map(Arc::new)
}

/// What Arrow's readers make of the columns: Parquet has no word for lists of fixed size.
fn arrow(table: &FeatureTable<'_>) -> String {
    let field = |name, nullable, of| ArrowField { name, nullable, of };
    let mut fields = vec![
        field("path", false, ArrowType::Text),
        field("label", true, ArrowType::Text),
        field("label_index", true, ArrowType::Int32),
        field("split", true, ArrowType::Text),
    ];
    fields.extend(table.features.iter().map(|column| {
        let width = i32::try_from(column.width).expect("a row of features is no gigabyte");
        field(column.name, false, ArrowType::Floats(width))
    }));
    arrow_schema(&fields)
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;

    #[test]
    fn a_row_has_its_image_and_a_list_for_each_tap() {
        let table = FeatureTable {
            paths: &["a.png".to_owned(), "b.png".to_owned()],
            labels: &[None, Some("wren".to_owned())],
            label_indices: &[None, Some(1)],
            splits: &[Some("test"), None],
            features: vec![
                FeatureColumn { name: "x:gap", width: 2, values: &[1.0, 2.0, 3.0, 4.0] },
                FeatureColumn { name: "y:gap", width: 1, values: &[5.0, 6.0] },
            ],
            provenance: "{}".to_owned(),
        };
        let path = tempfile::NamedTempFile::new().unwrap();
        write_features_parquet(&table, "test", path.reopen().unwrap()).unwrap();
        let reader = SerializedFileReader::new(File::open(path.path()).unwrap()).unwrap();
        let rows: Vec<Vec<String>> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().into_columns().iter().map(|(_, field)| cell(field)).collect())
            .collect();
        let expected = [
            ["a.png", "-", "-", "test", "[1, 2]", "[5]"],
            ["b.png", "wren", "1", "-", "[3, 4]", "[6]"],
        ];
        assert_eq!(rows, expected);
    }

    fn cell(field: &Field) -> String {
        match field {
            Field::Null => "-".to_owned(),
            Field::Str(text) => text.clone(),
            Field::Int(number) => number.to_string(),
            Field::Float(number) => number.to_string(),
            Field::ListInternal(list) => {
                let cells: Vec<String> = list.elements().iter().map(cell).collect();
                format!("[{}]", cells.join(", "))
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn row_groups_are_as_large_as_is_said() {
        let table = |width| FeatureTable {
            paths: &[],
            labels: &[],
            label_indices: &[],
            splits: &[],
            features: vec![FeatureColumn { name: "x", width, values: &[] }],
            provenance: String::new(),
        };
        assert_eq!([1, 4096, 1 << 30].map(|width| group_rows(&table(width))), [1 << 16, 2048, 1]);
    }
}
