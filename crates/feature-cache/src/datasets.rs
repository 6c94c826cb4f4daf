//! What a cache is made of: its datasets, each with its rows as bytes.

use std::ops::Range;

use bytemuck::NoUninit;
use half::f16;
use hdf5::H5Type;
use hdf5::types::TypeDescriptor;
use schema::{BoundingBox, Dtype, GroundTruth, Sample, Shard, SourceRecord, Tap, Unreadable};

use crate::annotations::Annotations;
use crate::error::ReadError;
use crate::header::Header;
use crate::layout;

/// A dataset that is to be written.
pub(crate) struct Dataset<'a> {
    pub(crate) path: String,
    pub(crate) element: TypeDescriptor,
    pub(crate) shape: Vec<usize>,
    rows: Rows<'a>,
}

/// Fills its buffer with rows. It is called for one range after another, from the first row to the last.
pub(crate) type Rows<'a> = Box<dyn FnMut(Range<usize>, &mut [u8]) -> Result<(), ReadError> + 'a>;

impl<'a> Dataset<'a> {
    /// Bytes in a row.
    pub(crate) fn row_bytes(&self) -> usize {
        self.element.size() * self.shape[1..].iter().product::<usize>()
    }

    /// Bytes of all rows.
    pub(crate) fn n_bytes(&self) -> u64 {
        (self.shape[0] * self.row_bytes()) as u64
    }

    /// Fills `bytes` with the rows that come next.
    pub(crate) fn fill(&mut self, rows: Range<usize>, bytes: &mut [u8]) -> Result<(), ReadError> {
        (self.rows)(rows, bytes)
    }

    /// `[n, row...]` numbers: a row from each item.
    pub(crate) fn numbers<T: H5Type + NoUninit>(
        path: &str,
        row: &[usize],
        mut rows: impl ExactSizeIterator<Item = impl AsRef<[T]>> + 'a,
    ) -> Self {
        let shape = [&[rows.len()][..], row].concat();
        let row_bytes = row.iter().product::<usize>() * size_of::<T>();
        let fill = move |_, bytes: &mut [u8]| {
            for (bytes, row) in bytes.chunks_exact_mut(row_bytes).zip(&mut rows) {
                bytes.copy_from_slice(bytemuck::cast_slice(row.as_ref()));
            }
            Ok(())
        };
        Self { path: path.to_owned(), element: T::type_descriptor(), shape, rows: Box::new(fill) }
    }

    /// `[n]` strings, padded with NUL to the length of the longest.
    pub(crate) fn strings(
        path: &str,
        mut strings: impl ExactSizeIterator<Item = impl AsRef<str>> + Clone + 'a,
    ) -> Self {
        // HDF5 has no strings of no bytes.
        let width = strings.clone().map(|string| string.as_ref().len()).max().unwrap_or(0).max(1);
        let shape = vec![strings.len()];
        let fill = move |_, bytes: &mut [u8]| {
            bytes.fill(0);
            for (bytes, string) in bytes.chunks_exact_mut(width).zip(&mut strings) {
                // A NUL ends a string: no file name holds one, and a message does without.
                let letters = string.as_ref().bytes().filter(|&byte| byte != 0);
                bytes.iter_mut().zip(letters).for_each(|(byte, letter)| *byte = letter);
            }
            Ok(())
        };
        Self {
            path: path.to_owned(),
            element: TypeDescriptor::FixedUnicode(width),
            shape,
            rows: Box::new(fill),
        }
    }

    /// Rows of any numbers.
    pub(crate) fn raw(
        path: &str,
        element: TypeDescriptor,
        shape: Vec<usize>,
        rows: Rows<'a>,
    ) -> Self {
        Self { path: path.to_owned(), element, shape, rows }
    }

