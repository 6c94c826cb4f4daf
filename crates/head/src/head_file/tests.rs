use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use atomic_file::Existing;
use heads::{
    FitReport, Head, HingeLoss, KernelHead, KnnHead, KnnVote, LinearHead, Link, MlpHead,
    OneVsOneHead,
};
use ndarray::{ArrayD, array};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use schema::{Dtype as FeatureDtype, TapProvenance, Weights};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::digest::seal;
use super::*;
use crate::calibration::{Calibration, Platt};
use crate::class_weights::ClassWeights;
use crate::fit_record::FitRecord;
use crate::label_kind::LabelKind;
use crate::network::Layers;
use crate::part::Part;
use crate::sampling::Sampling;
use crate::settings::{Algorithm, Settings};
use crate::spec::HeadSpec;
use crate::transform::{FittedStep, Step, Transform};

mod strangers;

const CREATED_BY: &str = "test 1";

const REPORT: FitReport = FitReport { n_iter: 5, converged: false, objective: 1.5, residual: 0.1 };

/// An SVM of two classes.
pub(crate) fn saved() -> SavedHead {
    let transform = Transform(vec![
        FittedStep::L2,
        FittedStep::Standardize { mean: array![0.1, -0.2], scale: array![1.0, 0.5] },
        FittedStep::Project {
            step: Step::Whiten(None),
            mean: array![0.0, 0.5],
            projection: array![[1.0, -1.0], [0.5, 0.25], [0.0, 3.0]],
        },
        FittedStep::Power(0.5),
    ]);
    let coef = array![[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]];
    let origin = Origin {
        classes: vec!["cat".into(), "dog".into()],
        labels: LabelKind::OneClass,
        provenance: TapProvenance {
            backbone: "vgg16".into(),
            weights: Weights { name: "w".into(), digest: "d".into() },
            tap: "block5_pool:gap".into(),
            preprocessing: json!({"name": "keras"}),
            views: "center".into(),
            engine: "libtorch".into(),
            dtype: FeatureDtype::F32,
        },
        training: Training {
            cache: "a.h5".into(),
            parts: vec![Part::All],
            hold_out: Some(0.2),
            n_samples: 7,
        },
        settings: Settings {
            solver: Algorithm::Auto,
            tol: None,
            max_iter: Some(5),
            class_weight: ClassWeights::Balanced,
            sampling: Sampling::Smote(3),
            temperature: None,
            gamma: None,
            network: None,
            views: None,
            seed: 3,
        },
    };
    let spec = HeadSpec::Svm { loss: HingeLoss::Hinge, c: 0.1 };
    let head = LinearHead::new(coef, array![0.5, -0.5], Link::Margin).unwrap();
    let pipeline = Pipeline { transform, head: head.into() };
    let record = FitRecord { report: REPORT, curve: None };
    let description = Description::new(CREATED_BY, &spec, &pipeline, record, None, origin);
    SavedHead { pipeline, description }
}

/// Tensors and JSON of a head file, to be damaged one at a time.
struct Parts {
    tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)>,
    metadata: Option<Value>,
}

impl Parts {
    fn new() -> Self {
        Self::of(&saved())
    }

    fn of(head: &SavedHead) -> Self {
        let bytes = head_bytes(head);
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let tensor = |(name, view): (String, TensorView<'_>)| {
            (name, view.dtype(), view.shape().to_vec(), view.data().to_vec())
        };
        let tensors = file.tensors().into_iter().map(tensor).collect();
        let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
        let json = &header.metadata().as_ref().unwrap()[METADATA_KEY];
        Self { tensors, metadata: Some(serde_json::from_str(json).unwrap()) }
    }

    fn tensor(&mut self, name: &str) -> &mut (String, Dtype, Vec<usize>, Vec<u8>) {
        self.tensors.iter_mut().find(|tensor| tensor.0 == name).unwrap()
    }

    fn metadata(&mut self) -> &mut Value {
        self.metadata.as_mut().unwrap()
    }

