//! The whole way from a file to a cache.

use std::fs::File;
use std::path::Path;

use atomic_file::open_regular;
use feature_cache::{Header, write};
use ndarray::Array2;
use schema::{Dtype, Provenance, Sample, Split, Tap, Weights};
use serde::Serialize;

use crate::CREATED_BY;
use crate::assemble::{Labels, order, row_numbers, sample, splits};
use crate::error::{ImportError, SourceError};
use crate::readers::open;
use crate::request::ImportRequest;
use crate::side_file::values;
use crate::table::{Entry, Matrix, Table};

/// The largest number of half precision.
const LARGEST_HALF: f32 = 65504.0;

/// What was imported.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportReport {
    /// The cache.
    pub cache: String,
    /// The file with the features.
    pub source: String,
    /// BLAKE3 of that file.
    pub source_digest: String,
    /// What was taken for the features; of very many columns the first and the last.
    pub features: Vec<String>,
    /// Entries of the file that were not used.
    pub ignored: Vec<String>,
    /// Rows.
    pub n_samples: usize,
    /// Features of a row.
    pub n_features: usize,
    /// Rows with a class.
    pub n_labelled: usize,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Rows of the splits: training, validation, test, none.
    pub splits: [usize; 4],
}

/// Writes a cache of the features in a file.
///
/// # Errors
/// [`ImportError`]. Nothing is written then.
pub fn import(request: &ImportRequest) -> Result<ImportReport, ImportError> {
    let ImportRequest { source, out, .. } = request;
    let table = open(source)?;
    let failed = |error| ImportError::Source { path: source.clone(), source: error };
    let names = feature_names(request, &*table)?;
    let features = features(source, &*table, &names)?;
    let features =
        if request.transpose { features.t().as_standard_layout().into_owned() } else { features };
    let n_rows = features.nrows();
    check_numbers(request, &features)?;
    let rows = Rows::read(request, &*table, features.dim())?;
    let order = order(&rows.paths)?;
    let samples: Vec<Sample> = order
        .iter()
        .map(|&row| {
            let numbers = features.row(row).to_vec();
            sample(&rows.paths[row], &numbers, rows.labels.of_rows[row], rows.splits[row])
        })
        .collect();
    let sorted = features.select(ndarray::Axis(0), &order);
    let digest = digest(source).map_err(|error| failed(SourceError::Io(error)))?;
    let header = header(request, features.ncols(), &rows.labels.classes, &digest);
    write(out, &header, &samples, &[], &[sorted.view()])?;
    let count = |split| rows.splits.iter().filter(|&&other| other == split).count();
    let used = rows.used.iter().chain(&names).cloned().collect::<Vec<_>>();
    let others = table.entries().into_iter().map(|entry| entry.name);
    Ok(ImportReport {
        cache: out.display().to_string(),
        source: source.display().to_string(),
        source_digest: digest,
        features: ends(&names),
        ignored: others.filter(|name| !used.contains(name)).collect(),
        n_samples: n_rows,
        n_features: features.ncols(),
        n_labelled: rows.labels.of_rows.iter().filter(|&&label| label >= 0).count(),
        classes: rows.labels.classes,
        splits: [Split::Train, Split::Validation, Split::Test, Split::None].map(count),
    })
}

/// What is known of each row, besides its features.
struct Rows {
    paths: Vec<String>,
    labels: Labels,
    splits: Vec<Split>,
    /// The entries of the file that it is from.
    used: Vec<String>,
}

impl Rows {
    fn read(
        request: &ImportRequest,
        table: &dyn Table,
        (n_rows, n_features): (usize, usize),
    ) -> Result<Self, ImportError> {
        let read = |what: &'static str, name: &Option<String>| {
            let Some(name) = name else { return Ok(None) };
            let values = values(&request.source, table, name)?;
            if values.len() == n_rows {
                return Ok(Some(values));
            }
            let (found, expected) = (values.len(), n_rows);
            let is_transposed = found == n_features;
            Err(ImportError::Length { what, name: name.clone(), found, expected, is_transposed })
        };
        let labels = match (read("labels", &request.labels)?, &request.class_names) {
            (Some(labels), None) => Labels::of_texts(&labels),
            (Some(labels), Some(names)) => {
                Labels::numbered(&labels, values(&request.source, table, names)?)?
            }
            (None, Some(_)) => return Err(ImportError::NamesAlone),
            (None, None) => Labels::none(n_rows),
        };
        let paths = read("paths", &request.paths)?.unwrap_or_else(|| row_numbers(n_rows));
        let splits = match read("splits", &request.splits)? {
            Some(texts) => splits(&texts)?,
            None => vec![Split::None; n_rows],
        };
        Ok(Self { paths, labels, splits, used: named(request) })
    }
}

/// The entries that are named for anything but the features.
fn named(request: &ImportRequest) -> Vec<String> {
    let ImportRequest { labels, class_names, paths, splits, .. } = request;
    [labels, class_names, paths, splits].into_iter().flatten().cloned().collect()
}

