//! What the overview says: the city's numbers of today and one line per Thing.

use std::collections::HashMap;

use domain::{BucketWidth, DatastreamId, ObservedProperty, Theme, TimeRange, Value};
use jiff::{SignedDuration, Timestamp};
use store::{Datastream, Latest, StoreError, Thing};

use crate::{AppState, ThingState, counts::BicycleSite};

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

/// One Thing in the list.
#[derive(Debug)]
pub(crate) struct Line {
    /// The Thing.
    pub(crate) thing: Thing,
    /// Its main theme.
    pub(crate) theme: Theme,
    /// Whether it is heard.
    pub(crate) state: ThingState,
    /// Whether it counts bicycles.
    pub(crate) counts_bicycles: bool,
    /// Bicycles today, if it counts them and a number is known.
    pub(crate) bicycles_today: Option<u64>,
    /// Its main values, at most [`MAX_VALUES`].
    pub(crate) values: Vec<(ObservedProperty, f64)>,
}

/// Values of one Thing in the list.
const MAX_VALUES: usize = 3;
/// A weather value older than this is not the weather of now.
const FRESH_FOR: SignedDuration = SignedDuration::from_mins(90);

impl City {
    /// Reads everything: three queries for all Things together, and today's sums where something adds up.
    pub(crate) async fn read(state: &AppState) -> Result<Self, StoreError> {
        let now = state.clock.now();
        let today = BucketWidth::Day.bucket_of(now, &state.zone);
        let datastreams = state.store.datastreams(None).await?;
        let properties = datastreams.iter().map(|stream| (stream.id, stream.property)).collect();
        let mut datastreams = by_thing(datastreams);
        let latest = state.store.latest(None).await?;
        let things = state.store.things().await?;
        let by_datastream: HashMap<_, _> = latest.iter().map(|latest| (latest.datastream, latest)).collect();
        let mut lines = Vec::with_capacity(things.len());
        let mut rain = Vec::new();
        for thing in things {
            let own = datastreams.remove(&thing.id).unwrap_or_default();
            rain.extend(rain_today(state, &own, today).await?);
            let site = BicycleSite::of(&own);
            let counts_bicycles = site.is_some();
            let bicycles_today = match site {
                Some(site) => {
                    let count = site.count(&state.store, BucketWidth::Day, today, now).await?;
                    count.total().amount
                }
                None => None,
            };
            lines.push(Line {
                theme: main_theme(&own),
                state: ThingState::of(thing.last_heard_at, thing.expected_interval, now),
                counts_bicycles,
                bicycles_today,
                values: main_values(&own, &by_datastream),
                thing,
            });
        }
        let weather = Weather { latest: &latest, properties, now };
        Ok(Self {
            now,
            bicycles_today: lines.iter().filter_map(|line| line.bicycles_today).reduce(u64::saturating_add),
            n_sites: lines.iter().filter(|line| line.counts_bicycles).count(),
            n_sites_live: lines
                .iter()
                .filter(|line| line.counts_bicycles && line.state == ThingState::Live)
                .count(),
            temperature: mean(&weather.values(ObservedProperty::AirTemperature)),
            rain_today: mean(&rain),
            wind: mean(&weather.values(ObservedProperty::WindSpeed)),
            gust: weather.values(ObservedProperty::WindGust).into_iter().reduce(f64::max),
            lines,
        })
    }
}

/// The latest values of the whole city.
struct Weather<'a> {
    latest: &'a [Latest],
    properties: HashMap<DatastreamId, ObservedProperty>,
    now: Timestamp,
}

impl Weather<'_> {
    /// All fresh and plausible values of a property.
    fn values(&self, property: ObservedProperty) -> Vec<f64> {
        self.latest
            .iter()
            .filter(|latest| self.properties.get(&latest.datastream) == Some(&property))
            .filter(|latest| latest.quality.counts() && self.now.duration_since(latest.time) <= FRESH_FOR)
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

/// Rain of one Thing since midnight; from its running total where it has one.
async fn rain_today(
    state: &AppState,
    datastreams: &[Datastream],
    today: TimeRange,
) -> Result<Option<f64>, StoreError> {
    let gauge = [ObservedProperty::PrecipitationTotal, ObservedProperty::Precipitation]
        .into_iter()
        .find_map(|property| datastreams.iter().find(|stream| stream.property == property));
    let Some(gauge) = gauge else { return Ok(None) };
    let buckets = state.store.buckets(gauge.id, BucketWidth::Day, today).await?;
    Ok(buckets.iter().find_map(|bucket| bucket.value(gauge.property.aggregation())))
}

/// What a Thing is mainly for: a counting site with a battery is about bicycles.
fn main_theme(datastreams: &[Datastream]) -> Theme {
    let themes: Vec<_> = datastreams.iter().map(|stream| stream.property.theme()).collect();
    [Theme::Bicycle, Theme::Traffic, Theme::Weather, Theme::Other, Theme::Device]
        .into_iter()
        .find(|theme| themes.contains(theme))
        .unwrap_or(Theme::Other)
}

/// The first few values people ask for. Running totals say nothing at a glance, and a battery is not
/// what a sensor is for.
fn main_values(
    datastreams: &[Datastream],
    latest: &HashMap<DatastreamId, &Latest>,
) -> Vec<(ObservedProperty, f64)> {
    use ObservedProperty as P;
    let mut values: Vec<_> = datastreams
        .iter()
        .filter(|stream| stream.property.theme() != Theme::Device)
        .filter(|stream| !matches!(stream.property, P::BicycleCount | P::BicycleTotal))
        .filter(|stream| stream.property.aggregation() != domain::Aggregation::Total)
        .filter_map(|stream| {
            let latest = latest.get(&stream.id).filter(|latest| latest.quality.counts())?;
            match latest.value {
                Value::Number(value) => Some((rank(stream.property), stream.property, value)),
                Value::Missing(_) => None,
            }
        })
        .collect();
    values.sort_by_key(|(rank, property, _)| (*rank, *property));
    values.dedup_by_key(|(_, property, _)| *property);
    values.into_iter().take(MAX_VALUES).map(|(_, property, value)| (property, value)).collect()
}

/// Lower is asked for more often.
const fn rank(property: ObservedProperty) -> u8 {
    use ObservedProperty as P;
    match property {
        P::AirTemperature | P::CarCount | P::PersonCount | P::Distance => 0,
        P::WindSpeed | P::PrecipitationIntensity | P::LorryCount | P::SoundLevel | P::CarbonDioxide => 1,
        P::RelativeHumidity | P::AirPressure | P::Precipitation | P::WindDirection | P::CarSpeed => 2,
        _ => 3,
    }
}
