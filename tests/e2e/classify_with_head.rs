//! `extract classify --head`: the numbers of `extract run` and `fit predict`, without a cache between.

use std::fs;
use std::path::{Path, PathBuf};

use classify::{HeadClassifier, HeadRequest, HeatMap, HeatMaps, pictures};
use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::{contains, starts_with};
use serde_json::Value;
use tempfile::TempDir;

use super::programs::{extract, extract_run, extract_without_weights, fit};
use super::tree::three_classes;

/// Pictures in three classes, a head of their shallowest features, and its predictions as CSV.
struct Fixture {
    folder: TempDir,
    predictions: String,
}

impl Fixture {
    /// `run` goes to `extract run`, `train` to `fit train`.
    fn new(run: &[&str], train: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        three_classes(&folder.path().join("images"), 6);
        let mut fixture = Self { folder, predictions: String::new() };
        let (images, cache, head) = (fixture.images(), fixture.at("cache.h5"), fixture.head());
        let tap = ["--tap", "block1_pool:gap", "--device", "cpu"];
        extract_run(&images, &cache, &[&tap, run].concat());
        let mut command = fit();
        command.arg("train").arg(&cache).args(train).arg("--out").arg(&head).assert().success();
        let assert = fit().arg("predict").arg(&head).arg(&cache).assert().success();
        fixture.predictions = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
        fixture
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn images(&self) -> PathBuf {
        self.at("images")
    }

    fn head(&self) -> PathBuf {
        self.at("head.safetensors")
    }

    /// `extract classify` where the pictures lie.
    fn classify(&self, pictures: &[&str]) -> assert_cmd::Command {
        let mut command = extract();
        command.current_dir(self.images()).arg("classify").args(pictures);
        command.arg("--head").arg(self.head());
        command
    }
}

fn stdout(command: &mut assert_cmd::Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

#[test]
fn numbers_are_those_of_a_cache_byte_for_byte() {
    for (run, train) in [
        (&[][..], &["--head", "softmax", "--c", "0.1"][..]),
        (&["--dtype", "f16"], &["--head", "svm", "--c", "0.1", "--normalize", "l2"]),
        (&["--views", "flip"], &["--head", "softmax", "--c", "1", "--views", "average"]),
        (&["--views", "flip", "--squash", "96"], &["--head", "knn", "--views", "stack"]),
    ] {
        let fixture = Fixture::new(run, train);
        // A folder has its images in the order of the cache.
        let all = stdout(&mut fixture.classify(&["blue", "green", "red"]));
        assert_eq!(all, fixture.predictions, "{run:?} {train:?}");
        let one = stdout(&mut fixture.classify(&["green/003.png"]));
        let line = fixture.predictions.lines().find(|line| line.starts_with("green/003.png"));
        assert_eq!(one.lines().nth(1), line, "{run:?} {train:?}");
    }
}

#[test]
fn answers_come_in_every_format_and_from_standard_input() {
    let fixture = Fixture::new(&[], &["--head", "softmax", "--c", "0.1"]);
    let png = fs::read(fixture.images().join("red/001.png")).unwrap();
    let from_input = stdout(fixture.classify(&["-"]).write_stdin(png));
    let line = fixture.predictions.lines().find(|line| line.starts_with("red/001.png")).unwrap();
    assert_eq!(from_input.lines().nth(1).unwrap(), line.replace("red/001.png", "-"));

    let pattern = stdout(&mut fixture.classify(&["**/001.png"]));
    let paths: Vec<&str> =
        pattern.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(paths, ["blue/001.png", "green/001.png", "red/001.png"]);

    let document: Value =
        serde_json::from_str(&stdout(fixture.classify(&["red/001.png"]).arg("--json"))).unwrap();
    assert_eq!(document["format"], "offshelf-extract-classify");
    assert_eq!(document["predictions"][0]["prediction"], "red");
    assert_eq!(document["classes"], serde_json::json!(["blue", "green", "red"]));
    assert_eq!(document["engine"], "winograd");
    let mut predict = fit();
    predict.arg("predict").arg(fixture.head()).arg(fixture.at("cache.h5")).arg("--json");
    let predicted: Value = serde_json::from_str(&stdout(&mut predict)).unwrap();
    let all: Value =
        serde_json::from_str(&stdout(fixture.classify(&["blue", "green", "red"]).arg("--json")))
            .unwrap();
    assert_eq!(all["predictions"], predicted["predictions"]);

    let out = fixture.at("answers.parquet");
    let predictions = fixture.at("predictions.parquet");
    let mut classify = fixture.classify(&["blue", "green", "red"]);
    classify.arg("--out").arg(&out).assert().success().stderr(contains("18 predictions written"));
    let mut predict = fit();
    predict.arg("predict").arg(fixture.head()).arg(fixture.at("cache.h5"));
    predict.arg("--out").arg(&predictions).assert().success();
    let by = |program: &str| format!("{program} {}", env!("CARGO_PKG_VERSION"));
    let text = |path: &Path, program: &str| {
        let bytes = fs::read(path).unwrap();
        assert!(bytes.windows(by(program).len()).any(|window| window == by(program).as_bytes()));
        bytes
    };
    let (ours, theirs) = (text(&out, "extract"), text(&predictions, "fit"));
    assert_eq!(ours.len() - by("extract").len(), theirs.len() - by("fit").len());
    classify.assert().code(1).stderr(contains("answers.parquet"));
}

#[test]
fn what_cannot_be_read_is_listed() {
    let fixture = Fixture::new(&[], &["--head", "softmax", "--c", "0.1"]);
    fs::write(fixture.images().join("torn.png"), "no image").unwrap();
    let mut command = fixture.classify(&["torn.png", "red/001.png", "absent.png"]);
    let lines = contains("torn.png`: ").and(contains("absent.png`: cannot read the file"));
    let assert = command.assert().code(4).stderr(lines);
    assert_eq!(assert.get_output().stdout.iter().filter(|&&byte| byte == b'\n').count(), 2);
    command.arg("--skip-unreadable").assert().success();
    fixture
        .classify(&["*.tiff"])
        .assert()
        .code(1)
        .stderr(contains("no file is called like `*.tiff`"));
}

#[test]
fn a_head_says_what_it_needs() {
    let fixture = Fixture::new(&[], &["--head", "softmax", "--c", "0.1"]);
    let mut unfetched = extract_without_weights();
    unfetched.current_dir(fixture.images()).env("OFFSHELF_CACHE", fixture.at("empty"));
    unfetched.args(["classify", "red/001.png", "--head"]);
    let hint = contains("hint: extract weights fetch vgg16-keras-notop");
    unfetched.arg(fixture.head()).assert().code(1).stderr(hint);

    let mut others = fixture.classify(&["red/001.png"]);
    extract().args(["weights", "fetch", "efficientnet-lite0"]).assert().success();
    others.args(["--weights", "efficientnet-lite0"]);
    let no_tap = contains("cannot compute the features that head").and(contains("block1_pool"));
    others.assert().code(1).stderr(no_tap);

    let mut preset = fixture.classify(&["red/001.png"]);
    preset.args(["--preset", "torchvision"]);
    preset.assert().code(2).stderr(contains("the preprocessing is the head's"));
    let mut without = extract();
    without.args(["classify", "a.png", "--format", "csv"]);
    without.assert().code(2).stderr(contains("add `--head`"));
    let missing = fixture.at("missing.safetensors");
    let mut command = extract();
    command.args(["classify", "a.png", "--head"]).arg(&missing);
    command.assert().code(1).stderr(starts_with("extract: error: "));
}

#[test]
fn heat_maps_add_up_to_the_score() {
    for train in [
        &["--head", "softmax", "--c", "0.1"][..],
        &["--head", "svm", "--c", "0.1", "--normalize", "standardize,l2"],
        &["--head", "ridge", "--c", "1", "--normalize", "l2,pca:8"],
    ] {
        let fixture = Fixture::new(&[], train);
        let request = HeadRequest::new(fixture.head());
        let (pictures, _) = pictures(&[fixture.images()], &request.limits).unwrap();
        let mut maps = Vec::new();
        let mut classifier = HeadClassifier::load(&request, HeatMaps::Always).unwrap();
        let found = classifier.classify(&pictures, |map: HeatMap| maps.push(map)).unwrap();
        let head = head::load(&fixture.head()).unwrap();
        let cache = feature_cache::Cache::open(&fixture.at("cache.h5")).unwrap();
        let features = cache.features("block1_pool:gap").unwrap();
        assert_eq!((maps.len(), found.answers.predictions.len()), (18, 18));
        for (row, map) in maps.iter().enumerate() {
            let class = found.answers.classes.iter().position(|class| *class == map.class).unwrap();
            let score = head.pipeline.decision_function(features.view(), &[row])[[0, class]];
            let sum = map.places.sum() + map.constant;
            let scale = f64::from(score.abs()).max(1.0);
            assert!((sum - f64::from(score)).abs() < 1e-5 * scale, "{train:?}: {sum}, {score}");
            assert_eq!(map.places.dim(), (112, 112));
        }
    }
}

#[test]
fn heat_maps_are_drawn_into_a_new_folder_or_refused_with_the_reason() {
    let fixture = Fixture::new(&[], &["--head", "softmax", "--c", "0.1"]);
    let folder = fixture.at("maps");
    let mut command = fixture.classify(&["red/001.png", "blue/001.png"]);
    command.arg("--heat-map").arg(&folder);
    command.assert().success().stderr(contains("2 heat maps written to `"));
    let map = image::open(folder.join("00002-001.png")).unwrap();
    assert_eq!((map.width(), map.height()), (448, 224));
    command.assert().code(1).stderr(contains("is not empty"));

    for (train, reason) in [
        (&["--head", "knn"][..], "its scores are no weighted sums of features"),
        (&["--head", "softmax", "--c", "1", "--normalize", "power:0.5,l2"], "the step `power:0.5`"),
    ] {
        let fixture = Fixture::new(&[], train);
        let mut command = fixture.classify(&["red/001.png"]);
        command.arg("--heat-map").arg(fixture.at("maps"));
        command.assert().code(1).stderr(contains("has no heat maps").and(contains(reason)));
    }
}
