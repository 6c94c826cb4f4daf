use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use backbone::weights::{Metadata, Tensor};
use backbone::{Backbone, Builder, INPUT, Kernel, Layer, Operation};
use head::CombineViews;
use onnx::{GraphProto, Message as _};
use serde_json::Value;

use super::*;

const SIDE: usize = 8;

/// A convolution to six channels and a ReLU, and a classifier behind them.
fn backbone() -> Arc<Backbone> {
    let mut graph = Builder::new();
    let conv = graph.convolution(INPUT, Layer::of_module("conv"), 6, Kernel::square(3), true);
    let relu = graph.apply(Operation::Relu, conv, &["relu"]);
    graph.begin_classifier();
    graph.dense(relu, Layer::of_module("fc"), 2, SIDE, &[]);
    Arc::new(graph.finish("tiny", SIDE, "keras"))
}

fn weights(with_classifier: bool) -> Weights {
    let backbone = backbone();
    let parameters = backbone.parameters().filter(|(l, _)| with_classifier || !l.in_classifier);
    let tensors = parameters.map(|(layer, parameter)| {
        let values = vec![0.5; parameter.len()];
        (parameter.name_in(layer), Tensor::new(parameter.shape, values))
    });
    let [name, preset, origin, licence] = ["mine", "keras", "no file", "CC0"].map(str::to_owned);
    let metadata = Metadata { name, preset, origin, licence };
    Weights::new(&backbone, metadata, tensors.collect()).unwrap()
}

/// A head of six features, as if it had been trained behind `weights`.
fn head_of(weights: &Weights) -> SavedHead {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../head/tests/golden/head-1.safetensors");
    let mut head = head::load(&path).unwrap();
    head.description.origin.provenance = TapProvenance {
        backbone: "tiny".to_owned(),
        weights: schema::Weights { name: "theirs".into(), digest: weights.digest().to_owned() },
        tap: "relu:gap".to_owned(),
        preprocessing: json!({
            "resize": { "squash": { "width": SIDE, "height": SIDE } },
            "normalization": { "channels": "bgr", "scale": 1.0, "mean": [1.0, 2.0, 3.0], "std": [1.0, 1.0, 1.0] },
        }),
        views: "center".to_owned(),
        engine: "libtorch".to_owned(),
        dtype: Dtype::F32,
    };
    head
}

fn refused(change: impl FnOnce(&mut SavedHead), weights: &Weights) -> String {
    let mut head = head_of(weights);
    change(&mut head);
    whole_model(&head, weights).unwrap_err().to_string()
}

fn graph(head: &SavedHead, weights: &Weights) -> (GraphProto, ModelProto) {
    let bytes = whole_model(head, weights).unwrap().to_bytes();
    let mut model = ModelProto::decode(&bytes[..]).unwrap();
    (model.graph.take().unwrap(), model)
}

/// Checks that every node finds its inputs and that names are given once, and gives the operators.
fn operators(graph: &GraphProto) -> Vec<&str> {
    let mut known: BTreeSet<&str> = graph.initializer.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(known.len(), graph.initializer.len());
    assert!(known.insert(&graph.input[0].name));
    for node in &graph.node {
        assert!(node.input.iter().all(|input| known.contains(input.as_str())), "{node:?}");
        assert!(node.output.iter().all(|output| known.insert(output)), "{node:?}");
    }
    assert!(graph.output.iter().all(|output| known.contains(output.name.as_str())));
    graph.node.iter().map(|node| node.op_type.as_str()).collect()
}