    fn load(self) -> LoadError {
        load_bytes(&self.bytes()).unwrap_err()
    }

    fn bytes(self) -> Vec<u8> {
        let views = self.tensors.iter().map(|(name, dtype, shape, bytes)| {
            (name, TensorView::new(*dtype, shape.clone(), bytes).unwrap())
        });
        let metadata =
            self.metadata.map(|json| HashMap::from([(METADATA_KEY.to_owned(), json.to_string())]));
        let mut bytes = safetensors::serialize(views, metadata).unwrap();
        seal(&mut bytes);
        bytes
    }
}

fn load_bytes(bytes: &[u8]) -> Result<SavedHead, LoadError> {
    let (_folder, path) = place();
    fs::write(&path, bytes).unwrap();
    load(&path)
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("head.safetensors");
    (folder, path)
}

#[test]
fn a_head_survives_its_file_and_gives_the_same_bytes() {
    let (_folder, path) = place();
    save(&saved(), &path, Existing::Refuse).unwrap();
    let loaded = load(&path).unwrap();
    assert_eq!(loaded, saved());
    assert_eq!(head_bytes(&loaded), fs::read(&path).unwrap());
}

#[test]
fn temporary_seal() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/head-1.safetensors");
    let mut bytes = fs::read(path).unwrap();
    seal(&mut bytes);
    fs::write(path, bytes).unwrap();
}

#[test]
fn the_bytes_of_this_version_stay_as_they_are() {
    let golden = include_bytes!("../../tests/golden/head-1.safetensors");
    assert_eq!(head_bytes(&load_bytes(golden).unwrap()), golden);
}

#[test]
fn files_of_other_kinds_are_refused() {
    let (_folder, path) = place();
    let missing = load(&path).unwrap_err().to_string();
    assert_eq!(missing, format!("cannot read head `{}`", path.display()));
    assert!(matches!(load_bytes(b"no tensors"), Err(LoadError::NotSafetensors { .. })));
    let whole = head_bytes(&saved());
    let cut = load_bytes(&whole[..whole.len() - 1]);
    assert!(matches!(cut, Err(LoadError::NotSafetensors { .. })));

    let mut other = Parts::new();
    other.metadata = None;
    let message = other.load().to_string();
    assert!(message.ends_with("` is a safetensors file, but no head"), "{message}");
    let mut other = Parts::new();
    other.metadata()["format"] = json!("offshelf-weights");
    assert!(matches!(other.load(), LoadError::NotAHead { .. }));
}

#[test]
fn other_versions_are_refused_even_when_their_fields_changed() {
    for version in [0, VERSION + 1] {
        let mut parts = Parts::new();
        parts.metadata = Some(json!({"format": FORMAT, "version": version}));
        let message = parts.load().to_string();
        let versions =
            format!("` has version {version}, this program reads {VERSION}\nhint: use the");
        assert!(message.contains(&versions), "{message}");
    }
}

#[test]
fn damaged_metadata_is_refused() {
    let mut parts = Parts::new();
    parts.metadata().as_object_mut().unwrap().remove("provenance");
    let message = parts.load().to_string();
    assert!(message.starts_with("the metadata of head `"), "{message}");
    for classes in [json!(["cat", "cat"]), json!(["cat"])] {
        let mut parts = Parts::new();
        parts.metadata()["classes"] = classes;
        let message = parts.load().to_string();
        assert!(message.contains("` are not different names, at least two (one"), "{message}");
    }
}

