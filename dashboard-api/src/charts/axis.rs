//! Where the axes have their lines and what stands beside them.

use domain::{BucketWidth, Lang, ObservedProperty, TimeRange, Unit};
use jiff::{Timestamp, tz::TimeZone};

use crate::pages::{numbers, texts::Texts};

/// A line across the chart with its label.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick<T> {
    /// Where.
    pub at: T,
    /// What stands there; empty for a line without words.
    pub label: String,
}

/// Lines of the time axis: every few local clock hours, local midnights, Mondays or first days of months.
pub fn time_ticks(range: TimeRange, zone: &TimeZone, lang: Lang) -> Vec<Tick<Timestamp>> {
    let days = range.seconds() / 86_400.0;
    if days <= 2.0 {
        hours(range, zone, lang)
    } else if days <= 10.0 {
        starts(BucketWidth::Day, range, zone).map(|at| Tick { at, label: day(at, zone, lang) }).collect()
    } else if days <= 60.0 {
        starts(BucketWidth::Week, range, zone)
            .map(|at| {
                let local = at.to_zoned(zone.clone());
                let month = numbers::short_month(local.month(), lang);
                Tick { at, label: Texts(lang).day_and_month(&local.day().to_string(), &month) }
            })
            .collect()
    } else {
        starts(BucketWidth::Month, range, zone)
            .map(|at| {
                let local = at.to_zoned(zone.clone());
                // January is called by its year, so that the turn of the year is seen.
                let january = local.month() == 1;
                let label = if january {
                    local.year().to_string()
                } else {
                    numbers::short_month(local.month(), lang)
                };
                Tick { at, label }
            })
            .collect()
    }
}

/// Every third clock hour. In the autumn night 03:00 comes four hours after 00:00, in spring two: the
/// axis is linear in real time, only its words are local.
///
/// Midnight is called by the day that begins.
fn hours(range: TimeRange, zone: &TimeZone, lang: Lang) -> Vec<Tick<Timestamp>> {
    starts(BucketWidth::Hour, range, zone)
        .filter_map(|at| {
            let local = at.to_zoned(zone.clone());
            let label = match local.hour() {
                0 => day(at, zone, lang),
                hour => format!("{hour:02}:00"),
            };
            (local.hour() % 3 == 0).then_some(Tick { at, label })
        })
        .collect()
}

/// `Mo 23.`, `Mon 23`.
fn day(at: Timestamp, zone: &TimeZone, lang: Lang) -> String {
    let weekday = numbers::short_weekday(at, zone, lang);
    let day = at.to_zoned(zone.clone()).day();
    Texts(lang).weekday_and_day(weekday, &day.to_string())
}

fn starts(width: BucketWidth, range: TimeRange, zone: &TimeZone) -> impl Iterator<Item = Timestamp> {
    width.buckets(range, zone).map(TimeRange::from).filter(move |at| range.contains(*at))
}

/// The value axis: where it begins and ends, and its lines.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueAxis {
    /// Bottom.
    pub from: f64,
    /// Top; above `from`.
    pub to: f64,
    /// Lines, lowest first.
    pub ticks: Vec<Tick<f64>>,
}

impl ValueAxis {
    /// An axis for amounts: from zero to a round number above `largest`; with `mirrored` the same below
    /// zero for the second direction.
    pub fn for_amounts(property: ObservedProperty, largest: f64, mirrored: bool, lang: Lang) -> Self {
        let smallest_top = if property.unit() == Unit::MILLIMETRE { 1.0 } else { 4.0 };
        let step = round_step(largest.max(smallest_top) / if mirrored { 3.0 } else { 4.0 });
        let n = (largest.max(smallest_top) / step).ceil();
        let from = if mirrored { -n } else { 0.0 };
        Self::with_steps(from, n, step, |value| numbers::number(value.abs(), decimals(step), lang))
    }

    /// An axis from zero to a round number above `largest`, which is above zero.
    pub fn from_zero(largest: f64, lang: Lang) -> Self {
        let step = round_step(largest / 4.0);
        let n = (largest / step).ceil();
        Self::with_steps(0.0, n, step, |value| numbers::number(value, decimals(step), lang))
    }

    /// An axis for values: round numbers around the data, never so close that noise looks like weather.
    pub fn for_values(property: ObservedProperty, (low, high): (f64, f64), lang: Lang) -> Self {
        let span = smallest_span(property.unit()).max(high - low);
        let (floor, ceiling) = property.plausible().unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        // Widened only into what is possible: there is no rain below 0 and no battery above 100 %.
        let (low, high) = match f64::midpoint(low, high) {
            middle if low >= floor && middle - span / 2.0 < floor => (floor, high.max(floor + span)),
            middle if high <= ceiling && middle + span / 2.0 > ceiling => (low.min(ceiling - span), ceiling),
            middle => (middle - span / 2.0, middle + span / 2.0),
        };
        let step = round_step((high - low) / 4.0);
        let (from, to) = ((low / step).floor(), (high / step).ceil());
        Self::with_steps(from, to, step, |value| numbers::measured(value, decimals(step), lang))
    }

