//! Days of frost, ice, summer and heat, and tropical nights.
//!
//! By Deutscher Wetterdienst: frost day, minimum below 0 °C; ice day, maximum below 0 °C; summer day, maximum of 25 °C or more; hot day, 30 °C
//! or more; tropical night, minimum from 18 to 6 UTC of 20 °C or more. Its climate days run from 0 to 0 UTC; ours are the city's.

use domain::TimeRange;
use jiff::{SignedDuration, civil::Date};

use super::HintLevel;
use crate::Calendar;

/// Share of a day that must have been observed to say that something did not happen.
const ENOUGH: f64 = 0.95;

/// Lowest and highest air temperature of an interval that was observed, °C.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TemperatureSpan {
    /// The interval.
    pub range: TimeRange,
    /// Lowest value, °C.
    pub min: f64,
    /// Highest value, °C.
    pub max: f64,
}

/// What kind of day it was. `None` where gaps leave it open: a single value below 0 °C makes a frost day, but only a whole day of values makes
/// none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TemperatureDay {
    /// The local day.
    pub date: Date,
    /// Lowest observed value, °C.
    pub min: Option<f64>,
    /// Highest observed value, °C.
    pub max: Option<f64>,
    /// Frost day.
    pub frost: Option<bool>,
    /// Ice day.
    pub ice: Option<bool>,
    /// Summer day.
    pub summer: Option<bool>,
    /// Hot day.
    pub hot: Option<bool>,
    /// Tropical night before this day: 18 UTC of the day before to 6 UTC.
    pub tropical_night: Option<bool>,
}

/// Judges a local day. The spans are in order of time.
pub fn temperature_day(spans: &[TemperatureSpan], calendar: &Calendar, date: Date) -> TemperatureDay {
    let day = Extremes::of(spans, calendar.day(date));
    let utc_midnight = date.to_zoned(jiff::tz::TimeZone::UTC).map(|midnight| midnight.timestamp());
    let night = utc_midnight.ok().and_then(|midnight| {
        let hours = SignedDuration::from_hours(6);
        TimeRange::new(midnight - hours, midnight + hours).ok()
    });
    let night = night.map(|night| Extremes::of(spans, night));
    TemperatureDay {
        date,
        min: day.min,
        max: day.max,
        frost: day.falls_below(0.0),
        ice: day.reaches(0.0).map(|reached| !reached),
        summer: day.reaches(25.0),
        hot: day.reaches(30.0),
        tropical_night: night.and_then(|night| night.falls_below(20.0)).map(|below| !below),
    }
}

/// The level of frost, °C: level 1 below 0 °C. Whether severe frost (below −10 °C) has a level of its own could not be verified; it has none here.
pub fn frost_level(temperature: f64) -> Option<HintLevel> {
    (temperature < 0.0).then_some(HintLevel::Watch)
}

/// A kind of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// Frost day.
    Frost,
    /// Ice day.
    Ice,
    /// Summer day.
    Summer,
    /// Hot day.
    Hot,
    /// Tropical night.
    TropicalNight,
}

/// How many days were of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Days that were.
    pub n: u32,
    /// Days of which gaps leave it open.
    pub n_open: u32,
    /// Days looked at.
    pub n_days: u32,
}

impl DayKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Frost, Self::Ice, Self::Summer, Self::Hot, Self::TropicalNight];
}

impl TemperatureDay {
    /// Whether it was of a kind, if that is known.
    pub const fn is(&self, kind: DayKind) -> Option<bool> {
        match kind {
            DayKind::Frost => self.frost,
            DayKind::Ice => self.ice,
            DayKind::Summer => self.summer,
            DayKind::Hot => self.hot,
            DayKind::TropicalNight => self.tropical_night,
        }
    }
}

