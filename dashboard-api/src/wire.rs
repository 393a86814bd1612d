//! The shapes several answers share.

use domain::{DatastreamId, Doubt, Lang, Quality, Theme, Unit, Value};
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use store::{Datastream, Latest, Thing};
use utoipa::ToSchema;

use crate::catalogue::Catalogue;

/// One Datastream: one observed property of one channel of one Thing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DatastreamBody {
    /// Number in URLs.
    #[schema(example = 7)]
    pub id: i64,
    /// Key of its Thing.
    #[schema(example = "pophankenweg")]
    pub thing: String,
    /// Name of its Thing.
    pub thing_name: String,
    /// Key of the observed property.
    #[schema(example = "bicycle_count")]
    pub property: &'static str,
    /// Name of the observed property for people.
    pub name: LocalisedText,
    /// Key of the channel; empty for the only one.
    #[schema(example = "ltr")]
    pub channel: String,
    /// Name of the channel for people.
    #[schema(example = "stadteinwärts")]
    pub channel_name: Option<String>,
    /// The unit of all its values.
    pub unit: UnitBody,
    /// How observations become a bucket: `mean`, `minimum`, `maximum`, `sum`, `total`, `vector_mean` or
    /// `time_share`.
    #[schema(example = "sum")]
    pub aggregation: &'static str,
    /// Seconds between two values, as configured.
    #[schema(example = 900)]
    pub expected_interval_seconds: i64,
    /// Time of its first observation.
    pub first_at: Option<Timestamp>,
    /// Where its data is.
    pub links: DatastreamLinks,
}

/// A text in both languages.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct LocalisedText {
    /// German.
    #[schema(example = "Fahrräder")]
    pub de: &'static str,
    /// English.
    #[schema(example = "Bicycles")]
    pub en: &'static str,
}

/// A unit of measurement.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct UnitBody {
    /// Code of the Unified Code for Units of Measure.
    #[schema(example = "Cel")]
    pub ucum: &'static str,
    /// What people read beside a number; empty for counts.
    #[schema(example = "°C")]
    pub symbol: &'static str,
}

/// Paths of a Datastream's data.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DatastreamLinks {
    /// The Datastream itself.
    #[serde(rename = "self")]
    #[schema(example = "/api/v1/datastreams/7")]
    pub itself: String,
    /// Its latest value.
    #[schema(example = "/api/v1/datastreams/7/latest")]
    pub latest: String,
    /// Its observations.
    #[schema(example = "/api/v1/datastreams/7/observations")]
    pub observations: String,
    /// Its buckets.
    #[schema(example = "/api/v1/datastreams/7/buckets")]
    pub buckets: String,
}

/// A value with its time, or the reason why there is none. Missing is never zero.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ValueBody {
    /// When it was measured.
    pub time: Timestamp,
    /// The value in the Datastream's unit; null if missing.
    #[schema(example = 12.5)]
    pub value: Option<f64>,
    /// Why there is no value: `sensor_error`, `probe_disconnected`, `nothing_to_measure`, `out_of_range`
    /// or `not_configured`.
    #[schema(example = json!(null))]
    pub missing: Option<&'static str>,
    /// `good`, `not_evaluated`, `suspect`, `bad` (kept, never aggregated) or `missing`.
    #[schema(example = "good")]
    pub quality: &'static str,
    /// Why a `suspect` value is doubtful: `inconsistent`, `clock`, `step` or `stuck`.
    #[schema(example = json!(null))]
    pub doubt: Option<&'static str>,
}

/// The latest value of a Datastream.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LatestBody {
    /// The Datastream.
    #[schema(example = 7)]
    pub datastream: i64,
    /// Key of its Thing.
    #[schema(example = "pophankenweg")]
    pub thing: String,
    /// Key of the observed property.
    #[schema(example = "bicycle_count")]
    pub property: &'static str,
    /// Key of the channel; empty for the only one.
    #[schema(example = "ltr")]
    pub channel: String,
    /// The unit of the value.
    pub unit: UnitBody,
    /// The value.
    #[serde(flatten)]
    pub value: ValueBody,
}

impl From<Unit> for UnitBody {
    fn from(unit: Unit) -> Self {
        Self { ucum: unit.ucum, symbol: unit.symbol }
    }
}

impl ValueBody {
    /// A value as it is served.
    pub fn new(time: Timestamp, value: Value, quality: Quality) -> Self {
        let missing = match (value, quality) {
            (Value::Missing(reason), _) | (_, Quality::Missing(reason)) => Some(reason.key()),
            (Value::Number(_), _) => None,
        };
        let value = value.as_number().filter(|_| missing.is_none());
        let doubt = quality.doubt().filter(|_| missing.is_none()).map(Doubt::key);
        let quality = if missing.is_some() { "missing" } else { quality.key() };
        Self { time, value, missing, quality, doubt }
    }
}

impl DatastreamBody {
    /// A Datastream as it is served.
    pub fn new(datastream: &Datastream, thing: &Thing) -> Self {
        let property = datastream.property;
        Self {
            id: datastream.id.0,
            thing: thing.key.clone(),
            thing_name: thing.name.clone(),
            property: property.key(),
            name: LocalisedText { de: property.name(Lang::De), en: property.name(Lang::En) },
            channel: datastream.channel.to_string(),
            channel_name: datastream.channel_name.clone(),
            unit: property.unit().into(),
            aggregation: property.aggregation().key(),
            expected_interval_seconds: datastream.expected_interval.as_secs(),
            first_at: datastream.first_at,
            links: DatastreamLinks::new(datastream.id),
        }
    }
}

impl DatastreamLinks {
    fn new(id: DatastreamId) -> Self {
        let itself = format!("/api/v1/datastreams/{id}");
        Self {
            latest: format!("{itself}/latest"),
            observations: format!("{itself}/observations"),
            buckets: format!("{itself}/buckets"),
            itself,
        }
    }
}

impl LatestBody {
    /// A latest value as it is served; `None` if the catalogue does not know its Datastream yet.
    pub fn new(latest: &Latest, catalogue: &Catalogue) -> Option<Self> {
        let (datastream, thing) = catalogue.datastream(latest.datastream)?;
        Some(Self {
            datastream: datastream.id.0,
            thing: thing.key.clone(),
            property: datastream.property.key(),
            channel: datastream.channel.to_string(),
            unit: datastream.property.unit().into(),
            value: ValueBody::new(latest.time, latest.value, latest.quality),
        })
    }
}

/// Stable name of a theme.
pub const fn theme_key(theme: Theme) -> &'static str {
    match theme {
        Theme::Bicycle => "bicycle",
        Theme::Traffic => "traffic",
        Theme::Weather => "weather",
        Theme::Device => "device",
        Theme::Other => "other",
    }
}

/// The zone's name, as series answers give it: `Europe/Berlin`.
pub fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}