#[test]
fn damaged_tensors_are_refused_by_name() {
    let mut parts = Parts::new();
    parts.tensors.retain(|tensor| tensor.0 != "transform.1.scale");
    let error = parts.load();
    assert!(matches!(error, LoadError::MissingTensor { name, .. } if name == "transform.1.scale"));

    let mut parts = Parts::new();
    parts.tensor("coef").1 = Dtype::I32;
    assert!(matches!(parts.load(), LoadError::TensorType { got: Dtype::I32, .. }));

    for (name, shape) in [
        ("coef", vec![3, 2]),
        ("intercept", vec![1, 2]),
        ("coef", vec![6]),
        ("transform.2.projection", vec![2, 3]),
        ("transform.1.mean", vec![1, 2]),
    ] {
        let mut parts = Parts::new();
        parts.tensor(name).2 = shape;
        assert!(matches!(parts.load(), LoadError::TensorShape { .. }), "{name}");
    }

    let mut parts = Parts::new();
    parts.tensor("intercept").3[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    assert!(matches!(parts.load(), LoadError::NotFinite { .. }));

    let mut parts = Parts::new();
    parts.tensor("transform.1.scale").3[..4].copy_from_slice(&0f32.to_le_bytes());
    let message = parts.load().to_string();
    assert!(message.starts_with("tensor `transform.1.scale` of head `"), "{message}");
    assert!(message.ends_with("` has a scale that is not positive"), "{message}");
}

/// The head of `saved` in other forms, on three features and two classes: pairs, a kernel, neighbors,
/// a network.
fn other_heads() -> [SavedHead; 4] {
    let with = |head: Head, spec: HeadSpec| {
        let SavedHead { pipeline, description } = saved();
        let pipeline = Pipeline { transform: pipeline.transform, head };
        let record = FitRecord { report: REPORT, curve: None };
        let description =
            Description::new(CREATED_BY, &spec, &pipeline, record, None, description.origin);
        SavedHead { pipeline, description }
    };
    let pairs = OneVsOneHead::new(2, array![[1.0, -2.0, 0.5]], array![0.25]).unwrap();
    let rows = array![[1.0, 0.0, 0.0], [0.0, 0.6, 0.8]];
    let kernel = KernelHead::from_parts(
        rows.clone(),
        array![[1.0, -1.0], [-1.0, 1.0]],
        array![0.5, -0.5],
        1.0 / 3.0,
    );
    let vote = KnnVote::Exponential { temperature: 0.07 };
    let neighbors = KnnHead::from_parts(rows, vec![1, 0], 2, 1, vote).unwrap();
    let shapes: [&[usize]; 8] = [&[3, 64], &[64], &[64], &[64], &[64], &[64], &[64, 2], &[2]];
    let array = |shape: &[usize]| ArrayD::from_elem(shape, 0.5);
    let layers = Layers::default();
    let network = MlpHead::from_parts(layers.0.clone(), 3, 2, shapes.map(array).to_vec()).unwrap();
    [
        with(pairs.into(), HeadSpec::OneVsOne { c: 0.1 }),
        with(kernel.unwrap().into(), HeadSpec::Gaussian { c: 0.1 }),
        with(neighbors.into(), HeadSpec::Knn { n_neighbors: 1 }),
        with(network.into(), HeadSpec::Mlp { layers, learning_rate: 0.001 }),
    ]
}

#[test]
fn heads_of_every_kind_survive_their_files() {
    for head in other_heads() {
        let bytes = head_bytes(&head);
        let loaded = load_bytes(&bytes).unwrap();
        assert_eq!(loaded, head);
        assert_eq!(head_bytes(&loaded), bytes);
    }
}

#[test]
fn damaged_tensors_of_other_heads_are_refused() {
    let [pairs, kernel, neighbors, network] = other_heads();
    for (head, name) in [
        (&pairs, "pairs.coef"),
        (&kernel, "gamma"),
        (&neighbors, "training.labels"),
        (&network, "layers.2.gamma"),
    ] {
        let mut parts = Parts::of(head);
        parts.tensors.retain(|tensor| tensor.0 != name);
        assert!(
            matches!(parts.load(), LoadError::MissingTensor { name: missing, .. } if missing == name)
        );
    }
    let changed = |head: &SavedHead, name: &str, bytes: &[u8]| {
        let mut parts = Parts::of(head);
        parts.tensor(name).3[..bytes.len()].copy_from_slice(bytes);
        parts.load()
    };
    for label in [2i64, -1] {
        let error = changed(&neighbors, "training.labels", &label.to_le_bytes());
        assert!(matches!(error, LoadError::Label { .. }), "{label}");
    }
    let error = changed(&kernel, "gamma", &(-1f64).to_le_bytes());
    assert!(matches!(error, LoadError::Parts { .. }));
    let error = changed(&network, "layers.2.moving_variance", &(-1f32).to_le_bytes());
    assert!(matches!(error, LoadError::Scale { .. }));

    let mut parts = Parts::of(&network);
    parts.tensor("layers.4.weights").2 = vec![2, 64];
    let message = parts.load().to_string();
    assert!(message.starts_with("the tensors of head `"), "{message}");
    assert!(message.ends_with("` do not fit together"), "{message}");
    let mut parts = Parts::of(&pairs);
    parts.metadata()["classes"] = json!(["ant", "bee", "cat"]);
    assert!(matches!(parts.load(), LoadError::TensorShape { .. }));
}

#[test]
fn a_number_or_a_link_of_another_head_is_refused() {
    let [pairs, _, neighbors, network] = other_heads();
    let mut parts = Parts::of(&pairs);
    parts.metadata()["link"] = json!("softmax");
    let message = parts.load().to_string();
    assert!(message.starts_with("the labels, the link or the settings of head `"), "{message}");
    for head in [&neighbors, &network] {
        let mut parts = Parts::of(head);
        let fields = parts.metadata().as_object_mut().unwrap();
        fields.remove("n_neighbors");
        fields.remove("learning_rate");
        fields.insert("c".to_owned(), json!(1.0));
        assert!(matches!(parts.load(), LoadError::Metadata { .. }));
    }
    let mut parts = Parts::of(&neighbors);
    parts.metadata()["settings"].as_object_mut().unwrap().remove("temperature");
    assert!(matches!(parts.load(), LoadError::Unsuited { .. }));
}

#[test]
fn a_calibration_survives_to_the_last_bit() {
    let (_folder, path) = place();
    let mut head = saved();
    let (slope, intercept) = (vec![1.0 / 3.0, 0.1 + 0.2], vec![-1e-300, 12345.678901234567]);
    head.description.calibration = Some(Calibration::Platt(Platt { slope, intercept }));
    save(&head, &path, Existing::Refuse).unwrap();
    assert_eq!(load(&path).unwrap(), head);
}

#[test]
fn a_calibration_that_does_not_suit_the_head_is_refused() {
    for calibration in [
        json!({"method": "platt", "slope": [1.0], "intercept": [0.0]}),
        json!({"method": "platt", "slope": [1.0, 2.0], "intercept": [0.0]}),
        json!({"method": "temperature", "temperature": 2.0}),
    ] {
        let mut parts = Parts::new();
        parts.metadata()["calibration"] = calibration;
        let message = parts.load().to_string();
        assert!(message.starts_with("the calibration of head `"), "{message}");
        assert!(message.ends_with("` does not suit it"), "{message}");
    }
    let mut parts = Parts::new();
    parts.metadata()["calibration"] = json!({"method": "isotonic"});
    assert!(matches!(parts.load(), LoadError::Metadata { .. }));
}

#[test]
fn a_head_of_several_labels_is_linear_and_may_have_one_class() {
    let mut head = saved();
    head.description.origin.labels = LabelKind::MultiLabel;
    assert_eq!(load_bytes(&head_bytes(&head)).unwrap(), head);
    let [pairs, ..] = other_heads();
    let mut parts = Parts::of(&pairs);
    parts.metadata()["labels"] = json!("multilabel");
    assert!(matches!(parts.load(), LoadError::Unsuited { .. }));
    // One class is found wanting by the tensors alone, which are of two.
    let of_one_class = |labels: &str| {
        let mut parts = Parts::of(&head);
        parts.metadata()["classes"] = json!(["cat"]);
        parts.metadata()["labels"] = json!(labels);
        parts.load()
    };
    assert!(matches!(of_one_class("multilabel"), LoadError::TensorShape { .. }));
    assert!(matches!(of_one_class("one_class"), LoadError::Classes { .. }));
}
