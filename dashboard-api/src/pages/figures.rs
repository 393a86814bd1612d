//! What the overview says: the city's numbers of today and one line per Thing.

mod line;
mod now;
mod words;

use std::{collections::HashMap, sync::Arc};

use domain::{BucketWidth, DatastreamId, ObservedProperty, ThingId, TimeRange};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use store::{Bucket, Datastream, Latest, StoreError};
use tokio::time::Duration;

pub(crate) use self::{
    line::{Figure, Line, Rain, Shown, When},
    now::{Now, Passed, WaterLevel, Weather, WeekAgo},
    words::Words,
};
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
    /// Rain since midnight.
    pub(crate) rain_today: Option<RainToday>,
    /// Mean wind speed in m/s and over how many stations.
    pub(crate) wind: Option<(f64, usize)>,
    /// Strongest gust reported last, in m/s.
    pub(crate) gust: Option<f64>,
    /// What is known of now, topic by topic.
    pub(crate) story: Now,
    /// All Things by name.
    pub(crate) lines: Vec<Line>,
}

/// Rain since midnight over all stations, in mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RainToday {
    /// The mean of the stations that observed all of the day, and how many they are.
    Mean(f64, usize),
    /// Another station measured more though it missed part of the day: the most, and how many stations there are.
    AtLeast(f64, usize),
}

impl RainToday {
    /// In mm.
    pub(crate) const fn mm(self) -> f64 {
        match self {
            Self::Mean(mm, _) | Self::AtLeast(mm, _) => mm,
        }
    }

    fn of(lines: &[Line]) -> Option<Self> {
        let all: Vec<_> = lines.iter().filter_map(Line::any_rain_today).collect();
        let most = all.iter().map(|(mm, _)| *mm).reduce(f64::max)?;
        let whole: Vec<_> = all.iter().filter(|(_, at_least)| !at_least).map(|(mm, _)| *mm).collect();
        match mean(&whole) {
            Some((mm, n)) if !all.iter().any(|(other, at_least)| *at_least && *other > mm) => {
                Some(Self::Mean(mm, n))
            }
            // Nothing seen while nobody looked is nothing known.
            _ => (most > 0.0).then_some(Self::AtLeast(most, all.len())),
        }
    }
}

/// The present [`City`] for all who ask in the same second, and the hours of a week ago, which seldom change.
#[derive(Debug)]
pub(crate) struct Cache {
    city: Cached<City, (domain::ReadingId, i64)>,
    week_ago: Cached<Buckets, Option<TimeRange>>,
}

impl Default for Cache {
    fn default() -> Self {
        Self { city: Cached::default(), week_ago: Cached::for_at_most(Duration::from_mins(10)) }
    }
}

impl Cache {
    /// The city now.
    pub(crate) async fn get(&self, state: &AppState) -> Result<Arc<City>, StoreError> {
        let moment = (*state.store.newest().borrow(), state.clock.now().as_second());
        self.city.get(moment, || City::read(state, &self.week_ago)).await
    }
}

/// Buckets by Datastream.
type Buckets = HashMap<DatastreamId, Vec<Bucket>>;

/// A weather value older than this is not the weather of now.
const FRESH_FOR: SignedDuration = SignedDuration::from_mins(90);

