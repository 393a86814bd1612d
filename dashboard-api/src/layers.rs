//! What holds for every answer: headers, a time limit, problems instead of bare errors, metrics.

use std::{any::Any, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
};
use domain::Truncated;
use tokio::time::Duration;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer};

use crate::{
    ApiError, Config, Problem,
    http_metrics::{HttpMetrics, measure},
    pages::{self, ui::Ui},
};

/// Longest time until an answer begins. Live streams begin at once and last as long as they like.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// Largest request body. Nothing here reads more than a form.
const MAX_REQUEST_BODY_BYTES: usize = 1 << 20;

/// A problem is a few sentences.
const MAX_PROBLEM_BYTES: usize = 64 * 1024;

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

/// Puts the routes behind what holds for all of them: headers, compression, problems (for a browser: pages)
/// instead of bare errors and panics, 15 s until an answer begins, metrics by route. Their fallback is
/// replaced.
pub fn wrap(routes: Router, metrics: HttpMetrics, config: Arc<Config>) -> Router {
    // The layer added last sees a request first.
    routes
        .fallback(no_such_route)
        .layer(from_fn(time_limit))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(config, problems))
        .layer(CompressionLayer::new())
        .layer(from_fn(headers))
        .layer(from_fn_with_state(metrics, measure))
}

async fn no_such_route(request: Request) -> ApiError {
    let path = Truncated::new(request.uri().path());
    ApiError::NotFound(format!("there is nothing at `{path}`; /api/v1/openapi.json describes what there is"))
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

/// Gives errors the framework answers by itself (wrong method, body too large) the form of all others, and
/// all errors that of a page where a browser asked for one.
async fn problems(State(config): State<Arc<Config>>, ui: Ui, request: Request, next: Next) -> Response {
    let (method, is_for_people) = (request.method().clone(), is_for_people(&request));
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let content_type = response.headers().get(header::CONTENT_TYPE).cloned();
    let content_type = content_type.as_ref().and_then(|value| value.to_str().ok());
    let is_bare = content_type.is_none_or(|content_type| content_type.starts_with("text/plain"));
    let problem = if is_bare { problem(&method, response).await } else { response };
    if is_for_people && problem.headers().get(header::CONTENT_TYPE) == Some(&Problem::CONTENT_TYPE) {
        return page_of(problem, &config, &ui).await;
    }
    problem
}

/// Whether a browser asked for a page.
fn is_for_people(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    !request.uri().path().starts_with("/api/") && accept.is_some_and(|accept| accept.contains("text/html"))
}

async fn page_of(problem: Response, config: &Config, ui: &Ui) -> Response {
    let (parts, body) = problem.into_parts();
    let body = to_bytes(body, MAX_PROBLEM_BYTES).await.unwrap_or_default();
    let problem = serde_json::from_slice::<serde_json::Value>(&body).unwrap_or_default();
    let detail = problem["detail"].as_str().unwrap_or_default();
    let mut page = pages::of_status(config, ui, parts.status, detail);
    if let Some(allow) = parts.headers.get(header::ALLOW) {
        page.headers_mut().insert(header::ALLOW, allow.clone());
    }
    page
}

async fn problem(method: &Method, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let (code, detail) = match parts.status {
        StatusCode::METHOD_NOT_ALLOWED => {
            let allowed = parts.headers.get(header::ALLOW).and_then(|allow| allow.to_str().ok());
            let method = Truncated::new(method.as_str());
            let allowed = allowed.unwrap_or("GET,HEAD");
            ("method_not_allowed", format!("found method `{method}`, expected one of {allowed}"))
        }
        StatusCode::PAYLOAD_TOO_LARGE => ("too_large", bare_text(body).await),
        _ => ("bad_request", bare_text(body).await),
    };
    let mut problem = Problem::new(parts.status, code, detail).into_response();
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
        let (status, content_type, body) = answer_to(routes, "*/*").await;
        assert_eq!(content_type, "application/problem+json");
        (status, serde_json::from_slice(body.as_bytes()).unwrap())
    }

    async fn answer_to(routes: Router, accept: &str) -> (StatusCode, String, String) {
        let config = Config { operator: "Stadt Oldenburg".to_owned(), ..Config::default() };
        let router = wrap(routes, HttpMetrics::register(&Registry::new()), Arc::new(config));
        let request = Request::get("/").header(header::ACCEPT, accept).body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let content_type = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        let status = response.status();
        let body = to_bytes(response.into_body(), 100_000).await.unwrap();
        (status, content_type, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn a_browser_gets_a_page_that_says_what_to_do() {
        let get_page = async |routes| {
            let (status, content_type, body) = answer_to(routes, "text/html,*/*;q=0.8").await;
            assert!(content_type.starts_with("text/html"), "{content_type}");
            (status.as_u16(), body)
        };
        let slow = Router::new().route("/", get(std::future::pending::<String>));
        let (status, page) = get_page(slow).await;
        assert_eq!(status, 503);
        assert!(page.contains("Kurze Pause") && page.contains("http-equiv=\"refresh\" content=\"30\""));

        let panics = async || -> String { panic!("the secret is 42") };
        let (status, page) = get_page(Router::new().route("/", get(panics))).await;
        assert_eq!(status, 500);
        assert!(page.contains("Das ist unser Fehler") && page.contains("Betrieb: Stadt Oldenburg"));
        assert!(!page.contains("secret"));

        let refuses = async || (StatusCode::BAD_REQUEST, "no such colour");
        let (status, page) = get_page(Router::new().route("/", get(refuses))).await;
        assert_eq!(status, 400);
        assert!(
            page.contains("So geht es nicht")
                && page.contains("<p class=\"notice__detail\" lang=\"en\">no such colour")
        );
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
