//! Things as GeoJSON (RFC 7946).

use std::collections::BTreeSet;

use axum::{extract::State, http::HeaderMap, response::Response};
use domain::Position;
use jiff::Timestamp;
use serde::Serialize;
use store::Thing;
use utoipa::ToSchema;

use super::{ApiState, datastreams::DatastreamWithLatest};
use crate::{
    ApiError, Problem, ThingState,
    catalogue::Catalogue,
    conditional::{self, Freshness},
    extract::{Query, RequestedThing},
    thing_quality::ThingQuality,
    thing_reception::{ThingReception, ThingReceptionBody},
    wire::{UnitBody, theme_key},
};

const GEO_JSON: &str = "application/geo+json";

/// All Things.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeatureCollection {
    /// `FeatureCollection`.
    #[serde(rename = "type")]
    #[schema(example = "FeatureCollection")]
    pub kind: &'static str,
    /// By name.
    pub features: Vec<ThingFeature<DatastreamSummary>>,
}

/// One Thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThingFeature<D> {
    /// `Feature`.
    #[serde(rename = "type")]
    #[schema(example = "Feature")]
    pub kind: &'static str,
    /// Its key.
    #[schema(example = "pophankenweg")]
    pub id: String,
    /// Where it stands; null if that is not known.
    pub geometry: Option<Point>,
    /// Everything else.
    pub properties: ThingProperties<D>,
}

/// A place on the earth (WGS 84).
#[derive(Debug, Serialize, ToSchema)]
pub struct Point {
    /// `Point`.
    #[serde(rename = "type")]
    #[schema(example = "Point")]
    kind: &'static str,
    /// Degrees east, then degrees north.
    #[schema(example = json!([8.2146, 53.1435]))]
    coordinates: [f64; 2],
}

/// What is known of a Thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThingProperties<D> {
    /// Public key; never changes.
    #[schema(example = "pophankenweg")]
    pub key: String,
    /// Name for people.
    #[schema(example = "Pophankenweg")]
    pub name: String,
    /// A sentence for people; may be empty.
    pub description: String,
    /// What it is about: `bicycle`, `traffic`, `weather`, `device`, `other`.
    #[schema(example = json!(["bicycle"]))]
    pub themes: Vec<&'static str>,
    /// Names of its channels.
    pub channels: Vec<ChannelName>,
    /// Seconds between two reports, as configured.
    #[schema(example = 900)]
    pub expected_interval_seconds: i64,
    /// When it was last heard.
    pub last_heard_at: Option<Timestamp>,
    /// What its silence says.
    pub state: ThingState,
    /// How much of what it sent arrived; only where one Thing is asked for, and absent while nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reception: Option<ThingReceptionBody>,
    /// What its values of the last 24 hours are worth; only where one Thing is asked for, and absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<ThingQuality>,
    /// What it observes.
    pub datastreams: Vec<D>,
    /// Where to find more.
    pub links: ThingLinks,
}

/// The name of a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelName {
    /// Key.
    #[schema(example = "ltr")]
    pub channel: String,
    /// Name for people.
    #[schema(example = "stadteinwärts")]
    pub name: String,
}

/// Paths of a Thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThingLinks {
    /// The Thing with its latest values.
    #[serde(rename = "self")]
    #[schema(example = "/api/v1/things/pophankenweg")]
    pub itself: String,
    /// Its display for the public.
    #[schema(example = "/display/pophankenweg")]
    pub display: String,
}

/// A Datastream in a list of Things.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatastreamSummary {
    /// Number in URLs.
    #[schema(example = 7)]
    pub id: i64,
    /// Key of the observed property.
    #[schema(example = "bicycle_count")]
    pub property: &'static str,
    /// Key of the channel; empty for the only one.
    #[schema(example = "ltr")]
    pub channel: String,
    /// Its unit.
    pub unit: UnitBody,
    /// The Datastream itself.
    #[schema(example = "/api/v1/datastreams/7")]
    pub href: String,
}

/// No parameters.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParameters {}

