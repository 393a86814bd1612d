//! Weather stations: which Things are, how near they are, what they measured.

use std::collections::BTreeMap;

use domain::{Aggregation, BucketWidth, ObservedProperty as P, Position, TimeRange};
use futures::future::try_join;
use jiff::{SignedDuration, Timestamp};
use planning::weather::{Measured, RainAmount, Station, WeatherHour, Wind};
use store::{Bucket, Datastream, StoreError, StoreReader, Thing};

use crate::{amount, counts::CountingSite};

/// A Thing that measures rain, air temperature or wind.
#[derive(Clone, Debug)]
pub struct WeatherStation {
    /// The Thing.
    pub thing: Thing,
    /// Where its rain is; a running total or amounts.
    pub rain: Option<Datastream>,
    /// Air temperature.
    pub temperature: Option<Datastream>,
    /// Relative humidity.
    pub humidity: Option<Datastream>,
    /// Mean wind speed.
    pub wind: Option<Datastream>,
    /// Strongest wind.
    pub gust: Option<Datastream>,
    /// Where the wind comes from.
    pub direction: Option<Datastream>,
}

impl WeatherStation {
    /// Finds the weather among the Datastreams of a Thing. Of several channels the first is taken.
    pub fn of(thing: &Thing, datastreams: &[Datastream]) -> Option<Self> {
        let first_of = |property: P| {
            datastreams
                .iter()
                .filter(|stream| stream.property == property)
                .min_by_key(|stream| stream.channel)
        };
        let of = |property| first_of(property).cloned();
        let gauge = CountingSite::of(datastreams, P::Precipitation);
        let gauge = gauge.and_then(|gauge| gauge.directions.first().map(|gauge| gauge.datastream));
        let station = Self {
            thing: thing.clone(),
            rain: datastreams.iter().find(|stream| Some(stream.id) == gauge).cloned(),
            temperature: of(P::AirTemperature),
            humidity: of(P::RelativeHumidity),
            wind: of(P::WindSpeed),
            gust: of(P::WindGust),
            direction: of(P::WindDirection),
        };
        (station.n_elements() > 0).then_some(station)
    }

    /// First observation of anything.
    pub fn began(&self) -> Option<Timestamp> {
        self.streams().filter_map(|stream| stream.first_at).min()
    }

    /// How many of rain, temperature and wind it measures.
    pub fn n_elements(&self) -> usize {
        [&self.rain, &self.temperature, &self.wind].iter().filter(|stream| stream.is_some()).count()
    }

    fn streams(&self) -> impl Iterator<Item = &Datastream> {
        [&self.rain, &self.temperature, &self.humidity, &self.wind, &self.gust, &self.direction]
            .into_iter()
            .filter_map(Option::as_ref)
    }

    /// Reads what was measured in a period; rain as `width` of its own, for sums that glide.
    pub async fn read(
        &self,
        store: &StoreReader,
        period: TimeRange,
        detail: Detail,
    ) -> Result<Station, StoreError> {
        let fine = match detail {
            Detail::Days => BucketWidth::Hour,
            Detail::QuarterHours => BucketWidth::QuarterHour,
        };
        let width = |stream: &Datastream| {
            if stream.expected_interval <= SignedDuration::from_mins(15) { fine } else { BucketWidth::Hour }
        };
        let rain = match &self.rain {
            None => Vec::new(),
            Some(gauge) => {
                let around = amount::with_surroundings(period, gauge.property.aggregation());
                rain_amounts(&store.buckets(gauge.id, width(gauge), around).await?)
            }
        };
        let mut hours: BTreeMap<Timestamp, WeatherHour> = BTreeMap::new();
        for (stream, put) in self.of_hours() {
            for bucket in store.buckets(stream.id, BucketWidth::Hour, period).await? {
                let empty = WeatherHour {
                    range: bucket.range,
                    temperature: None,
                    humidity: None,
                    wind: None,
                    gust: None,
                };
                put(hours.entry(bucket.range.from()).or_insert(empty), &bucket);
            }
        }
        let winds = match (&self.wind, &self.direction, detail) {
            (Some(wind), direction, Detail::QuarterHours) => {
                let width = width(wind);
                let speeds = store.buckets(wind.id, width, period);
                let directions = async {
                    match direction {
                        Some(direction) => store.buckets(direction.id, width, period).await,
                        None => Ok(Vec::new()),
                    }
                };
                let (speeds, directions) = try_join(speeds, directions).await?;
                winds(&speeds, &directions)
            }
            _ => Vec::new(),
        };
        Ok(Station { rain, hours: hours.into_values().collect(), winds })
    }

