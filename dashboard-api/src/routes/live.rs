//! Observations as they are committed, as server-sent events.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{DatastreamId, ReadingId};
use serde::Deserialize;

use super::ApiState;
use crate::{
    ApiError, Problem,
    extract::{Query, no_datastream, no_thing},
    live::{Filter, Resume},
};

/// Which observations.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Parameters {
    /// Only those of the Thing with this key.
    #[param(example = "pophankenweg")]
    thing: Option<String>,
    /// Only those of this Datastream.
    #[param(value_type = Option<i64>, example = 7)]
    datastream: Option<DatastreamId>,
}

/// Streams observations as they are committed.
///
/// `observation` events carry one value each; `resync` says that events were missed (the client was too
/// slow or away for too long) and that it should read `/api/v1/latest` again; the stream goes on. A comment
/// comes every 15 seconds. A client that reconnects with `Last-Event-ID` gets what it missed, if that is
/// not too much.
#[utoipa::path(
    get,
    path = "/api/v1/live",
    tag = "latest",
    params(
        Parameters,
        ("Last-Event-ID" = Option<String>, Header, description = "The last event id seen"),
    ),
    responses(
        (
            status = 200, description = "The stream", body = String, content_type = "text/event-stream",
            example = json!("event: observation\nid: 4711\ndata: {\"datastream\":7,\"thing\":\"pophankenweg\",\"property\":\"bicycle_count\",\"channel\":\"ltr\",\"unit\":{\"ucum\":\"1\",\"symbol\":\"\"},\"time\":\"2026-07-01T10:15:00Z\",\"value\":17.0,\"missing\":null,\"quality\":\"good\"}\n\n"),
        ),
        (status = 400, description = "A parameter is unknown or wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Thing or Datastream", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "All places are taken or the store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn stream(
    State(state): State<ApiState>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let catalogue = state.catalogues.now().await?;
    let thing = match &parameters.thing {
        Some(key) => Some(catalogue.thing_by_key(key).ok_or_else(|| no_thing(key))?.id),
        None => None,
    };
    if let Some(id) = parameters.datastream {
        catalogue.datastream(id).ok_or_else(|| no_datastream(id))?;
    }
    let filter = Filter { thing, datastream: parameters.datastream };
    let subscription = state.live.subscribe(filter, resume(&headers), &catalogue).await?;

    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // Reverse proxies would otherwise collect events until a buffer is full.
        (header::HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(subscription.into_stream())).into_response())
}

/// An id that is none of ours cannot be resumed from, but is no reason to refuse the stream: a browser
/// would give up for good.
fn resume(headers: &HeaderMap) -> Resume {
    match headers.get("last-event-id").map(|id| id.to_str().ok().and_then(|id| id.parse().ok())) {
        None => Resume::FromNow,
        Some(Some(id)) => Resume::After(ReadingId(id)),
        Some(None) => Resume::Unknown,
    }
}
