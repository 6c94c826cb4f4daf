//! The page, and what it is made of. Nothing of it comes from elsewhere.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::service::Service;

pub(crate) async fn page() -> Html<&'static str> {
    Html(include_str!("page/index.html"))
}

pub(crate) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("page/style.css"))
}

pub(crate) async fn script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("page/page.js"))
}

pub(crate) async fn icon() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/svg+xml")], include_str!("page/icon.svg"))
}

pub(crate) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], include_str!("openapi.json"))
}

/// What the page says of the model.
pub(crate) async fn about(State(service): State<Arc<Service>>) -> Json<Value> {
    let provenance = &service.answering.head.description.origin.provenance;
    Json(json!({
        "model": service.model,
        "classes": service.classes(),
        "backbone": provenance.backbone,
        "weights": provenance.weights.name,
        "tap": provenance.tap,
        "engine": service.answering.engine,
        "heat_maps": service.has_heat_maps,
        "neighbors": service.neighbors.is_some(),
        "max_bytes": service.answering.pixels.limits().max_bytes,
    }))
}

/// The picture of a row of the cache.
pub(crate) async fn neighbor(
    State(service): State<Arc<Service>>,
    Path(file): Path<String>,
) -> Result<Response, Refusal> {
    let row = file.strip_suffix(".jpg").and_then(|row| row.parse().ok());
    let read = move || service.neighbors.as_ref()?.picture(row?);
    let jpeg = tokio::task::spawn_blocking(read).await.ok().flatten();
    match jpeg {
        Some(jpeg) => Ok(([(header::CONTENT_TYPE, "image/jpeg")], jpeg).into_response()),
        None => Err(Refusal::new(StatusCode::NOT_FOUND, "there is no such picture")),
    }
}
