//! Checks of a file's structure, made once when it is opened.
//!
//! Nothing is believed before it is checked: a dataset is read only after its length is known to
//! fit into the file, so that no file, however damaged, makes a reader ask for more memory than
//! the file itself is long.

use std::collections::BTreeSet;
use std::path::Path;

use half::f16;
use hdf5::types::VarLenUnicode;
use hdf5::{Dataset, Datatype, H5Type};

use crate::error::OpenError;
use crate::layout;
use crate::provenance::{Dtype, Provenance};
use crate::sample::{Shard, Split, Tap};
use crate::strings::StringFile;

/// What a valid file says about itself.
pub(crate) struct Contents {
    pub(crate) provenance: Provenance,
    pub(crate) created_by: String,
    pub(crate) classes: Vec<String>,
    pub(crate) labels: Vec<i32>,
    pub(crate) splits: Vec<Split>,
    pub(crate) shard: Option<Shard>,
    pub(crate) annotated: Annotated,
    pub(crate) taps: Vec<Tap>,
    /// Byte offset of each tap's numbers in the file.
    pub(crate) offsets: Vec<u64>,
}

/// Which annotations a file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Annotated {
    pub(crate) labels: bool,
    pub(crate) boxes: bool,
    pub(crate) ground_truth: bool,
}

impl Annotated {
    /// The datasets of those that are there.
    fn datasets(self) -> impl Iterator<Item = &'static str> {
        let Self { labels, boxes, ground_truth } = self;
        [(labels, layout::LABELS), (boxes, layout::BOX), (ground_truth, layout::GROUND_TRUTH)]
            .into_iter()
            .filter_map(|(is_there, dataset)| is_there.then_some(dataset))
    }
}

/// Reads and checks everything but the features, the paths and the hashes.
pub(crate) fn validate(
    path: &Path,
    file: &hdf5::File,
    strings: &StringFile,
) -> Result<Contents, OpenError> {
    let file_len = path.metadata().map_or(0, |m| m.len());
    let checker = Checker { path, file, strings, file_len };
    let version = checker.check_identity()?;

    let created_by = checker.text_attribute("created_by")?;
    let provenance = checker.text_attribute("provenance")?;
    let provenance: Provenance = serde_json::from_str(&provenance)
        .map_err(|error| checker.damaged("provenance", format!("is not understood: {error}")))?;

    let shard = checker.shard()?;

    let n_samples = match checker.dataset(layout::LABEL)?.shape()[..] {
        [n] if n > 0 => n,
        ref shape => return Err(checker.shape(layout::LABEL, shape, "[n_samples], at least 1")),
    };
    let labels = checker.column::<i32>(layout::LABEL, &[n_samples])?;
    let codes = checker.column::<u8>(layout::SPLIT, &[n_samples])?;
    checker.numbers::<u8>(layout::CONTENT_HASH, &[n_samples, 32])?;
    checker.numbers::<u64>(layout::SIZE, &[n_samples])?;
    checker.numbers::<i64>(layout::MTIME, &[n_samples])?;
    checker.references(layout::PATH, n_samples)?;

    let n_classes = checker.length(layout::CLASS_NAME)?;
    let classes = checker.strings(layout::CLASS_NAME, n_classes)?;
    let n_errors = checker.length(layout::ERROR_PATH)?;
    checker.references(layout::ERROR_PATH, n_errors)?;
    checker.references(layout::ERROR_REASON, n_errors)?;

    if let Some(label) = labels.iter().find(|&&l| l < -1 || l >= n_classes as i32) {
        let problem = format!("holds {label}, but there are {n_classes} classes");
        return Err(checker.damaged(layout::LABEL, problem));
    }
    let splits = codes.iter().map(|&code| Split::from_code(code)).collect::<Option<_>>();
    let splits =
        splits.ok_or_else(|| checker.damaged(layout::SPLIT, "holds an unknown split".into()))?;

    let annotated = match version {
        1 => Annotated::default(),
        _ => checker.annotated(n_samples, n_classes)?,
    };
    let (taps, offsets) = checker.taps(&provenance, n_samples)?;
    checker.check_checksums(&taps, annotated)?;
    Ok(Contents {
        provenance,
        created_by,
        classes,
        labels,
        splits,
        shard,
        annotated,
        taps,
        offsets,
    })
}

struct Checker<'a> {
    path: &'a Path,
    file: &'a hdf5::File,
    strings: &'a StringFile,
    file_len: u64,
}

