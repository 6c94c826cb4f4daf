//! Tests of the feature cache through its public interface.
//!
//! - `round_trip`: what is written is what is read.
//! - `refusals`: a test for every way in which a file is refused.
//! - `strings`: strings of any length, and damaged ones.
//! - `writing`: how a cache comes into being, and when it does not.
//! - `golden`: files that are read for ever.
//! - `foreign`: the same, as other programs store them.
//! - `annotations`: labels, boxes and queries.
//! - `merging`: shards joined, and refused.
//! - `ownership`: files of others, and files that change while they are read.
//! - `verifying`: damage that opening does not see.
//! - `partial`: runs that are interrupted, resumed, damaged, and held by two.

#![cfg(test)]

mod annotations;
mod foreign;
mod golden;
mod merging;
mod ownership;
mod partial;
mod refusals;
mod round_trip;
mod strings;
mod verifying;
mod writing;

use std::path::Path;

use feature_cache::Header;
use ndarray::Array2;
use schema::{Dtype, Provenance, Sample, Split, Tap, Unreadable, Weights};

/// A header with the taps `block5_pool:gap` [n, 3] and `block1_pool:max` [n, 2 views, 2].
fn header() -> Header {
    let tap = |name: &str, n_views, n_features| Tap {
        name: name.to_owned(),
        n_views,
        n_features,
        dtype: Dtype::F32,
    };
    Header {
        provenance: Provenance {
            backbone: "vgg16".to_owned(),
            weights: Weights { name: "random".to_owned(), digest: "0123".to_owned() },
            taps: vec!["block5_pool:gap".to_owned(), "block1_pool:max".to_owned()],
            preprocessing: serde_json::json!({ "name": "keras" }),
            views: "center".to_owned(),
            engine: "test".to_owned(),
            dtype: Dtype::F32,
        },
        classes: vec!["cat".to_owned(), "dög".to_owned()],
        created_by: "test 0".to_owned(),
        taps: vec![tap("block5_pool:gap", 1, 3), tap("block1_pool:max", 2, 2)],
        shard: None,
    }
}

fn sample(i: u8) -> Sample {
    Sample {
        path: format!("cat/{i:03}.jpg"),
        content_hash: [i; 32],
        size: 1000 + u64::from(i),
        mtime_ns: -5 + i64::from(i),
        label: i32::from(i % 3) - 1,
        split: [Split::None, Split::Train, Split::Validation, Split::Test][usize::from(i % 4)],
    }
}

/// Features of sample `i` at both taps.
fn features(i: u8) -> ([f32; 3], [f32; 4]) {
    let i = f32::from(i);
    ([i, i + 0.25, -i], [i * 2.0, 1.0, f32::MIN_POSITIVE, i])
}

fn samples(n: u8) -> Vec<Sample> {
    (0..n).map(sample).collect()
}

fn errors() -> [Unreadable; 1] {
    [Unreadable { path: "x.png".to_owned(), reason: "torn".to_owned() }]
}

/// A cache of `n` samples, written from memory.
fn write(path: &Path, n: u8) {
    let gap = Array2::from_shape_fn((n.into(), 3), |(i, j)| features(i as u8).0[j]);
    let max = Array2::from_shape_fn((2 * usize::from(n), 2), |(row, j)| {
        features((row / 2) as u8).1[2 * (row % 2) + j]
    });
    let features = [gap.view(), max.view()];
    feature_cache::write(path, &header(), &samples(n), &errors(), &features).unwrap();
}

/// Compares files, and names the first difference rather than printing both.
fn assert_same_bytes(a: &[u8], b: &[u8]) {
    let first = a.iter().zip(b).position(|(a, b)| a != b);
    assert!(a == b, "lengths {} and {}, first difference at {first:?}", a.len(), b.len());
}
