//! Observations of a Datastream, page by page, as JSON or CSV.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use domain::{TimeRange, Truncated};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use store::{Cursor, Datastream, Observation, Page, Thing};
use utoipa::ToSchema;

use super::ApiState;
use crate::{
    ApiError, Problem,
    conditional::{self, Freshness},
    csv_text::{self, CsvTable},
    extract::{Format, Query, RequestedDatastream},
    when::{self, When},
    wire::{DatastreamBody, ValueBody, zone_name},
};

/// One page of observations.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObservationPage {
    /// What was observed, in which unit.
    pub datastream: DatastreamBody,
    /// The first instant of the range.
    pub from: Timestamp,
    /// The first instant after the range.
    pub to: Timestamp,
    /// The city's time zone, in which local dates of the request were read.
    #[schema(example = "Europe/Berlin")]
    pub zone: String,
    /// In time order.
    pub observations: Vec<ObservationBody>,
    /// Path of the next page; null on the last.
    #[schema(example = json!(null))]
    pub next: Option<String>,
}

/// One observation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObservationBody {
    /// Unique over all Datastreams.
    #[schema(example = 1799)]
    pub id: i64,
    /// The value.
    #[serde(flatten)]
    pub value: ValueBody,
}

/// Which observations.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Parameters {
    /// First instant: RFC 3339, or a local date for its midnight. Default: 24 hours before `to`.
    #[param(value_type = Option<String>, example = "2026-07-01")]
    from: Option<When>,
    /// First instant after: RFC 3339 or a local date. Default: now.
    #[param(value_type = Option<String>, example = "2026-07-02")]
    to: Option<When>,
    /// Most observations on a page, 1 to 10000. Default: 1000.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 10_000, example = 1000)]
    limit: Option<Limit>,
    /// Where the page begins: take it from `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<PageCursor>,
    /// Wins over the `Accept` header.
    #[param(inline, value_type = Option<Format>)]
    format: Option<Format>,
}

/// Most observations on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Limit(usize);

impl Limit {
    const DEFAULT: Self = Self(1_000);
    const MAX: usize = 10_000;
}

impl TryFrom<String> for Limit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.parse() {
            Ok(n @ 1..=Self::MAX) => Ok(Self(n)),
            _ => Err(format!(
                "found `{}`, expected a whole number from 1 to {}",
                Truncated::new(&text),
                Self::MAX
            )),
        }
    }
}

/// A position in a list of observations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PageCursor(Cursor);

impl TryFrom<String> for PageCursor {
    type Error = store::page::ParseCursorError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

/// Lists observations in time order.
///
/// CSV has one line per observation: time in UTC, local time with its offset, Thing, property, channel,
/// value, quality, reason of a missing value, doubt of a suspect one. An empty value means missing, never zero. The path of the
/// next page is in the `Link` header, too.
#[utoipa::path(
    get,
    path = "/api/v1/datastreams/{id}/observations",
    tag = "series",
    params(("id" = i64, Path, description = "Number of the Datastream", example = 7), Parameters),
    responses(
        (status = 200, description = "A page of observations", content((ObservationPage = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "A parameter is unknown or wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such Datastream", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<ApiState>,
    requested: RequestedDatastream,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (datastream, thing) = requested.get()?;
    let zone = &state.app.zone;
    let now = state.app.clock.now();
    let range = when::range(parameters.from, parameters.to, SignedDuration::from_hours(24), now, zone)?;
    let limit = parameters.limit.unwrap_or(Limit::DEFAULT);
    let after = parameters.cursor.map(|cursor| cursor.0);
    let page = state.app.store.observations(datastream.id, range, after, limit.0).await?;

    let format = Format::chosen(parameters.format, &headers);
    let next = page.next.map(|cursor| next_path(datastream, range, limit, cursor, format));
    let freshness = if range.to() <= now { Freshness::Closed } else { Freshness::Revalidate };
    let response = match format {
        Format::Json => {
            let body = json_page(datastream, thing, range, &page, next.clone(), zone);
            conditional::answer(&headers, "application/json", freshness, conditional::json(&body))
        }
        Format::Csv => {
            let body = csv_page(datastream, thing, &page, zone);
            conditional::answer(&headers, csv_text::CONTENT_TYPE, freshness, body)
        }
    };
    let mut response = conditional::varying(response, "accept");
    if let Some(link) = next.and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// The range is written out, because a default range would move on while pages are read.
fn next_path(
    datastream: &Datastream,
    range: TimeRange,
    limit: Limit,
    cursor: Cursor,
    format: Format,
) -> String {
    let format = match format {
        Format::Json => "",
        Format::Csv => "&format=csv",
    };
    format!(
        "/api/v1/datastreams/{}/observations?from={}&to={}&limit={}&cursor={cursor}{format}",
        datastream.id,
        range.from(),
        range.to(),
        limit.0,
    )
}

fn json_page(
    datastream: &Datastream,
    thing: &Thing,
    range: TimeRange,
    page: &Page<Observation>,
    next: Option<String>,
    zone: &TimeZone,
) -> ObservationPage {
    let observations = page.items.iter().map(|observation| ObservationBody {
        id: observation.id,
        value: ValueBody::new(observation.time, observation.value, observation.quality),
    });
    ObservationPage {
        datastream: DatastreamBody::new(datastream, thing),
        from: range.from(),
        to: range.to(),
        zone: zone_name(zone),
        observations: observations.collect(),
        next,
    }
}

fn csv_page(datastream: &Datastream, thing: &Thing, page: &Page<Observation>, zone: &TimeZone) -> Vec<u8> {
    let value = format!("value [{}]", datastream.property.unit().ucum);
    let mut table = CsvTable::new([
        "time_utc".into(),
        "time_local".into(),
        "thing".into(),
        "property".into(),
        "channel".into(),
        value.into(),
        "quality".into(),
        "missing_reason".into(),
        "doubt".into(),
    ]);
    let names = csv_text::names(datastream, thing);
    for observation in &page.items {
        let value = ValueBody::new(observation.time, observation.value, observation.quality);
        let [thing, property, channel] = names.each_ref().map(|name| name.as_str().into());
        table.row([
            csv_text::utc(value.time),
            csv_text::local(value.time, zone),
            thing,
            property,
            channel,
            csv_text::number(value.value),
            value.quality.into(),
            value.missing.unwrap_or_default().into(),
            value.doubt.unwrap_or_default().into(),
        ]);
    }
    table.into_bytes()
}
