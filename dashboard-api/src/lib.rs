//! The HTTP interface: JSON, CSV, live events, charts and pages.
//!
//! Everything here reads; observations are written by `ingest` alone.

pub mod charts;
pub mod config;
pub mod counts;
pub mod error;
pub mod pages;
pub mod routes;
pub mod state;

pub use config::Config;
pub use error::ApiError;
pub use state::{AppState, SourceStatus};

/// All routes of the public interface.
pub fn router(state: AppState) -> axum::Router {
    routes::router().merge(charts::router()).merge(pages::router()).with_state(state)
}