/// The entries that are the features: those named, or what alone can be meant.
fn feature_names(request: &ImportRequest, table: &dyn Table) -> Result<Vec<String>, ImportError> {
    let entries = table.entries();
    let path = || request.source.clone();
    let there_are = || {
        let described = |entry: &Entry| match entry.shape[..] {
            [_] if table.has_columns() => entry.name.clone(),
            _ => format!("{} {:?}", entry.name, entry.shape).trim().to_owned(),
        };
        entries.iter().map(described).collect::<Vec<_>>()
    };
    let used = named(request);
    if !request.features.is_empty() {
        let mut names = Vec::new();
        for asked in &request.features {
            let matches = |entry: &&Entry| match asked.strip_suffix('*') {
                Some(prefix) => {
                    let is_free = entry.is_numeric && !used.contains(&entry.name);
                    is_free && entry.name.starts_with(prefix)
                }
                None => entry.name == *asked,
            };
            let found: Vec<&Entry> = entries.iter().filter(matches).collect();
            if found.is_empty() {
                let (path, name, there_are) = (path(), asked.clone(), there_are());
                return Err(ImportError::NoSuchName { path, name, there_are });
            }
            names.extend(found.into_iter().map(|entry| entry.name.clone()));
        }
        return Ok(names);
    }
    let free: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.is_numeric && !used.contains(&entry.name))
        .filter(|entry| !(table.has_columns() && is_index(&entry.name)))
        .collect();
    let matrices: Vec<&&Entry> = free.iter().filter(|entry| entry.shape.len() > 1).collect();
    match matrices[..] {
        [only] => Ok(vec![only.name.clone()]),
        [] if table.has_columns() && !free.is_empty() => {
            Ok(free.into_iter().map(|entry| entry.name.clone()).collect())
        }
        // An array that is no matrix is told with its shape.
        [] if free.len() == 1 => Ok(vec![free[0].name.clone()]),
        [] => Err(ImportError::NoFeatures { path: path(), there_are: there_are() }),
        _ => Err(ImportError::Ambiguous { path: path(), there_are: there_are() }),
    }
}

/// Whether a column is the index that pandas wrote beside the data.
fn is_index(name: &str) -> bool {
    name.is_empty() || name.starts_with("Unnamed: ") || name.starts_with("__index_level_")
}

/// The features: one array, or columns beside each other.
fn features(
    source: &Path,
    table: &dyn Table,
    names: &[String],
) -> Result<Array2<f32>, ImportError> {
    let failed = |error| ImportError::Source { path: source.to_owned(), source: error };
    let read = |name: &String| table.numbers(name).map_err(failed);
    if let [name] = names {
        let Matrix { shape, values } = read(name)?;
        let is_column = table.has_columns() && shape.len() == 1;
        let sides: Vec<usize> = match (&shape[..], is_column) {
            ([n], true) => vec![*n, 1],
            // What a pooling leaves behind.
            ([n, d, ones @ ..], _) if ones.iter().all(|&side| side == 1) => vec![*n, *d],
            _ => Vec::new(),
        };
        return match sides[..] {
            [n, d] if d > 0 => {
                Ok(Array2::from_shape_vec((n, d), values).expect("as its shape says"))
            }
            _ => Err(ImportError::Shape { path: source.to_owned(), name: name.clone(), shape }),
        };
    }
    let mut columns = Vec::new();
    for name in names {
        let Matrix { shape, values } = read(name)?;
        if shape.len() != 1 {
            return Err(ImportError::Shape { path: source.to_owned(), name: name.clone(), shape });
        }
        columns.push(values);
    }
    let n_rows = columns.first().map_or(0, Vec::len);
    Ok(Array2::from_shape_fn((n_rows, columns.len()), |(row, column)| columns[column][row]))
}

/// Refuses numbers that no head can be trained on, and such that the cache would not hold.
fn check_numbers(request: &ImportRequest, features: &Array2<f32>) -> Result<(), ImportError> {
    let largest = match request.dtype {
        Dtype::F32 => f32::MAX,
        Dtype::F16 => LARGEST_HALF,
    };
    let is_bad = |value: f32| !value.is_finite() || value.abs() > largest;
    let found = features.indexed_iter().find(|(_, value)| is_bad(**value));
    let Some(((row, column), &value)) = found else { return Ok(()) };
    let path = request.source.clone();
    Err(if value.is_finite() {
        ImportError::TooLarge { path, row, column, value }
    } else {
        ImportError::NotFinite { path, row, column, value }
    })
}

fn digest(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    let file: File = open_regular(path)?;
    hasher.update_reader(file)?;
    Ok(hasher.finalize().to_string())
}

fn header(request: &ImportRequest, n_features: usize, classes: &[String], digest: &str) -> Header {
    let ImportRequest { source, made_by, tap, dtype, .. } = request;
    let file = source.file_name().unwrap_or_default().to_string_lossy();
    let words_digest = blake3::hash(made_by.as_bytes()).to_string();
    let weights = Weights { name: made_by.clone(), digest: words_digest };
    Header {
        provenance: Provenance::imported(weights, tap, *dtype),
        classes: classes.to_vec(),
        created_by: format!("{CREATED_BY}, imported from {file} (BLAKE3 {digest})"),
        taps: vec![Tap { name: tap.clone(), n_views: 1, n_features, dtype: *dtype }],
        shard: None,
    }
}

/// Of many names the first and the last.
fn ends(names: &[String]) -> Vec<String> {
    match names {
        [first, _, _, .., last] => vec![first.clone(), "...".to_owned(), last.clone()],
        few => few.to_vec(),
    }
}
