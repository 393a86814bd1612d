//! Health for whoever runs the program, and metrics.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::ErrorChain;
use prometheus::{Encoder, TextEncoder, core::Collector};
use serde::Serialize;
use store::{Health, StoreError};
use tokio::time::{Duration, timeout};
use utoipa::ToSchema;

use crate::{ApiError, AppState, Problem};

/// Longest wait for the store before it counts as not answering.
const STORE_ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// The process runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Alive {
    /// `alive`.
    #[schema(example = "alive")]
    status: &'static str,
}

/// Requests can be answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ready {
    /// `ready`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Version of the schema on disk.
    #[schema(example = 1)]
    schema_version: u32,
}

/// Says that the process runs. Depends on nothing, so that no dependency restarts it.
#[utoipa::path(
    get,
    path = "/livez",
    tag = "operation",
    responses((status = 200, description = "The process runs", body = Alive))
)]
pub async fn livez() -> Json<Alive> {
    Json(Alive { status: "alive" })
}

/// Says whether requests can be answered: the store answers and the program is not ending.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operation",
    responses(
        (status = 200, description = "Requests can be answered", body = Ready),
        (status = 503, description = "They cannot", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn readyz(State(state): State<AppState>) -> Result<Json<Ready>, ApiError> {
    if state.shutdown.is_cancelled() {
        return Err(ApiError::Busy("the program is ending"));
    }
    let health = store_health(&state).await?;
    Ok(Json(Ready { status: "ready", schema_version: health.schema_version }))
}

async fn store_health(state: &AppState) -> Result<Health, StoreError> {
    let answer = timeout(STORE_ANSWER_TIMEOUT, state.store.health()).await;
    answer.unwrap_or_else(|elapsed| {
        Err(StoreError::Unavailable { operation: "ask for its health", source: elapsed.into() })
    })
}

/// Shows the metrics of the whole program for Prometheus.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operation",
    responses((status = 200, description = "Prometheus text format 0.0.4", body = String, content_type = "text/plain"))
)]
pub async fn metrics(State(state): State<AppState>) -> Response {
    let mut families = state.metrics.gather();
    match store_health(&state).await {
        Ok(health) => families.extend(store_gauges(&health)),
        Err(error) => {
            tracing::warn!(error = %ErrorChain(&error), "metrics without those of the store");
            families.extend(gauge("stadtfunk_store_up", "Whether the store answers, 0 or 1.", 0.0));
        }
    }
    families.extend(state.reception.families(state.clock.now()));
    let encoder = TextEncoder::new();
    let mut text = Vec::new();
    if let Err(error) = encoder.encode(&families, &mut text) {
        tracing::error!(error = %ErrorChain(&error), "metrics cannot be written");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    ([(header::CONTENT_TYPE, encoder.format_type().to_owned())], text).into_response()
}

fn store_gauges(health: &Health) -> Vec<prometheus::proto::MetricFamily> {
    let last_commit = health.last_commit_at.map(|at| at.as_millisecond() as f64 / 1000.0);
    [
        gauge("stadtfunk_store_up", "Whether the store answers, 0 or 1.", 1.0),
        gauge(
            "stadtfunk_store_schema_version",
            "Version of the schema on disk.",
            f64::from(health.schema_version),
        ),
        gauge(
            "stadtfunk_store_dirty_quarter_hours",
            "Quarter-hours to be recomputed.",
            health.n_dirty as f64,
        ),
        gauge("stadtfunk_store_bytes", "Bytes of the database and its log.", health.n_bytes as f64),
        last_commit.map_or_else(Vec::new, |seconds| {
            gauge("stadtfunk_store_last_commit_timestamp_seconds", "Unix time of the last commit.", seconds)
        }),
    ]
    .concat()
}

/// A gauge read at this moment, outside of the registry.
fn gauge(name: &str, help: &str, value: f64) -> Vec<prometheus::proto::MetricFamily> {
    prometheus::Gauge::new(name, help).map_or_else(
        |_| Vec::new(),
        |gauge| {
            gauge.set(value);
            gauge.collect()
        },
    )
}
