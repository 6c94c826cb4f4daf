//! Checks of a file's structure, made once when it is opened.
//!
//! Nothing is believed before it is checked: a dataset is read only after its length is known to
//! fit into the file, so that no file, however damaged, makes a reader ask for more memory than
//! the file itself is long.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use half::f16;
use hdf5::types::TypeDescriptor;
use hdf5::{Dataset, Datatype, H5Type, IndexType, IterationOrder, LinkInfo, LinkType};
use schema::{Dtype, Provenance, Shard, Split, Tap};

use crate::checksums::Checksums;
use crate::error::{OpenError, ReadError};
use crate::extents::{Extent, Extents};
use crate::foreign::plain_copy;
use crate::hdf5_file::{begins_as_a_cache, damaged, open_hdf5, unreadable};
use crate::identity::{format_of, version_of};
use crate::layout;
use crate::note::note_copy;

/// What a valid file says about itself.
pub(crate) struct Contents {
    pub(crate) provenance: Provenance,
    pub(crate) created_by: String,
    pub(crate) classes: Vec<String>,
    pub(crate) labels: Vec<i32>,
    pub(crate) splits: Vec<Split>,
    pub(crate) shard: Option<Shard>,
    /// Whether the file said what its datasets should hold.
    pub(crate) has_checksums: bool,
    pub(crate) taps: Vec<Tap>,
}

/// Finds all datasets of an open file, and reads and checks everything but the features, the paths and the
/// hashes. `path` is its name, for messages.
///
/// HDF5 is given the open file, not the name: what it finds is true of the file that is read later, whatever
/// happens to the name meanwhile.
///
/// A cache that others stored in their own way is copied, and the copy is read: see [`foreign`](crate::foreign).
pub(crate) fn validate(
    path: &Path,
    file: File,
    checksums: Checksums,
) -> Result<(Extents, Contents), OpenError> {
    let hdf5 = open_hdf5(path, &file)?;
    let mut checker = Checker::new(path, file, hdf5)?;
    checker.check_identity()?;
    checker.check_links()?;
    let has_checksums = checker.hdf5.link_exists(layout::CHECKSUMS);
    if !has_checksums && checksums == Checksums::Verify {
        return Err(OpenError::NoChecksums { path: path.to_owned() });
    }
    if let Some(copy) = plain_copy(path, &checker.extents.file, &checker.hdf5)? {
        note_copy(path);
        let hdf5 = open_hdf5(path, copy.structure.as_file())?;
        checker = Checker::new(path, copy.file, hdf5)?;
    }
    let contents = checker.contents(has_checksums)?;
    Ok((checker.extents, contents))
}

struct Checker {
    hdf5: hdf5::File,
    file_len: u64,
    /// The datasets that were checked so far.
    extents: Extents,
}

impl Checker {
    fn new(path: &Path, file: File, hdf5: hdf5::File) -> Result<Self, OpenError> {
        let metadata = file.metadata().map_err(|error| damaged(path, "/", unreadable(&error)))?;
        let extents = Extents { path: path.to_owned(), file, datasets: BTreeMap::new() };
        Ok(Self { hdf5, file_len: metadata.len(), extents })
    }

