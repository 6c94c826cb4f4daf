//! Files that hold the pixels of many images: IDX and the binary files of CIFAR.

mod cifar;
mod idx;

use std::collections::HashMap;
use std::io::{self, Cursor, Read as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;

use crate::limits::LIST_BYTES;
use crate::packed::{is_packed, unpacked};
use crate::store::{LocalFolder, ReadSeek, Store};

pub(crate) use self::cifar::{CifarFile, PIXELS, cifar_file};
pub(crate) use self::idx::{idx_header, is_transposed};

/// Where a record lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPlace {
    /// The file.
    pub file: PathBuf,
    /// Number of the record in it, from 0 on.
    pub index: usize,
}

/// The pixels of an image, 8 bits a sample, row by row, channels beside each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// 1 for gray, 3 for RGB.
    pub channels: u32,
    /// `height * width * channels` bytes.
    pub pixels: Vec<u8>,
}

/// Why there is no such record.
#[derive(Debug, Error)]
pub enum RecordError {
    /// The file cannot be read.
    #[error("cannot read the file: {0}")]
    Read(#[from] io::Error),
    /// It is none of the files that hold records.
    #[error("the file holds no records: expected an IDX file of images, or a binary file of CIFAR")]
    Unknown,
    /// It has fewer records.
    #[error("the file has no record {index}: it holds {count}")]
    OutOfRange {
        /// The record asked for.
        index: usize,
        /// Whole records in the file.
        count: usize,
    },
    /// It is packed, and too large.
    #[error("the file has more than {limit} bytes unpacked: unpack it with `gunzip -k`")]
    Unpacked {
        /// How many may be unpacked.
        limit: u64,
    },
    /// Its records are too large.
    #[error("the records are too large: {width}x{height} pixels, the limit is {limit} in all")]
    TooLarge {
        /// Width in pixels, as the file says.
        width: u32,
        /// Height in pixels, as the file says.
        height: u32,
        /// The largest number of pixels that is read.
        limit: u64,
    },
}

/// Files of records, of which those that are packed are unpacked once and kept in memory: a record in the middle
/// is not found otherwise.
#[derive(Debug, Default)]
pub struct RecordFiles {
    unpacked: Mutex<HashMap<PathBuf, Arc<Vec<u8>>>>,
}

impl RecordFiles {
    /// Reads a record, of at most `max_pixels` (width times height). What the file is, its first bytes and
    /// its name tell; one that is packed with gzip may have a gibibyte unpacked.
    ///
    /// # Errors
    /// [`RecordError`]; nothing as large as the record has been allocated then.
    pub fn read(&self, place: &RecordPlace, max_pixels: u64) -> Result<Record, RecordError> {
        let store = LocalFolder { root: Path::new("") };
        if !is_packed(&place.file.to_string_lossy()) {
            return place.read_in(&mut *store.open(&place.file)?, max_pixels);
        }
        let bytes = self.unpacked(&store, &place.file)?;
        place.read_in(&mut Cursor::new(bytes.as_slice()), max_pixels)
    }

    fn unpacked(&self, store: &dyn Store, file: &Path) -> Result<Arc<Vec<u8>>, RecordError> {
        // Others wait for the one that unpacks.
        let mut files = self.unpacked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = files.get(file) {
            return Ok(Arc::clone(bytes));
        }
        let mut bytes = Vec::new();
        unpacked(store.open(file)?).take(LIST_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LIST_BYTES {
            return Err(RecordError::Unpacked { limit: LIST_BYTES });
        }
        let bytes = Arc::new(bytes);
        files.insert(file.to_owned(), Arc::clone(&bytes));
        Ok(bytes)
    }
}

impl RecordPlace {
    /// As [`RecordFiles::read`], for one record alone.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn read(&self, max_pixels: u64) -> Result<Record, RecordError> {
        RecordFiles::default().read(self, max_pixels)
    }

    fn read_in(&self, file: &mut dyn ReadSeek, max_pixels: u64) -> Result<Record, RecordError> {
        let len = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        let mut start = [0; 16];
        let n_start = start.len().min(usize::try_from(len).unwrap_or(usize::MAX));
        file.read_exact(&mut start[..n_start])?;
        let format = Format::of(&self.file, &start[..n_start]).ok_or(RecordError::Unknown)?;

        let count = (len.saturating_sub(format.header) / format.stride as u64) as usize;
        let count = count.min(format.count.unwrap_or(usize::MAX));
        if self.index >= count {
            return Err(RecordError::OutOfRange { index: self.index, count });
        }
        let Format { width, height, .. } = format;
        // A sparse file has room for any size, and takes none on the disk.
        if u64::from(width) * u64::from(height) > max_pixels {
            return Err(RecordError::TooLarge { width, height, limit: max_pixels });
        }
        let record = format.header + (self.index * format.stride) as u64;
        file.seek(SeekFrom::Start(record + format.skipped as u64))?;
        let mut bytes = vec![0; format.stride - format.skipped];
        file.read_exact(&mut bytes)?;
        Ok(format.order.arrange(bytes, format.width, format.height))
    }
}

impl Record {
    /// The image as a file of the Netpbm format (PGM or PPM, binary): what content hashes are taken
    /// of, so that they tell apart equal bytes of other images.
    pub fn to_netpbm(&self) -> Vec<u8> {
        let Self { width, height, channels, pixels } = self;
        let magic = if *channels == 1 { "P5" } else { "P6" };
        let mut file = format!("{magic}\n{width} {height}\n255\n").into_bytes();
        file.extend(pixels);
        file
    }
}

/// How records lie in a file.
struct Format {
    /// Bytes before the first record.
    header: u64,
    /// Records that the header tells of.
    count: Option<usize>,
    /// Bytes from one record to the next.
    stride: usize,
    /// Bytes of a record before its pixels.
    skipped: usize,
    width: u32,
    height: u32,
    order: Order,
}

/// In which order a record holds its pixels.
enum Order {
    /// Gray, row by row.
    Rows,
    /// Gray, column by column.
    Columns,
    /// All red, all green, all blue, each row by row.
    Planes,
}

impl Format {
    fn of(path: &Path, start: &[u8]) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy();
        if let Some([count, height, width]) = idx_header(start) {
            let order = if is_transposed(&name) { Order::Columns } else { Order::Rows };
            let stride = (width as usize).checked_mul(height as usize).filter(|&n| n > 0)?;
            let count = Some(count as usize);
            return Some(Self { header: 16, count, stride, skipped: 0, width, height, order });
        }
        let CifarFile { n_labels } = cifar_file(&name)?;
        Some(Self {
            header: 0,
            count: None,
            stride: n_labels + PIXELS,
            skipped: n_labels,
            width: cifar::SIDE,
            height: cifar::SIDE,
            order: Order::Planes,
        })
    }
}

impl Order {
    fn arrange(&self, bytes: Vec<u8>, width: u32, height: u32) -> Record {
        let (columns, rows) = (width as usize, height as usize);
        let (channels, pixels) = match self {
            Self::Rows => (1, bytes),
            Self::Columns => {
                let pixel = |i: usize| bytes[i % columns * rows + i / columns];
                (1, (0..columns * rows).map(pixel).collect())
            }
            Self::Planes => {
                let plane = columns * rows;
                let pixel = |i: usize| bytes[i % 3 * plane + i / 3];
                (3, (0..3 * plane).map(pixel).collect())
            }
        };
        Record { width, height, channels, pixels }
    }
}
