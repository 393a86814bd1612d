//! The description of the interface, OpenAPI 3.1.

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};
use utoipa::OpenApi;

use crate::{
    ApiError, Problem, charts,
    conditional::{self, Freshness},
    extract::Query,
    pages,
    routes::{ApiState, accounting, buckets, datastreams, health, latest, live, observations, things},
};

/// The whole machine-readable interface.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "stadtfunk",
        description = "Weather, traffic and bicycle counts of a city. Times are RFC 3339; local dates, days, \
                       weeks, months and years follow the city's calendar. Missing is never zero: a value is \
                       a number, or null with a reason. Errors are RFC 9457 problems.",
    ),
    paths(
        things::list,
        things::one,
        datastreams::list,
        datastreams::one,
        latest::one,
        latest::all,
        live::stream,
        observations::list,
        buckets::list,
        accounting::get,
        health::livez,
        health::readyz,
        health::metrics,
        get,
        charts::file::get,
        pages::display::get,
        pages::embed::get,
        pages::planning::get,
        pages::planning::get_days,
        pages::planning::compare::get_csv,
        pages::planning::extrapolate::get_csv,
        pages::planning::weather::get_csv,
        pages::planning::weather::get_days,
        pages::planning::years::get_csv,
    ),
    tags(
        (name = "things", description = "What the city owns and where it stands"),
        (name = "datastreams", description = "What is observed, in which unit"),
        (name = "latest", description = "What was measured last, once or as it comes"),
        (name = "series", description = "What was measured over time"),
        (name = "planning", description = "What was counted and measured, as figures for planners"),
        (name = "pictures", description = "What was measured, drawn"),
        (name = "operation", description = "How the program is doing"),
    )
)]
pub struct Description;

/// This description with that of further routes, in JSON.
pub(crate) fn description(further: utoipa::openapi::OpenApi) -> Bytes {
    conditional::json(&Description::openapi().merge_from(further))
}

/// Shows this description.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "operation",
    responses(
        (status = 200, description = "OpenAPI 3.1", body = serde_json::Value),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(state): State<ApiState>,
    Query(things::NoParameters {}): Query<things::NoParameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(conditional::answer(&headers, "application/json", Freshness::Revalidate, state.description))
}
