//! Before and after at a counting site: days with their weather, and what the model says of them.

use domain::TimeRange;
use jiff::civil::Date;
use planning::{
    Calendar, Day, DaySet,
    calendar::UnknownYear,
    compare::{CompareError, Comparison, DayWeather, WeatherDay, against_control, compare},
    series::SeriesError,
    statistics::mean,
    volume::{MeanVolume, mean_volume},
    weather::Station,
};

use super::{Counts, Period, Raw};

/// What is read of one of the two periods.
#[derive(Clone, Debug)]
pub struct Side {
    /// The days.
    pub period: Period,
    /// The counts.
    pub raw: Raw,
    /// The weather, if there is a station.
    pub weather: Option<Station>,
    /// The counts of the control site, if there is one.
    pub control: Option<Raw>,
}

/// Both periods and what changed.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Before.
    pub before: SideDays,
    /// After.
    pub after: SideDays,
    /// The change, or why it cannot be told.
    pub result: Result<Comparison, CompareError>,
}

/// The days of one period.
#[derive(Clone, Debug)]
pub struct SideDays {
    /// The period.
    pub period: Period,
    /// Every day of it.
    pub days: Vec<Day>,
    /// Their mean; `None` without a valid day.
    pub mean: Option<MeanVolume>,
    /// Means of the weather on valid days, as far as it was measured.
    pub weather: DayWeather,
}

impl Compared {
    /// Compares the periods.
    pub fn new(before: &Side, after: &Side, calendar: &Calendar) -> Result<Self, SeriesError> {
        let (first, second) = (days_of(before, calendar)?, days_of(after, calendar)?);
        let (mut days_before, mut days_after) = (first.1, second.1);
        if before.control.is_some() || after.control.is_some() {
            let mut control = control_of(before, calendar)?;
            control.extend(control_of(after, calendar)?);
            let amounts: Vec<f64> = control.iter().map(|(_, amount)| *amount).collect();
            let control_mean = mean(&amounts).unwrap_or(0.0);
            days_before = against_control(&days_before, &control, control_mean);
            days_after = against_control(&days_after, &control, control_mean);
        }
        let result = compare(&days_before, &days_after, calendar);
        Ok(Self { before: first.0, after: second.0, result })
    }
}

fn days_of(side: &Side, calendar: &Calendar) -> Result<(SideDays, Vec<WeatherDay>), SeriesError> {
    let days = valid_days(&side.raw, &side.period, calendar)?;
    let weather_of = |date: Date| {
        let station = side.weather.as_ref();
        station.map(|station| station.day(calendar, date).weather).unwrap_or_default()
    };
    let with_weather: Vec<WeatherDay> = days
        .iter()
        .filter_map(|day| {
            let weather = weather_of(day.date);
            Some(WeatherDay { date: day.date, amount: day.amount()?, weather })
        })
        .collect();
    let mean_of = |of: fn(&DayWeather) -> Option<f64>| {
        mean(&with_weather.iter().filter_map(|day| of(&day.weather)).collect::<Vec<_>>())
    };
    let weather = DayWeather {
        rain_mm: mean_of(|weather| weather.rain_mm),
        temperature: mean_of(|weather| weather.temperature),
        wind: mean_of(|weather| weather.wind),
    };
    let all: Result<Option<MeanVolume>, UnknownYear> = mean_volume(&days, DaySet::All, calendar);
    let mean = all.ok().flatten();
    Ok((SideDays { period: side.period, days, mean, weather }, with_weather))
}

fn control_of(side: &Side, calendar: &Calendar) -> Result<Vec<(Date, f64)>, SeriesError> {
    let Some(control) = &side.control else { return Ok(Vec::new()) };
    let days = valid_days(control, &side.period, calendar)?;
    Ok(days.iter().filter_map(|day| Some((day.date, day.amount()?))).collect())
}

fn valid_days(raw: &Raw, period: &Period, calendar: &Calendar) -> Result<Vec<Day>, SeriesError> {
    let range: TimeRange = period.range(calendar);
    let counts = Counts::new(raw, range, &std::collections::HashSet::new(), calendar)?;
    Ok(counts.cross_section.days(calendar, period.first, period.last))
}
