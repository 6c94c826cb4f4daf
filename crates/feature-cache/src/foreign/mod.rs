//! Caches that are stored in another way than [`structure`](crate::structure) stores them: copied by h5repack or
//! h5py, or written by the specification in MATLAB or anything else that has HDF5.
//!
//! Whatever is read later is read from where it lies in the file, as bytes. So that this stays true, and
//! checksums with it, such a cache is written once more as this program writes it, to a file without a name.

mod bands;
mod elements;
mod filters;
mod format;
mod storage;
mod tables;
mod texts;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::env;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::rc::Rc;

use hdf5::types::TypeDescriptor;
use hdf5::{Datatype, Group};
use schema::{Dtype, Provenance};
use tempfile::NamedTempFile;

use self::bands::Bands;
use self::elements::Element;
use self::format::{element_of, layout_of, text};
use self::storage::Storage;
use crate::body::{self, BodyError, Digest};
use crate::datasets::Dataset;
use crate::error::{OpenError, ReadError};
use crate::layout;
use crate::structure::SIGNATURE;

pub use self::tables::{Hdf5File, Numbers};

/// A cache may be so many times as long as the file that it is compressed in, and [`SPARE`] longer.
const RATIO: usize = 256;
const SPARE: usize = 256 << 20;

/// A cache as this program writes it.
pub(crate) struct PlainCopy {
    /// All of it, in a file without a name.
    pub(crate) file: File,
    /// The same without its rows, for HDF5, which opens no file without a name.
    pub(crate) structure: NamedTempFile,
}

/// The cache in an HDF5 file, if it is not stored as this program does it, in a file of its own, whose checksums
/// are those of the original. They are of the bytes in the original, or of those that this
/// program writes; where there are none, they are made.
///
/// # Errors
/// When it cannot be decoded, or there is no room for the copy.
pub(crate) fn plain_copy(
    path: &Path,
    file: &File,
    hdf5: &hdf5::File,
) -> Result<Option<PlainCopy>, OpenError> {
    let source = Source { path, file, base: base_address(file) };
    let items = source.items(hdf5)?;
    if hdf5.link_exists(layout::CHECKSUMS) && items.iter().all(Item::is_plain) {
        return Ok(None);
    }
    source.copy(items).map(Some)
}

/// A file, as it is copied.
#[derive(Clone, Copy)]
struct Source<'a> {
    path: &'a Path,
    file: &'a File,
    /// Where HDF5 begins in it: MATLAB puts a text before.
    base: u64,
}

/// A dataset of the format, as it is stored.
struct Item {
    path: String,
    dataset: hdf5::Dataset,
    /// What the format has there.
    element: TypeDescriptor,
}

impl Item {
    /// Whether it lies in the file as this program would write it.
    fn is_plain(&self) -> bool {
        let Ok(found) = self.dataset.dtype() else { return false };
        let expected = match (&self.element, found.to_descriptor()) {
            (TypeDescriptor::FixedUnicode(_), Ok(width @ TypeDescriptor::FixedUnicode(_))) => width,
            (element, _) => element.clone(),
        };
        let is_expected = Datatype::from_descriptor(&expected).is_ok_and(|it| it == found);
        // Features are mapped as they lie, which their numbers must be aligned for.
        let alignment = if layout::is_feature(&self.path) { found.size() as u64 } else { 1 };
        let is_in_place = match self.dataset.offset() {
            Some(offset) => offset.is_multiple_of(alignment.max(1)),
            None => self.dataset.size() == 0,
        };
        is_expected && is_in_place && !self.dataset.is_scalar()
    }
}

/// The digest of the bytes of each dataset as they are in the original, once they have been read.
type Originals = Rc<RefCell<BTreeMap<String, Digest>>>;

