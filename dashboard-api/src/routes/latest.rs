//! The newest value of each Datastream.

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiState, datastreams::DatastreamWithLatest, things::NoParameters};
use crate::{
    ApiError, Problem,
    conditional::{self, Freshness},
    extract::{Query, RequestedDatastream},
    wire::LatestBody,
};

/// All latest values, for a board that shows many at once.
#[derive(Debug, Serialize, ToSchema)]
pub struct LatestList {
    /// By Thing and slot.
    pub latest: Vec<LatestBody>,
}

/// Shows the latest value of every Datastream in one answer.
#[utoipa::path(
    get,
    path = "/api/v1/latest",
    tag = "latest",
    responses(
        (status = 200, description = "All latest values", body = LatestList),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn all(
    State(state): State<ApiState>,
    Query(NoParameters {}): Query<NoParameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let newest = *state.app.store.newest().borrow();
    let body = state.latest.get(newest, async || {
        let latest = state.app.store.latest(None).await?;
        let catalogue = state.catalogues.now().await?;
        let latest = latest.iter().filter_map(|latest| LatestBody::new(latest, &catalogue)).collect();
        Ok::<_, ApiError>(conditional::json(&LatestList { latest }))
    });
    Ok(conditional::answer(&headers, "application/json", Freshness::Revalidate, (*body.await?).clone()))
}

/// Shows one Datastream with its latest value.
#[utoipa::path(
    get,
    path = "/api/v1/datastreams/{id}/latest",
    tag = "latest",
    params(("id" = i64, Path, description = "Number of the Datastream", example = 7)),
    responses(
        (status = 200, description = "The Datastream with its latest value; null before the first", body = DatastreamWithLatest),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Datastream", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn one(
    State(state): State<ApiState>,
    requested: RequestedDatastream,
    Query(NoParameters {}): Query<NoParameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (datastream, thing) = requested.get()?;
    let latest = state.app.store.latest(Some(thing.id)).await?;
    let body = conditional::json(&DatastreamWithLatest::new(datastream, thing, &latest));
    Ok(conditional::answer(&headers, "application/json", Freshness::Revalidate, body))
}