impl City {
    /// Reads everything in seven queries for all Things together.
    async fn read(
        state: &AppState,
        week_ago: &Cached<Buckets, Option<TimeRange>>,
    ) -> Result<Self, StoreError> {
        let now = state.clock.now();
        let datastreams = state.store.datastreams(None).await?;
        let known = Known::read(state, datastreams, now, week_ago).await?;
        let mut things = state.store.things().await?;
        // As a dictionary has them: the key has no umlauts.
        things.sort_by(|a, b| a.key.cmp(&b.key));
        let lines: Vec<_> = things
            .into_iter()
            .map(|thing| {
                let own = known.by_thing.get(&thing.id).map_or(&[][..], Vec::as_slice);
                Line::of(thing, own, &known)
            })
            .collect();
        let sites = || lines.iter().filter(|line| line.counts_bicycles());
        let weather = |property| known.weather(property);
        Ok(Self {
            now,
            bicycles_today: sites().filter_map(Line::bicycles_today).reduce(u64::saturating_add),
            n_sites: sites().count(),
            n_sites_live: sites().filter(|line| line.state == ThingState::Live).count(),
            temperature: mean(&weather(ObservedProperty::AirTemperature)),
            rain_today: RainToday::of(&lines),
            wind: mean(&weather(ObservedProperty::WindSpeed)),
            gust: weather(ObservedProperty::WindGust).into_iter().reduce(f64::max),
            story: Now::of(&lines, &known),
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
    days: Buckets,
    hours: Buckets,
    quarters: Buckets,
    /// Today up to an hour, and the same of a week ago.
    compared: Option<(TimeRange, TimeRange)>,
    hours_week_ago: Arc<Buckets>,
    latest: HashMap<DatastreamId, Latest>,
    properties: HashMap<DatastreamId, ObservedProperty>,
    by_thing: HashMap<ThingId, Vec<Datastream>>,
}

impl Known {
    /// How far back hours are needed: a sensor that reports hourly is silent after six.
    const HOURS: SignedDuration = SignedDuration::from_hours(8);
    /// The same for sensors that report every quarter-hour or more often.
    const QUARTERS: SignedDuration = SignedDuration::from_mins(165);

    async fn read(
        state: &AppState,
        datastreams: Vec<Datastream>,
        now: Timestamp,
        week_ago: &Cached<Buckets, Option<TimeRange>>,
    ) -> Result<Self, StoreError> {
        let today = BucketWidth::Day.bucket_of(now, &state.zone);
        let since = |from: Timestamp| TimeRange::new(from, now).unwrap_or(today);
        let store = &state.store;
        let latest = store.latest(None).await?;
        let compared = now::compared(&state.zone, now);
        let then = compared.map(|(_, then)| then);
        let hours_week_ago = week_ago.get(then, async || match then {
            Some(then) => Ok(by_datastream(store.all_buckets(BucketWidth::Hour, then).await?)),
            None => Ok::<_, StoreError>(Buckets::new()),
        });
        let hours = since(today.from().min(now - Self::HOURS));
        let quarters = since(now - Self::QUARTERS);
        Ok(Self {
            now,
            zone: state.zone.clone(),
            today,
            days: by_datastream(store.all_buckets(BucketWidth::Day, today).await?),
            hours: by_datastream(store.all_buckets(BucketWidth::Hour, hours).await?),
            quarters: by_datastream(store.all_buckets(BucketWidth::QuarterHour, quarters).await?),
            compared,
            hours_week_ago: hours_week_ago.await?,
            latest: latest.into_iter().map(|latest| (latest.datastream, latest)).collect(),
            properties: datastreams.iter().map(|stream| (stream.id, stream.property)).collect(),
            by_thing: by_thing(datastreams),
        })
    }

    /// All fresh and plausible values of a property.
    fn weather(&self, property: ObservedProperty) -> Vec<f64> {
        self.fresh(property).filter_map(|latest| latest.value.as_number()).collect()
    }

    /// When the newest of these values were measured.
    fn newest_weather(&self, properties: &[ObservedProperty]) -> Option<Timestamp> {
        properties.iter().flat_map(|property| self.fresh(*property)).map(|latest| latest.time).max()
    }

    fn fresh(&self, property: ObservedProperty) -> impl Iterator<Item = &Latest> {
        self.latest
            .values()
            .filter(move |latest| self.properties.get(&latest.datastream) == Some(&property))
            .filter(|latest| self.now.duration_since(latest.time) <= FRESH_FOR)
            .filter(|latest| latest.quality.counts() && latest.value.as_number().is_some())
    }

    /// The first Datastream of a property on a Thing.
    fn datastream(&self, thing: ThingId, property: ObservedProperty) -> Option<&Datastream> {
        self.by_thing.get(&thing)?.iter().find(|stream| stream.property == property)
    }

    /// Whether a Thing measures what the weather's sentence is made of.
    fn measures_weather(&self, thing: ThingId) -> bool {
        use ObservedProperty as P;
        [P::AirTemperature, P::WindSpeed, P::Precipitation, P::PrecipitationTotal]
            .into_iter()
            .any(|property| self.datastream(thing, property).is_some())
    }
}

fn mean(values: &[f64]) -> Option<(f64, usize)> {
    (!values.is_empty()).then(|| (values.iter().sum::<f64>() / values.len() as f64, values.len()))
}

fn by_thing(datastreams: Vec<Datastream>) -> HashMap<ThingId, Vec<Datastream>> {
    let mut by_thing: HashMap<_, Vec<_>> = HashMap::new();
    for datastream in datastreams {
        by_thing.entry(datastream.thing).or_default().push(datastream);
    }
    by_thing
}

fn by_datastream(buckets: Vec<(DatastreamId, Bucket)>) -> Buckets {
    let mut by_datastream: HashMap<_, Vec<_>> = HashMap::new();
    for (datastream, bucket) in buckets {
        by_datastream.entry(datastream).or_default().push(bucket);
    }
    by_datastream
}
