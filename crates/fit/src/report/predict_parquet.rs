//! Predictions as Parquet.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType, FloatType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use train::{CREATED_BY, PredictReport};

use super::predict::{columns, prediction_text};

/// Rows of a row group: what a reader holds in memory at least.
const GROUP_ROWS: usize = 1 << 16;

/// The columns of the CSV: `path` and `prediction` as strings, then a float column for each class,
/// uncompressed, nothing null.
pub(crate) fn parquet_bytes(report: &PredictReport) -> Vec<u8> {
    write(report).expect("memory takes what is written, and columns are as the schema says")
}

fn write(report: &PredictReport) -> parquet::errors::Result<Vec<u8>> {
    let properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::UNCOMPRESSED)
        .build();
    let mut file =
        SerializedFileWriter::new(Vec::new(), schema(report)?.into(), Arc::new(properties))?;
    for rows in report.predictions.chunks(GROUP_ROWS) {
        let mut group = file.next_row_group()?;
        let paths: Vec<_> = rows.iter().map(|row| ByteArray::from(row.path.as_str())).collect();
        let predictions = rows
            .iter()
            .map(|row| ByteArray::from(prediction_text(&row.prediction, &report.classes).as_str()));
        for texts in [paths, predictions.collect()] {
            let mut column = group.next_column()?.expect("two columns of text come first");
            column.typed::<ByteArrayType>().write_batch(&texts, None, None)?;
            column.close()?;
        }
        for class in 0..report.classes.len() {
            let scores: Vec<f32> = rows.iter().map(|row| row.scores[class]).collect();
            let mut column = group.next_column()?.expect("a column for each class follows");
            column.typed::<FloatType>().write_batch(&scores, None, None)?;
            column.close()?;
        }
        group.close()?;
    }
    file.into_inner()
}

fn schema(report: &PredictReport) -> parquet::errors::Result<Type> {
    let column = |(place, name): (usize, String)| {
        let (physical, logical) = match place {
            0 | 1 => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
            _ => (PhysicalType::FLOAT, None),
        };
        Type::primitive_type_builder(&name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    };
    let columns = columns(report).enumerate().map(column).collect::<Result<_, _>>()?;
    Type::group_type_builder("predictions").with_fields(columns).build()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;
    use crate::report::predict::tests::one_class;

    #[test]
    fn parquet_has_the_columns_of_the_csv() {
        let bytes = parquet_bytes(&one_class());
        assert_eq!(bytes, parquet_bytes(&one_class()), "the same bytes each time");
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let rows: Vec<Vec<(String, Field)>> =
            reader.get_row_iter(None).unwrap().map(|row| row.unwrap().into_columns()).collect();
        let text = |text: &str| Field::Str(text.to_owned());
        let row = |path, prediction, cat, dog| {
            vec![
                ("path".to_owned(), text(path)),
                ("prediction".to_owned(), text(prediction)),
                ("score:cat".to_owned(), Field::Float(cat)),
                ("score:dog".to_owned(), Field::Float(dog)),
            ]
        };
        assert_eq!(rows, [row("a,b.png", "cat", 0.5, -0.25), row("c.png", "dog", -1.0, 2.0)]);
    }
}
