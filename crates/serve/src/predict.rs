//! `POST /predict`, and what all ways of asking share.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use classify::HeatMap;
use head::{Predicted, ScoreKind};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use results::best_classes;
use serde::{Deserialize, Serialize};

use crate::answering::{Answer, Prepared};
use crate::neighbors::Neighbor;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::uploads::{Upload, files};

/// What is asked for besides the class.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Wanted {
    /// How many classes; 0 stands for all.
    top: usize,
    /// Whether to draw where in the picture the class is.
    heat_map: bool,
    /// How many of the nearest training pictures.
    neighbors: usize,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { top: 5, heat_map: false, neighbors: 0 }
    }
}

/// The answer to a request.
#[derive(Serialize)]
pub(crate) struct Response {
    model: String,
    engine: String,
    /// What the scores are.
    kind: ScoreKind,
    predictions: Vec<PictureResponse>,
}

#[derive(Serialize)]
struct PictureResponse {
    name: String,
    prediction: Predicted,
    /// The best first.
    classes: Vec<ClassScore>,
    /// A PNG file as a `data:` address; null where none is asked for, or the head has none.
    heat_map: Option<String>,
    neighbors: Vec<Neighbor>,
}

#[derive(Serialize)]
struct ClassScore {
    class: String,
    score: f32,
}

/// Answers `POST /predict`.
pub(crate) async fn predict(
    State(service): State<Arc<Service>>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Response>, Refusal> {
    let received = service.intake.receive(&headers, body).await?;
    let uploads = files(&headers, received.bytes.clone()).await?;
    let answers = answers(&service, uploads).await?;
    let described = Arc::clone(&service);
    let describe = move || described.response(answers, wanted);
    Ok(Json(tokio::task::spawn_blocking(describe).await.expect("describing does not panic")))
}

/// What the head says of the pictures in `uploads`, in their order.
///
/// # Errors
/// [`Refusal`] where the queue is full, and of a file that is no picture that can be read.
pub(crate) async fn answers(
    service: &Arc<Service>,
    uploads: Vec<Upload>,
) -> Result<Vec<Answer>, Refusal> {
    let (n, most) = (uploads.len(), service.answering.n_places);
    if n > most {
        let reason = format!("{n} pictures at once, and {most} may wait: send fewer at a time");
        return Err(Refusal::too_large(reason));
    }
    let places = service.answering.reserve(n).ok_or_else(Refusal::busy)?;
    let mut prepared = Vec::new();
    for upload in uploads {
        prepared.push(prepare(service, upload).await?);
    }
    Ok(service.answering.ask(prepared, places).await?)
}

/// Decodes a picture, on a thread for such work, of which there are as many at work as there are cores.
async fn prepare(service: &Arc<Service>, upload: Upload) -> Result<Prepared, Refusal> {
    let _core = service.decoders.acquire().await.expect("it is never closed");
    let pixels = service.answering.pixels.clone();
    let work = move || {
        let views = pixels.views(&upload.bytes);
        views.map(|views| (upload.name.clone(), views)).map_err(|reason| (upload.name, reason))
    };
    // A decoder that panics does so on one file.
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok((name, views))) => Ok(Prepared { name, views }),
        Ok(Err((name, reason))) => Err(Refusal::unreadable(&name, &reason)),
        Err(_) => Err(Refusal::unreadable("picture", "its decoder failed")),
    }
}

impl Service {
    fn response(&self, answers: Vec<Answer>, wanted: Wanted) -> Response {
        let pictures = answers.into_iter().map(|answer| self.picture(answer, wanted));
        Response {
            model: self.model.clone(),
            engine: self.answering.engine.clone(),
            kind: self.kind,
            predictions: pictures.collect(),
        }
    }

    fn picture(&self, answer: Answer, wanted: Wanted) -> PictureResponse {
        let Answer { prediction, features, heat_map } = answer;
        let classes = self.classes();
        let top = if wanted.top == 0 { classes.len() } else { wanted.top };
        let best = best_classes(&prediction.scores, top).into_iter();
        let score = |class: usize| ClassScore {
            class: classes[class].clone(),
            score: prediction.scores[class],
        };
        let neighbors = self.neighbors.as_ref().filter(|_| wanted.neighbors > 0);
        PictureResponse {
            classes: best.map(score).collect(),
            heat_map: heat_map.filter(|_| wanted.heat_map).map(|map| png(&map)),
            neighbors: neighbors
                .map(|neighbors| neighbors.nearest(features.view(), wanted.neighbors))
                .unwrap_or_default(),
            name: prediction.path,
            prediction: prediction.prediction,
        }
    }
}

/// The picture under its heat map, as a `data:` address.
fn png(map: &HeatMap) -> String {
    let covered = map.cover();
    let mut file = Vec::new();
    let (width, height) = (covered.width, covered.height);
    let encoded = PngEncoder::new(&mut file);
    encoded
        .write_image(&covered.pixels, width, height, ExtendedColorType::Rgb8)
        .expect("a vector takes everything");
    format!("data:image/png;base64,{}", STANDARD.encode(file))
}
