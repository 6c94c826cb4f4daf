//! Trees of small files in a temporary folder: `dataset` opens no image.

use std::fs;
use std::path::Path;

use dataset::{LayoutError, Manifest, Source};
use schema::Split;
use tempfile::TempDir;

/// Makes the given paths in the given order; one that ends in `/` becomes an empty folder.
pub(crate) fn tree<'a>(paths: impl IntoIterator<Item = &'a str>) -> TempDir {
    let root = TempDir::new().unwrap();
    for path in paths {
        put(root.path(), path, b"");
    }
    root
}

/// Writes a file below `root`; a path that ends in `/` becomes a folder.
pub(crate) fn put(root: &Path, path: &str, contents: impl AsRef<[u8]>) {
    let full = root.join(path);
    if path.ends_with('/') {
        fs::create_dir_all(full).unwrap();
    } else {
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, contents).unwrap();
    }
}

/// Reads `root` as the source written as `source`.
pub(crate) fn read(source: &str, root: &Path) -> Manifest {
    try_read(source, root).unwrap()
}

/// As [`read`], where an error is expected perhaps.
pub(crate) fn try_read(source: &str, root: &Path) -> Result<Manifest, LayoutError> {
    source.parse::<Source>().unwrap().read(root)
}

/// The message of a refusal, which must have a hint and all of `words` in it.
pub(crate) fn refused(source: &str, root: &Path, words: &[&str]) {
    let message = try_read(source, root).unwrap_err().to_string();
    assert!(message.contains("hint:"), "{message}");
    assert!(words.iter().all(|words| message.contains(words)), "{words:?}: {message}");
}

/// Path, label and split of every sample.
pub(crate) fn rows(manifest: &Manifest) -> Vec<(&str, Option<u32>, Split)> {
    manifest.samples.iter().map(|s| (s.path, s.label, s.split)).collect()
}

/// Path, labels and split of every sample.
pub(crate) fn sets(manifest: &Manifest) -> Vec<(&str, &[i8], Split)> {
    manifest.samples.iter().map(|s| (s.path, s.labels.unwrap(), s.split)).collect()
}

/// Path and box of every sample.
pub(crate) fn boxes(manifest: &Manifest) -> Vec<(&str, Option<[f32; 4]>)> {
    let of_sample = |s: dataset::Sample<'_>| s.bounding_box.map(schema::BoundingBox::to_array);
    manifest.samples.iter().map(|s| (s.path, of_sample(s))).collect()
}
