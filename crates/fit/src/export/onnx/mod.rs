//! A head as an ONNX model.
//!
//! ```text
//! features       float [n_samples, n_features]   rows of the cache, before any transform
//! ->
//! label          int64 [n_samples]               index of the class predicted
//! scores         float [n_samples, n_classes]
//! probabilities  float [n_samples, n_classes]    of softmax and calibrated heads only
//! ```
//!
//! The steps of the transform are part of the graph. Two entries of metadata are JSON: `classes`, the
//! names in order, and `offshelf`, the description of the head file. The graph keeps to operators of
//! opset 17 that every runtime has.

mod graph;
mod messages;
#[cfg(test)]
mod tests;

use heads::LinearHead;
use ndarray::ArrayView1;
use prost::Message;

use self::graph::{Graph, Length, int, ints};
use self::messages::{FLOAT, INT64, ModelProto, OperatorSetIdProto, StringStringEntryProto};
use crate::calibration::{Calibration, Platt, Temperature};
use crate::head_file::{SavedHead, metadata_json};
use crate::transform::FittedStep;

/// The version of the file format; that of opset 17.
const IR_VERSION: i64 = 8;
const OPSET_VERSION: i64 = 17;

/// The bytes of the model of a head whose pipeline ends in `linear`.
pub fn model_bytes(head: &SavedHead, linear: &LinearHead) -> Vec<u8> {
    model(head, linear).encode_to_vec()
}

fn model(head: &SavedHead, linear: &LinearHead) -> ModelProto {
    let classes =
        serde_json::to_string(&head.description.origin.classes).expect("a list of names is JSON");
    let metadata = [("classes", classes), ("offshelf", metadata_json(&head.description))];
    ModelProto {
        ir_version: IR_VERSION,
        producer_name: "offshelf fit".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        graph: Some(head_graph(head, linear).finish()),
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET_VERSION }],
        metadata_props: metadata
            .map(|(key, value)| StringStringEntryProto { key: key.to_owned(), value })
            .to_vec(),
    }
}

fn head_graph(head: &SavedHead, linear: &LinearHead) -> Graph {
    let n_classes = linear.n_classes();
    let mut graph = Graph::new("head");
    let n_raw = head.pipeline.n_features();
    let mut x = graph.input("features", &[Length::Batch, Length::Known(n_raw)]);
    for (place, step) in head.pipeline.transform.0.iter().enumerate() {
        let name = format!("transform.{place}");
        x = match step {
            FittedStep::L2 => l2(&mut graph, &x, &name),
            FittedStep::Power(exponent) => signed_power(&mut graph, &x, *exponent as f32, &name),
            FittedStep::Project { mean, projection, .. } => {
                let mean = vector(&mut graph, &format!("{name}.mean"), mean.view());
                let axes = format!("{name}.projection");
                let axes = graph.constant(&axes, projection.shape(), projection.iter());
                let centered = graph.node("Sub", [&x, &mean], &format!("{name}.centered"), vec![]);
                graph.node("Gemm", [&centered, &axes], &name, vec![int("transB", 1)])
            }
            FittedStep::Standardize { mean, scale } => {
                let mean = vector(&mut graph, &format!("{name}.mean"), mean.view());
                let scale = vector(&mut graph, &format!("{name}.scale"), scale.view());
                let centered = graph.node("Sub", [&x, &mean], &format!("{name}.centered"), vec![]);
                graph.node("Div", [&centered, &scale], &name, vec![])
            }
        };
    }
    let coef = graph.constant("coef", linear.coef().shape(), linear.coef().iter());
    let intercept = vector(&mut graph, "intercept", linear.intercept());
    let scores = graph.node("Gemm", [&x, &coef, &intercept], "scores", vec![int("transB", 1)]);

    let calibration = head.description.calibration.as_ref();
    // The logarithms of probabilities, each row up to a constant.
    let logits = match calibration {
        Some(Calibration::Platt(platt)) => Some(log_sigmoids(&mut graph, &scores, platt)),
        Some(Calibration::Temperature(Temperature { temperature })) => {
            let divisor = graph.constant("temperature", &[], [*temperature as f32].iter());
            Some(graph.node("Div", [&scores, &divisor], "logits", vec![]))
        }
        None => (linear.link() == heads::Link::Softmax).then(|| scores.clone()),
    };
    let decisive = match (&logits, calibration) {
        (Some(logits), Some(Calibration::Platt(_))) => logits,
        _ => &scores,
    };
    graph.node("ArgMax", [decisive], "label", vec![int("axis", 1), int("keepdims", 0)]);
    let of_classes = [Length::Batch, Length::Known(n_classes)];
    graph.output("label", INT64, &[Length::Batch]);
    graph.output("scores", FLOAT, &of_classes);
    if let Some(logits) = logits {
        graph.node("Softmax", [&logits], "probabilities", vec![int("axis", 1)]);
        graph.output("probabilities", FLOAT, &of_classes);
    }
    graph
}

