//! Small caches of patches, the same as `reference/make_retrieval.py` makes.

use feature_cache::{Annotations, Header, write_annotated};
use ndarray::Array2;
use schema::{
    Dtype, GroundTruth, Provenance, Query, RetrievalProtocol, Sample, Shard, Split, Tap,
    Unreadable, Weights,
};
use serde_json::json;

use crate::fixture::{Folder, TAP};

pub(super) const N_IMAGES: usize = 12;
pub(super) const N_VIEWS: usize = 30;
const N_FEATURES: usize = 6;

/// The generator of Steele, Lea and Flood 2014.
pub(super) struct SplitMix(pub(super) u64);

impl SplitMix {
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// What a test cache holds.
#[derive(Clone)]
pub(super) struct Bench {
    /// Seed of the features.
    pub(super) seed: u64,
    pub(super) views: &'static str,
    pub(super) n_views: usize,
    pub(super) engine: &'static str,
    pub(super) digest: &'static str,
    pub(super) truth: Option<GroundTruth>,
    /// Images that could not be read: they have no row.
    pub(super) unreadable: Vec<usize>,
    /// What every feature is multiplied by.
    pub(super) scale: f32,
    pub(super) shard: Option<Shard>,
}

impl Bench {
    pub(super) fn of(protocol: RetrievalProtocol) -> Self {
        Self {
            seed: 1,
            views: "patches:4",
            n_views: N_VIEWS,
            engine: "test",
            digest: "0123",
            truth: Some(ground_truth(protocol)),
            unreadable: Vec::new(),
            scale: 1.0,
            shard: None,
        }
    }

    pub(super) fn holidays() -> Self {
        Self::of(RetrievalProtocol::Holidays)
    }

    /// The boxes of the queries of the buildings, which answer nothing.
    pub(super) fn boxes() -> Self {
        let mut boxes =
            Self { seed: 2, views: "box, patches:4", ..Self::of(RetrievalProtocol::Buildings) };
        for query in &mut boxes.truth.as_mut().unwrap().queries {
            for list in [&mut query.good, &mut query.ok, &mut query.junk] {
                list.clear();
            }
        }
        boxes
    }

    pub(super) fn write(&self, folder: &Folder, name: &str) {
        let header = Header {
            provenance: Provenance {
                backbone: "vgg16".into(),
                weights: Weights { name: "vgg16-test".into(), digest: self.digest.into() },
                taps: vec![TAP.into()],
                preprocessing: json!({"name": "keras"}),
                views: self.views.into(),
                engine: self.engine.into(),
                dtype: Dtype::F32,
            },
            classes: Vec::new(),
            created_by: "test".into(),
            taps: vec![Tap {
                name: TAP.into(),
                n_views: self.n_views,
                n_features: N_FEATURES,
                dtype: Dtype::F32,
            }],
            shard: self.shard,
        };
        let readable: Vec<usize> = (0..N_IMAGES).filter(|i| !self.unreadable.contains(i)).collect();
        let sample = |&image: &usize| Sample {
            path: path(image),
            content_hash: [image as u8; 32],
            size: 1,
            mtime_ns: 0,
            label: -1,
            split: Split::None,
        };
        let samples: Vec<Sample> = readable.iter().map(sample).collect();
        let error =
            |&image: &usize| Unreadable { path: path(image), reason: "cut short".to_owned() };
        let errors: Vec<Unreadable> = self.unreadable.iter().map(error).collect();
        let annotations =
            Annotations { ground_truth: self.truth.clone(), ..Annotations::default() };
        let all = self.features();
        let n_views = self.n_views;
        let features =
            Array2::from_shape_fn((readable.len() * n_views, N_FEATURES), |(row, column)| {
                all[[readable[row / n_views] * N_VIEWS + row % n_views, column]]
            });
        let path = folder.path(name);
        write_annotated(&path, &header, &samples, &annotations, &errors, &[features.view()])
            .unwrap();
    }

    /// Of all images and 30 views, `[n_images * n_views, n_features]`.
    fn features(&self) -> Array2<f32> {
        let mut rng = SplitMix(self.seed);
        Array2::from_shape_fn((N_IMAGES * N_VIEWS, N_FEATURES), |(row, column)| {
            let is_of_scene = column % 3 == row / N_VIEWS / 4;
            let scene = if is_of_scene { 40.0 } else { 0.0 };
            self.scale * (rng.below(257) as f32 - 128.0 + scene) / 64.0
        })
    }
}

pub(super) fn path(image: usize) -> String {
    format!("{}.jpg", 100_000 + 100 * (image / 4) + image % 4)
}

fn ground_truth(protocol: RetrievalProtocol) -> GroundTruth {
    let scene = |image: usize| -> Vec<String> { (0..4).map(|i| path(image / 4 * 4 + i)).collect() };
    let query = |image: usize| {
        let scene = scene(image);
        let [good, ok, junk] = match protocol {
            RetrievalProtocol::Holidays => [&scene[1..], &[], &[]],
            RetrievalProtocol::Ukbench => [&scene[..], &[], &[]],
            RetrievalProtocol::Buildings => [&scene[..1], &scene[1..3], &scene[3..]],
        };
        Query {
            name: path(image),
            image: path(image),
            bounding_box: None,
            good: good.to_vec(),
            ok: ok.to_vec(),
            junk: junk.to_vec(),
        }
    };
    let asks = |image: &usize| match protocol {
        RetrievalProtocol::Holidays => image.is_multiple_of(4),
        RetrievalProtocol::Ukbench => true,
        RetrievalProtocol::Buildings => image % 4 == 1,
    };
    GroundTruth { protocol, queries: (0..N_IMAGES).filter(asks).map(query).collect() }
}