    fn contents(&mut self, has_checksums: bool) -> Result<Contents, OpenError> {
        let created_by = self.text(layout::CREATED_BY)?;
        let provenance = self.text(layout::PROVENANCE)?;
        let provenance: Provenance = serde_json::from_str(&provenance).map_err(|error| {
            self.damaged(layout::PROVENANCE, format!("is not understood: {error}"))
        })?;
        let shard = self.shard()?;

        let n_samples = match self.dataset(layout::LABEL)?.shape()[..] {
            [n] if n > 0 => n,
            ref shape => return Err(self.shape(layout::LABEL, shape, "[n_samples], at least 1")),
        };
        self.numbers::<i32>(layout::LABEL, &[n_samples])?;
        self.numbers::<u8>(layout::SPLIT, &[n_samples])?;
        self.numbers::<u8>(layout::CONTENT_HASH, &[n_samples, 32])?;
        self.numbers::<u64>(layout::SIZE, &[n_samples])?;
        self.numbers::<i64>(layout::MTIME, &[n_samples])?;
        self.strings(layout::PATH, n_samples)?;
        let n_classes = self.length(layout::CLASS_NAME)?;
        self.strings(layout::CLASS_NAME, n_classes)?;
        let n_errors = self.length(layout::ERROR_PATH)?;
        self.strings(layout::ERROR_PATH, n_errors)?;
        self.strings(layout::ERROR_REASON, n_errors)?;
        if self.hdf5.link_exists(layout::LABELS) {
            if n_classes == 0 {
                return Err(self.damaged(layout::LABELS, "is there, but there is no class".into()));
            }
            self.numbers::<i8>(layout::LABELS, &[n_samples, n_classes])?;
        }
        if self.hdf5.link_exists(layout::BOX) {
            self.numbers::<f32>(layout::BOX, &[n_samples, 4])?;
        }
        if self.hdf5.link_exists(layout::GROUND_TRUTH) {
            self.strings(layout::GROUND_TRUTH, 1)?;
        }
        if self.hdf5.link_exists(layout::SOURCE) {
            self.strings(layout::SOURCE, 1)?;
        }

        let classes: Vec<String> = self.read(Extents::strings, layout::CLASS_NAME)?;
        let mut names = BTreeSet::new();
        if let Some(twice) = classes.iter().find(|name| !names.insert(*name)) {
            return Err(self.damaged(layout::CLASS_NAME, format!("holds {twice:?} twice")));
        }
        let labels: Vec<i32> = self.read(Extents::numbers, layout::LABEL)?;
        if let Some(label) = labels.iter().find(|&&l| l < -1 || l >= n_classes as i32) {
            let problem = format!("holds {label}, but there are {n_classes} classes");
            return Err(self.damaged(layout::LABEL, problem));
        }
        if self.extents.has(layout::LABELS) && labels.iter().any(|&label| label != -1) {
            let problem = format!("holds a class beside the labels of `{}`", layout::LABELS);
            return Err(self.damaged(layout::LABEL, problem));
        }
        let codes: Vec<u8> = self.read(Extents::numbers, layout::SPLIT)?;
        let splits = codes.into_iter().map(Split::from_code).collect::<Option<_>>();
        let splits =
            splits.ok_or_else(|| self.damaged(layout::SPLIT, "holds an unknown split".into()))?;
        let taps = self.taps(&provenance, n_samples)?;
        self.check_checksums()?;
        Ok(Contents { provenance, created_by, classes, labels, splits, shard, has_checksums, taps })
    }

    /// Refuses what is no cache of the known version.
    fn check_identity(&self) -> Result<(), OpenError> {
        let path = || self.extents.path.clone();
        let format = match self.hdf5.attr("format") {
            Ok(format) => format,
            Err(_) if self.lacks_attributes() => return Err(OpenError::NoFormat { path: path() }),
            Err(error) if begins_as_a_cache(&self.extents.file) => {
                return Err(self.damaged(layout::ROOT, unreadable(&error)));
            }
            Err(_) => return Err(OpenError::NotACache { path: path(), found: None }),
        };
        match format_of(&format) {
            Ok(text) if text == layout::FORMAT => {}
            Ok(text) => {
                return Err(OpenError::NotACache {
                    path: path(),
                    found: Some(format!("{text:?}")),
                });
            }
            Err(found) => return Err(OpenError::NotACache { path: path(), found: Some(found) }),
        }
        let version = (self.hdf5.attr("format_version"))
            .and_then(|version| version_of(&version))
            .map_err(|error| self.damaged("format_version", unreadable(&error)))?;
        if version == layout::FORMAT_VERSION {
            Ok(())
        } else {
            Err(OpenError::Version { path: path(), found: version })
        }
    }

    /// Whether the datasets are there, and nothing says what they are.
    fn lacks_attributes(&self) -> bool {
        let has_none = |names: Vec<String>| !names.iter().any(|name| name == "format");
        self.hdf5.attr_names().is_ok_and(has_none)
            && [layout::PROVENANCE, layout::PATH].iter().all(|item| self.hdf5.link_exists(item))
    }

