//! Bytes that clients send, and the pictures in them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::refusal::Refusal;

/// How long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a client may send nothing meanwhile.
const SILENCE: Duration = Duration::from_secs(30);

/// Bytes of all requests at hand together, in units of [`UNIT`].
const UNITS: usize = 1 << 20;
const UNIT: usize = 1 << 10;

/// A file that a client sent.
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

/// Takes what clients send, within limits.
#[derive(Clone)]
pub(crate) struct Intake {
    max_bytes: u64,
    units: Arc<Semaphore>,
}

/// The body of a request, counted among all at hand until it is dropped.
pub(crate) struct Received {
    pub(crate) bytes: Bytes,
    _units: Vec<OwnedSemaphorePermit>,
}

impl Intake {
    /// One request may have `max_bytes`.
    pub(crate) fn new(max_bytes: u64) -> Self {
        Self { max_bytes, units: Arc::new(Semaphore::new(UNITS)) }
    }

    /// All of a body.
    ///
    /// # Errors
    /// [`Refusal`] of a body that is too long or too slow, and where other requests have too much at hand.
    pub(crate) async fn receive(
        &self,
        headers: &HeaderMap,
        mut body: Body,
    ) -> Result<Received, Refusal> {
        let told = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        if told.and_then(|length| length.parse().ok()).is_some_and(|n: u64| n > self.max_bytes) {
            return Err(self.too_large());
        }
        let end = Instant::now() + PATIENCE;
        let (mut bytes, mut units) = (Vec::new(), Vec::new());
        loop {
            let next = timeout_at(end.min(Instant::now() + SILENCE), body.frame()).await;
            let slow =
                |_| Refusal::new(StatusCode::REQUEST_TIMEOUT, "the request did not arrive in time");
            let Some(frame) = next.map_err(slow)? else { break };
            let broken = |error| Refusal::bad_request(format!("the request broke off: {error}"));
            let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
            let n = data.len().div_ceil(UNIT) as u32;
            let held = Arc::clone(&self.units).try_acquire_many_owned(n);
            units.push(held.map_err(|_| Refusal::busy())?);
            bytes.extend_from_slice(&data);
            if bytes.len() as u64 > self.max_bytes {
                return Err(self.too_large());
            }
        }
        Ok(Received { bytes: bytes.into(), _units: units })
    }

    fn too_large(&self) -> Refusal {
        Refusal::too_large(format!("the request has more than {} bytes", self.max_bytes))
    }
}

/// The files in a body: the parts of a form, or the body itself, which is then called `picture`.
///
/// # Errors
/// [`Refusal`] of a form that cannot be read, and of nothing at all.
pub(crate) async fn files(headers: &HeaderMap, body: Bytes) -> Result<Vec<Upload>, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let files = if kind.starts_with("multipart/form-data") {
        parts(kind, body).await?
    } else {
        vec![Upload { name: "picture".to_owned(), bytes: body }]
    };
    if files.iter().all(|file| file.bytes.is_empty()) {
        return Err(Refusal::bad_request(
            "there is no picture: send one as the body, or several as the parts of a form",
        ));
    }
    Ok(files)
}

async fn parts(kind: &str, body: Bytes) -> Result<Vec<Upload>, Refusal> {
    let request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from(body));
    let request = request.map_err(|error| Refusal::bad_request(error.to_string()))?;
    let broken =
        |reason: String| Refusal::bad_request(format!("the form cannot be read: {reason}"));
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|error| broken(error.body_text()))?;
    let mut files = Vec::new();
    while let Some(part) = form.next_field().await.map_err(|error| broken(error.body_text()))? {
        let name = part.file_name().or(part.name()).unwrap_or("picture").to_owned();
        let bytes = part.bytes().await.map_err(|error| broken(error.body_text()))?;
        files.push(Upload { name, bytes });
    }
    Ok(files)
}
