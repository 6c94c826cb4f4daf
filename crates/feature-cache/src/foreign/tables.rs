//! HDF5 files of any kind, for what is imported from them.

use std::fs::File;
use std::path::{Path, PathBuf};

use atomic_file::open_regular;
use hdf5::types::TypeDescriptor;
use hdf5::{Dataset, Group, IndexType, IterationOrder, LinkType};

use super::base_address;
use super::elements::Element;
use super::storage::Storage;
use super::texts;
use crate::error::OpenError;
use crate::hdf5_file::open_hdf5;
use crate::layout;

/// Groups within groups that are looked into.
const DEPTH: usize = 8;
/// Most bytes that a dataset may hold when it is not compressed.
const MOST_BYTES: usize = 1 << 40;
/// Most bytes of all strings of a dataset.
const MOST_TEXT: usize = 4 << 30;

/// An HDF5 file that somebody else wrote. Datasets are read as they are stored, whatever their storage, as far as
/// caches are.
pub struct Hdf5File {
    path: PathBuf,
    file: File,
    hdf5: hdf5::File,
}

/// Numbers in rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// Rows first.
    pub shape: Vec<usize>,
    /// Row by row, or column by column, rounded to single precision.
    pub values: Vec<f32>,
    /// Whether the first number of each row comes first, then all second ones, as MATLAB has it.
    pub is_column_major: bool,
}

impl Hdf5File {
    /// Opens a file.
    ///
    /// # Errors
    /// When it is missing, or no HDF5 file.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let io = |source| OpenError::Io { path: path.to_owned(), source };
        let file = open_regular(path).map_err(io)?;
        let hdf5 = open_hdf5(path, &file)?;
        Ok(Self { path: path.to_owned(), file, hdf5 })
    }

    /// Names and shapes of all datasets in the file, and whether they hold numbers. Nothing is reached through a link to another file.
    ///
    /// # Errors
    /// When a group cannot be read.
    pub fn datasets(&self) -> Result<Vec<(String, Vec<usize>, bool)>, OpenError> {
        let mut found = Vec::new();
        let root = self.hdf5.as_group();
        root.and_then(|root| walk(&root, "", 0, &mut found))
            .map_err(|error| self.stored(layout::ROOT, format!("cannot be read: {error}")))?;
        Ok(found)
    }

    /// The numbers of a dataset that [`datasets`](Self::datasets) names.
    ///
    /// # Errors
    /// When they are none, or stored in a way that is not read.
    pub fn numbers(&self, name: &str) -> Result<Numbers, OpenError> {
        let (dataset, descriptor) = self.find(name)?;
        let element = dataset.dtype().ok().and_then(|datatype| Element::of(&datatype));
        let element = element
            .ok_or_else(|| self.stored(name, format!("holds {descriptor}, expected numbers")))?;
        let (storage, bytes) = self.bytes(name, &dataset, element.size(), MOST_BYTES)?;
        let values = bytes.chunks_exact(element.size()).map(|bytes| element.rounded(bytes));
        let is_column_major = is_of_matlab(&dataset);
        let shape = shape_of(&dataset, storage.shape);
        Ok(Numbers { values: values.collect(), shape, is_column_major })
    }

    /// The strings of a dataset, or its integers as texts.
    ///
    /// # Errors
    /// As [`numbers`](Self::numbers).
    pub fn texts(&self, name: &str) -> Result<Vec<String>, OpenError> {
        let (dataset, descriptor) = self.find(name)?;
        let problem = |problem: String| self.stored(name, problem);
        if let Some(width) = texts::element_bytes(&descriptor) {
            let (_, bytes) = self.bytes(name, &dataset, width, MOST_TEXT)?;
            let texts = match texts::are_inline(&descriptor) {
                true => texts::inline(&bytes, width),
                false => texts::in_heaps(&self.file, base_address(&self.file), &bytes, MOST_TEXT),
            };
            return texts.map_err(problem);
        }
        let element = dataset.dtype().ok().and_then(|datatype| Element::of(&datatype));
        let element = element.ok_or_else(|| {
            problem(format!("holds {descriptor}, expected texts or whole numbers"))
        })?;
        let (_, bytes) = self.bytes(name, &dataset, element.size(), MOST_TEXT)?;
        let text = |bytes: &[u8]| {
            let text = element.integer(bytes).map(|integer| integer.to_string());
            text.ok_or_else(|| problem("holds numbers that are not whole".to_owned()))
        };
        bytes.chunks_exact(element.size()).map(text).collect()
    }

    fn find(&self, name: &str) -> Result<(Dataset, TypeDescriptor), OpenError> {
        let unreadable = |error: hdf5::Error| self.stored(name, format!("cannot be read: {error}"));
        let dataset = self.hdf5.dataset(name).map_err(unreadable)?;
        let descriptor = dataset.dtype().and_then(|found| found.to_descriptor());
        Ok((dataset, descriptor.map_err(unreadable)?))
    }

    fn bytes(
        &self,
        name: &str,
        dataset: &Dataset,
        element: usize,
        most: usize,
    ) -> Result<(Storage, Vec<u8>), OpenError> {
        let problem = |problem: String| self.stored(name, problem);
        let file_len = self.file.metadata().map_or(0, |metadata| metadata.len());
        let storage = Storage::new(dataset, element, file_len).map_err(problem)?;
        if storage.n_bytes() > most {
            return Err(problem(format!("is {} bytes, which is too much", storage.n_bytes())));
        }
        let bytes = storage.read(&self.file, 0..storage.shape[0]).map_err(problem)?;
        Ok((storage, bytes))
    }

    fn stored(&self, item: &str, problem: String) -> OpenError {
        OpenError::Dataset { path: self.path.clone(), item: item.to_owned(), problem }
    }
}

/// Whether MATLAB saved it, which counts dimensions in the other direction.
fn is_of_matlab(dataset: &Dataset) -> bool {
    dataset.attr("MATLAB_class").is_ok()
}

/// The shape as the program that saved it has it.
fn shape_of(dataset: &Dataset, mut stored: Vec<usize>) -> Vec<usize> {
    if is_of_matlab(dataset) {
        stored.reverse();
    }
    stored
}

/// Adds the datasets of a group, and of the groups in it.
fn walk(
    group: &Group,
    path: &str,
    depth: usize,
    found: &mut Vec<(String, Vec<usize>, bool)>,
) -> hdf5::Result<()> {
    let mut names = Vec::new();
    group.find_link::<(), _>(IndexType::Name, IterationOrder::Native, |name, link| {
        if link.link_type == LinkType::Hard {
            names.push(name.to_owned());
        }
        Ok(None)
    })?;
    for name in names {
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        if let Ok(dataset) = group.dataset(&name) {
            let is_numeric = dataset.dtype().is_ok_and(|datatype| Element::of(&datatype).is_some());
            found.push((path, shape_of(&dataset, dataset.shape()), is_numeric));
        } else if let (Ok(inner), true) = (group.group(&name), depth < DEPTH) {
            walk(&inner, &path, depth + 1, found)?;
        }
    }
    Ok(())
}
