//! Requests that are not answered as asked, with the reason.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::answering::AnswerError;

/// Seconds after which a client may try again where the service has too much to do.
const RETRY_AFTER: &str = "1";

/// Why a request is not answered as asked.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    reason: String,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, reason: impl Into<String>) -> Self {
        Self { status, reason: reason.into() }
    }

    pub(crate) fn bad_request(reason: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason)
    }

    /// The file `name` is no picture that can be read.
    pub(crate) fn unreadable(name: &str, reason: &str) -> Self {
        let reason = format!("cannot read `{name}`: {reason}");
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, reason)
    }

    pub(crate) fn too_large(reason: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, reason)
    }

    /// There is too much to do.
    pub(crate) fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "too many pictures wait: try again in a second")
    }
}

impl From<AnswerError> for Refusal {
    fn from(error: AnswerError) -> Self {
        let status = match error {
            AnswerError::Classify(_) => StatusCode::INTERNAL_SERVER_ERROR,
            AnswerError::Stopped => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(json!({ "error": self.reason }))).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_is_gone_is_no_fault_of_the_request() {
        let refusal = Refusal::from(AnswerError::Stopped);
        assert_eq!(refusal.reason, "the network has stopped");
        assert_eq!(refusal.into_response().status(), StatusCode::SERVICE_UNAVAILABLE);
        let refusal = Refusal::from(AnswerError::Classify("NaN".to_owned()));
        let response = refusal.into_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!response.headers().contains_key(header::RETRY_AFTER));
    }
}
