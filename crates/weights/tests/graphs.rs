//! ONNX models whose tensors have other names, or other numbers.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use backbone::{Backbone, Builder, INPUT, Kernel, Layer, Operation, Window};
use weights::{Converted, Way, convert};

use super::found::{EXPECTED, found};
use super::tiny::request;

/// The network `Residual` of `reference/make_found.py`.
static RESIDUAL: LazyLock<Arc<Backbone>> = LazyLock::new(|| {
    let mut graph = Builder::new();
    let convolved = |graph: &mut Builder, input, number, kernel| {
        let layer = |name: &str| Layer::of_module(format!("{name}{number}"));
        let node = graph.convolution(input, layer("conv"), 4, kernel, false);
        graph.batch_norm(node, layer("bn"), 1e-5)
    };
    let first = convolved(&mut graph, INPUT, 1, Kernel::square(3).stride(2));
    let first = graph.apply(Operation::Relu, first, &[]);
    let first = graph.max_pool(first, Window { size: 3, stride: 2, padding: 1 }, &[]);
    let second = convolved(&mut graph, first, 2, Kernel::square(3));
    let second = graph.apply(Operation::Relu6, second, &[]);
    let third = convolved(&mut graph, second, 3, Kernel::square(3));
    let sum = graph.add([third, first], &[]);
    let node = graph.apply(Operation::Relu, sum, &[]);
    graph.begin_classifier();
    let node = graph.apply(Operation::GlobalAveragePool, node, &[]);
    let node = graph.dense(node, Layer::of_module("fc"), 5, 1, &[]);
    graph.apply(Operation::Softmax, node, &[]);
    Arc::new(graph.finish("residual", 16, "torchvision"))
});

fn outcome(path: &Path) -> Result<Converted, String> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.safetensors");
    convert(&request(path, &RESIDUAL, &out)).map_err(|error| error.to_string())
}

#[test]
fn names_come_first_and_then_the_graph() {
    for (name, way) in [
        ("residual.pth", Way::Names),
        ("residual.onnx", Way::Names),
        ("residual_renamed.onnx", Way::Graph { folded: false }),
    ] {
        let converted = outcome(&found(name)).unwrap();
        assert_eq!(converted.way, way, "{name}");
        assert_eq!(converted.weights.digest(), EXPECTED.digests["residual"], "{name}");
    }
}

/// What a folded convolution computes is what the convolution and its normalization did.
#[test]
fn folded_normalizations_become_such_that_change_nothing() {
    for name in ["residual_folded.onnx", "residual_dynamo.onnx"] {
        let converted = outcome(&found(name)).unwrap();
        assert_eq!(converted.way, Way::Graph { folded: true }, "{name}");
        for (tensor, expected) in &EXPECTED.folded {
            let got = converted.weights.tensor(tensor).unwrap().values();
            assert_eq!(got.len(), expected.len());
            for (got, expected) in got.iter().zip(expected) {
                // The exporter folds in 32 bits.
                let tolerance = 2e-6 * expected.abs().max(1.0);
                assert!((f64::from(*got) - expected).abs() < tolerance, "{name} {tensor}");
            }
        }
        let number =
            |tensor: &str| f64::from(converted.weights.tensor(tensor).unwrap().values()[0]);
        assert_eq!(number("bn2.weight"), 1.0);
        assert_eq!(number("bn2.running_mean"), 0.0);
        assert!((number("bn2.running_var") + 1e-5 - 1.0).abs() < 1e-7);
        assert_eq!(converted.weights.tensor("fc.weight").unwrap().shape(), [5, 4, 1, 1]);
    }
}

#[test]
fn a_model_that_computes_something_else_is_refused() {
    let error = outcome(&found("residual_other_stride.onnx")).unwrap_err();
    assert!(error.contains("does not fit `residual`: tensor `conv1.weight` is missing"), "{error}");
}
