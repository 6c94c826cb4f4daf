//! What the last cache tells about paths: a walk over two sorted lists at once.

use std::iter::Peekable;

use dataset::Samples;
use feature_cache::{Cache, ReadError};
use schema::Sample;

/// An image, and the row that its path had in the last cache.
pub(super) struct Image {
    /// Its number in the manifest.
    pub(super) number: usize,
    pub(super) before: Option<Sample>,
}

type Rows<'a> = Box<dyn Iterator<Item = Result<Sample, ReadError>> + Send + 'a>;

/// The images in their order, each with its former row. Both lists are sorted by path, so that
/// neither needs to be searched, and the rows are read as they are needed.
pub(super) struct Images<'a> {
    samples: &'a Samples,
    /// Number of the next image.
    next: usize,
    rows: Peekable<Rows<'a>>,
    /// Contents of former rows that no image has the path of, as far as the walk has come.
    pub(super) removed: Vec<[u8; 32]>,
}

impl<'a> Images<'a> {
    pub(super) fn new(samples: &'a Samples, last: Option<&'a Cache>) -> Self {
        let rows: Rows<'a> = Box::new(last.into_iter().flat_map(Cache::samples));
        Self { samples, next: 0, rows: rows.peekable(), removed: Vec::new() }
    }

    /// Passes over the rows that come before `path`; all that are left without one.
    fn skip_rows_before(&mut self, path: Option<&str>) -> Result<(), ReadError> {
        let comes_before = |row: &Result<Sample, ReadError>| match (row, path) {
            (Ok(row), Some(path)) => row.path.as_str() < path,
            _ => true,
        };
        while let Some(row) = self.rows.next_if(comes_before) {
            self.removed.push(row?.content_hash);
        }
        Ok(())
    }
}

impl Iterator for Images<'_> {
    type Item = Result<Image, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.next;
        let path = (number < self.samples.len()).then(|| self.samples.get(number).path);
        if let Err(error) = self.skip_rows_before(path) {
            return Some(Err(error));
        }
        let path = path?;
        self.next += 1;
        let same_path = |row: &Result<Sample, _>| row.as_ref().is_ok_and(|row| row.path == path);
        let before = self.rows.next_if(same_path).and_then(Result::ok);
        Some(Ok(Image { number, before }))
    }
}
