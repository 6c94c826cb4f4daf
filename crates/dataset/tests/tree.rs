//! Trees of empty files in a temporary folder: `dataset` never opens an image.

use std::fs;

use dataset::{Manifest, Split};
use tempfile::TempDir;

/// Makes the given paths in the given order; one that ends in `/` becomes an empty folder.
pub(crate) fn tree<'a>(paths: impl IntoIterator<Item = &'a str>) -> TempDir {
    let root = TempDir::new().unwrap();
    for path in paths {
        let full = root.path().join(path);
        if path.ends_with('/') {
            fs::create_dir_all(full).unwrap();
        } else {
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, b"").unwrap();
        }
    }
    root
}

/// Path, label and split of every sample.
pub(crate) fn rows(manifest: &Manifest) -> Vec<(&str, Option<u32>, Split)> {
    manifest.samples.iter().map(|s| (s.path, s.label, s.split)).collect()
}
