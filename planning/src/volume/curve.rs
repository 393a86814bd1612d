//! Curves of the day, the week and the year.

use jiff::civil::{Date, Weekday};

use super::count;
use crate::{
    Calendar, Day, DayType, Series,
    series::{Month, months},
    statistics::mean,
};

/// The mean course of a kind of day (`Tagesganglinie`).
#[derive(Clone, Debug, PartialEq)]
pub struct DayCurve {
    /// Which days.
    pub day_type: DayType,
    /// Valid days it was made of.
    pub n_days: u32,
    /// Mean volume of each clock hour, vehicles per hour; `None` for an hour that was never valid.
    pub hours: [Option<f64>; 24],
}

impl DayCurve {
    /// Share of each hour in the day, 0 to 1; `None` if an hour of the day is unknown or nothing passed.
    pub fn shares(&self) -> Option<[f64; 24]> {
        let sum = self.hours.iter().copied().sum::<Option<f64>>().filter(|sum| *sum > 0.0)?;
        Some(self.hours.map(|hour| hour.unwrap_or(0.0) / sum))
    }
}

/// The day curve of one kind of day, from the valid hours of valid days.
///
/// Hours go by the clock: where the clock shows an hour twice, both are values of it; the hour it skips has none on that day.
pub fn day_curve(series: &Series, days: &[Day], day_type: DayType, calendar: &Calendar) -> DayCurve {
    let mut by_hour: [Vec<f64>; 24] = Default::default();
    let mut n_days = 0;
    for day in days {
        if day.amount().is_none() || DayType::of(day.date, calendar) != day_type {
            continue;
        }
        n_days += 1;
        for hour in series.hours(calendar.day(day.date)).flatten() {
            by_hour[calendar.local(hour.start).hour().unsigned_abs() as usize].push(hour.amount);
        }
    }
    DayCurve { day_type, n_days, hours: by_hour.map(|amounts| mean(&amounts)) }
}

/// The mean of a weekday in relation to the mean of the week (`Wochenganglinie`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeekdayIndex {
    /// The weekday, public holidays included.
    pub weekday: Weekday,
    /// Mean volume, vehicles per day.
    pub mean: f64,
    /// Mean volume divided by `DTV`.
    pub index: f64,
    /// Valid days.
    pub n_valid: u32,
}

/// The weekdays from Monday on, against a `DTV` of the same period; a weekday without a valid day is left out.
pub fn week_curve(days: &[Day], dtv: f64) -> Vec<WeekdayIndex> {
    let weekdays = Weekday::Monday.cycle_forward().take(7);
    weekdays
        .filter_map(|weekday| {
            let amounts: Vec<f64> =
                days.iter().filter(|day| day.date.weekday() == weekday).filter_map(Day::amount).collect();
            let mean = mean(&amounts)?;
            Some(WeekdayIndex { weekday, mean, index: mean / dtv, n_valid: count(amounts.len()) })
        })
        .collect()
}

/// The mean of a month in relation to `DTV` (`Jahresganglinie`, seasonal index).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MonthIndex {
    /// The month and how complete it is; show the index of an invalid month only with that mark.
    pub month: Month,
    /// Mean volume of the valid days, vehicles per day; `None` without any.
    pub mean: Option<f64>,
    /// Mean volume divided by `DTV`.
    pub index: Option<f64>,
}

/// The months of the days, against their `DTV`.
pub fn seasonal_index(days: &[Day], dtv: f64) -> Vec<MonthIndex> {
    let of_month = |first: Date| {
        let days = days.iter().filter(|day| day.date.first_of_month() == first);
        mean(&days.filter_map(Day::amount).collect::<Vec<_>>())
    };
    months(days)
        .into_iter()
        .map(|month| {
            let mean = of_month(month.first);
            MonthIndex { month, mean, index: mean.map(|mean| mean / dtv) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        Resolution,
        testing::{assert_near, quarters_of},
    };

    #[test]
    fn the_day_curve_is_the_mean_of_days_of_one_kind() {
        let (tuesday, thursday) = (date(2025, 6, 3), date(2025, 6, 5));
        let mut intervals = quarters_of(tuesday, |i| Some(if i / 4 == 8 { 10.0 } else { 1.0 }));
        intervals.extend(quarters_of(thursday, |i| Some(if i / 4 == 8 { 20.0 } else { 1.0 })));
        let series = Series::new(Resolution::QuarterHour, intervals, []).unwrap();
        let calendar = Calendar::lower_saxony();
        let days = series.days(&calendar, tuesday, thursday);
        let curve = day_curve(&series, &days, DayType::TuesdayToThursday, &calendar);
        // From 8 to 9: (40 + 80) / 2 = 60; the other 23 hours 4 each, so 152 a day.
        assert_eq!(curve.n_days, 2, "the Wednesday between has no counts");
        assert_near(curve.hours[8].unwrap(), 60.0, 1e-9);
        assert_near(curve.shares().unwrap()[8], 60.0 / 152.0, 1e-12);
    }

    #[test]
    fn the_hour_the_clock_shows_twice_is_a_mean_of_both() {
        let sunday = date(2025, 10, 26);
        // Quarter-hours 8 to 11 are the first hour from 2 to 3 and count 4, 12 to 15 the second and count 12.
        let intervals = quarters_of(sunday, |i| {
            Some(match i / 4 {
                2 => 1.0,
                3 => 3.0,
                _ => 2.0,
            })
        });
        let series = Series::new(Resolution::QuarterHour, intervals, []).unwrap();
        let calendar = Calendar::lower_saxony();
        let days = series.days(&calendar, sunday, sunday);
        let curve = day_curve(&series, &days, DayType::SundayOrHoliday, &calendar);
        assert_near(curve.hours[2].unwrap(), 8.0, 1e-9);
        assert_near(curve.hours[3].unwrap(), 8.0, 1e-9);
    }

    #[test]
    fn the_hour_the_clock_skips_is_unknown_and_not_zero() {
        let sunday = date(2025, 3, 30);
        let series = Series::new(Resolution::QuarterHour, quarters_of(sunday, |_| Some(1.0)), []).unwrap();
        let calendar = Calendar::lower_saxony();
        let days = series.days(&calendar, sunday, sunday);
        let curve = day_curve(&series, &days, DayType::SundayOrHoliday, &calendar);
        assert_eq!(curve.hours[2], None);
        assert_eq!(curve.shares(), None);
    }

    #[test]
    fn week_and_season_are_told_against_dtv() {
        let days: Vec<Day> = Calendar::dates(date(2025, 1, 1), date(2025, 2, 28))
            .map(|date| super::super::tests::day(date, Some(if date.month() == 1 { 50.0 } else { 150.0 })))
            .collect();
        let season = seasonal_index(&days, 100.0);
        assert_near(season[0].index.unwrap(), 0.5, 1e-12);
        assert_near(season[1].index.unwrap(), 1.5, 1e-12);
        assert!(season[0].month.is_valid());
        // Mondays: four in January (6, 13, 20, 27), four in February.
        let week = week_curve(&days, 100.0);
        assert_eq!((week[0].weekday, week[0].n_valid), (Weekday::Monday, 8));
        assert_near(week[0].index, 1.0, 1e-12);
    }
}