    fn of_hours(&self) -> impl Iterator<Item = (&Datastream, fn(&mut WeatherHour, &Bucket))> {
        let temperature: fn(&mut WeatherHour, &Bucket) = |hour, bucket| hour.temperature = measured(bucket);
        let humidity: fn(&mut WeatherHour, &Bucket) = |hour, bucket| hour.humidity = measured(bucket);
        let wind: fn(&mut WeatherHour, &Bucket) = |hour, bucket| hour.wind = measured(bucket);
        let gust: fn(&mut WeatherHour, &Bucket) =
            |hour, bucket| hour.gust = bucket.value(Aggregation::Maximum);
        let all = [
            (&self.temperature, temperature),
            (&self.humidity, humidity),
            (&self.wind, wind),
            (&self.gust, gust),
        ];
        all.into_iter().filter_map(|(stream, put)| Some((stream.as_ref()?, put)))
    }
}

/// How finely a station is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// For days: everything by hours, no winds.
    Days,
    /// Rain and wind by quarter-hours.
    QuarterHours,
}

/// The stations with the nearest first; those without a place, or seen from a Thing without one, by name behind them.
pub fn by_distance(
    mut stations: Vec<WeatherStation>,
    from: Option<Position>,
) -> Vec<(WeatherStation, Option<f64>)> {
    let km = |station: &WeatherStation| Some(distance_km(from?, station.thing.position?));
    stations.sort_by(|one, other| {
        let apart = km(one).unwrap_or(f64::INFINITY).total_cmp(&km(other).unwrap_or(f64::INFINITY));
        // At one place whoever measures more.
        apart
            .then_with(|| other.n_elements().cmp(&one.n_elements()))
            .then_with(|| one.thing.name.cmp(&other.thing.name))
    });
    stations.into_iter().map(|station| (station.clone(), km(&station))).collect()
}

/// Along the surface of a sphere of the earth's mean radius.
fn distance_km(one: Position, other: Position) -> f64 {
    const EARTH_KM: f64 = 6371.0;
    let (lat1, lat2) = (one.latitude().to_radians(), other.latitude().to_radians());
    let half = |a: f64, b: f64| ((b - a) / 2.0).sin().powi(2);
    let across = half(one.longitude().to_radians(), other.longitude().to_radians());
    let chord = half(lat1, lat2) + lat1.cos() * lat2.cos() * across;
    2.0 * EARTH_KM * chord.sqrt().min(1.0).asin()
}

fn measured(bucket: &Bucket) -> Option<Measured> {
    let mean = bucket.value(Aggregation::Mean)?;
    let (min, max) = (bucket.min.unwrap_or(mean), bucket.max.unwrap_or(mean));
    Some(Measured { mean, min, max, covered: bucket.completeness() })
}

/// Rain by buckets; of one observed in part as long as what was observed of it. Amounts over gaps keep their range.
fn rain_amounts(buckets: &[Bucket]) -> Vec<RainAmount> {
    let mut amounts: Vec<RainAmount> = Vec::with_capacity(buckets.len());
    for bucket in buckets {
        if let Some(mm) = bucket.value(Aggregation::Sum).filter(|mm| mm.is_finite() && *mm >= 0.0) {
            let observed = SignedDuration::try_from_secs_f64(bucket.covered_seconds).unwrap_or_default();
            let from = bucket.range.from();
            amounts.extend(TimeRange::new(from, from + observed).ok().map(|range| RainAmount { range, mm }));
        }
        if let Some(carried) = bucket.carried.filter(|carried| carried.sum >= 0.0) {
            let amount = RainAmount { range: carried.range, mm: carried.sum };
            if !amounts.contains(&amount) {
                amounts.push(amount);
            }
        }
    }
    amounts.sort_by_key(|amount| (amount.range.to(), amount.range.from()));
    amounts
}

fn winds(speeds: &[Bucket], directions: &[Bucket]) -> Vec<(TimeRange, Wind)> {
    let by_start: BTreeMap<Timestamp, f64> = directions
        .iter()
        .filter_map(|bucket| Some((bucket.range.from(), bucket.value(Aggregation::VectorMean)?)))
        .collect();
    let wind = |bucket: &Bucket| {
        let speed = bucket.value(Aggregation::Mean)?;
        Some((bucket.range, Wind { direction: by_start.get(&bucket.range.from()).copied(), speed }))
    };
    speeds.iter().filter_map(wind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_is_111_kilometres() {
        // 6371 km times pi / 180.
        let place = |latitude| Position::new(latitude, 8.2).unwrap();
        assert!((distance_km(place(53.0), place(54.0)) - 111.195).abs() < 0.001);
        assert!(distance_km(place(53.0), place(53.0)).abs() < 1e-9);
    }

    #[test]
    fn rain_of_a_bucket_observed_in_part_stands_for_that_part_only() {
        let from: Timestamp = "2026-06-01T10:00:00Z".parse().unwrap();
        let range = TimeRange::new(from, from + SignedDuration::from_mins(15)).unwrap();
        let bucket = Bucket { n: 1, sum: 2.0, covered_seconds: 300.0, ..Bucket::empty(range) };
        let amounts = rain_amounts(&[bucket, Bucket::empty(range)]);
        assert_eq!(amounts.len(), 1, "a bucket without values has no rain, not none");
        assert!((amounts[0].range.seconds() - 300.0).abs() < 1e-9);
    }
}
