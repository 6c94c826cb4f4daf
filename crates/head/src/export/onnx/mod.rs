//! A head as an ONNX model, or as the end of one.

mod constants;
mod scores;
#[cfg(test)]
mod tests;
mod transform;

use onnx::{
    AttributeProto, FLOAT, GraphBuilder, INT64, Length, Model, ModelProto, OperatorSetIdProto,
    StringStringEntryProto,
};

use super::ExportError;
use crate::calibration::{Calibration, Platt, Temperature};
use crate::head_file::{SavedHead, metadata_json};
use crate::link::LinkName;

/// The version of the file format; that of opset 17.
const IR_VERSION: i64 = 8;
const OPSET_VERSION: i64 = 17;

/// The model of a head alone.
pub(super) fn model(head: &SavedHead) -> Result<Model<'_>, ExportError> {
    let mut graph = GraphBuilder::new("head");
    let n_features = Length::Known(head.pipeline.n_features());
    let features = graph.input("features", FLOAT, &[Length::Batch, n_features]);
    add_head(&mut graph, &features, head)?;
    Ok(graph.model(about_model(head)))
}

/// All that a model of `head` says besides its graph: who wrote it, and the metadata of
/// [`Target::Onnx`](super::Target::Onnx).
pub fn about_model(head: &SavedHead) -> ModelProto {
    let classes =
        serde_json::to_string(&head.description.origin.classes).expect("a list of names is JSON");
    let metadata = [("classes", classes), ("offshelf", metadata_json(&head.description))];
    ModelProto {
        ir_version: IR_VERSION,
        producer_name: "offshelf".to_owned(),
        producer_version: head.description.created_by.clone(),
        graph: None,
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET_VERSION }],
        metadata_props: metadata
            .map(|(key, value)| StringStringEntryProto { key: key.to_owned(), value })
            .to_vec(),
    }
}

/// Adds `head` to a graph in which the value `features`, f32 `[n_samples, n_features]`, is what it takes, before any
/// transform. The graph gets the outputs of [`Target::Onnx`](super::Target::Onnx).
///
/// # Errors
/// [`ExportError`] for heads that are neither linear nor a network.
pub fn add_head(
    graph: &mut GraphBuilder<'_>,
    features: &str,
    head: &SavedHead,
) -> Result<(), ExportError> {
    let n_classes = head.pipeline.head.n_classes();
    let x = transform::add(graph, features, &head.pipeline.transform);
    let scores = scores::add(graph, &x, &head.pipeline.head).ok_or_else(|| {
        let spec = head.description.spec.clone();
        ExportError { spec, target: "ONNX", suits: "linear heads and networks" }
    })?;

    let calibration = head.description.calibration.as_ref();
    // The logarithms of probabilities, each row up to a constant.
    let logits = match calibration {
        Some(Calibration::Platt(platt)) => Some(log_sigmoids(graph, &scores, platt)),
        Some(Calibration::Temperature(Temperature { temperature })) => {
            let divisor = graph.constant("temperature", &[], vec![*temperature as f32]);
            Some(graph.node("Div", &[&scores, &divisor], "logits", vec![]))
        }
        None => (LinkName::of(&head.pipeline.head) == LinkName::Softmax).then(|| scores.clone()),
    };
    let of_classes = [Length::Batch, Length::Known(n_classes)];
    if head.description.origin.labels.is_one_class() {
        let decisive = match (&logits, calibration) {
            (Some(logits), Some(Calibration::Platt(_))) => logits,
            _ => &scores,
        };
        let axis = vec![AttributeProto::int("axis", 1), AttributeProto::int("keepdims", 0)];
        graph.node("ArgMax", &[decisive], "label", axis);
        graph.output("label", INT64, &[Length::Batch]);
    }
    graph.output("scores", FLOAT, &of_classes);
    if let Some(logits) = logits {
        let axis = vec![AttributeProto::int("axis", 1)];
        graph.node("Softmax", &[&logits], "probabilities", axis);
        graph.output("probabilities", FLOAT, &of_classes);
    }
    Ok(())
}

/// `log(sigmoid(slope * scores + intercept))`, whose softmax is the sigmoids over their sum.
fn log_sigmoids(graph: &mut GraphBuilder<'_>, scores: &str, platt: &Platt) -> String {
    let mut rounded = |name: &str, values: &[f64]| {
        let values: Vec<f32> = values.iter().map(|&value| value as f32).collect();
        graph.constant(name, &[values.len()], values)
    };
    let slope = rounded("calibration.slope", &platt.slope);
    let intercept = rounded("calibration.intercept", &platt.intercept);
    let scaled = graph.node("Mul", &[scores, &slope], "calibration.scaled", vec![]);
    let shifted = graph.node("Add", &[&scaled, &intercept], "calibration.shifted", vec![]);
    let negative = graph.node("Neg", &[&shifted], "calibration.negative", vec![]);
    let softplus = graph.node("Softplus", &[&negative], "calibration.softplus", vec![]);
    graph.node("Neg", &[&softplus], "logits", vec![])
}
