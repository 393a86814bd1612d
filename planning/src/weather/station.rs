//! What a station tells of days and periods.

use domain::TimeRange;
use jiff::{Timestamp, civil::Date};

use super::{
    RainAmount, RainSum, TemperatureSpan, Wind, dew_point, heat_index, rain::rain_within, wet_bulb,
    wind_chill,
};
use crate::{Calendar, compare::DayWeather};

/// Share of a stretch of time that must have been observed for its mean to stand for it.
const ENOUGH: f64 = 0.9;

/// What a station measured, in order of time. What is not there is missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Station {
    /// Rain, mostly by quarter-hours, by the ends of its intervals.
    pub rain: Vec<RainAmount>,
    /// Clock hours in which anything else was measured.
    pub hours: Vec<WeatherHour>,
    /// Mean winds of the shortest intervals known, for the rose.
    pub winds: Vec<(TimeRange, Wind)>,
}

/// The means and extremes of an hour as far as they were measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeatherHour {
    /// The hour.
    pub range: TimeRange,
    /// Air temperature, °C.
    pub temperature: Option<Measured>,
    /// Relative humidity, %.
    pub humidity: Option<Measured>,
    /// Mean wind speed, m/s.
    pub wind: Option<Measured>,
    /// Strongest gust, m/s.
    pub gust: Option<f64>,
}

/// A mean with what it is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Mean.
    pub mean: f64,
    /// Lowest value.
    pub min: f64,
    /// Highest value.
    pub max: f64,
    /// Observed share of the hour, 0 to 1.
    pub covered: f64,
}

/// A local day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StationDay {
    /// The day.
    pub date: Date,
    /// Its rain.
    pub rain: RainSum,
    /// What a model of counts needs; means of at least nine tenths of the time only.
    pub weather: DayWeather,
    /// Lowest and highest air temperature observed, °C.
    pub temperature: Option<(f64, f64)>,
    /// Mean relative humidity, %, of at least nine tenths of the day.
    pub humidity: Option<f64>,
    /// Strongest gust observed, m/s.
    pub gust: Option<f64>,
}

/// Mean and extremes of a quantity over the hours that have it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    /// Mean of the hours.
    pub mean: f64,
    /// Lowest hour: value and beginning.
    pub lowest: (f64, Timestamp),
    /// Highest hour.
    pub highest: (f64, Timestamp),
    /// Hours that have a value.
    pub n: u32,
}

impl Station {
    /// What it measured within a stretch of time.
    #[must_use]
    pub fn within(&self, range: TimeRange) -> Self {
        let inside = |part: TimeRange| range.from() <= part.from() && part.to() <= range.to();
        Self {
            rain: self.rain.iter().filter(|amount| inside(amount.range)).copied().collect(),
            hours: self.hours_in(range).to_vec(),
            winds: self.winds.iter().filter(|(part, _)| inside(*part)).copied().collect(),
        }
    }

    /// A local day.
    pub fn day(&self, calendar: &Calendar, date: Date) -> StationDay {
        let range = calendar.day(date);
        let hours = self.hours_in(range);
        // From 6 to 20 o'clock people are on their way.
        let waking = calendar.part_of_day(date, 6, 20).map(|range| rain_within(self.rain_in(range), range));
        let temperatures = || hours.iter().filter_map(|hour| hour.temperature);
        let low = temperatures().map(|t| t.min).reduce(f64::min);
        let high = temperatures().map(|t| t.max).reduce(f64::max);
        StationDay {
            date,
            rain: rain_within(self.rain_in(range), range),
            weather: DayWeather {
                rain_mm: waking.filter(|sum| sum.covered >= ENOUGH).map(|sum| sum.mm),
                temperature: mean(hours, range, |hour| hour.temperature),
                wind: mean(hours, range, |hour| hour.wind),
            },
            temperature: low.zip(high),
            humidity: mean(hours, range, |hour| hour.humidity),
            gust: hours.iter().filter_map(|hour| hour.gust).reduce(f64::max),
        }
    }

    /// Temperatures as they are needed to tell kinds of days; an hour observed in part is as long as what was observed of it.
    pub fn spans(&self) -> Vec<TemperatureSpan> {
        let span = |hour: &WeatherHour| {
            let t = hour.temperature?;
            let length = hour.range.to().duration_since(hour.range.from());
            let seconds = length.as_secs_f64() * t.covered;
            let observed = jiff::SignedDuration::try_from_secs_f64(seconds).ok()?;
            let range = TimeRange::new(hour.range.from(), hour.range.from() + observed).ok()?;
            Some(TemperatureSpan { range, min: t.min, max: t.max })
        };
        self.hours.iter().filter_map(span).collect()
    }

    /// The course of the dew point, °C.
    pub fn dew_points(&self) -> Option<Course> {
        self.course(|hour| dew_point(hour.temperature?.mean, hour.humidity?.mean))
    }

    /// The course of the wet-bulb temperature, °C, of hours within the range of its formula.
    pub fn wet_bulbs(&self) -> Option<Course> {
        self.course(|hour| wet_bulb(hour.temperature?.mean, hour.humidity?.mean))
    }

    /// The course of the heat index, °C, of hours that have one.
    pub fn heat_indices(&self) -> Option<Course> {
        self.course(|hour| heat_index(hour.temperature?.mean, hour.humidity?.mean))
    }

    /// The course of the wind chill, °C, of hours that have one.
    pub fn wind_chills(&self) -> Option<Course> {
        self.course(|hour| wind_chill(hour.temperature?.mean, hour.wind?.mean * 3.6))
    }

