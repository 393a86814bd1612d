//! Charts: data from the store, a picture, a sentence and a table that say the same.

pub mod axis;
pub mod comparison;
pub mod data;
pub mod draw;
pub(crate) mod export;
pub(crate) mod file;
pub mod heat_map;
pub mod histogram;
pub mod ink;
pub mod period;
pub mod png;
pub mod profile;
pub mod range;
pub mod read;
pub mod rose;
pub mod view;
pub mod words;

use axum::{Router, routing::get};

use crate::AppState;
pub use range::ChartRange;

/// Routes of the charts.
pub fn router() -> Router<AppState> {
    Router::new().route("/charts/{file}", get(file::get))
}
