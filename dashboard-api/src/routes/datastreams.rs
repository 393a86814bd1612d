//! Datastreams: what is observed, in which unit, how often.

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize};
use store::{Datastream, Latest, Thing};
use utoipa::ToSchema;

use super::{ApiState, things::NoParameters};
use crate::{
    ApiError, Problem,
    conditional::{self, Freshness},
    extract::{Query, RequestedDatastream, no_thing},
    wire::{DatastreamBody, ValueBody},
};

/// Datastreams of one Thing or of all.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatastreamList {
    /// By Thing and slot.
    pub datastreams: Vec<DatastreamBody>,
}

/// A Datastream with its latest value.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatastreamWithLatest {
    /// The Datastream.
    #[serde(flatten)]
    pub datastream: DatastreamBody,
    /// Its latest value; null before the first.
    pub latest: Option<ValueBody>,
}

impl DatastreamWithLatest {
    /// Picks the Datastream's own among latest values.
    pub fn new(datastream: &Datastream, thing: &Thing, latest: &[Latest]) -> Self {
        let latest = latest.iter().find(|latest| latest.datastream == datastream.id);
        Self {
            datastream: DatastreamBody::new(datastream, thing),
            latest: latest.map(|latest| ValueBody::new(latest.time, latest.value, latest.quality)),
        }
    }
}

/// Which Datastreams.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParameters {
    /// Only those of the Thing with this key.
    #[param(example = "pophankenweg")]
    thing: Option<String>,
}

/// Lists Datastreams.
#[utoipa::path(
    get,
    path = "/api/v1/datastreams",
    tag = "datastreams",
    params(ListParameters),
    responses(
        (status = 200, description = "The Datastreams", body = DatastreamList),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Thing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<ApiState>,
    Query(parameters): Query<ListParameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let catalogue = state.catalogues.now().await?;
    let only = match &parameters.thing {
        Some(key) => Some(catalogue.thing_by_key(key).ok_or_else(|| no_thing(key))?.id),
        None => None,
    };
    let datastreams = catalogue
        .datastreams
        .iter()
        .filter(|datastream| only.is_none_or(|thing| datastream.thing == thing))
        .filter_map(|datastream| Some(DatastreamBody::new(datastream, catalogue.thing(datastream.thing)?)))
        .collect();
    let body = conditional::json(&DatastreamList { datastreams });
    Ok(conditional::answer(&headers, "application/json", Freshness::Revalidate, body))
}

/// Shows one Datastream.
#[utoipa::path(
    get,
    path = "/api/v1/datastreams/{id}",
    tag = "datastreams",
    params(("id" = i64, Path, description = "Number of the Datastream", example = 7)),
    responses(
        (status = 200, description = "The Datastream", body = DatastreamBody),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Datastream", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn one(
    requested: RequestedDatastream,
    Query(NoParameters {}): Query<NoParameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (datastream, thing) = requested.get()?;
    let body = conditional::json(&DatastreamBody::new(datastream, thing));
    Ok(conditional::answer(&headers, "application/json", Freshness::Revalidate, body))
}
