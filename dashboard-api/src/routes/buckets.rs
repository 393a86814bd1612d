//! Buckets of a Datastream: every calendar interval of a range, with or without data.

mod missing;

use axum::{extract::State, http::HeaderMap, response::Response};
use domain::{Aggregation, BucketWidth, TimeRange};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use store::{Bucket, Datastream, Thing};
use utoipa::ToSchema;

pub use self::missing::BucketMissing;
use super::ApiState;
use crate::{
    ApiError, Problem, amount,
    conditional::{self, Freshness},
    csv_text::{self, CsvTable},
    extract::{Format, Query, RequestedDatastream},
    when::{self, When},
    wire::{DatastreamBody, zone_name},
};

/// Most buckets in one answer: a year of hours, or a hundred days of quarter-hours.
const MAX_BUCKETS: usize = 10_000;

/// A series of buckets.
#[derive(Debug, Serialize, ToSchema)]
pub struct BucketSeries {
    /// What was observed, in which unit, aggregated by which rule.
    pub datastream: DatastreamBody,
    /// Width of the buckets.
    #[schema(example = "1h")]
    pub width: &'static str,
    /// Beginning of the first bucket.
    pub from: Timestamp,
    /// End of the last bucket.
    pub to: Timestamp,
    /// The city's time zone, whose days, weeks, months and years these are.
    #[schema(example = "Europe/Berlin")]
    pub zone: String,
    /// Every bucket of the range, in order, adjoining.
    pub buckets: Vec<BucketBody>,
}

/// One bucket: a half-open interval and what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct BucketBody {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end; the first instant outside.
    pub to: Timestamp,
    /// The main value by the Datastream's aggregation rule; null if there is none.
    #[schema(example = 17.0)]
    pub value: Option<f64>,
    /// Why there is no value.
    #[schema(example = json!(null))]
    pub missing: Option<BucketMissing>,
    /// Values that took part.
    #[schema(example = 4)]
    pub n: u32,
    /// Sum of values; of increments for a running total; of seconds "true" for a time share.
    #[schema(example = 17.0)]
    pub sum: Option<f64>,
    /// Smallest value.
    #[schema(example = 2.0)]
    pub min: Option<f64>,
    /// Largest value.
    #[schema(example = 7.0)]
    pub max: Option<f64>,
    /// Newest value.
    #[schema(example = 5.0)]
    pub last: Option<f64>,
    /// Seconds of the bucket that were observed.
    #[schema(example = 3600.0)]
    pub covered_seconds: f64,
    /// Observed share of the bucket, 0 to 1.
    #[schema(example = 1.0)]
    pub completeness: f64,
    /// Resets of a running total.
    #[schema(example = 0)]
    pub resets: u32,
    /// An amount counted over an interval that is longer than this bucket: known, but not how it was
    /// spread. It is not part of `value`; totals over a range add it once.
    pub carried: Option<CarriedBody>,
}

/// An amount counted over a longer interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct CarriedBody {
    /// Beginning of that interval.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
    /// How much.
    #[schema(example = 120.0)]
    pub sum: f64,
}

/// Which buckets.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Parameters {
    /// `15m`, `1h`, `1d`, `1w`, `1mo` or `1y`. Days and longer are local.
    #[param(inline, value_type = WidthName, example = "1h")]
    width: Width,
    /// The first bucket holds this instant: RFC 3339, or a local date for its midnight. Default: a day
    /// before `to` for 15m, a week for 1h, a month for 1d, a year for 1w and 1mo, ten years for 1y.
    #[param(value_type = Option<String>, example = "2026-07-01")]
    from: Option<When>,
    /// The last bucket begins before this instant: RFC 3339 or a local date. Default: now.
    #[param(value_type = Option<String>, example = "2026-07-02")]
    to: Option<When>,
    /// Wins over the `Accept` header.
    #[param(inline, value_type = Option<Format>)]
    format: Option<Format>,
}

/// A bucket width in a query.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Width(BucketWidth);