/// Counts the days of a kind.
pub fn tally(days: &[TemperatureDay], kind: DayKind) -> Tally {
    let count = |is: Option<bool>| {
        let n = days.iter().filter(|day| day.is(kind) == is).count();
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    Tally { n: count(Some(true)), n_open: count(None), n_days: u32::try_from(days.len()).unwrap_or(u32::MAX) }
}

struct Extremes {
    min: Option<f64>,
    max: Option<f64>,
    is_whole: bool,
}

impl Extremes {
    fn of(spans: &[TemperatureSpan], range: TimeRange) -> Self {
        // In order of time, so that a year need not be searched for each of its days.
        let from = spans.partition_point(|span| span.range.from() < range.from());
        let to = spans.partition_point(|span| span.range.from() < range.to());
        let spans = spans.get(from..to).unwrap_or_default();
        let inside = || spans.iter().filter(|span| span.range.to() <= range.to());
        let covered: f64 = inside().map(|span| span.range.seconds()).sum();
        Self {
            min: inside().map(|span| span.min).reduce(f64::min),
            max: inside().map(|span| span.max).reduce(f64::max),
            is_whole: covered >= ENOUGH * range.seconds(),
        }
    }

    /// Whether a value lies below the limit, if that is known.
    fn falls_below(&self, limit: f64) -> Option<bool> {
        match self.min {
            Some(min) if min < limit => Some(true),
            _ => self.is_whole.then_some(false),
        }
    }

    /// Whether a value is the limit or more, if that is known.
    fn reaches(&self, limit: f64) -> Option<bool> {
        match self.max {
            Some(max) if max >= limit => Some(true),
            _ => self.is_whole.then_some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// Hours from 12 UTC of 30 June on, with the temperature of each.
    fn hours(temperature: impl Fn(i64) -> Option<f64>) -> Vec<TemperatureSpan> {
        let noon: jiff::Timestamp = "2025-06-30T12:00:00Z".parse().unwrap();
        let at = |i: i64| noon + SignedDuration::from_hours(i);
        let span = |i| {
            let value = temperature(i)?;
            Some(TemperatureSpan { range: TimeRange::new(at(i), at(i + 1)).unwrap(), min: value, max: value })
        };
        (0..36).filter_map(span).collect()
    }

    fn first_of_july(temperature: impl Fn(i64) -> Option<f64>) -> TemperatureDay {
        temperature_day(&hours(temperature), &Calendar::lower_saxony(), date(2025, 7, 1))
    }

    #[test]
    fn limits_belong_to_summer_heat_and_tropical_night_and_not_to_frost() {
        let day = first_of_july(|_| Some(25.0));
        assert_eq!((day.summer, day.hot, day.tropical_night), (Some(true), Some(false), Some(true)));
        assert_eq!(first_of_july(|_| Some(30.0)).hot, Some(true));
        assert_eq!(first_of_july(|_| Some(20.0)).tropical_night, Some(true));
        assert_eq!(first_of_july(|_| Some(19.9)).tropical_night, Some(false));
        let day = first_of_july(|_| Some(0.0));
        assert_eq!((day.frost, day.ice), (Some(false), Some(false)));
        let day = first_of_july(|_| Some(-0.1));
        assert_eq!((day.frost, day.ice), (Some(true), Some(true)));
    }

    #[test]
    fn one_value_makes_a_frost_day_but_not_an_ice_day() {
        let day = first_of_july(|i| (i == 12).then_some(-1.0));
        assert_eq!((day.frost, day.ice, day.summer), (Some(true), None, None));
    }

    #[test]
    fn days_that_gaps_leave_open_are_counted_apart() {
        let days = [
            first_of_july(|_| Some(-1.0)),
            first_of_july(|_| Some(5.0)),
            first_of_july(|i| (i == 12).then_some(5.0)),
        ];
        assert_eq!(tally(&days, DayKind::Frost), Tally { n: 1, n_open: 1, n_days: 3 });
    }

    #[test]
    fn the_tropical_night_runs_from_18_to_6_utc() {
        // Hour 6 begins at 18 UTC, hour 18 at 6 UTC.
        let cool_before = first_of_july(|i| Some(if i == 5 { 15.0 } else { 21.0 }));
        let cool_at_dusk = first_of_july(|i| Some(if i == 6 { 15.0 } else { 21.0 }));
        let cool_at_dawn = first_of_july(|i| Some(if i == 17 { 15.0 } else { 21.0 }));
        let cool_after = first_of_july(|i| Some(if i == 18 { 15.0 } else { 21.0 }));
        let nights = [cool_before, cool_at_dusk, cool_at_dawn, cool_after].map(|day| day.tropical_night);
        assert_eq!(nights, [Some(true), Some(false), Some(false), Some(true)]);
    }
}
