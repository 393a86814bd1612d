//! Pages for people.

use axum::Router;

use crate::AppState;

/// Routes of the pages and their assets.
pub fn router() -> Router<AppState> {
    Router::new()
}
