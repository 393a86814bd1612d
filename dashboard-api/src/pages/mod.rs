//! Pages for people: rendered on the server, complete without JavaScript.

mod about;
mod accessibility;
mod assets;
mod base_map;
pub(crate) mod channels;
mod design;
pub(crate) mod display;
pub(crate) mod embed;
mod error_page;
mod feedback;
mod figures;
mod layout;
mod map;
pub(crate) mod numbers;
mod open_data;
mod overview;
mod parts;
mod plain;
pub(crate) mod planning;
mod privacy;
mod sun;
pub(crate) mod texts;
mod thing;
mod tokens;
pub mod ui;

use std::sync::Arc;

use axum::{Extension, Router, routing::get};

use crate::{AppState, Config, charts::png::Pngs, tiles::Tiles};
pub use error_page::{PageError, of_status};

/// Routes of the pages and their assets.
pub fn router(config: &Config, pngs: &Pngs) -> Router<AppState> {
    Router::new()
        .route("/", get(overview::get))
        .route("/map/tiles/{z}/{x}/{y}", get(overview::tile))
        .route("/open-data", get(open_data::get))
        .route("/about", get(about::get))
        .route("/accessibility", get(accessibility::get))
        .route("/design", get(design::get))
        .route("/embed", get(embed::offer::get))
        .route("/embed/{key}", get(embed::get))
        .route("/feedback", get(feedback::get))
        .route("/plain", get(plain::get))
        .route("/privacy", get(privacy::get))
        .route("/planning", get(planning::list::get))
        .route("/planning/{key}", get(planning::get))
        .route("/planning/{key}/days.csv", get(planning::get_days))
        .route("/planning/{key}/compare", get(planning::compare::get))
        .route("/planning/{key}/compare.csv", get(planning::compare::get_csv))
        .route("/planning/{key}/extrapolate", get(planning::extrapolate::get))
        .route("/planning/{key}/extrapolate.csv", get(planning::extrapolate::get_csv))
        .route("/planning/{key}/weather", get(planning::weather::get))
        .route("/planning/{key}/weather.csv", get(planning::weather::get_csv))
        .route("/planning/{key}/weather/days.csv", get(planning::weather::get_days))
        .route("/planning/{key}/years", get(planning::years::get))
        .route("/planning/{key}/years.csv", get(planning::years::get_csv))
        .route("/things/{key}", get(thing::get))
        .route("/display/worker.js", get(assets::display_worker))
        .route("/display/{key}", get(display::get))
        .route("/display/{key}/fragment", get(display::get_fragment))
        .route("/assets/{revision}/{*name}", get(assets::get))
        .route("/favicon.svg", get(assets::favicon))
        .layer(Extension(Tiles::new(config).map(Arc::new)))
        .layer(Extension(Arc::new(base_map::Cache::default())))
        .layer(Extension(Arc::new(embed::Pictures::new(pngs))))
        .layer(Extension(Arc::new(figures::Cache::default())))
        .layer(Extension(Arc::new(display::Known::default())))
        .layer(Extension(Arc::new(thing::choose::Sites::default())))
        .layer(Extension(Arc::new(thing::zeros::Cache::default())))
}