#[test]
fn a_model_goes_from_pixels_to_classes_and_says_what_it_is() {
    let weights = weights(true);
    let (graph, model) = graph(&head_of(&weights), &weights);
    let operators = operators(&graph);
    let network = ["Cast", "Gather", "Sub", "Transpose", "Conv", "Relu", "ReduceMean"];
    assert_eq!(operators[..7], network);
    // What the tap does not need is not there.
    assert_eq!(operators.iter().filter(|name| **name == "Conv").count(), 1);
    assert!(graph.initializer.iter().all(|tensor| !tensor.name.contains("fc")));
    let shape = graph.input[0].r#type.clone().unwrap().tensor_type.unwrap().shape.unwrap();
    let lengths: Vec<_> = shape.dim.iter().map(|dimension| dimension.dim_value).collect();
    assert_eq!(lengths, [None, Some(8), Some(8), Some(3)]);
    let keys: Vec<&str> = model.metadata_props.iter().map(|entry| &entry.key[..]).collect();
    assert_eq!(keys, ["classes", "offshelf", "preprocessing", "weights"]);
    assert!(model.metadata_props[1].value.contains(r#""tap":"relu:gap""#));
    assert!(model.metadata_props[2].value.contains(r#""channels":"bgr""#));
    let about: Value = serde_json::from_str(&model.metadata_props[3].value).unwrap();
    assert_eq!([&about["digest"], &about["licence"]], [weights.digest(), "CC0"]);
}

#[test]
fn stored_halves_and_mirrors_are_part_of_the_model() {
    let weights = weights(true);
    let mut head = head_of(&weights);
    head.description.origin.provenance.dtype = Dtype::F16;
    head.description.origin.provenance.views = "box, flip".to_owned();
    head.description.origin.settings.views = Some(CombineViews::Average);
    let (graph, _) = graph(&head, &weights);
    let operators = operators(&graph);
    assert_eq!(operators[..3], ["Gather", "Concat", "Cast"]);
    let end = operators
        .windows(6)
        .position(|w| w == ["ReduceMean", "Cast", "Cast", "Split", "Add", "Div"]);
    assert!(end.is_some(), "{operators:?}");
    head.description.origin.settings.views = Some(CombineViews::Stack);
    let error = whole_model(&head, &weights).unwrap_err().to_string();
    assert!(error.ends_with("rows of 6 features, and the network gives 12"), "{error}");
}

#[test]
fn what_does_not_belong_together_is_refused_with_the_reason() {
    let complete = weights(true);
    let other = weights(false);
    let error = whole_model(&head_of(&complete), &other).unwrap_err().to_string();
    assert!(error.contains("features of `theirs` (tiny with digest `"), "{error}");
    assert!(error.contains(&format!("not of `mine` (tiny with digest `{}`)", other.digest())));
    let error =
        refused(|head| head.description.origin.provenance.backbone = "big".into(), &complete);
    assert!(error.contains("(big with digest"), "{error}");

    let tap = |tap: &'static str| {
        move |head: &mut SavedHead| head.description.origin.provenance.tap = tap.to_owned()
    };
    assert_eq!(refused(tap("pool5:gap"), &complete), "`tiny` has no tap `pool5`");
    let error = refused(tap("fc:gap"), &other);
    assert_eq!(
        error,
        "the weights `mine` do not reach the tap `fc:gap`: they lack fc.weight, fc.bias"
    );
    let error = refused(tap("relu:flatten"), &complete);
    assert!(error.ends_with("rows of 6 features, and the network gives 384"), "{error}");

    let views = |head: &mut SavedHead| head.description.origin.provenance.views = "ten-crop".into();
    assert!(refused(views, &complete).contains("the views `ten-crop`, which are cut out"));
    let imported = |head: &mut SavedHead| {
        head.description.origin.provenance.backbone = "imported".to_owned();
    };
    assert!(refused(imported, &complete).contains("made by `theirs`"));
}

#[test]
fn what_no_reader_takes_is_not_written() {
    assert!(check_size(MAX_MODEL_BYTES).is_ok());
    let error = check_size(MAX_MODEL_BYTES + 1).unwrap_err().to_string();
    let expected = format!("a file of its format at most {MAX_MODEL_BYTES}");
    assert!(error.ends_with(&expected), "{error}");
}
