//! Charts as SVG.

use axum::Router;

use crate::AppState;

/// Routes of the charts.
pub fn router() -> Router<AppState> {
    Router::new()
}
