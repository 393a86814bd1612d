//! Errors as clients see them: RFC 9457 problem details.

use axum::{
    http::{StatusCode, header},
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
    /// The store cannot answer now.
    #[error("the data store does not answer at the moment")]
    Store(#[from] StoreError),
}

impl ApiError {
    /// HTTP status and stable code.
    pub const fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, "bad_request"),
            Self::Busy(_) => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::Store(_) => (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable"),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.kind();
        if status.is_server_error() {
            tracing::error!(error = %ErrorChain(&self), code, "request failed");
        }
        let body = serde_json::json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "code": code,
            "detail": self.to_string(),
        });
        let mut response = (status, body.to_string()).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
        }
        response
    }
}
