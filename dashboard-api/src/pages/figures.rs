//! What the overview says: the city's numbers of today and one line per Thing.

mod line;

use std::collections::HashMap;

use domain::{BucketWidth, DatastreamId, ObservedProperty, TimeRange};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use store::{Bucket, Datastream, Latest, StoreError};

pub(crate) use self::line::{Figure, Line, Shown, When};
use crate::{AppState, ThingState, cached::Cached};

/// The whole city at one moment.
#[derive(Debug)]
pub(crate) struct City {
    /// When.
    pub(crate) now: Timestamp,
    /// Bicycles counted today over all sites that know a number.
    pub(crate) bicycles_today: Option<u64>,
    /// Sites that count bicycles, and how many of them report.
    pub(crate) n_sites: usize,
    /// Sites heard lately.
    pub(crate) n_sites_live: usize,
    /// Mean air temperature in °C and over how many stations.
    pub(crate) temperature: Option<(f64, usize)>,
    /// Mean rain since midnight in mm and over how many stations.
    pub(crate) rain_today: Option<(f64, usize)>,
    /// Mean wind speed in m/s and over how many stations.
    pub(crate) wind: Option<(f64, usize)>,
    /// Strongest gust reported last, in m/s.
    pub(crate) gust: Option<f64>,
    /// All Things by name.
    pub(crate) lines: Vec<Line>,
}

/// The present [`City`] for all who ask in the same second.
pub(crate) type Cache = Cached<City, (domain::ReadingId, i64)>;

/// A weather value older than this is not the weather of now.
const FRESH_FOR: SignedDuration = SignedDuration::from_mins(90);

impl City {
    /// Reads everything in six queries for all Things together.
    pub(crate) async fn read(state: &AppState) -> Result<Self, StoreError> {
        let now = state.clock.now();
        let datastreams = state.store.datastreams(None).await?;
        let known = Known::read(state, &datastreams, now).await?;
        let mut datastreams = by_thing(datastreams);
        let mut things = state.store.things().await?;
        // As a dictionary has them: the key has no umlauts.
        things.sort_by(|a, b| a.key.cmp(&b.key));
        let lines: Vec<_> = things
            .into_iter()
            .map(|thing| {
                let own = datastreams.remove(&thing.id).unwrap_or_default();
                Line::of(thing, &own, &known)
            })
            .collect();
        let sites = || lines.iter().filter(|line| line.counts_bicycles());
        let weather = |property| known.weather(property);
        let rain: Vec<_> = lines.iter().filter_map(Line::rain_today).collect();
        Ok(Self {
            now,
            bicycles_today: sites().filter_map(Line::bicycles_today).reduce(u64::saturating_add),
            n_sites: sites().count(),
            n_sites_live: sites().filter(|line| line.state == ThingState::Live).count(),
            temperature: mean(&weather(ObservedProperty::AirTemperature)),
            rain_today: mean(&rain),
            wind: mean(&weather(ObservedProperty::WindSpeed)),
            gust: weather(ObservedProperty::WindGust).into_iter().reduce(f64::max),
            lines,
        })
    }
}

/// What the store knows of all Datastreams.
#[derive(Debug)]
struct Known {
    now: Timestamp,
    zone: TimeZone,
    today: TimeRange,
    days: HashMap<DatastreamId, Vec<Bucket>>,
    hours: HashMap<DatastreamId, Vec<Bucket>>,
    quarters: HashMap<DatastreamId, Vec<Bucket>>,
    latest: HashMap<DatastreamId, Latest>,
    properties: HashMap<DatastreamId, ObservedProperty>,
}

impl Known {
    /// How far back hours are needed: a sensor that reports hourly is silent after six.
    const HOURS: SignedDuration = SignedDuration::from_hours(8);
    /// The same for sensors that report every quarter-hour or more often.
    const QUARTERS: SignedDuration = SignedDuration::from_mins(165);

    async fn read(state: &AppState, datastreams: &[Datastream], now: Timestamp) -> Result<Self, StoreError> {
        let today = BucketWidth::Day.bucket_of(now, &state.zone);
        let back = |length| TimeRange::new(now - length, now).unwrap_or(today);
        let store = &state.store;
        let latest = store.latest(None).await?;
        Ok(Self {
            now,
            zone: state.zone.clone(),
            today,
            days: by_datastream(store.all_buckets(BucketWidth::Day, today).await?),
            hours: by_datastream(store.all_buckets(BucketWidth::Hour, back(Self::HOURS)).await?),
            quarters: by_datastream(store.all_buckets(BucketWidth::QuarterHour, back(Self::QUARTERS)).await?),
            latest: latest.into_iter().map(|latest| (latest.datastream, latest)).collect(),
            properties: datastreams.iter().map(|stream| (stream.id, stream.property)).collect(),
        })
    }

    /// All fresh and plausible values of a property.
    fn weather(&self, property: ObservedProperty) -> Vec<f64> {
        let of_property = |latest: &&Latest| self.properties.get(&latest.datastream) == Some(&property);
        let is_fresh = |latest: &&Latest| self.now.duration_since(latest.time) <= FRESH_FOR;
        self.latest
            .values()
            .filter(of_property)
            .filter(is_fresh)
            .filter(|latest| latest.quality.counts())
            .filter_map(|latest| latest.value.as_number())
            .collect()
    }
}

fn mean(values: &[f64]) -> Option<(f64, usize)> {
    (!values.is_empty()).then(|| (values.iter().sum::<f64>() / values.len() as f64, values.len()))
}

fn by_thing(datastreams: Vec<Datastream>) -> HashMap<domain::ThingId, Vec<Datastream>> {
    let mut by_thing: HashMap<_, Vec<_>> = HashMap::new();
    for datastream in datastreams {
        by_thing.entry(datastream.thing).or_default().push(datastream);
    }
    by_thing
}

fn by_datastream(buckets: Vec<(DatastreamId, Bucket)>) -> HashMap<DatastreamId, Vec<Bucket>> {
    let mut by_datastream: HashMap<_, Vec<_>> = HashMap::new();
    for (datastream, bucket) in buckets {
        by_datastream.entry(datastream).or_default().push(bucket);
    }
    by_datastream
}
