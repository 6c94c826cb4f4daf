//! Caches of Gaussian classes in temporary folders, and the program run on them.

use std::path::PathBuf;
use std::process::Command;

use feature_cache::{Annotations, Header};
use ndarray::Array2;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use schema::{Dtype, Provenance, Sample, Split, Tap, Weights};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const TAP: &str = "block5_pool:gap";
pub(crate) const CLASSES: [&str; 3] = ["ant", "bee", "cat"];
const N_FEATURES: usize = 6;

/// What a test cache holds.
#[derive(Clone)]
pub(crate) struct Cache {
    pub(crate) taps: Vec<&'static str>,
    pub(crate) n_views: usize,
    pub(crate) views: &'static str,
    pub(crate) classes: Vec<&'static str>,
    /// Label and split of each row.
    pub(crate) rows: Vec<(i32, Split)>,
    /// Labels for every class of a row with a label, where rows have several.
    pub(crate) label_set: Option<fn(usize, i32) -> [i8; 3]>,
    /// Half the width of a class; centers lie 2 apart.
    pub(crate) noise: f32,
    /// How far apart the centers are on each tap, in units of the above; 1 where there is no number.
    pub(crate) strengths: Vec<f32>,
    /// Rows whose images are the same, byte by byte, as those of an earlier row.
    pub(crate) copies: Vec<(usize, usize)>,
    pub(crate) engine: &'static str,
    /// Path of the image of a row.
    pub(crate) path: fn(usize) -> String,
}

impl Cache {
    /// `n` rows of each of three classes, interleaved, without splits.
    pub(crate) fn of(n: usize) -> Self {
        let rows = (0..3 * n as i32).map(|row| (row % 3, Split::None)).collect();
        Self {
            taps: vec![TAP],
            n_views: 1,
            views: "center",
            classes: CLASSES.to_vec(),
            rows,
            label_set: None,
            noise: 1.0,
            strengths: Vec::new(),
            copies: Vec::new(),
            engine: "test",
            path: |row| format!("{row:04}.png"),
        }
    }

    /// 20 training, 10 validation and 10 test rows of each class.
    pub(crate) fn with_splits() -> Self {
        let mut cache = Self::of(40);
        for (row, (_, split)) in cache.rows.iter_mut().enumerate() {
            *split = match row / 3 {
                0..20 => Split::Train,
                20..30 => Split::Validation,
                _ => Split::Test,
            };
        }
        cache
    }
}

/// Labels of a row with a label, for every class: each row has its class; every fifth the next one,
/// too, and every seventh may have it.
pub(crate) fn label_set(row: usize, label: i32) -> [i8; 3] {
    let mut labels = [-1; 3];
    let next = (label as usize + 1) % 3;
    labels[label as usize] = 1;
    labels[next] = if row.is_multiple_of(5) { 1 } else { labels[next] };
    labels[next] = if row.is_multiple_of(7) { 0 } else { labels[next] };
    labels
}

