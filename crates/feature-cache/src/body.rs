//! The HDF5 file under construction.

use std::io;
use std::ops::Range;
use std::path::Path;

use half::f16;
use hdf5::types::VarLenUnicode;
use hdf5::{H5Type, Hyperslab, SliceOrIndex};
use ndarray::{ArrayView1, ArrayView2, ArrayViewD, IxDyn};

use crate::annotations::Annotations;
use crate::checksum::{self, Digest};
use crate::layout;
use crate::provenance::Dtype;
use crate::sample::{Sample, Tap};
use crate::writer::Header;

/// Bytes of features copied at a time.
const PIECE: usize = 16 << 20;
/// Rows of other datasets handed to HDF5 at a time.
const ROWS: usize = 4096;

/// Which side of the copy failed.
pub(crate) enum CopyError {
    Rows(io::Error),
    Hdf5(hdf5::Error),
}

/// The HDF5 file under construction, with the digests of what it holds so far.
pub(crate) struct Body {
    file: hdf5::File,
    digests: Vec<(String, Digest)>,
    version: u32,
}

impl Body {
    pub(crate) fn create(path: &Path) -> hdf5::Result<Self> {
        let file = hdf5::File::with_options()
            .with_fapl(|access| access.alignment(layout::ALIGNMENT, layout::ALIGNMENT))
            // Without the time of day in it, the same contents are the same bytes.
            .with_fcpl(|creation| creation.obj_track_times(false))
            .create(path)?;
        Ok(Self { file, digests: Vec::new(), version: layout::OLDEST_FORMAT_VERSION })
    }

    fn dataset<T: H5Type>(&self, path: &str, shape: &[usize]) -> hdf5::Result<hdf5::Dataset> {
        self.file.new_dataset_builder().no_chunk().empty::<T>().shape(shape).create(path)
    }

    /// Copies a tap's rows piece by piece, as `rows` gives them for a range of samples.
    pub(crate) fn features(
        &mut self,
        tap: &Tap,
        n_samples: usize,
        rows: impl FnMut(Range<usize>, &mut [u8]) -> io::Result<()>,
    ) -> Result<(), CopyError> {
        match tap.dtype {
            Dtype::F32 => self.features_of::<f32>(tap, n_samples, rows),
            Dtype::F16 => self.features_of::<f16>(tap, n_samples, rows),
        }
    }

    fn features_of<T: H5Type + bytemuck::Pod>(
        &mut self,
        tap: &Tap,
        n_samples: usize,
        mut rows: impl FnMut(Range<usize>, &mut [u8]) -> io::Result<()>,
    ) -> Result<(), CopyError> {
        let shape = |n| match tap.n_views {
            1 => vec![n, tap.n_features],
            n_views => vec![n, n_views, tap.n_features],
        };
        let path = layout::features_path(&tap.name);
        let dataset = self.dataset::<T>(&path, &shape(n_samples)).map_err(CopyError::Hdf5)?;

        let piece = (PIECE / (tap.row_len() * size_of::<T>())).clamp(1, n_samples);
        let mut buffer = vec![T::zeroed(); piece * tap.row_len()];
        let mut hasher = blake3::Hasher::new();
        for start in (0..n_samples).step_by(piece) {
            let end = (start + piece).min(n_samples);
            let buffer = &mut buffer[..(end - start) * tap.row_len()];
            rows(start..end, bytemuck::cast_slice_mut(buffer)).map_err(CopyError::Rows)?;
            hasher.update(bytemuck::cast_slice(buffer));
            let shape = shape(end - start);
            let mut selection: Vec<SliceOrIndex> = shape.iter().map(|&n| (0..n).into()).collect();
            selection[0] = (start..end).into();
            let piece = ArrayViewD::from_shape(IxDyn(&shape), &*buffer)
                .expect("the buffer was cut to this shape");
            dataset.write_slice(&piece, Hyperslab::from(selection)).map_err(CopyError::Hdf5)?;
        }
        self.digests.push((path, hasher.finalize().into()));
        Ok(())
    }

