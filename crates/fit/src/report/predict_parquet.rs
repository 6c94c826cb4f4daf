//! Predictions as Parquet.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType, FloatType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::PredictDocument;
use crate::CREATED_BY;

/// Rows of a row group: what a reader holds in memory at least.
const GROUP_ROWS: usize = 1 << 16;

/// The columns of the CSV: `path` and `prediction` as strings, then a float column for each class,
/// uncompressed, nothing null.
pub(super) fn parquet_bytes(document: &PredictDocument) -> Vec<u8> {
    write(document).expect("memory takes what is written, and columns are as the schema says")
}

fn write(document: &PredictDocument) -> parquet::errors::Result<Vec<u8>> {
    let properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::UNCOMPRESSED)
        .build();
    let mut file =
        SerializedFileWriter::new(Vec::new(), schema(document)?.into(), Arc::new(properties))?;
    for rows in document.predictions.chunks(GROUP_ROWS) {
        let mut group = file.next_row_group()?;
        let paths: Vec<_> = rows.iter().map(|row| ByteArray::from(row.path.as_str())).collect();
        let predictions = rows.iter().map(|row| ByteArray::from(row.prediction.text().as_str()));
        for texts in [paths, predictions.collect()] {
            let mut column = group.next_column()?.expect("two columns of text come first");
            column.typed::<ByteArrayType>().write_batch(&texts, None, None)?;
            column.close()?;
        }
        for class in 0..document.classes.len() {
            let scores: Vec<f32> = rows.iter().map(|row| row.scores[class]).collect();
            let mut column = group.next_column()?.expect("a column for each class follows");
            column.typed::<FloatType>().write_batch(&scores, None, None)?;
            column.close()?;
        }
        group.close()?;
    }
    file.into_inner()
}

fn schema(document: &PredictDocument) -> parquet::errors::Result<Type> {
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
    let columns = document.columns().enumerate().map(column).collect::<Result<_, _>>()?;
    Type::group_type_builder("predictions").with_fields(columns).build()
}