/// Lists all Things with their places and states.
#[utoipa::path(
    get,
    path = "/api/v1/things",
    tag = "things",
    responses(
        (status = 200, description = "All Things, by name", body = FeatureCollection, content_type = "application/geo+json"),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<ApiState>,
    Query(NoParameters {}): Query<NoParameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let newest = *state.app.store.newest().borrow();
    let body = state.things.get(newest, async || {
        let catalogue = state.catalogues.now().await?;
        let now = state.app.clock.now();
        let features = catalogue.things.iter().map(|thing| summary(thing, &catalogue, now)).collect();
        Ok::<_, ApiError>(conditional::json(&FeatureCollection { kind: "FeatureCollection", features }))
    });
    Ok(conditional::answer(&headers, GEO_JSON, Freshness::Revalidate, (*body.await?).clone()))
}

/// Shows one Thing with its Datastreams and their latest values.
#[utoipa::path(
    get,
    path = "/api/v1/things/{key}",
    tag = "things",
    params(("key" = String, Path, description = "Key of the Thing", example = "pophankenweg")),
    responses(
        (status = 200, description = "The Thing", body = ThingFeature<DatastreamWithLatest>, content_type = "application/geo+json"),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "Unknown parameter", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Thing", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn one(
    State(state): State<ApiState>,
    requested: RequestedThing,
    Query(NoParameters {}): Query<NoParameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let thing = requested.get()?;
    let latest = state.app.store.latest(Some(thing.id)).await?;
    let datastreams = requested
        .catalogue
        .datastreams_of(thing.id)
        .map(|datastream| DatastreamWithLatest::new(datastream, thing, &latest))
        .collect();
    let reception = ThingReception::read(&state.app, thing.id).await?.map(ThingReceptionBody::from);
    let quality = ThingQuality::read(&state.app, thing.id).await?;
    let mut body = feature(thing, &requested.catalogue, datastreams, state.app.clock.now());
    body.properties.reception = reception;
    body.properties.quality = quality;
    Ok(conditional::answer(&headers, GEO_JSON, Freshness::Revalidate, conditional::json(&body)))
}

fn summary(thing: &Thing, catalogue: &Catalogue, now: Timestamp) -> ThingFeature<DatastreamSummary> {
    let datastreams = catalogue
        .datastreams_of(thing.id)
        .map(|datastream| DatastreamSummary {
            id: datastream.id.0,
            property: datastream.property.key(),
            channel: datastream.channel.to_string(),
            unit: datastream.property.unit().into(),
            href: format!("/api/v1/datastreams/{}", datastream.id),
        })
        .collect();
    feature(thing, catalogue, datastreams, now)
}

fn feature<D>(thing: &Thing, catalogue: &Catalogue, datastreams: Vec<D>, now: Timestamp) -> ThingFeature<D> {
    let themes: BTreeSet<_> =
        catalogue.datastreams_of(thing.id).map(|datastream| datastream.property.theme()).collect();
    let channels = thing
        .channel_names
        .iter()
        .map(|(channel, name)| ChannelName { channel: channel.to_string(), name: name.clone() })
        .collect();
    ThingFeature {
        kind: "Feature",
        id: thing.key.clone(),
        geometry: thing.position.map(Point::from),
        properties: ThingProperties {
            key: thing.key.clone(),
            name: thing.name.clone(),
            description: thing.description.clone(),
            themes: themes.into_iter().map(theme_key).collect(),
            channels,
            expected_interval_seconds: thing.expected_interval.as_secs(),
            last_heard_at: thing.last_heard_at,
            state: ThingState::of(thing.last_heard_at, thing.expected_interval, now),
            reception: None,
            quality: None,
            datastreams,
            links: ThingLinks {
                itself: format!("/api/v1/things/{}", thing.key),
                display: format!("/display/{}", thing.key),
            },
        },
    }
}

impl From<Position> for Point {
    fn from(position: Position) -> Self {
        Self { kind: "Point", coordinates: [position.longitude(), position.latitude()] }
    }
}
