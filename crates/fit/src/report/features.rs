//! The features of a cache as a file of Parquet.

use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use atomic_file::{Existing, UnfinishedFile, WriteFileError, folder_of};
use results::{FeatureColumn, FeatureTable, LABEL_SEPARATOR, write_features_parquet};
use schema::Split;
use train::{CREATED_BY, FeaturesReport, TapFeatures};

/// Writes the table, row group by row group, and gives it its name when it is whole.
///
/// # Errors
/// [`WriteFileError`]; what was under the name is untouched then.
pub(crate) fn write_features(
    report: &FeaturesReport,
    path: &Path,
    existing: Existing,
) -> Result<(), WriteFileError> {
    let write = || {
        let mut file = UnfinishedFile::create(folder_of(path))?;
        put(report, file.as_file_mut())?;
        file.finish(path, existing)
    };
    write().map_err(|source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => WriteFileError::Exists(path.to_owned()),
        _ => WriteFileError::Io { path: path.to_owned(), source },
    })
}

fn put(report: &FeaturesReport, file: &mut std::fs::File) -> io::Result<()> {
    let name = |classes: &Vec<usize>| {
        let names: Vec<&str> = classes.iter().map(|&at| report.classes[at].as_str()).collect();
        (!names.is_empty()).then(|| names.join(LABEL_SEPARATOR))
    };
    let index = |classes: &Vec<usize>| match classes.as_slice() {
        [only] => i32::try_from(*only).ok(),
        _ => None,
    };
    let split = |split: &Split| (*split != Split::None).then(|| split.name());
    let views: Vec<_> = report.taps.iter().map(TapFeatures::view).collect();
    let column = |at: usize| FeatureColumn {
        name: report.taps[at].name(),
        width: views[at].ncols(),
        values: views[at].as_slice().expect("rows of a tap lie one after the other"),
    };
    let table = FeatureTable {
        paths: &report.paths,
        labels: &report.labels.iter().map(name).collect::<Vec<_>>(),
        label_indices: &report.labels.iter().map(index).collect::<Vec<_>>(),
        splits: &report.splits.iter().map(split).collect::<Vec<_>>(),
        features: (0..views.len()).map(column).collect(),
        provenance: serde_json::to_string(&report.provenance).expect("plain data"),
    };
    let mut out = BufWriter::new(file);
    write_features_parquet(&table, CREATED_BY, &mut out)?;
    out.flush()
}
