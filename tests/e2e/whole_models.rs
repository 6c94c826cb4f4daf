//! `fit export --with-network`: a network and a head as one ONNX model, in ONNX Runtime, against `extract classify --head`.

use std::fs;
use std::path::{Path, PathBuf};

use backbone::Backbone;
use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use preprocess::{Limits, Preset};
use serde_json::Value;
use tempfile::TempDir;

use super::generated;
use super::programs::{PACKAGE, extract, extract_run, fit};
use super::python::python_with;
use super::tree::three_classes;

/// Pictures, and a head that was trained on them.
struct Fixture {
    folder: TempDir,
    weights: String,
}

impl Fixture {
    /// `weights` are those of the registry by their name, or generated ones of the backbone of this name. `run` goes
    /// to `extract run`, `train` to `fit train`.
    fn new(weights: &str, run: &[&str], train: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        three_classes(&folder.path().join("images"), 6);
        let weights = match Backbone::named(weights) {
            Ok(backbone) => {
                let path = folder.path().join("weights.safetensors");
                generated::weights(&backbone).write(&path).unwrap();
                path.display().to_string()
            }
            Err(_) => weights.to_owned(),
        };
        let fixture = Self { folder, weights };
        let by = ["--weights", &fixture.weights, "--device", "cpu"];
        extract_run(&fixture.images(), &fixture.at("cache.h5"), &[&by, run].concat());
        let mut command = fit();
        command.arg("train").arg(fixture.at("cache.h5")).args(train);
        command.arg("--out").arg(fixture.head()).assert().success();
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

    fn export(&self, weights: &str) -> assert_cmd::Command {
        let mut command = fit();
        command.arg("export").arg(self.head()).args(["--to", "onnx", "--with-network", weights]);
        command.arg("--out").arg(self.at("model.onnx"));
        command
    }

    /// What `extract classify` says of the pictures of the head, and of those of the reference.
    fn classified(&self) -> Value {
        let mut command = extract();
        command.arg("classify").arg(self.images()).arg(reference_images()).arg("--json");
        command.arg("--head").arg(self.head()).args(["--weights", &self.weights]);
        serde_json::from_slice(&command.assert().success().get_output().stdout).unwrap()
    }

    /// The pixels that the network of the head is given, of all pictures that were classified.
    fn pixels(&self, classified: &Value) -> Vec<u8> {
        let head = head::load(&self.head()).unwrap();
        let preset = head.description.origin.provenance.preprocessing;
        let preset: Preset = serde_json::from_value(preset).unwrap();
        let predictions = classified["predictions"].as_array().unwrap();
        let pixels = |prediction: &Value| {
            let file = fs::read(prediction["path"].as_str().unwrap()).unwrap();
            preset.pixels(&preset.decode(&file, &Limits::default()).unwrap()).pixels
        };
        predictions.iter().flat_map(pixels).collect()
    }

    /// Compares the model with `extract classify`.
    fn compare(&self, what: &str) {
        self.export(&self.weights).assert().success().stderr(contains("written to"));
        let classified = self.classified();
        assert!(classified["predictions"].as_array().unwrap().len() == 18 + 11);
        let [pixels, answers] = ["pixels", "classified.json"].map(|name| self.at(name));
        fs::write(&pixels, self.pixels(&classified)).unwrap();
        fs::write(&answers, classified.to_string()).unwrap();
        let mut python = python_with("onnxruntime").expect("it was there");
        python.args(["-c", include_str!("exports/whole_model.py")]);
        let output = python.arg(self.at("model.onnx")).args([&pixels, &answers]).output().unwrap();
        assert!(output.status.success(), "{what}\n{}", String::from_utf8_lossy(&output.stderr));
        let error = String::from_utf8_lossy(&output.stdout);
        println!("{what}: error up to {} of the range of scores", error.trim());
    }
}

fn reference_images() -> PathBuf {
    Path::new(PACKAGE).join("reference/images")
}

fn compare(weights: &str, run: &str, train: &str) {
    if python_with("onnxruntime").is_none() {
        return;
    }
    let [run, train]: [Vec<&str>; 2] = [run, train].map(|line| line.split_whitespace().collect());
    Fixture::new(weights, &run, &train).compare(&format!("{weights} {run:?} {train:?}"));
}

#[test]
fn models_of_vgg16_equal_classify() {
    let softmax = "--head softmax --c 1 --normalize l2 --calibrate";
    compare("vgg16-keras-notop", "--tap block5_pool:gap", softmax);
    let svm = "--head svm --c 0.1 --normalize standardize,l2,pca:8";
    compare("vgg16-keras-notop", "--tap block3_pool:flatten --squash 64x48 --dtype f16", svm);
}

#[test]
fn models_of_efficientnet_lite0_equal_classify() {
    extract().args(["weights", "fetch", "efficientnet-lite0"]).assert().success();
    compare("efficientnet-lite0", "", "--head svm --c 0.1 --normalize power:0.5,l2");
    let network = "--head mlp --layers dense:8,relu,batchnorm,softmax --normalize l2 --epochs 20 --patience 0";
    compare("efficientnet-lite0", "--tap blocks.4:spp:1,2,3 --preset squash", network);
}

#[test]
fn models_of_mobilenet_v2_equal_classify() {
    compare("mobilenet_v2", "--views flip", "--head softmax --c 1 --views average");
    compare(
        "mobilenet_v2",
        "--tap features.7:max --views flip",
        "--head ridge --c 1 --views stack",
    );
}

#[test]
fn models_of_resnet18_equal_classify() {
    compare("resnet18", "--tap layer4:gem:3", "--head svm --c 1 --calibrate");
    compare("resnet18", "--tap layer2 --resize 96 --crop 80x64", "--head softmax --c 1");
}

#[test]
fn the_documented_program_says_the_same() {
    if python_with("onnxruntime, PIL").is_none() {
        return;
    }
    for preset in ["keras", "torchvision-v2"] {
        let fixture = Fixture::new(
            "vgg16-keras-notop",
            &["--tap", "block2_pool", "--preset", preset],
            &["--head", "softmax", "--c", "1", "--normalize", "l2"],
        );
        fixture.export("vgg16-keras-notop").assert().success();
        let classified = fixture.classified();
        let predictions = classified["predictions"].as_array().unwrap();
        let mut python = python_with("onnxruntime, PIL").expect("it was there");
        python.args(["-c", &documented_program()]).arg(fixture.at("model.onnx"));
        python.args(predictions.iter().map(|prediction| prediction["path"].as_str().unwrap()));
        let output = python.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.lines().count(), predictions.len());
        let mut worst = 0_f64;
        for (line, prediction) in text.lines().zip(predictions) {
            let [path, class, probability]: [&str; 3] =
                line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            assert_eq!(
                [path, class],
                [&prediction["path"], &prediction["prediction"]].map(|v| v.as_str().unwrap())
            );
            let place = classified["classes"].as_array().unwrap().iter().position(|c| c == class);
            let expected = prediction["scores"][place.unwrap()].as_f64().unwrap();
            let error = (probability.parse::<f64>().unwrap() - expected).abs();
            assert!(error < 1e-4, "{preset}, {path}: {error:e}");
            worst = worst.max(error);
        }
        println!("{preset}, with Pillow: probabilities to {worst:.1e}");
    }
}

