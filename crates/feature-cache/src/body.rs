//! The file under construction.
//!
//! HDF5 makes the structure: names, types, and a place for the rows of each dataset. The rows are written
//! without it, so that a write that fails is an error of the system, and HDF5 has nothing left to write.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use atomic_file::UnfinishedFile;
use hdf5::dataset::{AllocTime, FillTime};
use hdf5::types::FixedUnicode;

use crate::datasets::Dataset;
use crate::layout;

/// Bytes of rows written at a time.
const PIECE: usize = 16 << 20;

/// BLAKE3 of the bytes of a dataset.
pub(crate) type Digest = [u8; 32];

/// Which side failed.
pub(crate) enum BodyError {
    Io(io::Error),
    Hdf5(hdf5::Error),
}

impl From<io::Error> for BodyError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<hdf5::Error> for BodyError {
    fn from(error: hdf5::Error) -> Self {
        Self::Hdf5(error)
    }
}

/// Writes the datasets, and the checksums of them, to an empty file.
pub(crate) fn write(
    unfinished: &mut UnfinishedFile,
    mut datasets: Vec<Dataset<'_>>,
) -> Result<(), BodyError> {
    let mut digests: BTreeMap<String, Digest> =
        datasets.iter().map(|dataset| (dataset.path.clone(), Digest::default())).collect();
    let offsets = {
        let (file, checksums) = (create(unfinished)?, checksums(&digests));
        let places = datasets.iter().chain(&checksums).map(|dataset| allocate(&file, dataset));
        let offsets: Vec<Option<u64>> = places.collect::<hdf5::Result<_>>()?;
        file.close()?;
        offsets
    };
    let file = unfinished.as_file_mut();
    let (of_datasets, of_checksums) = offsets.split_at(datasets.len());
    for (dataset, offset) in datasets.iter_mut().zip(of_datasets) {
        let digest = copy(dataset, file, *offset)?;
        digests.insert(dataset.path.clone(), digest);
    }
    for (mut dataset, offset) in checksums(&digests).into_iter().zip(of_checksums) {
        copy(&mut dataset, file, *offset)?;
    }
    Ok(())
}

/// The digests as datasets, in the order of names.
fn checksums(digests: &BTreeMap<String, Digest>) -> [Dataset<'_>; 2] {
    [
        Dataset::strings(layout::CHECKSUM_NAME, digests.keys()),
        Dataset::numbers(layout::CHECKSUM_BLAKE3, &[32], digests.values()),
    ]
}

/// An HDF5 file without datasets.
fn create(unfinished: &UnfinishedFile) -> hdf5::Result<hdf5::File> {
    let file = hdf5::File::with_options()
        .with_fapl(|access| access.alignment(layout::ALIGNMENT, layout::ALIGNMENT))
        // Without the time of day in it, the same contents are the same bytes.
        .with_fcpl(|creation| creation.obj_track_times(false))
        .create(unfinished.path())?;
    let format: FixedUnicode<{ layout::FORMAT.len() }> = layout::FORMAT.parse().expect("it fits");
    file.new_attr::<FixedUnicode<{ layout::FORMAT.len() }>>()
        .create("format")?
        .write_scalar(&format)?;
    file.new_attr::<u32>().create("format_version")?.write_scalar(&layout::FORMAT_VERSION)?;
    Ok(file)
}

/// Makes a dataset without contents, and gives its place in the file. Nothing has none.
fn allocate(file: &hdf5::File, dataset: &Dataset<'_>) -> hdf5::Result<Option<u64>> {
    let dataset = file
        .new_dataset_builder()
        .no_chunk()
        .alloc_time(Some(AllocTime::Early))
        .fill_time(FillTime::Never)
        .empty_as(&dataset.element)
        .shape(dataset.shape.as_slice())
        .create(dataset.path.as_str())?;
    Ok(dataset.offset())
}

/// Writes the rows of a dataset to its place, piece by piece.
fn copy(dataset: &mut Dataset<'_>, file: &File, offset: Option<u64>) -> io::Result<Digest> {
    let mut hasher = blake3::Hasher::new();
    if let Some(mut offset) = offset {
        let (n_rows, row_bytes) = (dataset.shape[0], dataset.row_bytes());
        let piece = (PIECE / row_bytes).clamp(1, n_rows);
        let mut buffer = vec![0; piece * row_bytes];
        for start in (0..n_rows).step_by(piece) {
            let end = (start + piece).min(n_rows);
            let bytes = &mut buffer[..(end - start) * row_bytes];
            dataset.fill(start..end, bytes)?;
            hasher.update(bytes);
            file.write_all_at(bytes, offset)?;
            offset += bytes.len() as u64;
        }
    }
    Ok(hasher.finalize().into())
}