    /// Refuses links that lead to other places than the datasets of this file: nothing is opened through
    /// them.
    fn check_links(&self) -> Result<(), OpenError> {
        let unreadable = |item: &str, error| self.damaged(item, unreadable(&error));
        for group in [
            layout::ROOT,
            layout::FEATURES,
            layout::SAMPLES,
            layout::CLASSES,
            layout::ERRORS,
            layout::CHECKSUMS,
        ] {
            if group == layout::CHECKSUMS && !self.hdf5.link_exists(group) {
                continue;
            }
            let links = || {
                let not_hard = |name: &str, link: LinkInfo| {
                    Ok((link.link_type != LinkType::Hard).then(|| name.to_owned()))
                };
                let group = self.hdf5.group(group)?;
                group.find_link(IndexType::Name, IterationOrder::Native, not_hard)
            };
            if let Some(name) = links().map_err(|error| unreadable(group, error))? {
                let problem = format!("holds the link `{name}`, which leads elsewhere");
                return Err(self.damaged(group, problem));
            }
        }
        Ok(())
    }

    /// Caches of all images have no such dataset.
    fn shard(&mut self) -> Result<Option<Shard>, OpenError> {
        if !self.hdf5.link_exists(layout::SHARD) {
            return Ok(None);
        }
        self.numbers::<u32>(layout::SHARD, &[2])?;
        let shard: Vec<u32> = self.read(Extents::numbers, layout::SHARD)?;
        let (index, count) = (shard[0], shard[1]);
        match Shard::new(index, count) {
            None => Err(self.damaged(layout::SHARD, format!("holds {index}/{count}"))),
            shard => Ok(shard),
        }
    }

    /// The taps of the provenance.
    fn taps(&mut self, provenance: &Provenance, n_samples: usize) -> Result<Vec<Tap>, OpenError> {
        let group = self.hdf5.group(layout::FEATURES).and_then(|group| group.member_names());
        let stored = group.map_err(|error| self.damaged(layout::FEATURES, unreadable(&error)))?;
        let stored: BTreeSet<&String> = stored.iter().collect();
        let promised: BTreeSet<&String> = provenance.taps.iter().collect();
        if promised.is_empty() || stored != promised {
            let problem = format!("holds {stored:?}, but the provenance names {promised:?}");
            return Err(self.damaged(layout::FEATURES, problem));
        }
        let mut taps = Vec::new();
        for name in &provenance.taps {
            let item = layout::features_path(name);
            let shape = self.dataset(&item)?.shape();
            let (n_views, n_features) = match shape[..] {
                [n, d] if n == n_samples && d > 0 => (1, d),
                [n, v, d] if n == n_samples && v > 0 && d > 0 => (v, d),
                [.., last] if last == n_samples => {
                    let expected =
                        format!("[{n_samples}, ...]: MATLAB counts dimensions in reverse");
                    return Err(self.shape(&item, &shape, &expected));
                }
                _ => return Err(self.shape(&item, &shape, &format!("[{n_samples}, ...]"))),
            };
            let dtype = provenance.dtype;
            match dtype {
                Dtype::F32 => self.numbers::<f32>(&item, &shape)?,
                Dtype::F16 => self.numbers::<f16>(&item, &shape)?,
            }
            let offset = self.extents.of(&item).offset;
            if !offset.is_multiple_of(dtype.size() as u64) {
                return Err(self.damaged(&item, format!("begins at byte {offset}, not aligned")));
            }
            taps.push(Tap { name: name.clone(), n_views, n_features, dtype });
        }
        Ok(taps)
    }

    /// There is a checksum for every dataset, and for nothing else.
    fn check_checksums(&mut self) -> Result<(), OpenError> {
        let expected: Vec<String> = self.extents.datasets.keys().cloned().collect();
        self.strings(layout::CHECKSUM_NAME, expected.len())?;
        if self.read(Extents::strings, layout::CHECKSUM_NAME)? != expected {
            return Err(self.damaged(layout::CHECKSUM_NAME, "names other datasets".into()));
        }
        self.numbers::<u8>(layout::CHECKSUM_BLAKE3, &[expected.len(), 32])
    }

