//! Predictions as Parquet.

use std::sync::Arc;

use head::Answers;
use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType, FloatType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::predictions::{columns, prediction_text};

/// Rows of a row group: what a reader holds in memory at least.
const GROUP_ROWS: usize = 1 << 16;

/// The columns of the CSV: `path` and `prediction` as strings, then a float column for each class,
/// uncompressed, nothing null. `created_by` names the program and its version.
pub fn predictions_parquet(answers: &Answers, created_by: &str) -> Vec<u8> {
    write(answers, created_by)
        .expect("memory takes what is written, and columns are as the schema says")
}

fn write(answers: &Answers, created_by: &str) -> parquet::errors::Result<Vec<u8>> {
    let properties = WriterProperties::builder()
        .set_created_by(created_by.to_owned())
        .set_compression(Compression::UNCOMPRESSED)
        .build();
    let mut file =
        SerializedFileWriter::new(Vec::new(), schema(answers)?.into(), Arc::new(properties))?;
    for rows in answers.predictions.chunks(GROUP_ROWS) {
        let mut group = file.next_row_group()?;
        let paths: Vec<_> = rows.iter().map(|row| ByteArray::from(row.path.as_str())).collect();
        let predictions = rows.iter().map(|row| {
            ByteArray::from(prediction_text(&row.prediction, &answers.classes).as_str())
        });
        for texts in [paths, predictions.collect()] {
            let mut column = group.next_column()?.expect("two columns of text come first");
            column.typed::<ByteArrayType>().write_batch(&texts, None, None)?;
            column.close()?;
        }
        for class in 0..answers.classes.len() {
            let scores: Vec<f32> = rows.iter().map(|row| row.scores[class]).collect();
            let mut column = group.next_column()?.expect("a column for each class follows");
            column.typed::<FloatType>().write_batch(&scores, None, None)?;
            column.close()?;
        }
        group.close()?;
    }
    file.into_inner()
}

fn schema(answers: &Answers) -> parquet::errors::Result<Type> {
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
    let columns = columns(answers).enumerate().map(column).collect::<Result<_, _>>()?;
    Type::group_type_builder("predictions").with_fields(columns).build()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;
    use crate::predictions::tests::one_class;

    #[test]
    fn parquet_has_the_columns_of_the_csv() {
        let bytes = predictions_parquet(&one_class(), "test");
        assert_eq!(bytes, predictions_parquet(&one_class(), "test"), "the same bytes each time");
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