    /// The compass: north to north.
    pub fn compass(lang: Lang) -> Self {
        Self::with_steps(0.0, 4.0, 90.0, |degrees| numbers::compass(degrees, lang).to_owned())
    }

    /// A share of time, 0 to 1, labelled in percent.
    pub fn share(lang: Lang) -> Self {
        Self::with_steps(0.0, 4.0, 0.25, |share| {
            format!("{}\u{a0}%", numbers::number(share * 100.0, 0, lang))
        })
    }

    /// Lines at `first`, `first + 1`, … `last` times `step`.
    fn with_steps(first: f64, last: f64, step: f64, label: impl Fn(f64) -> String) -> Self {
        let last = last.max(first + 1.0);
        let ticks = std::iter::successors(Some(first), |n| Some(n + 1.0))
            .take_while(|n| *n <= last + 1e-9)
            .map(|n| Tick { at: n * step, label: label(n * step) })
            .collect();
        Self { from: first * step, to: last * step, ticks }
    }
}

/// The next of 1, 2, 2.5, 5 times a power of ten.
pub(super) fn round_step(raw: f64) -> f64 {
    let power = 10_f64.powf(raw.max(1e-6).log10().floor());
    let step =
        [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|step| step * power >= raw * 0.999).unwrap_or(10.0);
    step * power
}

pub(super) fn decimals(step: f64) -> usize {
    [0, 1, 2, 3]
        .into_iter()
        .find(|places| {
            let scaled = step * 10_f64.powi(*places);
            (scaled - scaled.round()).abs() < 1e-6
        })
        .and_then(|places| usize::try_from(places).ok())
        .unwrap_or(4)
}

fn smallest_span(unit: Unit) -> f64 {
    match unit {
        Unit::CELSIUS | Unit::HECTOPASCAL => 4.0,
        Unit::PERCENT | Unit::KILOMETRE_PER_HOUR | Unit::DECIBEL => 10.0,
        Unit::VOLT => 0.4,
        Unit::METRE_PER_SECOND => 2.0,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn day_of(instant: &str) -> TimeRange {
        BucketWidth::Day.bucket_of(instant.parse().unwrap(), &berlin())
    }

    fn hours_between_midnight_and_three(day: TimeRange) -> i64 {
        let ticks = time_ticks(day, &berlin(), Lang::De);
        assert_eq!(ticks[1].label, "03:00");
        ticks[1].at.duration_since(ticks[0].at).as_hours()
    }

    #[test]
    fn the_axis_is_linear_in_real_time_on_days_of_23_and_25_hours() {
        assert_eq!(hours_between_midnight_and_three(day_of("2026-03-29T12:00:00Z")), 2);
        assert_eq!(hours_between_midnight_and_three(day_of("2026-06-01T12:00:00Z")), 3);
        assert_eq!(hours_between_midnight_and_three(day_of("2026-10-25T12:00:00Z")), 4);
    }

    #[test]
    fn amounts_begin_at_zero_and_end_above_the_largest() {
        let axis = ValueAxis::for_amounts(ObservedProperty::BicycleCount, 87.0, false, Lang::De);
        assert_eq!((axis.from, axis.to), (0.0, 100.0));
        assert_eq!(axis.ticks.len(), 5);
    }

    #[test]
    fn the_second_direction_counts_downwards_with_positive_words() {
        let axis = ValueAxis::for_amounts(ObservedProperty::BicycleCount, 90.0, true, Lang::De);
        assert_eq!((axis.from, axis.to), (-100.0, 100.0));
        assert_eq!(axis.ticks[0].label, "100");
    }

    #[test]
    fn a_tenth_of_a_degree_does_not_fill_the_chart() {
        let axis = ValueAxis::for_values(ObservedProperty::AirTemperature, (10.0, 10.1), Lang::De);
        assert!(axis.to - axis.from >= 4.0);
    }

    #[test]
    fn no_battery_is_charged_above_100_percent() {
        let axis = ValueAxis::for_values(ObservedProperty::BatteryLevel, (95.0, 96.0), Lang::De);
        assert_eq!((axis.from, axis.to), (90.0, 100.0));
    }

    #[test]
    fn wind_does_not_blow_below_zero() {
        let axis = ValueAxis::for_values(ObservedProperty::WindSpeed, (0.0, 0.3), Lang::De);
        assert!(axis.from >= 0.0);
        assert!(axis.to >= 2.0);
    }
}
