//! A head behind the network whose features it takes.

use backbone::{Tap, Weights};
use head::{SavedHead, about_model, add_head};
use onnx::{
    AttributeProto, FLOAT, FLOAT16, GraphBuilder, MAX_MODEL_BYTES, Model, ModelProto,
    StringStringEntryProto,
};
use schema::{Dtype, TapProvenance};
use serde_json::json;

use crate::error::{WeightsIdentity, WholeModelError};
use crate::network::add_network;
use crate::pixels::PixelInput;
use crate::views::ModelViews;

/// The model of `head` with the network that it was trained on features of, as [the crate](crate) specifies it. The same
/// head and weights give the same bytes.
///
/// # Errors
/// [`WholeModelError`].
pub fn whole_model<'w>(
    head: &SavedHead,
    weights: &'w Weights,
) -> Result<Model<'w>, WholeModelError> {
    let origin = &head.description.origin;
    let provenance = &origin.provenance;
    check_weights(provenance, weights)?;
    let input = PixelInput::of_preset(&provenance.preprocessing)?;
    let views = ModelViews::of(&provenance.views, origin.settings.views)?;
    let tap = tap(provenance, weights)?;
    check_width(head, weights, &tap, &input, views)?;

    let mut graph = GraphBuilder::new(&format!("{} and head", provenance.backbone));
    let pixels = input.declare(&mut graph);
    let pixels = views.add(&mut graph, &pixels, &input);
    let features = add_network(&mut graph, &pixels, &input, weights, &[tap]);
    let features = as_stored(&mut graph, &features[0], provenance.dtype);
    let features = views.combine(&mut graph, &features);
    add_head(&mut graph, &features, head)?;
    let model = graph.model(about(head, weights));
    check_size(model.n_bytes())?;
    Ok(model)
}

fn check_size(n_bytes: usize) -> Result<(), WholeModelError> {
    if n_bytes > MAX_MODEL_BYTES { Err(WholeModelError::TooLarge { n_bytes }) } else { Ok(()) }
}

fn check_weights(provenance: &TapProvenance, weights: &Weights) -> Result<(), WholeModelError> {
    if provenance.is_imported() {
        return Err(WholeModelError::Imported { made_by: provenance.weights.name.clone() });
    }
    let expected = WeightsIdentity {
        backbone: provenance.backbone.clone(),
        name: provenance.weights.name.clone(),
        digest: provenance.weights.digest.clone(),
    };
    let found = WeightsIdentity {
        backbone: weights.backbone().name.clone(),
        name: weights.metadata().name.clone(),
        digest: weights.digest().to_owned(),
    };
    // Two names of one digest are the same weights.
    if (&expected.backbone, &expected.digest) == (&found.backbone, &found.digest) {
        return Ok(());
    }
    Err(WholeModelError::OtherWeights { expected: expected.into(), found: found.into() })
}

/// The tap of the head, which the weights reach.
fn tap(provenance: &TapProvenance, weights: &Weights) -> Result<Tap, WholeModelError> {
    let tap = Tap::parse(&provenance.tap, weights.backbone())?;
    let missing = weights.missing([tap.node]);
    if missing.is_empty() {
        return Ok(tap);
    }
    let weights = weights.metadata().name.clone();
    Err(WholeModelError::MissingTensors { weights, tap, missing })
}

fn check_width(
    head: &SavedHead,
    weights: &Weights,
    tap: &Tap,
    input: &PixelInput,
    views: ModelViews,
) -> Result<(), WholeModelError> {
    let of_view = tap.n_features(weights.backbone(), input.width, input.height)?;
    let (expected, found) = (head.pipeline.n_features(), views.n_features(of_view));
    if expected == found { Ok(()) } else { Err(WholeModelError::Width { expected, found }) }
}

/// Adds the rounding of features that are stored in half precision: the head was trained on such.
fn as_stored(graph: &mut GraphBuilder<'_>, features: &str, dtype: Dtype) -> String {
    let mut cast = |x: &str, to: i32, name: &str| {
        graph.node("Cast", &[x], name, vec![AttributeProto::int("to", to.into())])
    };
    match dtype {
        Dtype::F32 => features.to_owned(),
        Dtype::F16 => {
            let stored = cast(features, FLOAT16, "features/f16");
            cast(&stored, FLOAT, "features/f32")
        }
    }
}

/// What the model says besides its graph.
fn about(head: &SavedHead, weights: &Weights) -> ModelProto {
    let mut about = about_model(head);
    let provenance = &head.description.origin.provenance;
    let metadata = weights.metadata();
    let weights = json!({
        "name": metadata.name,
        "digest": weights.digest(),
        "origin": metadata.origin,
        "licence": metadata.licence,
    });
    let entries =
        [("preprocessing", provenance.preprocessing.to_string()), ("weights", weights.to_string())];
    let entries = entries.map(|(key, value)| StringStringEntryProto { key: key.to_owned(), value });
    about.metadata_props.extend(entries);
    about
}

#[cfg(test)]
mod tests;
