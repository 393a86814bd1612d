//! The machine-readable interface, one resource per file.

use axum::Router;

use crate::AppState;

/// Routes under `/api/v1`, health and metrics.
pub fn router() -> Router<AppState> {
    Router::new()
}