/// A temporary folder to run the program in.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with `cache` as `a.h5`.
    pub(crate) fn with(cache: &Cache) -> Self {
        let folder = Self::new();
        folder.write("a.h5", cache);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, cache: &Cache) {
        let taps = cache.taps.iter().map(|tap| Tap {
            name: (*tap).to_owned(),
            n_views: cache.n_views,
            n_features: N_FEATURES,
            dtype: Dtype::F32,
        });
        let header = Header {
            provenance: Provenance {
                backbone: "vgg16".into(),
                weights: Weights { name: "vgg16-test".into(), digest: "0123".into() },
                taps: cache.taps.iter().map(|tap| (*tap).to_owned()).collect(),
                preprocessing: json!({"name": "keras"}),
                views: cache.views.into(),
                engine: cache.engine.into(),
                dtype: Dtype::F32,
            },
            classes: cache.classes.iter().map(|class| (*class).to_owned()).collect(),
            created_by: "test".into(),
            taps: taps.collect(),
            shard: None,
        };
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
        let sample = |(row, &(label, split)): (usize, &(i32, Split))| {
            let copied = cache.copies.iter().find(|(copy, _)| *copy == row);
            let content = copied.map_or(row, |(_, original)| *original);
            let mut content_hash = [0; 32];
            content_hash[..8].copy_from_slice(&(content as u64).to_le_bytes());
            let path = (cache.path)(row);
            let label = if cache.label_set.is_some() { -1 } else { label };
            Sample { path, content_hash, size: 1, mtime_ns: 0, label, split }
        };
        let samples: Vec<Sample> = cache.rows.iter().enumerate().map(sample).collect();
        let n_rows = cache.rows.len() * cache.n_views;
        let noise = Array2::from_shape_fn((n_rows, N_FEATURES), |_| {
            // Four uniform numbers make something near a Gaussian of deviation 0.58.
            cache.noise * (0..4).map(|_| rng.gen_range(-0.5..0.5)).sum::<f32>()
        });
        let features_of = |tap: usize| {
            let strength = cache.strengths.get(tap).copied().unwrap_or(1.0);
            let mut features = noise.clone();
            for ((row, column), value) in features.indexed_iter_mut() {
                let (label, _) = cache.rows[row / cache.n_views];
                *value += if column as i32 % 3 == label { 2.0 * strength } else { 0.0 };
            }
            features
        };
        let features: Vec<_> = (0..cache.taps.len()).map(features_of).collect();
        let features: Vec<_> = features.iter().map(Array2::view).collect();
        let labels = cache.label_set.map(|labels| {
            let rows = cache.rows.iter().enumerate();
            rows.flat_map(|(row, &(label, _))| labels(row, label)).collect()
        });
        let annotations = Annotations { labels, ..Annotations::default() };
        let path = self.path(name);
        feature_cache::write_annotated(&path, &header, &samples, &annotations, &[], &features)
            .unwrap();
    }

    /// `fit` with the words of `line` as arguments.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fit"));
        // Tests run at once, and a program started while another test writes a cache inherits the
        // open file with HDF5's lock on it.
        command.env("HDF5_USE_FILE_LOCKING", "FALSE");
        command.current_dir(self.0.path()).args(line.split_whitespace());
        command
    }

    /// Runs `fit` with the words of `line` as arguments.
    pub(crate) fn fit(&self, line: &str) -> Run {
        run(self.command(line))
    }

    /// As [`fit`](Self::fit), with arguments that have spaces.
    pub(crate) fn fit_with(&self, arguments: &[&str]) -> Run {
        let mut command = self.command("");
        command.args(arguments);
        run(command)
    }
}

fn run(mut command: Command) -> Run {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// What a run of the program gave.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Checks that all went well and nothing was said on standard error.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self
    }

    /// The only JSON document on standard output.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// Checks that all went well, and that standard error has `note` and nothing else.
    #[track_caller]
    pub(crate) fn noted(self, note: &str) -> Self {
        assert_eq!((self.code, self.stderr.trim_end()), (0, note), "{}", self.stdout);
        self
    }

    /// The winner of a head in the document of a sweep.
    #[track_caller]
    pub(crate) fn winner(&self, head: &str) -> Value {
        let json = self.json();
        let winners = json["winners"].as_array().expect("a sweep has winners");
        let winner = winners.iter().find(|winner| winner["head"] == head);
        winner.unwrap_or_else(|| panic!("no winner is `{head}`")).clone()
    }

    /// Checks code and message of a refusal, and that nothing was printed as a result.
    #[track_caller]
    pub(crate) fn refused(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, code, "{}", self.stderr);
        assert_eq!(self.stdout, "");
        for part in parts {
            assert!(self.stderr.contains(part), "no `{part}` in:\n{}", self.stderr);
        }
    }
}
