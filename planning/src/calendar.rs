//! The city's calendar: local days, holidays of Lower Saxony, kinds of days.

mod day_set;
mod public_holiday;
mod school_holidays;

use domain::TimeRange;
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

pub use day_set::{DaySet, DayType};
pub use public_holiday::{PublicHoliday, easter_sunday};
pub use school_holidays::{SchoolHolidays, SchoolHolidaysError, UnknownYear};

/// Days as a city in Lower Saxony lives them.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
    school_holidays: SchoolHolidays,
}

impl Calendar {
    /// A calendar of the given time zone; public holidays are those of Lower Saxony.
    pub const fn new(zone: TimeZone, school_holidays: SchoolHolidays) -> Self {
        Self { zone, school_holidays }
    }

    /// Europe/Berlin with the school holidays that are compiled in.
    pub fn lower_saxony() -> Self {
        let zone = TimeZone::get("Europe/Berlin").expect("the time zone database is compiled in");
        Self::new(zone, SchoolHolidays::lower_saxony())
    }

    /// The time zone.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// From midnight to midnight: 23, 24 or 25 hours.
    ///
    /// # Panics
    ///
    /// At the two ends of representable time, the years -9999 and 9999.
    pub fn day(&self, date: Date) -> TimeRange {
        let midnight = |date: Date| {
            let midnight = date.to_zoned(self.zone.clone()).expect("a date of a city's sensors");
            midnight.timestamp()
        };
        let range = TimeRange::new(midnight(date), midnight(date.saturating_add(1.day())));
        range.expect("a day ends after it begins")
    }

    /// The dates from the first to the last, both included.
    pub fn dates(first: Date, last: Date) -> impl Iterator<Item = Date> {
        first.series(1.day()).take_while(move |date| *date <= last)
    }

    /// The dates of a year.
    pub fn dates_of_year(year: i16) -> impl Iterator<Item = Date> {
        Self::dates(Date::constant(year, 1, 1), Date::constant(year, 12, 31))
    }

    /// What a clock in the city shows.
    pub fn local(&self, instant: Timestamp) -> DateTime {
        self.zone.to_datetime(instant)
    }

    /// The part of a day between two times of the clock, such as 6 to 10; where the clock is set meanwhile, what lies between
    /// the first passage of each.
    pub(crate) fn part_of_day(&self, date: Date, from_hour: i8, to_hour: i8) -> Option<TimeRange> {
        let at = |hour: i8| match hour {
            24 => Some(self.day(date).to()),
            hour => {
                let time = date.to_datetime(Time::new(hour, 0, 0, 0).ok()?);
                self.zone.to_ambiguous_timestamp(time).compatible().ok()
            }
        };
        TimeRange::new(at(from_hour)?, at(to_hour)?).ok()
    }

    /// The public holiday of a date, if it is one.
    pub fn public_holiday(&self, date: Date) -> Option<PublicHoliday> {
        PublicHoliday::on(date)
    }

    /// The name of the school holidays a date belongs to, if it does; an error for a year whose holidays are not known.
    pub fn school_holiday(&self, date: Date) -> Result<Option<&str>, UnknownYear> {
        self.school_holidays.on(date)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn quarters(day: Date) -> f64 {
        Calendar::lower_saxony().day(day).seconds() / 900.0
    }

    #[test]
    fn a_local_day_has_92_96_or_100_quarter_hours() {
        assert!((quarters(date(2025, 3, 30)) - 92.0).abs() < 1e-9);
        assert!((quarters(date(2025, 6, 1)) - 96.0).abs() < 1e-9);
        assert!((quarters(date(2025, 10, 26)) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn a_year_has_365_or_366_dates() {
        assert_eq!(Calendar::dates_of_year(2025).count(), 365);
        assert_eq!(Calendar::dates_of_year(2024).count(), 366);
    }

    #[test]
    fn the_night_the_clock_is_set_forward_is_an_hour_shorter() {
        let night = Calendar::lower_saxony().part_of_day(date(2025, 3, 30), 0, 6).unwrap();
        assert!((night.seconds() - 5.0 * 3600.0).abs() < 1e-9);
    }
}
