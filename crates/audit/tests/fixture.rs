//! Caches of features that a test makes.

use std::path::PathBuf;

use feature_cache::Header;
use ndarray::Array2;
use schema::{Dtype, Provenance, Sample, Split, Tap, Weights};
use tempfile::TempDir;

/// What a row is besides its features.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) label: i32,
    pub(crate) split: Split,
    /// Rows of one content are images of the same bytes.
    pub(crate) content: usize,
}

/// A temporary folder with a cache of one tap, and the path of that. The path of row 7 is `0007.png`.
pub(crate) fn cache(features: &Array2<f32>, rows: &[Row], classes: &[&str]) -> (TempDir, PathBuf) {
    let name = "block5_pool:gap".to_owned();
    let (n_features, dtype) = (features.ncols(), Dtype::F32);
    let provenance = Provenance {
        backbone: "vgg16".to_owned(),
        weights: Weights { name: "vgg16-test".to_owned(), digest: "0123".to_owned() },
        taps: vec![name.clone()],
        preprocessing: serde_json::json!({ "name": "keras" }),
        views: "center".to_owned(),
        engine: "test".to_owned(),
        dtype,
    };
    let header = Header {
        provenance,
        classes: classes.iter().map(|&class| class.to_owned()).collect(),
        created_by: "test".to_owned(),
        taps: vec![Tap { name, n_views: 1, n_features, dtype }],
        shard: None,
    };
    let sample = |(row, &Row { label, split, content }): (usize, &Row)| {
        let mut content_hash = [0; 32];
        content_hash[..8].copy_from_slice(&(content as u64).to_le_bytes());
        Sample { path: format!("{row:04}.png"), content_hash, size: 1, mtime_ns: 0, label, split }
    };
    let samples: Vec<Sample> = rows.iter().enumerate().map(sample).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.h5");
    feature_cache::write(&path, &header, &samples, &[], &[features.view()]).unwrap();
    (folder, path)
}