    fn features(tap: &Tap, n_samples: usize, rows: Rows<'a>) -> Self {
        let element = match tap.dtype {
            Dtype::F32 => f32::type_descriptor(),
            Dtype::F16 => f16::type_descriptor(),
        };
        let shape = match tap.n_views {
            1 => vec![n_samples, tap.n_features],
            n_views => vec![n_samples, n_views, tap.n_features],
        };
        Self { path: layout::features_path(&tap.name), element, shape, rows }
    }
}

/// Texts of a cache that are not in memory as they are written.
pub(crate) struct Texts {
    provenance: String,
    ground_truth: Option<String>,
    source: Option<String>,
}

impl Texts {
    pub(crate) fn new(header: &Header, annotations: &Annotations) -> Self {
        Self {
            provenance: serde_json::to_string(&header.provenance).expect("plain data"),
            ground_truth: annotations.ground_truth.as_ref().map(GroundTruth::to_json),
            source: annotations.source.as_ref().map(SourceRecord::to_json),
        }
    }
}

/// Fills its buffer with the encoded rows of a tap (by index) for a range of samples.
pub(crate) type FeatureRows<'a> =
    dyn Fn(usize, Range<usize>, &mut [u8]) -> Result<(), ReadError> + 'a;

/// Everything that the file holds, but the checksums of it.
pub(crate) fn datasets<'a, 's>(
    header: &'a Header,
    texts: &'a Texts,
    samples: impl ExactSizeIterator<Item = Sample<&'s str>> + Clone + 'a,
    annotations: &'a Annotations,
    errors: &'a [&'a Unreadable],
    features: &'a FeatureRows<'_>,
) -> Vec<Dataset<'a>> {
    let n_samples = samples.len();
    let column = || samples.clone();
    let of_tap = |(index, tap)| {
        let rows = move |samples, bytes: &mut [u8]| features(index, samples, bytes);
        Dataset::features(tap, n_samples, Box::new(rows))
    };
    let mut datasets: Vec<Dataset<'a>> = header.taps.iter().enumerate().map(of_tap).collect();
    datasets.extend([
        Dataset::strings(layout::PATH, column().map(|s| s.path)),
        Dataset::numbers(layout::CONTENT_HASH, &[32], column().map(|s| s.content_hash)),
        Dataset::numbers(layout::SIZE, &[], column().map(|s| [s.size])),
        Dataset::numbers(layout::MTIME, &[], column().map(|s| [s.mtime_ns])),
        Dataset::numbers(layout::LABEL, &[], column().map(|s| [s.label])),
        Dataset::numbers(layout::SPLIT, &[], column().map(|s| [s.split.code()])),
    ]);
    let Annotations { labels, boxes, .. } = annotations;
    if let Some(labels) = labels {
        let n_classes = header.classes.len();
        datasets.push(Dataset::numbers(
            layout::LABELS,
            &[n_classes],
            labels.chunks_exact(n_classes),
        ));
    }
    if let Some(boxes) = boxes {
        let numbers =
            |in_box: &Option<BoundingBox>| in_box.map_or([f32::NAN; 4], BoundingBox::to_array);
        datasets.push(Dataset::numbers(layout::BOX, &[4], boxes.iter().map(numbers)));
    }
    if let Some(text) = &texts.ground_truth {
        datasets.push(Dataset::strings(layout::GROUND_TRUTH, [text].into_iter()));
    }
    if let Some(text) = &texts.source {
        datasets.push(Dataset::strings(layout::SOURCE, [text].into_iter()));
    }
    if let Some(Shard { index, count }) = header.shard {
        datasets.push(Dataset::numbers(layout::SHARD, &[], [[index], [count]].into_iter()));
    }
    datasets.extend([
        Dataset::strings(layout::CLASS_NAME, header.classes.iter()),
        Dataset::strings(layout::ERROR_PATH, errors.iter().map(|e| &e.path)),
        Dataset::strings(layout::ERROR_REASON, errors.iter().map(|e| &e.reason)),
        Dataset::strings(layout::CREATED_BY, [&header.created_by].into_iter()),
        Dataset::strings(layout::PROVENANCE, [&texts.provenance].into_iter()),
    ]);
    datasets
}