    /// The one string of a dataset.
    fn text(&mut self, item: &str) -> Result<String, OpenError> {
        self.strings(item, 1)?;
        Ok(self.read(Extents::strings, item)?.concat())
    }

    /// Length of a one-dimensional dataset.
    fn length(&self, item: &str) -> Result<usize, OpenError> {
        match self.dataset(item)?.shape()[..] {
            [n] => Ok(n),
            ref shape => Err(self.shape(item, shape, "[n]")),
        }
    }

    /// Checks a dataset of `n` strings.
    fn strings(&mut self, item: &str, n: usize) -> Result<(), OpenError> {
        let found = self.dataset(item)?.dtype().and_then(|found| found.to_descriptor());
        match found.map_err(|error| self.damaged(item, unreadable(&error)))? {
            width @ TypeDescriptor::FixedUnicode(_) => self.typed(item, &width, &[n]),
            other => {
                let problem = format!("holds {other}, expected UTF-8 strings of fixed length");
                Err(self.damaged(item, problem))
            }
        }
    }

    /// Checks a dataset of numbers.
    fn numbers<T: H5Type>(&mut self, item: &str, shape: &[usize]) -> Result<(), OpenError> {
        self.typed(item, &T::type_descriptor(), shape)
    }

    /// Checks type, shape and extent of a dataset, and remembers where it lies.
    fn typed(
        &mut self,
        item: &str,
        element: &TypeDescriptor,
        shape: &[usize],
    ) -> Result<(), OpenError> {
        let dataset = self.dataset(item)?;
        if dataset.shape() != shape {
            return Err(self.shape(item, &dataset.shape(), &format!("{shape:?}")));
        }
        // Equal types have equal byte orders, too: a big-endian file is refused, not misread.
        let types = || Ok((dataset.dtype()?, Datatype::from_descriptor(element)?));
        let (found, expected) =
            types().map_err(|error: hdf5::Error| self.damaged(item, unreadable(&error)))?;
        if found != expected {
            let found = found.to_descriptor();
            let found = found.map_or_else(|_| "an unknown type".to_owned(), |t| t.to_string());
            let problem = format!("holds {found}, expected little-endian {element}");
            return Err(self.damaged(item, problem));
        }
        let n_rows = shape[0];
        let row_bytes = shape[1..].iter().try_fold(element.size(), |n, &d| n.checked_mul(d));
        let n_bytes = row_bytes.and_then(|row_bytes| row_bytes.checked_mul(n_rows));
        let offset = match dataset.offset() {
            // HDF5 gives no place in the file to a dataset of nothing.
            None if n_bytes == Some(0) => Some(0),
            offset => offset,
        };
        match (offset, row_bytes, n_bytes) {
            (Some(offset), Some(row_bytes), Some(n_bytes))
                if offset.saturating_add(n_bytes as u64) <= self.file_len =>
            {
                let extent = Extent { offset, row_bytes, n_rows };
                self.extents.datasets.insert(item.to_owned(), extent);
                Ok(())
            }
            _ => Err(self.damaged(item, "is not whole and contiguous in the file".into())),
        }
    }

    fn dataset(&self, item: &str) -> Result<Dataset, OpenError> {
        self.hdf5.dataset(item).map_err(|error| self.damaged(item, unreadable(&error)))
    }

    /// Reads a dataset that was checked.
    fn read<T>(
        &self,
        read: impl Fn(&Extents, &str) -> Result<T, ReadError>,
        item: &str,
    ) -> Result<T, OpenError> {
        read(&self.extents, item).map_err(|error| match error {
            ReadError::Damaged { problem, .. } => self.damaged(item, problem),
            error => self.damaged(item, unreadable(&error)),
        })
    }

    fn shape(&self, item: &str, found: &[usize], expected: &str) -> OpenError {
        self.damaged(item, format!("has shape {found:?}, expected {expected}"))
    }

    fn damaged(&self, item: &str, problem: String) -> OpenError {
        damaged(&self.extents.path, item, problem)
    }
}