    /// The course of any quantity of an hour.
    pub fn course(&self, of: impl Fn(&WeatherHour) -> Option<f64>) -> Option<Course> {
        let values: Vec<(f64, Timestamp)> =
            self.hours.iter().filter_map(|hour| Some((of(hour)?, hour.range.from()))).collect();
        let first = *values.first()?;
        let lowest = values.iter().fold(first, |best, next| if next.0 < best.0 { *next } else { best });
        let highest = values.iter().fold(first, |best, next| if next.0 > best.0 { *next } else { best });
        let sum: f64 = values.iter().map(|(value, _)| value).sum();
        let n = u32::try_from(values.len()).unwrap_or(u32::MAX);
        Some(Course { mean: sum / values.len() as f64, lowest, highest, n })
    }

    /// Rain that ends within a stretch of time; what begins before it is sorted out by whoever adds it up.
    fn rain_in(&self, range: TimeRange) -> &[RainAmount] {
        let from = self.rain.partition_point(|amount| amount.range.to() <= range.from());
        let to = self.rain.partition_point(|amount| amount.range.to() <= range.to());
        self.rain.get(from..to).unwrap_or_default()
    }

    fn hours_in(&self, range: TimeRange) -> &[WeatherHour] {
        let from = self.hours.partition_point(|hour| hour.range.from() < range.from());
        let to = self.hours.partition_point(|hour| hour.range.to() <= range.to());
        self.hours.get(from..to).unwrap_or_default()
    }
}

/// The mean of the hours, each for as long as it was observed; `None` where less than nine tenths of the time were.
fn mean(
    hours: &[WeatherHour],
    range: TimeRange,
    of: impl Fn(&WeatherHour) -> Option<Measured>,
) -> Option<f64> {
    let (mut sum, mut seconds) = (0.0, 0.0);
    for hour in hours {
        if let Some(measured) = of(hour) {
            let observed = measured.covered * hour.range.seconds();
            sum += measured.mean * observed;
            seconds += observed;
        }
    }
    (seconds >= ENOUGH * range.seconds()).then(|| sum / seconds)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, civil::date};

    use super::*;
    use crate::testing::assert_near;

    /// The hours of 2 July 2025 from `first` on with the temperature of each, a degree more and less within it.
    fn station(first: i64, temperature: impl Fn(i64) -> f64) -> Station {
        let midnight = Calendar::lower_saxony().day(date(2025, 7, 2)).from();
        let hours = (first..24).map(|i| {
            let start = midnight + SignedDuration::from_hours(i);
            let t = temperature(i);
            WeatherHour {
                range: TimeRange::new(start, start + SignedDuration::from_hours(1)).unwrap(),
                temperature: Some(Measured { mean: t, min: t - 1.0, max: t + 1.0, covered: 1.0 }),
                humidity: Some(Measured { mean: 50.0, min: 50.0, max: 50.0, covered: 1.0 }),
                wind: None,
                gust: None,
            }
        });
        Station { hours: hours.collect(), ..Station::default() }
    }

    fn day(station: &Station) -> StationDay {
        station.day(&Calendar::lower_saxony(), date(2025, 7, 2))
    }

    #[test]
    fn a_day_has_the_mean_of_its_hours_and_the_extremes_of_its_values() {
        // 0, 1, … 23: mean 11.5; the lowest value of the coldest hour is -1, the highest of the warmest 24.
        let day = day(&station(0, |i| i as f64));
        assert_near(day.weather.temperature.unwrap(), 11.5, 1e-12);
        assert_eq!(day.temperature, Some((-1.0, 24.0)));
        assert_eq!((day.weather.wind, day.weather.rain_mm), (None, None));
    }

    #[test]
    fn less_than_nine_tenths_of_a_day_have_no_mean_but_extremes() {
        assert!(day(&station(2, |_| 20.0)).weather.temperature.is_some(), "22 of 24 hours");
        let day = day(&station(3, |_| 20.0));
        assert_eq!((day.weather.temperature, day.temperature), (None, Some((19.0, 21.0))));
    }

    #[test]
    fn rain_before_six_and_after_twenty_is_none_of_the_waking_hours() {
        let midnight = Calendar::lower_saxony().day(date(2025, 7, 2)).from();
        let at = |i: i64| midnight + SignedDuration::from_hours(i);
        let amount = |i| RainAmount { range: TimeRange::new(at(i), at(i + 1)).unwrap(), mm: 1.0 };
        let station = Station { rain: (0..24).map(amount).collect(), ..Station::default() };
        let day = day(&station);
        assert_near(day.rain.mm, 24.0, 1e-12);
        assert_near(day.weather.rain_mm.unwrap(), 14.0, 1e-12);
        let gap = Station { rain: (0..24).filter(|i| *i != 12 && *i != 13).map(amount).collect(), ..station };
        assert_eq!(
            gap.day(&Calendar::lower_saxony(), date(2025, 7, 2)).weather.rain_mm,
            None,
            "12 of 14 hours"
        );
    }

    #[test]
    fn a_course_has_its_mean_and_when_it_was_lowest_and_highest() {
        // Dew point at 50 % of 20 °C: 9.26 °C by the formula of WMO-No. 8 on a pocket calculator.
        let station = station(0, |i| if i == 5 { 20.0 } else { 10.0 });
        let course = station.dew_points().unwrap();
        assert_near(course.highest.0, 9.26, 0.005);
        let midnight = Calendar::lower_saxony().day(date(2025, 7, 2)).from();
        assert_eq!(course.highest.1, midnight + SignedDuration::from_hours(5));
        assert_eq!((course.n, station.wind_chills()), (24, None));
    }
}