    /// Writes all columns of `samples`, one after the other.
    pub(crate) fn samples<'a>(
        &mut self,
        samples: impl ExactSizeIterator<Item = Sample<&'a str>> + Clone,
    ) -> hdf5::Result<()> {
        let column = || samples.clone();
        self.strings(layout::PATH, column().map(|s| s.path))?;
        self.column(layout::CONTENT_HASH, column().map(|s| s.content_hash))?;
        self.column(layout::SIZE, column().map(|s| [s.size]))?;
        self.column(layout::MTIME, column().map(|s| [s.mtime_ns]))?;
        self.column(layout::LABEL, column().map(|s| [s.label]))?;
        self.column(layout::SPLIT, column().map(|s| [s.split.code()]))
    }

    /// Writes what some data sets tell, of samples with so many classes.
    pub(crate) fn annotations(
        &mut self,
        annotations: &Annotations,
        n_classes: usize,
    ) -> hdf5::Result<()> {
        let Annotations { labels, boxes, ground_truth } = annotations;
        if !annotations.is_empty() {
            self.version = layout::FORMAT_VERSION;
        }
        if let Some(labels) = labels {
            self.table(layout::LABELS, labels, n_classes)?;
        }
        if let Some(boxes) = boxes {
            self.column(layout::BOX, boxes.iter().copied())?;
        }
        if let Some(ground_truth) = ground_truth {
            self.strings(layout::GROUND_TRUTH, [&*ground_truth.to_json()].into_iter())?;
        }
        Ok(())
    }

    /// A dataset of small numbers, `[n, width]`.
    fn table(&mut self, path: &str, numbers: &[i8], width: usize) -> hdf5::Result<()> {
        let n = numbers.len() / width.max(1);
        let dataset = self.dataset::<i8>(path, &[n, width])?;
        for start in (0..n).step_by(ROWS) {
            let end = (start + ROWS).min(n);
            let piece =
                ArrayView2::from_shape((end - start, width), &numbers[start * width..end * width])
                    .expect("the piece has whole rows");
            dataset.write_slice(&piece, (start..end, ..))?;
        }
        self.digests.push((path.to_owned(), blake3::hash(bytemuck::cast_slice(numbers)).into()));
        Ok(())
    }

    /// A dataset of numbers: `[n]` when `WIDTH` is 1, `[n, WIDTH]` otherwise.
    fn column<T: H5Type + bytemuck::NoUninit, const WIDTH: usize>(
        &mut self,
        path: &str,
        rows: impl ExactSizeIterator<Item = [T; WIDTH]>,
    ) -> hdf5::Result<()> {
        let digest = self.unchecked_column(path, rows)?;
        self.digests.push((path.to_owned(), digest));
        Ok(())
    }

    /// Writes rows of numbers piece by piece, so that no column is in memory twice, and gives their
    /// digest.
    fn unchecked_column<T: H5Type + bytemuck::NoUninit, const WIDTH: usize>(
        &self,
        path: &str,
        mut rows: impl ExactSizeIterator<Item = [T; WIDTH]>,
    ) -> hdf5::Result<Digest> {
        let n = rows.len();
        let shape: &[usize] = if WIDTH == 1 { &[n] } else { &[n, WIDTH] };
        let dataset = self.dataset::<T>(path, shape)?;
        let mut hasher = blake3::Hasher::new();
        for start in (0..n).step_by(ROWS) {
            let piece: Vec<[T; WIDTH]> = rows.by_ref().take(ROWS).collect();
            let (end, numbers) = (start + piece.len(), piece.as_flattened());
            hasher.update(bytemuck::cast_slice(numbers));
            if WIDTH == 1 {
                dataset.write_slice(&ArrayView1::from(numbers), start..end)?;
            } else {
                let table = ArrayView2::from_shape((piece.len(), WIDTH), numbers)
                    .expect("the piece has whole rows");
                dataset.write_slice(&table, (start..end, ..))?;
            }
        }
        Ok(hasher.finalize().into())
    }

    pub(crate) fn strings<'a>(
        &mut self,
        path: &str,
        strings: impl ExactSizeIterator<Item = &'a str>,
    ) -> hdf5::Result<()> {
        let digest = self.unchecked_strings(path, strings)?;
        self.digests.push((path.to_owned(), digest));
        Ok(())
    }

    /// Writes strings piece by piece, since HDF5 wants a copy of each, and gives their digest.
    fn unchecked_strings<'a>(
        &self,
        path: &str,
        mut strings: impl ExactSizeIterator<Item = &'a str>,
    ) -> hdf5::Result<Digest> {
        let n = strings.len();
        let dataset = self.dataset::<VarLenUnicode>(path, &[n])?;
        let mut digest = checksum::Strings::default();
        for start in (0..n).step_by(ROWS) {
            let piece: Vec<VarLenUnicode> = strings.by_ref().take(ROWS).map(unicode).collect();
            piece.iter().for_each(|string| digest.update(string));
            dataset.write_slice(&ArrayView1::from(&piece), start..start + piece.len())?;
        }
        Ok(digest.finish())
    }

    /// Writes what can only be known at the end, and closes the file.
    pub(crate) fn finish(mut self, header: &Header) -> hdf5::Result<()> {
        self.digests.sort();
        let (names, hashes) =
            (self.digests.iter().map(|d| &*d.0), self.digests.iter().map(|d| d.1));
        self.unchecked_strings(layout::CHECKSUM_NAME, names)?;
        self.unchecked_column(layout::CHECKSUM_BLAKE3, hashes)?;

        let provenance = serde_json::to_string(&header.provenance).expect("plain data");
        let text = |name, value: &str| {
            self.file.new_attr::<VarLenUnicode>().create(name)?.write_scalar(&unicode(value))
        };
        text("format", layout::FORMAT)?;
        self.file.new_attr::<u32>().create("format_version")?.write_scalar(&self.version)?;
        text("created_by", &header.created_by)?;
        text("provenance", &provenance)?;
        if let Some(shard) = header.shard {
            text("shard", &shard.to_string())?;
        }
        self.file.new_attr::<u8>().create("complete")?.write_scalar(&1_u8)?;
        self.file.close()
    }
}

/// HDF5 ends a string at its first NUL; no file name holds one, and in a message it may go.
fn unicode(string: &str) -> VarLenUnicode {
    string.replace('\0', "").parse().expect("a string without NUL is valid")
}
