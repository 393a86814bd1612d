//! The HTTP interface: JSON, CSV, live events, charts and pages.
//!
//! Everything here reads; observations are written by `ingest` alone. [`router`] is the whole interface
//! as one service, [`router_with`] adds routes of the program; [`server::serve`] puts it on a socket.

pub mod amount;
pub mod cached;
pub mod catalogue;
pub mod charts;
pub mod conditional;
pub mod config;
pub mod contact;
pub mod counts;
pub mod csv_text;
pub mod display_config;
pub mod error;
pub mod evaluation;
pub mod export;
pub mod extract;
pub mod http_metrics;
pub mod layers;
pub mod live;
pub mod openapi;
pub mod pages;
pub mod reception;
pub mod routes;
pub mod server;
pub mod state;
pub mod thing_quality;
pub mod thing_reception;
pub mod thing_state;
pub mod tiles;
pub mod when;
pub mod wire;
pub mod write_timeout;

use std::sync::Arc;

use axum::Router;

pub use config::Config;
pub use contact::Contact;
pub use display_config::{Co2Estimate, DisplayConfig, ThingDisplay};
pub use error::{ApiError, Problem};
pub use reception::Receptions;
pub use server::{ServeConfig, serve};
pub use state::{AppState, SourceStatus};
pub use thing_state::{Ageing, ThingState};
pub use tiles::TileSource;

/// Routes of the program beside those here, and their description in OpenAPI.
#[derive(Clone, Default)]
pub struct Further {
    /// The routes. The limit of request bodies does not hold for them: they bring their own.
    pub routes: Router,
    /// Their paths, schemas and tags.
    pub description: utoipa::openapi::OpenApi,
}

impl std::fmt::Debug for Further {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Further").field("routes", &self.routes).finish_non_exhaustive()
    }
}

/// All routes of the public interface. Starts the tasks behind the live stream and the metrics, so it must be called
/// inside a tokio runtime.
pub fn router(state: AppState) -> Router {
    router_with(state, Further::default())
}

/// [`router`] and further routes under the same layers and in the same description; see [`layers::wrap`].
///
/// # Panics
///
/// If a further route is also one of [`router`]'s.
pub fn router_with(state: AppState, further: Further) -> Router {
    let metrics = http_metrics::HttpMetrics::register(&state.metrics);
    let config = Arc::clone(&state.config);
    let api = routes::router(&state, further.description);
    let pngs = charts::png::Pngs::default();
    let pages = charts::router().merge(pages::router(&state.config, &pngs)).with_state(state);
    let pages = pages.layer(axum::Extension(pngs));
    layers::wrap(layers::limit_bodies(api.merge(pages)).merge(further.routes), metrics, config)
}

/// Health and metrics alone, for a process that only ingests. Must be called inside a tokio runtime, too.
pub fn health_router(state: AppState) -> Router {
    health_router_with(state, Further::default())
}

/// [`health_router`] and further routes, as with [`router_with`]; nothing is described there.
///
/// # Panics
///
/// As [`router_with`].
pub fn health_router_with(state: AppState, further: Further) -> Router {
    let metrics = http_metrics::HttpMetrics::register(&state.metrics);
    let routes = layers::limit_bodies(routes::health_router(&state)).merge(further.routes);
    layers::wrap(routes, metrics, state.config)
}
