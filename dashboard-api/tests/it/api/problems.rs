//! Errors and the headers of every answer.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::DefaultBodyLimit,
    http::{Request, StatusCode},
    routing::post,
};
use dashboard_api::Further;
use serde_json::json;

use crate::harness::{City, ask, get, get_json};

#[tokio::test]
async fn an_unknown_route_is_a_problem_like_any_other() {
    let router = City::new().await.router();
    let answer = get(&router, "/api/v1/thing").await;
    answer.problem(StatusCode::NOT_FOUND);
    let expected = json!({
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "code": "not_found",
        "detail": "there is nothing at `/api/v1/thing`; /api/v1/openapi.json describes what there is",
    });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn a_browser_gets_a_page_for_an_unknown_address_but_never_from_the_interface() {
    let router = City::new().await.router();
    let content_type = async |path: &str| {
        let request = Request::get(path).header("accept", "text/html,*/*;q=0.8").body(Body::empty()).unwrap();
        let answer = ask(&router, request).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        answer.header("content-type").to_owned()
    };
    assert!(content_type("/nowhere").await.starts_with("text/html"));
    assert_eq!(content_type("/api/v1/nowhere").await, "application/problem+json");
}

#[tokio::test]
async fn what_does_not_exist_is_named_and_its_list_too() {
    let router = City::new().await.router();
    for (path, detail) in [
        ("/api/v1/things/nowhere", "there is no Thing `nowhere`; /api/v1/things lists all"),
        ("/api/v1/datastreams/7", "there is no Datastream `7`; /api/v1/datastreams lists all"),
        ("/api/v1/datastreams/x/latest", "there is no Datastream `x`; /api/v1/datastreams lists all"),
        (
            "/api/v1/datastreams/99999999999999999999/latest",
            "there is no Datastream `99999999999999999999`; /api/v1/datastreams lists all",
        ),
        ("/api/v1/live?thing=nowhere", "there is no Thing `nowhere`; /api/v1/things lists all"),
    ] {
        assert_eq!(get(&router, path).await.problem(StatusCode::NOT_FOUND), detail);
    }
}

#[tokio::test]
async fn unknown_parameters_are_refused_by_name_on_every_list() {
    let router = City::new().await.router();
    for path in
        ["/api/v1/things", "/api/v1/datastreams", "/api/v1/latest", "/api/v1/live", "/api/v1/accounting"]
    {
        let detail = get(&router, &format!("{path}?colour=blue")).await.problem(StatusCode::BAD_REQUEST);
        assert!(detail.starts_with("unknown query parameter `colour`"), "{path}: {detail}");
    }
    let long = format!("/api/v1/things?{}=1", "x".repeat(9_000));
    assert!(get(&router, &long).await.problem(StatusCode::BAD_REQUEST).len() < 200);
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let router = City::new().await.router();
    let answer = ask(&router, Request::delete("/api/v1/things").body(Body::empty()).unwrap()).await;
    let detail = answer.problem(StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(detail, "found method `DELETE`, expected one of GET,HEAD");
    assert_eq!(answer.header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_refused() {
    let router = City::new().await.router();
    let request = Request::get("/api/v1/things").header("content-length", (1 << 20) + 1);
    let answer = ask(&router, request.body(Body::from(vec![0; (1 << 20) + 1])).unwrap()).await;
    let detail = answer.problem(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(detail, "a request body has at most 1048576 bytes");
}

#[tokio::test]
async fn routes_of_the_program_get_what_holds_for_all_but_have_their_own_limit_of_bodies() {
    let city = City::new().await;
    let size = async |body: Bytes| body.len().to_string();
    let panics = async || -> String { panic!("a bug") };
    let hooks = Router::new()
        .route("/hooks/size", post(size))
        .route("/hooks/panic", post(panics))
        .layer(DefaultBodyLimit::max(2 << 20));
    let router =
        dashboard_api::router_with(city.state.clone(), Further { routes: hooks, ..Further::default() });
    let send = async |path: &str, n_bytes: usize| {
        ask(&router, Request::post(path).body(Body::from(vec![b'x'; n_bytes])).unwrap()).await
    };

    let taken = send("/hooks/size", 2 << 20).await;
    assert_eq!((taken.status, taken.body.as_str()), (StatusCode::OK, "2097152"));
    assert_eq!(taken.header("x-content-type-options"), "nosniff");
    let refused = send("/hooks/size", (2 << 20) + 1).await;
    let detail = refused.problem(StatusCode::PAYLOAD_TOO_LARGE);
    assert!(!detail.contains("1048576"), "not the limit of this route: {detail}");
    assert_eq!(refused.json()["code"], "too_large");
    assert_eq!(send("/hooks/panic", 0).await.json()["code"], "internal");
    let counted = "stadtfunk_http_requests_total{method=\"POST\",route=\"/hooks/size\",status=\"200\"} 1";
    assert!(get(&router, "/metrics").await.body.contains(counted));
    get_json(&router, "/api/v1/things").await;
}

#[tokio::test]
async fn a_path_that_is_no_text_is_refused() {
    let router = City::new().await.router();
    get(&router, "/api/v1/things/%ff%fe").await.problem(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let router = City::new().await.router();
    for path in ["/api/v1/things", "/api/v1/nothing", "/livez", "/metrics"] {
        let answer = get(&router, path).await;
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'self'; img-src 'self' data:; style-src 'self'; object-src 'none'; base-uri 'none'; \
             frame-ancestors 'none'"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "strict-origin-when-cross-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        let cors = if path.starts_with("/api/") { "*" } else { "" };
        assert_eq!(answer.header("access-control-allow-origin"), cors, "{path}");
    }
}

#[tokio::test]
async fn answers_are_compressed_for_whoever_can_read_that() {
    let router = City::new().await.router();
    let request = Request::get("/api/v1/openapi.json").header("accept-encoding", "gzip");
    let response = tower::ServiceExt::oneshot(router, request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert!(response.headers().get_all("vary").iter().any(|vary| vary == "accept-encoding"));
}
