//! The golden files of format 1 in `tests/golden`: what was written once is read for ever.
//!
//! `format-1-...` are the first ones, whose attributes HDF5 did not count; `format-1b-...` are what is written today.
//! A golden file is never changed. For another one, describe it here and run
//! `OFFSHELF_WRITE_GOLDEN=1 cargo test -p feature-cache golden`, which writes those that are missing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Once;

use feature_cache::{Annotations, Cache, Header, verify};
use ndarray::{Array2, ArrayView2};
use schema::{
    BoundingBox, Dtype, GroundTruth, Provenance, Query, RetrievalProtocol, Sample, Shard, Split,
    Tap, Unreadable, Weights,
};

/// What a golden file holds.
struct Golden {
    name: &'static str,
    header: Header,
    samples: Vec<Sample>,
    annotations: Annotations,
    errors: Vec<Unreadable>,
    /// What was written, a matrix a tap.
    features: Vec<Array2<f32>>,
    /// What is read, which differs by the rounding to half precision.
    read: Vec<Array2<f32>>,
}

fn header(taps: &[(&str, usize, usize)], dtype: Dtype) -> Header {
    let tap = |&(name, n_views, n_features): &(&str, usize, usize)| Tap {
        name: name.to_owned(),
        n_views,
        n_features,
        dtype,
    };
    Header {
        provenance: Provenance {
            backbone: "vgg16".to_owned(),
            weights: Weights { name: "golden".to_owned(), digest: "89abcdef".repeat(8) },
            taps: taps.iter().map(|tap| tap.0.to_owned()).collect(),
            preprocessing: serde_json::json!({ "name": "keras", "size": [224, 224], "scale": 0.5 }),
            views: "center".to_owned(),
            engine: "none".to_owned(),
            dtype,
        },
        classes: Vec::new(),
        created_by: "offshelf golden".to_owned(),
        taps: taps.iter().map(tap).collect(),
        shard: None,
    }
}

fn sample(path: &str, i: u8, label: i32, split: Split) -> Sample {
    Sample {
        path: path.to_owned(),
        content_hash: std::array::from_fn(|j| 16 * i + j as u8),
        size: u64::from(i) * 0x1_0000_0001,
        mtime_ns: [0, -1, i64::MIN, i64::MAX, 1_700_000_000_123_456_789][usize::from(i % 5)],
        label,
        split,
    }
}

/// Splits, errors, unlabelled samples, two taps and several views, in single precision.
fn f32_golden() -> Golden {
    let mut header = header(&[("block5_pool:gap", 1, 3), ("block4_pool:max", 2, 2)], Dtype::F32);
    header.classes = ["cat", "dög", "never seen"].map(str::to_owned).to_vec();
    let error =
        |path: &str, reason: &str| Unreadable { path: path.to_owned(), reason: reason.to_owned() };
    let numbers = [1.5, -0.0, f32::MAX, f32::MIN_POSITIVE / 2.0, -1e-30, 0.1, 1.0 / 3.0];
    let features = vec![
        Array2::from_shape_fn((5, 3), |(i, j)| numbers[(3 * i + j) % numbers.len()]),
        Array2::from_shape_fn((10, 2), |(row, j)| (10 * row + j) as f32 / 3.0),
    ];
    Golden {
        name: "f32",
        header,
        samples: vec![
            sample("test/cat/100%25.png", 0, 0, Split::Test),
            sample("test/dög/caf%E9.jpg", 1, 1, Split::Test),
            sample("train/cat/a b.png", 2, 0, Split::Train),
            sample("train/unsorted.png", 3, -1, Split::None),
            sample("valid/dög/ü.png", 4, 1, Split::Validation),
        ],
        annotations: Annotations::default(),
        errors: vec![
            error("test/cat/torn.jpg", "the JPEG data is truncated"),
            error("train/leer.png", "the file is empty: “0 bytes”"),
        ],
        read: features.clone(),
        features,
    }
}

/// A shard of unlabelled images without errors, in half precision.
fn f16_golden() -> Golden {
    let mut header = header(&[("block5_pool:flatten", 1, 4)], Dtype::F16);
    header.shard = Some(Shard { index: 2, count: 3 });
    // 2^-11 is half a unit in the last place of 1: ties go to even.
    let half_ulp = 2_f32.powi(-11);
    Golden {
        name: "f16",
        header,
        samples: (0..3).map(|i| sample(&format!("{i}.png"), i, -1, Split::None)).collect(),
        annotations: Annotations::default(),
        errors: Vec::new(),
        features: vec![ndarray::array![
            [1.0 + half_ulp, 1.0 + 3.0 * half_ulp, 1.0 + 1.01 * half_ulp, -0.0],
            [65504.0, 65519.0, -1e-7, 2_f32.powi(-24)],
            [0.1, -3.25, 2_f32.powi(-25), 2_f32.powi(-14)],
        ]],
        read: vec![ndarray::array![
            [1.0, 1.0 + 4.0 * half_ulp, 1.0 + 2.0 * half_ulp, -0.0],
            [65504.0, 65504.0, -(2_f32.powi(-23)), 2_f32.powi(-24)],
            [0.099_975_586, -3.25, 0.0, 2_f32.powi(-14)],
        ]],
    }
}