/// Rows over their norms. They are divided by their largest value first, since squares of f32 run
/// over and under; rows of zeros stay as they are.
fn l2(graph: &mut Graph, x: &str, name: &str) -> String {
    let over_rows = || vec![ints("axes", &[1]), int("keepdims", 1)];
    let tiny = graph.constant(&format!("{name}.tiny"), &[], [f32::MIN_POSITIVE].iter());
    let one = graph.constant(&format!("{name}.one"), &[], [1.0].iter());
    let sizes = graph.node("Abs", [x], &format!("{name}.sizes"), vec![]);
    let largest = graph.node("ReduceMax", [&sizes], &format!("{name}.largest"), over_rows());
    let unit = graph.node("Max", [&largest, &tiny], &format!("{name}.unit"), vec![]);
    let scaled = graph.node("Div", [x, &unit], &format!("{name}.scaled"), vec![]);
    let length = graph.node("ReduceL2", [&scaled], &format!("{name}.length"), over_rows());
    // The largest value of a scaled row is 1, so that only the norm of zeros is below.
    let norm = graph.node("Max", [&length, &one], &format!("{name}.norm"), vec![]);
    graph.node("Div", [&scaled, &norm], name, vec![])
}

/// `sign(x) |x|^exponent`.
fn signed_power(graph: &mut Graph, x: &str, exponent: f32, name: &str) -> String {
    let exponent = graph.constant(&format!("{name}.exponent"), &[], [exponent].iter());
    let signs = graph.node("Sign", [x], &format!("{name}.signs"), vec![]);
    let sizes = graph.node("Abs", [x], &format!("{name}.sizes"), vec![]);
    let powers = graph.node("Pow", [&sizes, &exponent], &format!("{name}.powers"), vec![]);
    graph.node("Mul", [&signs, &powers], name, vec![])
}

/// `log(sigmoid(slope * scores + intercept))`, whose softmax is the sigmoids over their sum.
fn log_sigmoids(graph: &mut Graph, scores: &str, platt: &Platt) -> String {
    let mut rounded = |name: &str, values: &[f64]| {
        let values: Vec<f32> = values.iter().map(|&value| value as f32).collect();
        vector(graph, name, ArrayView1::from(&values))
    };
    let slope = rounded("calibration.slope", &platt.slope);
    let intercept = rounded("calibration.intercept", &platt.intercept);
    let scaled = graph.node("Mul", [scores, &slope], "calibration.scaled", vec![]);
    let shifted = graph.node("Add", [&scaled, &intercept], "calibration.shifted", vec![]);
    let negative = graph.node("Neg", [&shifted], "calibration.negative", vec![]);
    let softplus = graph.node("Softplus", [&negative], "calibration.softplus", vec![]);
    graph.node("Neg", [&softplus], "logits", vec![])
}

fn vector(graph: &mut Graph, name: &str, values: ArrayView1<'_, f32>) -> String {
    graph.constant(name, &[values.len()], values.iter())
}
