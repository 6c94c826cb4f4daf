//! A head as an ONNX model.

mod graph;
mod scores;
#[cfg(test)]
mod tests;
mod transform;

use ndarray::ArrayView1;
use onnx::{FLOAT, INT64, Message, ModelProto, OperatorSetIdProto, StringStringEntryProto};

use self::graph::{Graph, Length, int};
use crate::calibration::{Calibration, Platt, Temperature};
use crate::head_file::{SavedHead, metadata_json};
use crate::link::LinkName;

/// The version of the file format; that of opset 17.
const IR_VERSION: i64 = 8;
const OPSET_VERSION: i64 = 17;

/// The bytes of the model of a head; `None` for one that is neither linear nor a network.
pub(super) fn model_bytes(head: &SavedHead) -> Option<Vec<u8>> {
    head_graph(head).map(|graph| model(head, graph).encode_to_vec())
}

fn model(head: &SavedHead, graph: Graph) -> ModelProto {
    let classes =
        serde_json::to_string(&head.description.origin.classes).expect("a list of names is JSON");
    let metadata = [("classes", classes), ("offshelf", metadata_json(&head.description))];
    ModelProto {
        ir_version: IR_VERSION,
        producer_name: "offshelf".to_owned(),
        producer_version: head.description.created_by.clone(),
        graph: Some(graph.finish()),
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET_VERSION }],
        metadata_props: metadata
            .map(|(key, value)| StringStringEntryProto { key: key.to_owned(), value })
            .to_vec(),
    }
}

fn head_graph(head: &SavedHead) -> Option<Graph> {
    let n_classes = head.pipeline.head.n_classes();
    let mut graph = Graph::new("head");
    let n_raw = head.pipeline.n_features();
    let features = graph.input("features", &[Length::Batch, Length::Known(n_raw)]);
    let x = transform::add(&mut graph, &features, &head.pipeline.transform);
    let scores = scores::add(&mut graph, &x, &head.pipeline.head)?;

    let calibration = head.description.calibration.as_ref();
    // The logarithms of probabilities, each row up to a constant.
    let logits = match calibration {
        Some(Calibration::Platt(platt)) => Some(log_sigmoids(&mut graph, &scores, platt)),
        Some(Calibration::Temperature(Temperature { temperature })) => {
            let divisor = graph.constant("temperature", &[], [*temperature as f32].iter());
            Some(graph.node("Div", [&scores, &divisor], "logits", vec![]))
        }
        None => (LinkName::of(&head.pipeline.head) == LinkName::Softmax).then(|| scores.clone()),
    };
    let of_classes = [Length::Batch, Length::Known(n_classes)];
    if head.description.origin.labels.is_one_class() {
        let decisive = match (&logits, calibration) {
            (Some(logits), Some(Calibration::Platt(_))) => logits,
            _ => &scores,
        };
        graph.node("ArgMax", [decisive], "label", vec![int("axis", 1), int("keepdims", 0)]);
        graph.output("label", INT64, &[Length::Batch]);
    }
    graph.output("scores", FLOAT, &of_classes);
    if let Some(logits) = logits {
        graph.node("Softmax", [&logits], "probabilities", vec![int("axis", 1)]);
        graph.output("probabilities", FLOAT, &of_classes);
    }
    Some(graph)
}

/// `log(sigmoid(slope * scores + intercept))`, whose softmax is the sigmoids over their sum.
fn log_sigmoids(graph: &mut Graph, scores: &str, platt: &Platt) -> String {
    let mut rounded = |name: &str, values: &[f64]| {
        let values: Vec<f32> = values.iter().map(|&value| value as f32).collect();
        graph.vector(name, ArrayView1::from(&values))
    };
    let slope = rounded("calibration.slope", &platt.slope);
    let intercept = rounded("calibration.intercept", &platt.intercept);
    let scaled = graph.node("Mul", [scores, &slope], "calibration.scaled", vec![]);
    let shifted = graph.node("Add", [&scaled, &intercept], "calibration.shifted", vec![]);
    let negative = graph.node("Neg", [&shifted], "calibration.negative", vec![]);
    let softplus = graph.node("Softplus", [&negative], "calibration.softplus", vec![]);
    graph.node("Neg", [&softplus], "logits", vec![])
}