impl Checker<'_> {
    /// Refuses what is no cache of a known version, and gives that.
    fn check_identity(&self) -> Result<u32, OpenError> {
        if !self.text_attribute("format").is_ok_and(|format| format == layout::FORMAT) {
            return Err(OpenError::NotACache { path: self.path.to_owned() });
        }
        let version = self.number_attribute::<u32>("format_version")?;
        if !(layout::OLDEST_FORMAT_VERSION..=layout::FORMAT_VERSION).contains(&version) {
            return Err(OpenError::Version { path: self.path.to_owned(), found: version });
        }
        if self.number_attribute::<u8>("complete")? != 1 {
            return Err(self.damaged("complete", "is not 1: the file was never finished".into()));
        }
        Ok(version)
    }

    /// The annotations that there are, each of the shape that it must have.
    fn annotated(&self, n_samples: usize, n_classes: usize) -> Result<Annotated, OpenError> {
        let [labels, boxes, ground_truth] = [layout::LABELS, layout::BOX, layout::GROUND_TRUTH]
            .map(|item| self.file.link_exists(item));
        if labels {
            self.numbers::<i8>(layout::LABELS, &[n_samples, n_classes])?;
        }
        if boxes {
            self.numbers::<f32>(layout::BOX, &[n_samples, 4])?;
        }
        if ground_truth {
            self.references(layout::GROUND_TRUTH, 1)?;
        }
        Ok(Annotated { labels, boxes, ground_truth })
    }

    /// The taps of the provenance, each with the offset of its numbers.
    fn taps(
        &self,
        provenance: &Provenance,
        n_samples: usize,
    ) -> Result<(Vec<Tap>, Vec<u64>), OpenError> {
        let group =
            self.file.group(layout::FEATURES).map_err(|e| self.unreadable(layout::FEATURES, &e))?;
        let stored = group.member_names().map_err(|e| self.unreadable(layout::FEATURES, &e))?;
        let stored: BTreeSet<&String> = stored.iter().collect();
        let promised: BTreeSet<&String> = provenance.taps.iter().collect();
        if promised.is_empty() || stored != promised {
            let problem = format!("holds {stored:?}, but the provenance names {promised:?}");
            return Err(self.damaged(layout::FEATURES, problem));
        }
        let mut taps = Vec::new();
        let mut offsets = Vec::new();
        for name in &provenance.taps {
            let item = layout::features_path(name);
            let shape = self.dataset(&item)?.shape();
            let (n_views, n_features) = match shape[..] {
                [n, d] if n == n_samples && d > 0 => (1, d),
                [n, v, d] if n == n_samples && v > 0 && d > 0 => (v, d),
                _ => return Err(self.shape(&item, &shape, &format!("[{n_samples}, ...]"))),
            };
            let dtype = provenance.dtype;
            let offset = match dtype {
                Dtype::F32 => self.numbers::<f32>(&item, &shape)?,
                Dtype::F16 => self.numbers::<f16>(&item, &shape)?,
            };
            if !offset.is_multiple_of(dtype.size() as u64) {
                return Err(self.damaged(&item, format!("begins at byte {offset}, not aligned")));
            }
            taps.push(Tap { name: name.clone(), n_views, n_features, dtype });
            offsets.push(offset);
        }
        Ok((taps, offsets))
    }

    /// There is a checksum for every dataset, and for nothing else.
    fn check_checksums(&self, taps: &[Tap], annotated: Annotated) -> Result<(), OpenError> {
        let mut expected: Vec<String> = layout::DATASETS.iter().map(|&d| d.to_owned()).collect();
        expected.extend(annotated.datasets().map(str::to_owned));
        expected.extend(taps.iter().map(|tap| layout::features_path(&tap.name)));
        expected.sort();
        if self.strings(layout::CHECKSUM_NAME, expected.len())? != expected {
            return Err(self.damaged(layout::CHECKSUM_NAME, "names other datasets".into()));
        }
        self.numbers::<u8>(layout::CHECKSUM_BLAKE3, &[expected.len(), 32]).map(|_| ())
    }

    fn dataset(&self, item: &str) -> Result<Dataset, OpenError> {
        self.file.dataset(item).map_err(|error| self.unreadable(item, &error))
    }

    /// Length of a one-dimensional dataset.
    fn length(&self, item: &str) -> Result<usize, OpenError> {
        match self.dataset(item)?.shape()[..] {
            [n] => Ok(n),
            ref shape => Err(self.shape(item, shape, "[n]")),
        }
    }

    /// Checks type, shape and extent of a numeric dataset; gives its offset in the file.
    fn numbers<T: H5Type>(&self, item: &str, shape: &[usize]) -> Result<u64, OpenError> {
        let dataset = self.typed::<T>(item, shape)?;
        let n = shape.iter().try_fold(size_of::<T>() as u64, |n, &d| n.checked_mul(d as u64));
        match (dataset.offset(), n) {
            (Some(offset), Some(n)) if offset.saturating_add(n) <= self.file_len => Ok(offset),
            _ => Err(self.damaged(item, "is not whole and contiguous in the file".into())),
        }
    }

    /// Checks type, shape and extent of a string dataset; gives the offset of its references.
    fn references(&self, item: &str, n: usize) -> Result<Option<u64>, OpenError> {
        let dataset = self.typed::<VarLenUnicode>(item, &[n])?;
        match dataset.offset() {
            // HDF5 gives no place in the file to a dataset of nothing.
            None if n == 0 => Ok(None),
            Some(offset) if (n as u64).saturating_mul(16) <= self.file_len => Ok(Some(offset)),
            _ => Err(self.damaged(item, "is not whole and contiguous in the file".into())),
        }
    }

    fn strings(&self, item: &str, n: usize) -> Result<Vec<String>, OpenError> {
        let Some(offset) = self.references(item, n)? else { return Ok(Vec::new()) };
        self.strings.read(offset, 0..n).map_err(|error| self.damaged(item, error.to_string()))
    }

    fn typed<T: H5Type>(&self, item: &str, shape: &[usize]) -> Result<Dataset, OpenError> {
        let dataset = self.dataset(item)?;
        if dataset.shape() != shape {
            return Err(self.shape(item, &dataset.shape(), &format!("{shape:?}")));
        }
        // Equal types have equal byte orders, too: a big-endian file is refused, not misread.
        let types = || Ok((dataset.dtype()?, Datatype::from_type::<T>()?));
        let (found, expected) =
            types().map_err(|error: hdf5::Error| self.unreadable(item, &error))?;
        if found != expected {
            let describe = |t: &Datatype| {
                t.to_descriptor().map_or_else(|_| "an unknown type".to_owned(), |t| t.to_string())
            };
            let (found, expected) = (describe(&found), describe(&expected));
            let problem = format!("holds {found}, expected little-endian {expected}");
            return Err(self.damaged(item, problem));
        }
        Ok(dataset)
    }

    fn column<T: H5Type>(&self, item: &str, shape: &[usize]) -> Result<Vec<T>, OpenError> {
        self.numbers::<T>(item, shape)?;
        self.read(item, &self.dataset(item)?)
    }

    fn read<T: H5Type>(&self, item: &str, dataset: &Dataset) -> Result<Vec<T>, OpenError> {
        if dataset.size() == 0 {
            return Ok(Vec::new());
        }
        dataset.read_raw().map_err(|error| self.unreadable(item, &error))
    }

    /// Caches of all images have no such attribute.
    fn shard(&self) -> Result<Option<Shard>, OpenError> {
        let names = self.file.attr_names().map_err(|error| self.unreadable("shard", &error))?;
        if !names.iter().any(|name| name == "shard") {
            return Ok(None);
        }
        let shard = self.text_attribute("shard")?.parse::<Shard>();
        shard.map(Some).map_err(|error| self.damaged("shard", error.to_string()))
    }

    fn text_attribute(&self, name: &str) -> Result<String, OpenError> {
        let is_text = || -> hdf5::Result<bool> {
            let attribute = self.file.attr(name)?;
            let expected = Datatype::from_type::<VarLenUnicode>()?;
            Ok(attribute.is_scalar() && attribute.dtype()? == expected)
        };
        if !is_text().map_err(|error| self.unreadable(name, &error))? {
            return Err(self.damaged(name, "is no string".into()));
        }
        self.strings.root_attribute(name).map_err(|error| self.damaged(name, error.to_string()))
    }

    fn number_attribute<T: H5Type>(&self, name: &str) -> Result<T, OpenError> {
        let read = || self.file.attr(name)?.read_scalar::<T>();
        read().map_err(|error| self.unreadable(name, &error))
    }

    fn unreadable(&self, item: &str, error: &hdf5::Error) -> OpenError {
        self.damaged(item, format!("cannot be read: {error}"))
    }

    fn shape(&self, item: &str, found: &[usize], expected: &str) -> OpenError {
        self.damaged(item, format!("has shape {found:?}, expected {expected}"))
    }

    fn damaged(&self, item: &str, problem: String) -> OpenError {
        OpenError::Damaged { path: self.path.to_owned(), item: item.to_owned(), problem }
    }
}
