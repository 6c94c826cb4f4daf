use std::collections::BTreeSet;

use heads::{Head, LinearHead, Link, MlpHead};
use ndarray::array;
use onnx::{GraphProto, Message as _, ModelProto};

use super::*;
use crate::head_file::tests::saved;
use crate::label_kind::LabelKind;
use crate::pipeline::Pipeline;
use crate::transform::{FittedStep, Steps, Transform};

fn head(link: Link, calibration: Option<Calibration>) -> SavedHead {
    let transform = Transform(vec![
        FittedStep::L2,
        FittedStep::Standardize { mean: array![0.1, -0.2, 0.3], scale: array![1.0, 0.5, 2.0] },
    ]);
    let coef = array![[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]];
    let linear = LinearHead::new(coef, array![0.5, -0.5], link).unwrap();
    let mut head = saved();
    head.description.transform = transform.steps();
    head.description.calibration = calibration;
    SavedHead { pipeline: Pipeline { transform, head: linear.into() }, ..head }
}

fn linear(head: &SavedHead) -> &LinearHead {
    match &head.pipeline.head {
        Head::Linear(linear) => linear,
        other => panic!("{other:?} is not linear"),
    }
}

fn graph(head: &SavedHead) -> GraphProto {
    let bytes = model(head).unwrap().to_bytes();
    let model = ModelProto::decode(bytes.as_slice()).unwrap();
    assert_eq!((model.ir_version, model.opset_import[0].version), (8, 17));
    assert_eq!(model.metadata_props[0].value, r#"["cat","dog"]"#);
    assert!(model.metadata_props[1].value.contains(r#""format":"offshelf-head""#));
    model.graph.unwrap()
}

/// Checks that every node finds its inputs, that names are given once, and gives the operators.
fn check(graph: &GraphProto) -> Vec<&str> {
    let constants = graph.initializer.iter().map(|tensor| tensor.name.as_str());
    let mut known: BTreeSet<&str> = constants.collect();
    assert_eq!(known.len(), graph.initializer.len());
    assert!(known.insert(&graph.input[0].name));
    for node in &graph.node {
        assert!(node.input.iter().all(|input| known.contains(input.as_str())), "{node:?}");
        assert!(known.insert(&node.output[0]), "{node:?}");
    }
    assert!(graph.output.iter().all(|output| known.contains(output.name.as_str())));
    for tensor in &graph.initializer {
        let n_values: i64 = tensor.dims.iter().product();
        assert_eq!(tensor.raw_data.len() as i64, 4 * n_values, "{}", tensor.name);
    }
    graph.node.iter().map(|node| node.op_type.as_str()).collect()
}

fn outputs(graph: &GraphProto) -> Vec<&str> {
    graph.output.iter().map(|output| output.name.as_str()).collect()
}

#[test]
fn a_margin_head_has_the_transform_and_no_probabilities() {
    let graph = graph(&head(Link::Margin, None));
    let l2 = ["Abs", "ReduceMax", "Max", "Div", "ReduceL2", "Max", "Div"];
    let rest = ["Sub", "Div", "Gemm", "ArgMax"];
    assert_eq!(check(&graph), [l2.as_slice(), &rest].concat());
    assert_eq!(outputs(&graph), ["label", "scores"]);
    let shape = graph.input[0].r#type.clone().unwrap().tensor_type.unwrap().shape.unwrap();
    assert_eq!(shape.dim[0].dim_param.as_deref(), Some("n_samples"));
    assert_eq!(shape.dim[1].dim_value, Some(3));
}

#[test]
fn a_softmax_head_takes_its_probabilities_from_its_scores() {
    let mut plain = head(Link::Softmax, None);
    plain.pipeline.transform = Transform(Vec::new());
    plain.description.transform = Steps(Vec::new());
    let graph = graph(&plain);
    assert_eq!(check(&graph), ["Gemm", "ArgMax", "Softmax"]);
    assert_eq!(graph.node[0].input[0], "features");
    assert_eq!(graph.node[2].input, ["scores"]);
    assert_eq!(outputs(&graph), ["label", "scores", "probabilities"]);
}

#[test]
fn calibrations_stand_between_scores_and_probabilities() {
    let cooled = Calibration::Temperature(Temperature { temperature: 2.0 });
    let cooled = graph(&head(Link::Softmax, Some(cooled)));
    assert!(check(&cooled).ends_with(&["Gemm", "Div", "ArgMax", "Softmax"]));
    let of_name = |graph: &GraphProto, name: &str| {
        graph.node.iter().find(|node| node.name == name).unwrap().input.clone()
    };
    assert_eq!(of_name(&cooled, "label"), ["scores"]);

    let platt = Platt { slope: vec![1.0, 2.0], intercept: vec![0.0, -1.0] };
    let platt = graph(&head(Link::Margin, Some(Calibration::Platt(platt))));
    let end = ["Gemm", "Mul", "Add", "Neg", "Softplus", "Neg", "ArgMax", "Softmax"];
    assert!(check(&platt).ends_with(&end));
    assert_eq!(of_name(&platt, "label"), ["logits"]);
    assert_eq!(outputs(&platt), ["label", "scores", "probabilities"]);
}

#[test]
fn coefficients_are_those_of_the_head() {
    let head = head(Link::Margin, None);
    let graph = graph(&head);
    let coef = graph.initializer.iter().find(|tensor| tensor.name == "coef").unwrap();
    assert_eq!(coef.dims, [2, 3]);
    let (words, _) = coef.raw_data.as_chunks::<4>();
    let values: Vec<f32> = words.iter().map(|&word| f32::from_le_bytes(word)).collect();
    assert_eq!(values, linear(&head).coef().iter().copied().collect::<Vec<_>>());
    let gemm = graph.node.iter().find(|node| node.op_type == "Gemm").unwrap();
    assert_eq!((gemm.attribute[0].name.as_str(), gemm.attribute[0].i), ("transB", Some(1)));
    assert_eq!(linear(&head).intercept(), array![0.5, -0.5]);
}

#[test]
fn a_network_is_its_layers() {
    let (ones, two) = (|n: usize| ndarray::Array::ones(n).into_dyn(), [3, 2]);
    let arrays =
        vec![ndarray::Array::ones(two).into_dyn(), ones(2), ones(2), ones(2), ones(2), ones(2)];
    let output = vec![ndarray::Array::ones([2, 1]).into_dyn(), ones(1)];
    let layers = "dense:2,relu,dropout:0.5,batchnorm,sigmoid".parse().unwrap();
    let network = MlpHead::from_parts(layers, 3, 1, [arrays, output].concat()).unwrap();
    let mut head = head(Link::Margin, None);
    head.pipeline.transform = Transform(Vec::new());
    head.pipeline.head = network.into();
    let graph = graph(&head);
    assert_eq!(check(&graph), ["Gemm", "Relu", "Mul", "Add", "Gemm", "ArgMax", "Softmax"]);
    assert_eq!(outputs(&graph), ["label", "scores", "probabilities"]);
    let last = graph.initializer.iter().find(|tensor| tensor.name == "layer.3.weights").unwrap();
    assert_eq!(last.dims, [2, 2], "one output stands as two scores");
}

#[test]
fn a_head_of_several_labels_has_scores_and_no_label() {
    let mut several = head(Link::Margin, None);
    several.description.origin.labels = LabelKind::MultiLabel;
    let graph = graph(&several);
    assert!(!check(&graph).contains(&"ArgMax"));
    assert_eq!(outputs(&graph), ["scores"]);
}
