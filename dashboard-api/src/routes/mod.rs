//! The machine-readable interface, one resource per file.

pub mod accounting;
pub mod buckets;
pub mod datastreams;
pub mod health;
pub mod latest;
pub mod live;
pub mod observations;
pub mod things;

use std::sync::Arc;

use axum::{Router, body::Bytes, extract::FromRef, routing::get};

use crate::{AppState, Receptions, cached::Cached, catalogue::Catalogues, live::Live, openapi};

/// Routes under `/api/v1`, health and metrics. `further` describes routes of the program.
pub fn router(app: &AppState, further: utoipa::openapi::OpenApi) -> Router {
    let catalogues = Catalogues::new(app.store.clone());
    let live = Live::start(app);
    Router::new()
        .route("/api/v1/openapi.json", get(openapi::get))
        .route("/api/v1/things", get(things::list))
        .route("/api/v1/things/{key}", get(things::one))
        .route("/api/v1/datastreams", get(datastreams::list))
        .route("/api/v1/datastreams/{id}", get(datastreams::one))
        .route("/api/v1/datastreams/{id}/latest", get(latest::one))
        .route("/api/v1/datastreams/{id}/observations", get(observations::list))
        .route("/api/v1/datastreams/{id}/buckets", get(buckets::list))
        .route("/api/v1/latest", get(latest::all))
        .route("/api/v1/live", get(live::stream))
        .route("/api/v1/accounting", get(accounting::get))
        .with_state(ApiState {
            app: app.clone(),
            catalogues,
            live,
            description: openapi::description(further),
            things: KeptAnswer::default(),
            latest: KeptAnswer::default(),
        })
        .merge(health_router(app))
}

/// Health and metrics alone, for a process that serves nothing else.
pub fn health_router(app: &AppState) -> Router {
    Receptions::keep_fresh(app);
    Router::new()
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .with_state(app.clone())
}

/// What the handlers share.
#[derive(Clone, Debug)]
pub struct ApiState {
    /// What pages and charts have, too.
    pub app: AppState,
    catalogues: Catalogues,
    live: Live,
    /// The description of the interface, in JSON.
    pub(crate) description: Bytes,
    things: KeptAnswer,
    latest: KeptAnswer,
}

/// A serialised answer that many clients ask for.
type KeptAnswer = Arc<Cached<Bytes>>;

impl FromRef<ApiState> for AppState {
    fn from_ref(state: &ApiState) -> Self {
        state.app.clone()
    }
}

impl FromRef<ApiState> for Catalogues {
    fn from_ref(state: &ApiState) -> Self {
        state.catalogues.clone()
    }
}
