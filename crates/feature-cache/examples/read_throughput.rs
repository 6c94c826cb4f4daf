//! Reads all features of a cache the way `fit` does; `scripts/bench read` compares it with h5py.
//!
//! ```sh
//! cargo run --release --package feature-cache --example read_throughput -- make FILE.h5 ROWS COLUMNS [f16]
//! cargo run --release --package feature-cache --example read_throughput -- read FILE.h5
//! ```
//!
//! `read` prints the seconds to open the cache and, beyond that, to have passed over every number.

use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use feature_cache::{Cache, Header};
use ndarray::Array2;
use rayon::prelude::*;
use schema::{Dtype, Provenance, Sample, Split, Tap, Weights};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["make", path, rows, columns] => {
            make(Path::new(path), rows.parse()?, columns.parse()?, Dtype::F32)
        }
        ["make", path, rows, columns, "f16"] => {
            make(Path::new(path), rows.parse()?, columns.parse()?, Dtype::F16)
        }
        ["read", path] => read(Path::new(path)),
        _ => Err("usage: make FILE.h5 ROWS COLUMNS [f16] | read FILE.h5".into()),
    }
}

fn make(
    path: &Path,
    n_samples: usize,
    n_features: usize,
    dtype: Dtype,
) -> Result<(), Box<dyn std::error::Error>> {
    let name = "block5_pool:gap".to_owned();
    let header = Header {
        provenance: Provenance {
            backbone: "none".to_owned(),
            weights: Weights { name: "none".to_owned(), digest: "0".to_owned() },
            taps: vec![name.clone()],
            preprocessing: serde_json::Value::Null,
            views: "center".to_owned(),
            engine: "none".to_owned(),
            dtype,
        },
        classes: vec!["a".to_owned(), "b".to_owned()],
        created_by: "read_throughput".to_owned(),
        taps: vec![Tap { name, n_views: 1, n_features, dtype }],
        shard: None,
    };
    let sample = |i: usize| Sample {
        path: format!("{i:08}.jpg"),
        content_hash: [0; 32],
        size: 0,
        mtime_ns: 0,
        label: (i % 2) as i32,
        split: Split::None,
    };
    let samples: Vec<Sample> = (0..n_samples).map(sample).collect();
    let features = Array2::from_shape_fn((n_samples, n_features), |(i, j)| ((i ^ j) % 1024) as f32);
    Ok(feature_cache::write(path, &header, &samples, &[], &[features.view()])?)
}

fn read(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let cache = Cache::open(path)?;
    let opened = start.elapsed().as_secs_f64();
    let features = cache.features(&cache.taps()[0].name)?;
    let view = features.view();
    let numbers = view.as_slice().ok_or("features are contiguous")?;
    // A sum of the bits, so that no number can be left out and none costs more than its transfer.
    let sum = numbers
        .par_chunks(1 << 16)
        .map(|piece| piece.iter().fold(0_u64, |sum, x| sum.wrapping_add(u64::from(x.to_bits()))))
        .reduce(|| 0, u64::wrapping_add);
    let seconds = start.elapsed().as_secs_f64();
    Ok(writeln!(std::io::stdout(), "{opened:.6} {:.6} {sum}", seconds - opened)?)
}
