//! The weather a cyclist meets now: means of the city's stations, each value only while it is fresh.

use std::collections::HashSet;

use domain::{BucketWidth, ObservedProperty, TimeRange};
use jiff::{SignedDuration, Timestamp};
use planning::statistics::mean;
use store::{Latest, StoreError};
use tokio::time::Duration;

use crate::{AppState, cached::Cached, counts::CountingSite};

/// An older value is not the weather of now.
const FRESH_FOR: SignedDuration = SignedDuration::from_mins(60);
/// The hour of rain ended at most so long ago.
const RAIN_ENDED_WITHIN: SignedDuration = SignedDuration::from_mins(45);

/// What is known of the weather.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Weather {
    /// Air temperature in °C.
    pub(super) temperature: Option<f64>,
    /// Rain of the last hour in mm.
    pub(super) rain_last_hour: Option<f64>,
    /// Wind speed in m/s.
    pub(super) wind: Option<f64>,
}

/// The weather of this minute, for all displays.
#[derive(Debug)]
pub(crate) struct Outside(Cached<Weather, i64>);

impl Default for Outside {
    fn default() -> Self {
        Self(Cached::for_at_most(Duration::from_mins(1)))
    }
}

impl Outside {
    pub(super) async fn now(&self, state: &AppState, now: Timestamp) -> Result<Weather, StoreError> {
        let minute = now.as_second().div_euclid(60);
        Ok(*self.0.get(minute, || Weather::read(state, now)).await?)
    }
}

impl Weather {
    async fn read(state: &AppState, now: Timestamp) -> Result<Self, StoreError> {
        let datastreams = state.store.datastreams(None).await?;
        let latest = state.store.latest(None).await?;
        let mean_of = |property| {
            let of_property = datastreams.iter().filter(|stream| stream.property == property);
            let ids: HashSet<_> = of_property.map(|stream| stream.id).collect();
            let measured = latest.iter().filter(|latest| ids.contains(&latest.datastream));
            let values: Vec<f64> = measured.filter_map(|latest| fresh(latest, now)).collect();
            mean(&values)
        };
        let mut rain = Vec::new();
        for streams in datastreams.chunk_by(|a, b| a.thing == b.thing) {
            let Some(gauge) = CountingSite::of(streams, ObservedProperty::Precipitation) else { continue };
            let heard_at = latest
                .iter()
                .filter(|latest| gauge.directions.iter().any(|one| one.datastream == latest.datastream))
                .map(|latest| latest.time.min(now))
                .max();
            let Some(hour) = heard_at.and_then(|heard_at| last_hour(state, heard_at, now)) else { continue };
            let fallen = gauge.count(&state.store, BucketWidth::QuarterHour, hour, hour.to()).await?;
            // Several channels are several gauges at one place.
            let gauges = fallen.directions.iter().filter(|amount| !amount.is_lower_bound());
            rain.extend(gauges.filter_map(|amount| amount.sum));
        }
        Ok(Self {
            temperature: mean_of(ObservedProperty::AirTemperature),
            wind: mean_of(ObservedProperty::WindSpeed),
            rain_last_hour: mean(&rain),
        })
    }

    /// Whether there is anything to show.
    pub(super) const fn is_known(&self) -> bool {
        self.temperature.is_some() || self.rain_last_hour.is_some() || self.wind.is_some()
    }
}

fn fresh(latest: &Latest, now: Timestamp) -> Option<f64> {
    let is_fresh = now.duration_since(latest.time) <= FRESH_FOR && latest.quality.counts();
    latest.value.as_number().filter(|_| is_fresh)
}

/// The four quarter-hours up to the last word of a gauge.
fn last_hour(state: &AppState, heard_at: Timestamp, now: Timestamp) -> Option<TimeRange> {
    let to = BucketWidth::QuarterHour.bucket_of(heard_at, &state.zone).from();
    let is_recent = now.duration_since(to) <= RAIN_ENDED_WITHIN;
    TimeRange::new(to - SignedDuration::from_hours(1), to).ok().filter(|_| is_recent)
}
