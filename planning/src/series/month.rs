//! Months, and when a figure of a year is provisional.

use jiff::civil::Date;

use super::Day;

const MIN_VALID_DAYS: u32 = 20;
const MIN_OF_EACH_WEEKDAY: u32 = 2;

/// A figure of a year with fewer valid months than this is provisional ("vorläufig").
pub const MIN_VALID_MONTHS: usize = 10;

/// How complete a month is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: Date,
    /// Valid days.
    pub n_valid: u32,
    /// Days of the month.
    pub n_expected: u32,
    /// Valid days of each weekday, Monday first.
    pub n_by_weekday: [u32; 7],
}

impl Month {
    /// Whether it has 20 valid days, among them two of each weekday.
    pub fn is_valid(&self) -> bool {
        self.n_valid >= MIN_VALID_DAYS && self.n_by_weekday.iter().all(|n| *n >= MIN_OF_EACH_WEEKDAY)
    }
}

/// The months the days belong to, in order.
pub fn months(days: &[Day]) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for day in days {
        let first = day.date.first_of_month();
        if months.last().is_none_or(|month| month.first != first) {
            let n_expected = u32::from(day.date.days_in_month().unsigned_abs());
            months.push(Month { first, n_valid: 0, n_expected, n_by_weekday: [0; 7] });
        }
        if let (Some(month), Some(_)) = (months.last_mut(), day.amount()) {
            month.n_valid += 1;
            month.n_by_weekday[day.date.weekday().to_monday_zero_offset().unsigned_abs() as usize] += 1;
        }
    }
    months
}

/// Whether figures of the year these days belong to are provisional: fewer than ten valid months.
pub fn is_provisional(days: &[Day]) -> bool {
    months(days).iter().filter(|month| month.is_valid()).count() < MIN_VALID_MONTHS
}

#[cfg(test)]
mod tests {
    use jiff::civil::Weekday;

    use super::*;
    use crate::{Calendar, DayCount};

    fn days(last_month: i8, is_counted: impl Fn(Date) -> bool) -> Vec<Day> {
        Calendar::dates_of_year(2025)
            .filter(|date| date.month() <= last_month)
            .map(|date| {
                let count = if is_counted(date) { DayCount::Counted(1.0) } else { DayCount::Incomplete };
                Day { date, n_valid: 96, n_expected: 96, count }
            })
            .collect()
    }

    #[test]
    fn twenty_days_with_two_of_each_weekday_are_a_month() {
        let valid = |is_counted: fn(Date) -> bool| months(&days(1, is_counted))[0].is_valid();
        assert!(valid(|date| date.day() <= 20));
        assert!(!valid(|date| date.day() <= 19));
        // January 2025 has four Sundays; without three of them 28 days remain.
        assert!(!valid(|date| date.weekday() != Weekday::Sunday || date.day() < 6));
    }

    #[test]
    fn a_year_is_provisional_until_ten_months_are_valid() {
        assert!(is_provisional(&days(9, |_| true)));
        assert!(!is_provisional(&days(10, |_| true)));
    }
}