/// Multilabel samples, boxes, and queries.
fn annotated_golden() -> Golden {
    let mut header = header(&[("fc6:none", 1, 2)], Dtype::F32);
    header.classes = ["aeroplane", "bicycle"].map(str::to_owned).to_vec();
    let paths = |paths: &[&str]| paths.iter().map(|&path| path.to_owned()).collect::<Vec<_>>();
    let query = |name: &str, bounding_box, lists: [&[&str]; 3]| Query {
        name: name.to_owned(),
        image: "a.jpg".to_owned(),
        bounding_box,
        good: paths(lists[0]),
        ok: paths(lists[1]),
        junk: paths(lists[2]),
    };
    let queries = vec![
        query(
            "all_souls_1",
            BoundingBox::from_size([136.5, 34.1, 512.0, 921.6]),
            [&["b.jpg"], &[], &["c.jpg"]],
        ),
        query("all_souls_2", None, [&["b.jpg", "c.jpg"], &["a.jpg"], &[]]),
    ];
    let features = vec![ndarray::array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]];
    let split = [Split::Test, Split::Train, Split::Validation];
    let number = |(path, i): (&str, u8)| sample(path, i, -1, split[usize::from(i)]);
    Golden {
        name: "annotated",
        header,
        samples: ["a.jpg", "b.jpg", "c.jpg"].into_iter().zip(0..).map(number).collect(),
        annotations: Annotations {
            labels: Some(vec![1, -1, 0, 1, -1, 0]),
            boxes: Some(vec![
                BoundingBox::from_size([60.0, 27.0, 325.0, 304.5]),
                None,
                BoundingBox::from_size([-3.75, 0.0, 12.5, 1.0]),
            ]),
            ground_truth: Some(GroundTruth { protocol: RetrievalProtocol::Buildings, queries }),
            source: None,
        },
        errors: Vec::new(),
        read: features.clone(),
        features,
    }
}

impl Golden {
    /// The file that was written first, and the one that is written today.
    fn paths(&self) -> [PathBuf; 2] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
        ["1", "1b"].map(|format| folder.join(format!("format-{format}-{}.h5", self.name)))
    }

    fn write(&self, path: &Path) {
        let features: Vec<ArrayView2<'_, f32>> = self.features.iter().map(Array2::view).collect();
        let Self { header, samples, annotations, errors, .. } = self;
        feature_cache::write_annotated(path, header, samples, annotations, errors, &features)
            .unwrap();
    }
}

/// All golden files. Those that are missing are written if the environment asks for it.
fn goldens() -> [Golden; 3] {
    static WRITTEN: Once = Once::new();
    let goldens = [f32_golden(), f16_golden(), annotated_golden()];
    WRITTEN.call_once(|| {
        if std::env::var_os("OFFSHELF_WRITE_GOLDEN").is_some() {
            for golden in goldens.iter().filter(|golden| !golden.paths()[1].exists()) {
                golden.write(&golden.paths()[1]);
            }
        }
    });
    goldens
}

#[test]
fn golden_files_hold_every_value() {
    for golden in &goldens() {
        golden.paths().iter().for_each(|path| assert_holds(golden, path));
    }
}

fn assert_holds(golden: &Golden, path: &Path) {
    let cache = Cache::open(path).unwrap();
    let Header { provenance, classes, created_by, taps, shard } = &golden.header;
    assert_eq!(cache.provenance(), provenance);
    assert_eq!(cache.classes(), classes);
    assert_eq!(cache.created_by(), created_by);
    assert_eq!(cache.taps(), taps);
    assert_eq!(cache.shard(), *shard);
    assert_eq!(cache.errors().unwrap(), golden.errors);
    assert_eq!(cache.annotations().unwrap(), golden.annotations, "{}", golden.name);
    assert_eq!(cache.samples().collect::<Result<Vec<_>, _>>().unwrap(), golden.samples);
    for (tap, expected) in taps.iter().zip(&golden.read) {
        let read = cache.features(&tap.name).unwrap();
        assert_eq!(read.n_views(), tap.n_views);
        assert_eq!(read.view().dim(), expected.dim());
        let bits = |x: &f32| x.to_bits();
        assert!(read.view().iter().map(bits).eq(expected.iter().map(bits)), "{}", tap.name);
    }
    assert_eq!(verify(&cache).unwrap(), [], "{}", golden.name);
}

#[test]
fn golden_files_are_what_is_written_today() {
    for golden in goldens() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(golden.name);
        golden.write(&path);
        let [_, today] = golden.paths();
        super::assert_same_bytes(&fs::read(&path).unwrap(), &fs::read(today).unwrap());
    }
}
