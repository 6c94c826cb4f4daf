//! The KServe protocol, version 2 ("Open Inference Protocol"): the small set by which other systems ask a model.
//!
//! The input is a tensor `image` of the type `BYTES`, `[n]`: picture files, in JSON as base64, or as binary data
//! after the JSON, each behind its length.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use head::{Predicted, ScoreKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answering::Answer;
use crate::predict::answers;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::uploads::Upload;

/// Of the JSON before binary data, its number of bytes.
const HEADER_LENGTH: &str = "inference-header-content-length";

/// Name of the input.
const INPUT: &str = "image";

#[derive(Deserialize)]
struct Inference {
    id: Option<String>,
    inputs: Vec<Tensor>,
}

#[derive(Deserialize)]
struct Tensor {
    name: String,
    shape: Vec<usize>,
    datatype: String,
    #[serde(default)]
    parameters: Parameters,
    data: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
struct Parameters {
    binary_data_size: Option<usize>,
}

#[derive(Serialize)]
pub(crate) struct Response {
    model_name: String,
    model_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    outputs: [Output; 2],
}

#[derive(Serialize)]
struct Output {
    name: &'static str,
    datatype: &'static str,
    shape: Vec<usize>,
    data: Data,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data {
    Bytes(Vec<String>),
    Fp32(Vec<f32>),
}

/// What the server is.
pub(crate) async fn server() -> Json<Value> {
    let extensions = ["binary_tensor_data"];
    Json(
        json!({ "name": "offshelf", "version": env!("CARGO_PKG_VERSION"), "extensions": extensions }),
    )
}

/// That the server runs: it answers.
pub(crate) async fn live() -> StatusCode {
    StatusCode::OK
}

/// Whether the network is at work.
pub(crate) async fn ready(State(service): State<Arc<Service>>) -> StatusCode {
    if service.answering.is_at_work() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// Whether the model is at work.
pub(crate) async fn model_ready(
    State(service): State<Arc<Service>>,
    Path(model): Path<String>,
) -> Result<StatusCode, Refusal> {
    check_model(&service, &model)?;
    Ok(ready(State(service)).await)
}

/// What goes into the model and what comes out of it.
pub(crate) async fn model(
    State(service): State<Arc<Service>>,
    Path(model): Path<String>,
) -> Result<Json<Value>, Refusal> {
    check_model(&service, &model)?;
    let scores = json!({
        "name": scores_name(service.kind), "datatype": "FP32", "shape": [-1, service.classes().len()],
        "parameters": { "labels": service.classes() },
    });
    Ok(Json(json!({
        "name": service.model,
        "versions": ["1"],
        "platform": "offshelf",
        "inputs": [{ "name": INPUT, "datatype": "BYTES", "shape": [-1] }],
        "outputs": [{ "name": "prediction", "datatype": "BYTES", "shape": [-1] }, scores],
    })))
}

/// Answers `POST /v2/models/{model}/infer`.
pub(crate) async fn infer(
    State(service): State<Arc<Service>>,
    Path(model): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Response>, Refusal> {
    check_model(&service, &model)?;
    let received = service.intake.receive(&headers, body).await?;
    let (id, uploads) = uploads(&headers, &received.bytes)?;
    let answers = answers(&service, uploads).await?;
    Ok(Json(response(&service, id, answers)))
}

fn check_model(service: &Service, model: &str) -> Result<(), Refusal> {
    if service.model == model {
        return Ok(());
    }
    let reason = format!("there is no model `{model}`, but `{}`", service.model);
    Err(Refusal::new(StatusCode::NOT_FOUND, reason))
}

fn scores_name(kind: ScoreKind) -> &'static str {
    match kind {
        ScoreKind::Probability => "probabilities",
        ScoreKind::Score => "scores",
    }
}

fn response(service: &Service, id: Option<String>, answers: Vec<Answer>) -> Response {
    let (n, n_classes) = (answers.len(), service.classes().len());
    let (mut predictions, mut scores) = (Vec::new(), Vec::new());
    for answer in answers {
        predictions.push(match answer.prediction.prediction {
            Predicted::Class(class) => class,
            Predicted::Labels(labels) => json!(labels).to_string(),
        });
        scores.extend(answer.prediction.scores);
    }
    let (prediction, name) = ("prediction", scores_name(service.kind));
    let prediction = Output {
        name: prediction,
        datatype: "BYTES",
        shape: vec![n],
        data: Data::Bytes(predictions),
    };
    let shape = vec![n, n_classes];
    let scores = Output { name, datatype: "FP32", shape, data: Data::Fp32(scores) };
    let (model_name, model_version) = (service.model.clone(), "1");
    Response { model_name, model_version, id, outputs: [prediction, scores] }
}

/// The id of a request, and the picture files in it.
fn uploads(headers: &HeaderMap, body: &Bytes) -> Result<(Option<String>, Vec<Upload>), Refusal> {
    let length = match headers.get(HEADER_LENGTH) {
        None => body.len(),
        Some(length) => {
            let length = length.to_str().ok().and_then(|length| length.parse().ok());
            length.filter(|&length| length <= body.len()).ok_or_else(|| {
                Refusal::bad_request(format!(
                    "`{HEADER_LENGTH}` is no number of bytes of this request"
                ))
            })?
        }
    };
    let odd = |error: serde_json::Error| {
        Refusal::bad_request(format!("the request is not understood: {error}"))
    };
    let inference: Inference = serde_json::from_slice(&body[..length]).map_err(odd)?;
    let [tensor] = &inference.inputs[..] else {
        return Err(Refusal::bad_request(format!("the inputs are one tensor, `{INPUT}`")));
    };
    let files = files(tensor, body.slice(length..)).map_err(Refusal::bad_request)?;
    let n: Option<usize> =
        tensor.shape.iter().try_fold(1_usize, |product, &length| product.checked_mul(length));
    if n != Some(files.len()) || files.is_empty() {
        let (shape, n) = (&tensor.shape, files.len());
        return Err(Refusal::bad_request(format!(
            "the shape is {shape:?}, and there are {n} pictures"
        )));
    }
    let upload =
        |(number, bytes): (usize, Bytes)| Upload { name: format!("{INPUT}[{number}]"), bytes };
    Ok((inference.id, files.into_iter().enumerate().map(upload).collect()))
}

/// The elements of a tensor, in base64 or in the binary data after the JSON.
fn files(tensor: &Tensor, binary: Bytes) -> Result<Vec<Bytes>, String> {
    if tensor.name != INPUT || tensor.datatype != "BYTES" {
        let Tensor { name, datatype, .. } = tensor;
        return Err(format!("the input is `{INPUT}` of BYTES, not `{name}` of {datatype}"));
    }
    match (&tensor.data, tensor.parameters.binary_data_size) {
        (Some(data), None) => data.iter().map(|text| from_base64(text)).collect(),
        (None, Some(size)) if size == binary.len() => elements(binary),
        (None, Some(size)) => {
            let found = binary.len();
            Err(format!("`binary_data_size` is {size}, and there are {found} bytes after the JSON"))
        }
        _ => Err("the input has either `data` or `binary_data_size`".to_owned()),
    }
}

fn from_base64(text: &str) -> Result<Bytes, String> {
    let decoded = STANDARD.decode(text);
    decoded.map(Bytes::from).map_err(|error| format!("`data` is not base64: {error}"))
}

/// Byte strings, each behind its length as four bytes, the lowest first.
fn elements(mut binary: Bytes) -> Result<Vec<Bytes>, String> {
    let mut elements = Vec::new();
    while let Some((length, _)) = binary.split_first_chunk::<4>() {
        let end = usize::try_from(u32::from_le_bytes(*length))
            .ok()
            .and_then(|length| length.checked_add(4));
        let end = end.filter(|&end| end <= binary.len());
        let end = end.ok_or("a picture is longer than the binary data")?;
        elements.push(binary.slice(4..end));
        binary = binary.slice(end..);
    }
    if binary.is_empty() {
        Ok(elements)
    } else {
        Err("the binary data ends within a length".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_elements_are_behind_their_lengths() {
        let elements = |bytes: &'static [u8]| elements(Bytes::from_static(bytes));
        assert_eq!(elements(b"").unwrap(), Vec::<Bytes>::new());
        assert_eq!(elements(b"\x02\0\0\0ab\0\0\0\0").unwrap(), [&b"ab"[..], b""]);
        assert!(elements(b"\x03\0\0\0ab").unwrap_err().contains("longer"));
        assert!(elements(b"\xff\xff\xff\xff").unwrap_err().contains("longer"));
        assert!(elements(b"\0\0").unwrap_err().contains("within a length"));
    }
}
