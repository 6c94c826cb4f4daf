// Included by the examples of this crate's documentation, which need a cache.

/// A temporary folder with a tiny cache, and the path of that: twenty pictures of owls and twenty of
/// wrens, which two features tell apart.
pub fn birds() -> (tempfile::TempDir, std::path::PathBuf) {
    use schema::{Dtype, Provenance, Sample, Split, Tap, Weights};
    let name = "block5_pool:gap".to_owned();
    let tap = Tap { name: name.clone(), n_views: 1, n_features: 2, dtype: Dtype::F32 };
    let provenance = Provenance {
        backbone: "vgg16".to_owned(),
        weights: Weights { name: "vgg16-keras".to_owned(), digest: "0123".to_owned() },
        taps: vec![name],
        preprocessing: serde_json::json!({ "name": "keras" }),
        views: "center".to_owned(),
        engine: "winograd".to_owned(),
        dtype: Dtype::F32,
    };
    let header = feature_cache::Header {
        provenance,
        classes: vec!["owl".to_owned(), "wren".to_owned()],
        created_by: "documentation".to_owned(),
        taps: vec![tap],
        shard: None,
    };
    let sample = |row: u8| Sample {
        path: format!("{row:02}.png"),
        content_hash: [row; 32],
        size: 1,
        mtime_ns: 0,
        label: i32::from(row % 2),
        split: Split::None,
    };
    let samples: Vec<Sample> = (0..40).map(sample).collect();
    let features = ndarray::Array2::from_shape_fn((40, 2), |(row, column)| {
        let class = if row % 2 == column { 2.0 } else { 0.5 };
        class + 0.01 * (row * (column + 1) % 7) as f32
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("birds.h5");
    feature_cache::write(&path, &header, &samples, &[], &[features.view()]).unwrap();
    (folder, path)
}
