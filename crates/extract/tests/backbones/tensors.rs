//! What weights may lack.

use extract::backbone::{Backbone, Parameter};
use extract::weights::{TensorError, Weights};

/// Zeros for those tensors of `backbone` whose name is `wanted`.
fn zeros(backbone: &Backbone, wanted: impl Fn(&str) -> bool) -> Result<Weights, TensorError> {
    let parameters = backbone.parameters().map(|(layer, p)| (p.name_in(layer), p));
    let tensor = |(name, p): (String, Parameter)| (name, p.shape.clone(), vec![0.0; p.len()]);
    let tensors = parameters.filter(|(name, _)| wanted(name)).map(tensor);
    Weights::from_tensors(backbone, "zeros", tensors)
}

fn resnet18() -> &'static Backbone {
    Backbone::named("resnet18").unwrap()
}

#[test]
fn a_classifier_may_be_absent_and_then_only_its_taps_lack_something() {
    let weights = zeros(resnet18(), |name| !name.starts_with("fc.")).unwrap();
    let missing = |tap| weights.missing(resnet18(), [resnet18().node(tap).unwrap()]);
    assert!(missing("layer4").is_empty() && missing("avgpool").is_empty());
    assert_eq!(missing("logits"), ["fc.weight", "fc.bias"]);
    assert_eq!(missing("probabilities"), ["fc.weight", "fc.bias"]);
}

#[test]
fn half_a_layer_of_the_classifier_is_refused() {
    let error = zeros(resnet18(), |name| name != "fc.bias").unwrap_err();
    assert_eq!(error, TensorError::Missing { name: "fc.bias".into() });
}

#[test]
fn a_running_variance_may_not_be_absent() {
    let error = zeros(resnet18(), |name| name != "layer2.0.bn1.running_var").unwrap_err();
    assert_eq!(error, TensorError::Missing { name: "layer2.0.bn1.running_var".into() });
}

/// A state dict of PyTorch has two dimensions for a fully connected layer, and counts batches; that of
/// Inception v3 has a second classifier, for training.
#[test]
fn what_a_state_dict_has_besides_is_no_error() {
    let backbone = Backbone::named("inception_v3").unwrap();
    let tensors = backbone.parameters().map(|(layer, p)| {
        let shape = if p.shape == [1000, 2048, 1, 1] { vec![1000, 2048] } else { p.shape.clone() };
        (p.name_in(layer), shape, vec![0.0; p.len()])
    });
    let besides = ["Mixed_5b.branch1x1.bn.num_batches_tracked", "AuxLogits.conv0.conv.weight"];
    let besides = besides.map(|name| (name.to_owned(), vec![], vec![1.0]));
    let weights = Weights::from_tensors(backbone, "zeros", tensors.chain(besides)).unwrap();
    assert_eq!(weights.tensors().count(), backbone.parameters().count());
    assert_eq!(weights.tensor("fc.weight").unwrap().shape(), [1000, 2048, 1, 1]);
    let error = Weights::from_tensors(backbone, "one", [("fc.gain".into(), vec![1], vec![1.0])]);
    assert_eq!(error.unwrap_err(), TensorError::Extra { name: "fc.gain".into() });
}
