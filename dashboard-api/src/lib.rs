//! The HTTP interface: JSON, CSV, live events, charts and pages.
//!
//! Everything here reads; observations are written by `ingest` alone. [`router`] is the whole interface
//! as one service; [`server::serve`] puts it on a socket.

pub mod cached;
pub mod catalogue;
pub mod charts;
pub mod conditional;
pub mod config;
pub mod counts;
pub mod csv_text;
pub mod error;
pub mod extract;
pub mod http_metrics;
pub mod layers;
pub mod live;
pub mod openapi;
pub mod pages;
pub mod routes;
pub mod server;
pub mod state;
pub mod thing_state;
pub mod when;
pub mod wire;
pub mod write_timeout;

pub use config::Config;
pub use error::{ApiError, Problem};
pub use server::{ServeConfig, serve};
pub use state::{AppState, SourceStatus};
pub use thing_state::ThingState;

/// All routes of the public interface. Starts the task behind the live stream, so it must be called
/// inside a tokio runtime.
pub fn router(state: AppState) -> axum::Router {
    let metrics = http_metrics::HttpMetrics::register(&state.metrics);
    let api = routes::router(&state);
    let pages = charts::router().merge(pages::router()).with_state(state);
    layers::wrap(api.merge(pages), metrics)
}

/// Health and metrics alone, for a process that only ingests.
#[expect(clippy::needless_pass_by_value, reason = "called as `router` is")]
pub fn health_router(state: AppState) -> axum::Router {
    let metrics = http_metrics::HttpMetrics::register(&state.metrics);
    layers::wrap(routes::health_router(&state), metrics)
}