impl TryFrom<String> for Width {
    type Error = domain::bucket_width::ParseWidthError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

/// The widths, for the description of the interface.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its names are used")]
enum WidthName {
    #[schema(rename = "15m")]
    QuarterHour,
    #[schema(rename = "1h")]
    Hour,
    #[schema(rename = "1d")]
    Day,
    #[schema(rename = "1w")]
    Week,
    #[schema(rename = "1mo")]
    Month,
    #[schema(rename = "1y")]
    Year,
}

/// Lists every bucket of a range.
///
/// A local day has 92, 96 or 100 quarter-hours. A bucket without a value says why; zero is a value.
#[utoipa::path(
    get,
    path = "/api/v1/datastreams/{id}/buckets",
    tag = "series",
    params(("id" = i64, Path, description = "Number of the Datastream", example = 7), Parameters),
    responses(
        (status = 200, description = "The buckets", content((BucketSeries = "application/json"), (String = "text/csv"))),
        (status = 304, description = "Unchanged since the ETag given"),
        (status = 400, description = "A parameter is unknown or wrong, or the range has more than 10000 buckets", body = Problem, content_type = "application/problem+json"),
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
    let Width(width) = parameters.width;
    let asked = when::range(parameters.from, parameters.to, default_length(width), now, zone)?;
    let (calendar, range) = calendar(asked, width, zone)?;
    let rule = datastream.property.aggregation();
    let known = state.app.store.buckets(datastream.id, width, amount::with_surroundings(range, rule)).await?;
    let mut buckets = fill(&calendar, &known, rule, now);
    missing::explain(&state.app.store, datastream, &mut buckets).await?;

    let freshness = Freshness::of_range(range.to(), now);
    let response = match Format::chosen(parameters.format, &headers) {
        Format::Json => {
            let body = BucketSeries {
                datastream: DatastreamBody::new(datastream, thing),
                width: width.key(),
                from: range.from(),
                to: range.to(),
                zone: zone_name(zone),
                buckets,
            };
            conditional::answer(&headers, "application/json", freshness, conditional::json(&body))
        }
        Format::Csv => {
            let body = csv(datastream, thing, &buckets, zone);
            conditional::answer(&headers, csv_text::CONTENT_TYPE, freshness, body)
        }
    };
    Ok(conditional::varying(response, "accept"))
}

fn default_length(width: BucketWidth) -> SignedDuration {
    let days = match width {
        BucketWidth::QuarterHour => 1,
        BucketWidth::Hour => 7,
        BucketWidth::Day => 31,
        BucketWidth::Week | BucketWidth::Month => 366,
        BucketWidth::Year => 3_653,
    };
    SignedDuration::from_hours(24 * days)
}

/// All buckets that meet the range asked for, and the range they cover together.
fn calendar(
    asked: TimeRange,
    width: BucketWidth,
    zone: &TimeZone,
) -> Result<(Vec<TimeRange>, TimeRange), ApiError> {
    let calendar: Vec<_> = width.buckets(asked, zone).take(MAX_BUCKETS + 1).collect();
    if calendar.len() > MAX_BUCKETS {
        return Err(ApiError::BadRequest(format!(
            "query parameters `from`, `to` and `width`: found more than {MAX_BUCKETS} buckets of {} from {} to \
             {}; ask for a shorter range or a greater width",
            width.key(),
            asked.from(),
            asked.to(),
        )));
    }
    let ends = calendar.first().zip(calendar.last());
    let range = ends.and_then(|(first, last)| TimeRange::new(first.from(), last.to()).ok()).unwrap_or(asked);
    Ok((calendar, range))
}

/// Puts what is known beside every bucket of the calendar. Both are in time order.
fn fill(calendar: &[TimeRange], known: &[Bucket], rule: Aggregation, now: Timestamp) -> Vec<BucketBody> {
    let gaps: Vec<TimeRange> = known.iter().filter_map(|bucket| Some(bucket.carried?.range)).collect();
    let mut known = known.iter().peekable();
    let bodies = calendar.iter().map(|&range| {
        while known.next_if(|bucket| bucket.range.from() < range.from()).is_some() {}
        match known.next_if(|bucket| bucket.range.from() == range.from()) {
            Some(bucket) => BucketBody::known(bucket, rule, &gaps, now),
            None => BucketBody::empty(range, &gaps, now),
        }
    });
    bodies.collect()
}

impl BucketBody {
    fn known(bucket: &Bucket, rule: Aggregation, gaps: &[TimeRange], now: Timestamp) -> Self {
        let value = bucket.value(rule);
        let carried = bucket.carried.map(|carried| CarriedBody {
            from: carried.range.from(),
            to: carried.range.to(),
            sum: carried.sum,
        });
        Self {
            value,
            missing: value.is_none().then(|| BucketMissing::of(bucket.range, gaps, now)),
            n: bucket.n,
            sum: value.map(|_| bucket.sum),
            min: bucket.min,
            max: bucket.max,
            last: bucket.last,
            covered_seconds: bucket.covered_seconds,
            completeness: bucket.completeness(),
            resets: bucket.n_resets,
            carried,
            ..Self::empty(bucket.range, gaps, now)
        }
    }

    fn empty(range: TimeRange, gaps: &[TimeRange], now: Timestamp) -> Self {
        Self {
            from: range.from(),
            to: range.to(),
            value: None,
            missing: Some(BucketMissing::of(range, gaps, now)),
            n: 0,
            sum: None,
            min: None,
            max: None,
            last: None,
            covered_seconds: 0.0,
            completeness: 0.0,
            resets: 0,
            carried: None,
        }
    }
}

fn csv(datastream: &Datastream, thing: &Thing, buckets: &[BucketBody], zone: &TimeZone) -> Vec<u8> {
    let unit = datastream.property.unit().ucum;
    let mut table = CsvTable::new([
        "from_utc".into(),
        "to_utc".into(),
        "from_local".into(),
        "to_local".into(),
        "thing".into(),
        "property".into(),
        "channel".into(),
        format!("value [{unit}]").into(),
        "missing_reason".into(),
        "n".into(),
        format!("min [{unit}]").into(),
        format!("max [{unit}]").into(),
        "completeness".into(),
        "resets".into(),
        "carried_from_utc".into(),
        format!("carried_sum [{unit}]").into(),
    ]);
    let names = csv_text::names(datastream, thing);
    for bucket in buckets {
        let [thing, property, channel] = names.each_ref().map(|name| name.as_str().into());
        table.row([
            csv_text::utc(bucket.from),
            csv_text::utc(bucket.to),
            csv_text::local(bucket.from, zone),
            csv_text::local(bucket.to, zone),
            thing,
            property,
            channel,
            csv_text::number(bucket.value),
            bucket.missing.map_or("", BucketMissing::key).into(),
            bucket.n.to_string().into(),
            csv_text::number(bucket.min),
            csv_text::number(bucket.max),
            csv_text::number(Some(bucket.completeness)),
            bucket.resets.to_string().into(),
            bucket.carried.map_or("".into(), |carried| csv_text::utc(carried.from)),
            csv_text::number(bucket.carried.map(|carried| carried.sum)),
        ]);
    }
    table.into_bytes()
}