/// The Python program in the documentation.
fn documented_program() -> String {
    let page = include_str!("../../docs/take-away.md");
    let lines = page.lines().skip_while(|line| *line != "```python").skip(1);
    lines.take_while(|line| *line != "```").collect::<Vec<_>>().join("\n")
}

#[test]
fn what_cannot_be_put_together_is_refused_with_what_to_do() {
    let shallow = ["--tap", "block1_pool:gap", "--squash", "32"];
    let train = ["--head", "softmax", "--c", "1"];
    let fixture = Fixture::new("vgg16-keras-notop", &shallow, &train);
    let mut unfetched = fixture.export("vgg16-keras-notop");
    unfetched.env("OFFSHELF_CACHE", fixture.at("empty")).assert().code(1).stderr(
        contains("the weights `vgg16-keras-notop` are not here yet")
            .and(contains("hint: extract weights fetch vgg16-keras-notop")),
    );
    extract().args(["weights", "fetch", "efficientnet-lite0"]).assert().success();
    fixture.export("efficientnet-lite0").assert().code(1).stderr(
        contains("features of `vgg16-keras-notop` (vgg16 with digest `6c629467")
            .and(contains("not of `efficientnet-lite0` (efficientnet_lite0 with digest `9fd376ac"))
            .and(contains("hint: `--with-network vgg16-keras-notop`")),
    );
    fixture.export("vgg61").assert().code(1).stderr(contains("hint: extract weights list"));
    assert!(!fixture.at("model.onnx").exists());

    let views = [&shallow[..], &["--views", "patches:2"]].concat();
    let several =
        Fixture::new("vgg16-keras-notop", &views, &[&train[..], &["--views", "average"]].concat());
    several.export("vgg16-keras-notop").assert().code(1).stderr(
        contains("takes the views `patches:2`")
            .and(contains("hint: train the head on a cache of `--views center`")),
    );
}
