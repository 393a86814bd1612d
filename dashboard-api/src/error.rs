//! Errors as clients see them: RFC 9457 problem details.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::ErrorChain;
use store::StoreError;

/// An error of a request: status, stable code, public sentence. The cause goes to the log only.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The request names something that does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The request cannot be understood; the sentence says what would be right.
    #[error("{0}")]
    BadRequest(String),
    /// Too much at once.
    #[error("{0}")]
    Busy(&'static str),
    /// The answer took longer than a client should wait.
    #[error("the answer took longer than {0} s; ask for a shorter range or try again")]
    Timeout(u64),
    /// Another server, which this answer needs, does not give it.
    #[error("{0}")]
    Elsewhere(&'static str),
    /// The store cannot answer now.
    #[error("the data store does not answer at the moment")]
    Store(#[from] StoreError),
    /// A mistake in this program.
    #[error("this request met a mistake in the program; it has been written to the log")]
    Bug,
}

impl ApiError {
    /// HTTP status and stable code.
    pub const fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, "bad_request"),
            Self::Busy(_) => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::Timeout(_) => (StatusCode::SERVICE_UNAVAILABLE, "timeout"),
            Self::Elsewhere(_) => (StatusCode::BAD_GATEWAY, "bad_gateway"),
            Self::Store(_) => (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable"),
            Self::Bug => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

/// What every error answers with, as `application/problem+json` (RFC 9457).
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[schema(example = json!({
    "type": "about:blank", "title": "Bad Request", "status": 400, "code": "bad_request",
    "detail": "query parameter `limit`: found `0`, expected a whole number from 1 to 10000",
}))]
pub struct Problem {
    /// Always `about:blank`: status and code say what kind of problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// Stable word for programs.
    code: &'static str,
    /// One sentence for people: what was found, what would be right.
    detail: String,
}

impl Problem {
    /// The content type of a problem.
    pub const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

    /// A problem with a status, a stable code and a sentence.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        Self { kind: "about:blank", title, status: status.as_u16(), code, detail: detail.into() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, Self::CONTENT_TYPE);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.kind();
        // What failed elsewhere was logged where it was asked.
        if status.is_server_error() && status != StatusCode::BAD_GATEWAY {
            tracing::error!(error = %ErrorChain(&self), code, "request failed");
        }
        Problem::new(status, code, self.to_string()).into_response()
    }
}
