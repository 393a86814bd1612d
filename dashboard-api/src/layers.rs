//! What holds for every answer: headers, a time limit, problems instead of bare errors, metrics.

use std::any::Any;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
};
use domain::Truncated;
use tokio::time::Duration;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer};

use crate::{
    ApiError, Problem,
    http_metrics::{HttpMetrics, measure},
    pages::{self, ui::Ui},
};

/// Longest time until an answer begins. Live streams begin at once and last as long as they like.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// Largest request body. Nothing here reads more than a form.
const MAX_REQUEST_BODY_BYTES: usize = 1 << 20;

/// Headers of every answer that does not set its own. Pages use no inline script or style and load
/// nothing from elsewhere.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; img-src 'self' data:; style-src 'self'; object-src 'none'; \
             base-uri 'none'; frame-ancestors 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

/// Limits the request bodies of routes that need no large ones.
pub fn limit_bodies(routes: Router) -> Router {
    routes.layer(RequestBodyLimitLayer::new(MAX_REQUEST_BODY_BYTES)).layer(map_response(too_large))
}

/// Puts the routes behind what holds for all of them: headers, compression, problems instead of bare errors
/// and panics, 15 s until an answer begins, metrics by route. Their fallback is replaced.
pub fn wrap(routes: Router, metrics: HttpMetrics) -> Router {
    // The layer added last sees a request first.
    routes
        .fallback(no_such_route)
        .layer(from_fn(time_limit))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(problems))
        .layer(CompressionLayer::new())
        .layer(from_fn(headers))
        .layer(from_fn_with_state(metrics, measure))
}

/// A page for a browser, a problem for everything else.
async fn no_such_route(ui: Ui, request: Request) -> Response {
    let path = request.uri().path();
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if !path.starts_with("/api/") && accept.is_some_and(|accept| accept.contains("text/html")) {
        return pages::not_found(&ui);
    }
    let path = Truncated::new(path);
    ApiError::NotFound(format!("there is nothing at `{path}`; /api/v1/openapi.json describes what there is"))
        .into_response()
}

async fn time_limit(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::Timeout(REQUEST_TIMEOUT.as_secs()).into_response(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the signature the panic layer asks for")]
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!(error = message, "a request handler panicked");
    ApiError::Bug.into_response()
}

async fn too_large(response: Response) -> Response {
    if response.status() != StatusCode::PAYLOAD_TOO_LARGE {
        return response;
    }
    let detail = format!("a request body has at most {MAX_REQUEST_BODY_BYTES} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail).into_response()
}

/// Gives errors the framework answers by itself (wrong method, body too large) the form of all others.
async fn problems(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_bare = content_type.is_none_or(|content_type| content_type.starts_with("text/plain"));
    if !(status.is_client_error() || status.is_server_error()) || !is_bare {
        return response;
    }
    let (parts, body) = response.into_parts();
    let (code, detail) = match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            let allowed = parts.headers.get(header::ALLOW).and_then(|allow| allow.to_str().ok());
            let method = Truncated::new(method.as_str());
            let allowed = allowed.unwrap_or("GET,HEAD");
            ("method_not_allowed", format!("found method `{method}`, expected one of {allowed}"))
        }
        StatusCode::PAYLOAD_TOO_LARGE => ("too_large", bare_text(body).await),
        _ => ("bad_request", bare_text(body).await),
    };
    let mut problem = Problem::new(status, code, detail).into_response();
    if let Some(allow) = parts.headers.get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allow.clone());
    }
    problem
}

async fn bare_text(body: Body) -> String {
    let text = to_bytes(body, 1024).await.unwrap_or_default();
    Truncated::new(&String::from_utf8_lossy(&text)).to_string()
}

async fn headers(request: Request, next: Next) -> Response {
    let is_open_data = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
    if is_open_data {
        // Open data: any page may read it. No cookie is involved, so `*` gives nothing away.
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, link"));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use prometheus::Registry;
    use tower::ServiceExt;

    use super::*;

    async fn answer_of(routes: Router) -> (StatusCode, serde_json::Value) {
        let router = wrap(routes, HttpMetrics::register(&Registry::new()));
        let response = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let status = response.status();
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_takes_too_long_becomes_a_problem() {
        let routes = Router::new().route("/", get(std::future::pending::<String>));
        let (status, problem) = answer_of(routes).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(problem["code"], "timeout");
    }

    #[tokio::test]
    async fn a_panic_becomes_a_problem_that_says_nothing_of_its_message() {
        let panics = async || -> String { panic!("the secret is 42") };
        let (status, problem) = answer_of(Router::new().route("/", get(panics))).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(problem["code"], "internal");
        assert!(!problem.to_string().contains("secret"));
    }

    #[tokio::test]
    async fn a_bare_error_gets_the_form_of_all_others() {
        let refuses = async || (StatusCode::UNPROCESSABLE_ENTITY, "no such colour");
        let (status, problem) = answer_of(Router::new().route("/", get(refuses))).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["detail"], "no such colour");
    }
}