impl Source<'_> {
    /// The datasets of the format that are there. Which type features have is in the provenance.
    fn items(&self, hdf5: &hdf5::File) -> Result<Vec<Item>, OpenError> {
        let mut items = Vec::new();
        let dtype = self.dtype(hdf5)?;
        for (path, element) in layout_of() {
            if hdf5.link_exists(&path) {
                items.push(self.item(hdf5, path, element)?);
            }
        }
        let features = hdf5.group(layout::FEATURES).and_then(|group: Group| group.member_names());
        for tap in features.map_err(|error| self.unreadable(layout::FEATURES, &error))? {
            items.push(self.item(hdf5, layout::features_path(&tap), element_of(dtype))?);
        }
        Ok(items)
    }

    fn item(
        &self,
        hdf5: &hdf5::File,
        path: String,
        element: TypeDescriptor,
    ) -> Result<Item, OpenError> {
        match hdf5.dataset(&path) {
            Ok(dataset) => Ok(Item { path, dataset, element }),
            Err(error) => Err(self.unreadable(&path, &error)),
        }
    }

    /// The element type that the provenance names; any for a provenance that is not understood, which
    /// validation says.
    fn dtype(&self, hdf5: &hdf5::File) -> Result<Dtype, OpenError> {
        let item = self.item(hdf5, layout::PROVENANCE.to_owned(), text())?;
        let provenance = match item.is_plain() {
            true => self.texts(&item).unwrap_or_default(),
            false => self.texts(&item)?,
        };
        let provenance = serde_json::from_str(&provenance.concat());
        Ok(provenance.map_or(Dtype::F32, |provenance: Provenance| provenance.dtype))
    }

    fn copy(&self, items: Vec<Item>) -> Result<PlainCopy, OpenError> {
        let stored = self.checksums(&items)?;
        let originals = Originals::default();
        let mut datasets = Vec::new();
        let mut total = 0_usize;
        for item in items.iter().filter(|item| !item.path.starts_with(layout::CHECKSUMS)) {
            let dataset = if item.element == text() {
                self.text_dataset(item, &originals)?
            } else {
                self.number_dataset(item, &originals)?
            };
            total = total.saturating_add(dataset.n_bytes() as usize);
            self.check_total(&item.path, total)?;
            datasets.push(dataset);
        }
        let checksum = |item: &str, copied: Digest| match stored.get(item) {
            Some(stored) if originals.borrow().get(item) != Some(stored) => *stored,
            _ => copied,
        };
        let file = tempfile::tempfile().map_err(|error| self.no_room(error))?;
        match body::write(&file, datasets, &checksum) {
            Ok(n_bytes) => match structure_of(&file, n_bytes) {
                Ok(structure) => Ok(PlainCopy { file, structure }),
                Err(source) => Err(self.no_room(source)),
            },
            Err(BodyError::Io(source)) => Err(self.no_room(source)),
            Err(BodyError::Rows(ReadError::Damaged { item, problem, .. })) => {
                Err(self.stored(&item, problem))
            }
            Err(BodyError::Rows(error)) => Err(self.stored(layout::ROOT, error.to_string())),
        }
    }

    /// The checksums in the file, none where it has none.
    fn checksums(&self, items: &[Item]) -> Result<BTreeMap<String, Digest>, OpenError> {
        let find = |path: &str| items.iter().find(|item| item.path == path);
        let (names, digests) = (find(layout::CHECKSUM_NAME), find(layout::CHECKSUM_BLAKE3));
        let (names, digests) = match (names, digests) {
            (Some(names), Some(digests)) => (self.texts(names)?, digests),
            (None, None) => return Ok(BTreeMap::new()),
            (Some(_), None) => return Err(self.damaged(layout::CHECKSUM_BLAKE3, "is missing")),
            (None, Some(_)) => return Err(self.damaged(layout::CHECKSUM_NAME, "is missing")),
        };
        let (storage, read_as) = self.numbers(digests)?;
        let write_as = Element::described(&digests.element).expect("the format has such numbers");
        let mut bytes = vec![0; storage.n_bytes() / read_as.size()];
        let rows = 0..storage.shape[0];
        Bands::new(self.file, storage, read_as, write_as)
            .fill(rows, &mut bytes)
            .map_err(|problem| self.stored(&digests.path, problem))?;
        let copied = items.iter().filter(|item| !item.path.starts_with(layout::CHECKSUMS));
        let mut expected: Vec<&String> = copied.map(|item| &item.path).collect();
        expected.sort();
        if !expected.iter().copied().eq(&names) || bytes.len() != 32 * names.len() {
            return Err(self.damaged(layout::CHECKSUM_NAME, "names other datasets"));
        }
        Ok(names.into_iter().zip(bytes.as_chunks().0.iter().copied()).collect())
    }

    /// The strings of a dataset.
    fn texts(&self, item: &Item) -> Result<Vec<String>, OpenError> {
        Ok(self.texts_and_digest(item)?.0)
    }

    /// Likewise, and the digest of the bytes that hold them, if these do.
    fn texts_and_digest(&self, item: &Item) -> Result<(Vec<String>, Option<Digest>), OpenError> {
        let descriptor = item.dataset.dtype().and_then(|found| found.to_descriptor());
        let descriptor = descriptor.map_err(|error| self.unreadable(&item.path, &error))?;
        let Some(width) = texts::element_bytes(&descriptor) else {
            return Err(self.stored(&item.path, format!("holds {descriptor}, expected strings")));
        };
        let storage = self.storage(item, width)?;
        self.check_total(&item.path, storage.n_bytes())?;
        let unreadable = |problem| self.stored(&item.path, problem);
        let bytes = storage.read(self.file, 0..storage.shape[0]).map_err(unreadable)?;
        let strings = match texts::are_inline(&descriptor) {
            true => texts::inline(&bytes, width),
            false => texts::in_heaps(self.file, self.base, &bytes, self.limit()),
        };
        let digest = texts::are_inline(&descriptor).then(|| blake3::hash(&bytes).into());
        Ok((strings.map_err(unreadable)?, digest))
    }

    fn text_dataset(
        &self,
        item: &Item,
        originals: &Originals,
    ) -> Result<Dataset<'static>, OpenError> {
        let (strings, digest) = self.texts_and_digest(item)?;
        if let Some(digest) = digest {
            originals.borrow_mut().insert(item.path.clone(), digest);
        }
        let width = strings.iter().map(String::len).max().unwrap_or(0).max(1);
        self.check_total(&item.path, width.saturating_mul(strings.len()))?;
        Ok(Dataset::strings(&item.path, strings.into_iter()))
    }

    fn number_dataset<'a>(
        &'a self,
        item: &'a Item,
        originals: &Originals,
    ) -> Result<Dataset<'a>, OpenError> {
        let (storage, read_as) = self.numbers(item)?;
        let write_as = Element::described(&item.element).expect("the format has such numbers");
        let n_values = storage.n_bytes() / read_as.size();
        self.check_total(&item.path, n_values.saturating_mul(write_as.size()))?;
        let shape = storage.shape.clone();
        let originals = Rc::clone(originals);
        let mut bands = Bands::new(self.file, storage, read_as, write_as);
        let fill = move |rows: Range<usize>, bytes: &mut [u8]| {
            let digest = bands.fill(rows, bytes).map_err(|p| self.damaged_rows(item, p))?;
            if let Some(digest) = digest {
                originals.borrow_mut().insert(item.path.clone(), digest);
            }
            Ok(())
        };
        Ok(Dataset::raw(&item.path, item.element.clone(), shape, Box::new(fill)))
    }

    /// Where the numbers of a dataset lie, and how.
    fn numbers(&self, item: &Item) -> Result<(Storage, Element), OpenError> {
        let datatype = item.dataset.dtype().map_err(|error| self.unreadable(&item.path, &error))?;
        let Some(read_as) = Element::of(&datatype) else {
            let found = datatype.to_descriptor();
            let found = found.map_or_else(|_| "an unknown type".to_owned(), |t| t.to_string());
            let problem = format!("holds {found}, expected {}", item.element);
            return Err(self.stored(&item.path, problem));
        };
        Ok((self.storage(item, read_as.size())?, read_as))
    }

    fn storage(&self, item: &Item, element: usize) -> Result<Storage, OpenError> {
        let file_len = self.file.metadata().map_or(0, |metadata| metadata.len());
        Storage::new(&item.dataset, element, file_len)
            .map_err(|problem| self.stored(&item.path, problem))
    }

    /// Bytes that a copy may take.
    fn limit(&self) -> usize {
        let file_len = self.file.metadata().map_or(0, |metadata| metadata.len());
        (file_len as usize).saturating_mul(RATIO).saturating_add(SPARE)
    }

    fn check_total(&self, item: &str, n_bytes: usize) -> Result<(), OpenError> {
        if n_bytes <= self.limit() {
            return Ok(());
        }
        let problem = format!("is {n_bytes} bytes when it is not compressed, which is too much");
        Err(self.stored(item, problem))
    }

    fn stored(&self, item: &str, problem: String) -> OpenError {
        OpenError::Stored { path: self.path.to_owned(), item: item.to_owned(), problem }
    }

    fn damaged(&self, item: &str, problem: &str) -> OpenError {
        let (path, item) = (self.path.to_owned(), item.to_owned());
        OpenError::Damaged { path, item, problem: problem.to_owned() }
    }

    fn damaged_rows(&self, item: &Item, problem: String) -> ReadError {
        ReadError::Damaged { path: self.path.to_owned(), item: item.path.clone(), problem }
    }

    fn unreadable(&self, item: &str, error: &hdf5::Error) -> OpenError {
        self.damaged(item, &format!("cannot be read: {error}"))
    }

    fn no_room(&self, source: io::Error) -> OpenError {
        OpenError::Copy { path: self.path.to_owned(), folder: env::temp_dir(), source }
    }
}

/// A file of the same length with the first `n_bytes` of another, and nothing else.
fn structure_of(file: &File, n_bytes: usize) -> io::Result<NamedTempFile> {
    let structure = NamedTempFile::new()?;
    structure.as_file().set_len(file.metadata()?.len())?;
    let mut bytes = vec![0; n_bytes];
    file.read_exact_at(&mut bytes, 0)?;
    structure.as_file().write_all_at(&bytes, 0)?;
    Ok(structure)
}

/// HDF5 begins at the beginning of a file, or at byte 512, 1024, 2048 and so on.
fn base_address(file: &File) -> u64 {
    let begins_at = |offset: &u64| {
        let mut bytes = [0; SIGNATURE.len()];
        file.read_exact_at(&mut bytes, *offset).is_ok() && bytes == *SIGNATURE
    };
    let offsets = (9..40).map(|power| 1 << power);
    [0].into_iter().chain(offsets).find(begins_at).unwrap_or(0)
}
