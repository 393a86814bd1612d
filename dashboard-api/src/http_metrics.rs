//! How many requests were answered, how, and how fast.

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use domain::ErrorChain;
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry};
use tokio::time::Instant;

/// Counts and durations by route template, so that their number does not grow with the paths asked for.
#[derive(Clone, Debug)]
pub struct HttpMetrics {
    requests: IntCounterVec,
    seconds: HistogramVec,
}

/// Upper bounds in seconds: a cached answer, one read from disk, a slow one, the time limit.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 1.0, 5.0, 15.0];

impl HttpMetrics {
    /// Makes the metrics and adds them to the program's.
    pub fn register(registry: &Registry) -> Self {
        let requests = IntCounterVec::new(
            Opts::new("stadtfunk_http_requests_total", "Requests answered, by route template and status."),
            &["method", "route", "status"],
        );
        let seconds = HistogramVec::new(
            HistogramOpts::new("stadtfunk_http_request_seconds", "Seconds until an answer began.")
                .buckets(BUCKETS.to_vec()),
            &["route"],
        );
        let metrics = Self {
            requests: requests.expect("a fixed name and fixed labels"),
            seconds: seconds.expect("a fixed name, fixed labels, rising bounds"),
        };
        let registered = registry
            .register(Box::new(metrics.requests.clone()))
            .and_then(|()| registry.register(Box::new(metrics.seconds.clone())));
        if let Err(error) = registered {
            tracing::error!(error = %ErrorChain(&error), "http metrics are not exported");
        }
        metrics
    }
}

/// Counts a request and measures its time.
pub async fn measure(State(metrics): State<HttpMetrics>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = match request.method().as_str() {
        method @ ("GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE") => method.to_owned(),
        _ => "other".to_owned(),
    };
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.as_deref().unwrap_or("none");
    let response = next.run(request).await;
    metrics.requests.with_label_values(&[method.as_str(), route, response.status().as_str()]).inc();
    metrics.seconds.with_label_values(&[route]).observe(started.elapsed().as_secs_f64());
    response
}
