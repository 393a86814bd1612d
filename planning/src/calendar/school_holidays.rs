//! School holidays: a list, never a guess.

use std::sync::{Arc, LazyLock};

use domain::Truncated;
use jiff::civil::Date;

/// The school holidays of some years; cheap to clone.
#[derive(Clone, Debug)]
pub struct SchoolHolidays {
    first_year: i16,
    last_year: i16,
    periods: Arc<[(Date, Date, String)]>,
}

/// A date of a year whose school holidays are not known; they are never guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the school holidays of {year} are not known: the list has {first} to {last}")]
pub struct UnknownYear {
    /// The year asked for.
    pub year: i16,
    /// First known year.
    pub first: i16,
    /// Last known year.
    pub last: i16,
}

/// What is wrong with a list of school holidays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{found}` is neither `years;FIRST;LAST` nor `FIRST DAY;LAST DAY;NAME`")]
pub struct SchoolHolidaysError {
    /// Line of the list, from 1 on; 0 if the line `years` is missing.
    pub line: usize,
    /// As found.
    pub found: Truncated,
}

impl SchoolHolidays {
    /// The list of Lower Saxony that is compiled in.
    pub fn lower_saxony() -> Self {
        static PARSED: LazyLock<SchoolHolidays> = LazyLock::new(|| {
            let list = include_str!("../../data/school-holidays-lower-saxony.csv");
            SchoolHolidays::parse(list).expect("the list is tested")
        });
        PARSED.clone()
    }

    /// Reads a list: a line `years;2023;2027` and lines `first day;last day;name`; `#` begins a comment.
    pub fn parse(list: &str) -> Result<Self, SchoolHolidaysError> {
        let mut years = None;
        let mut periods = Vec::new();
        for (line, text) in (1..).zip(list.lines().map(str::trim)) {
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let wrong = || SchoolHolidaysError { line, found: Truncated::new(text) };
            let [first, second, third] = text.split(';').collect::<Vec<_>>()[..] else { return Err(wrong()) };
            if first == "years" {
                let year = |text: &str| text.parse::<i16>().map_err(|_| wrong());
                years = Some((year(second)?, year(third)?)).filter(|(first, last)| first <= last);
                continue;
            }
            let day = |text: &str| text.parse::<Date>().map_err(|_| wrong());
            let period = (day(first)?, day(second)?, third.to_owned());
            if period.0 > period.1 {
                return Err(wrong());
            }
            periods.push(period);
        }
        let (first_year, last_year) =
            years.ok_or_else(|| SchoolHolidaysError { line: 0, found: Truncated::new("") })?;
        Ok(Self { first_year, last_year, periods: periods.into() })
    }

    /// The name of the school holidays a date belongs to, if it does.
    pub fn on(&self, date: Date) -> Result<Option<&str>, UnknownYear> {
        if !(self.first_year..=self.last_year).contains(&date.year()) {
            return Err(UnknownYear { year: date.year(), first: self.first_year, last: self.last_year });
        }
        let period = self.periods.iter().find(|(first, last, _)| (*first..=*last).contains(&date));
        Ok(period.map(|(_, _, name)| name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};

    use super::*;
    use crate::Calendar;

    #[test]
    fn a_date_of_a_known_year_has_its_holidays_or_none() {
        let holidays = SchoolHolidays::lower_saxony();
        assert_eq!(holidays.on(date(2025, 8, 13)), Ok(Some("Sommerferien")));
        assert_eq!(holidays.on(date(2025, 8, 14)), Ok(None));
        assert_eq!(holidays.on(date(2023, 10, 30)), Ok(Some("Herbstferien")));
        assert_eq!(holidays.on(date(2024, 4, 2)), Ok(None));
    }

    #[test]
    fn a_year_that_is_not_in_the_list_is_unknown() {
        let error = SchoolHolidays::lower_saxony().on(date(2031, 7, 1)).unwrap_err();
        assert_eq!(error.to_string(), "the school holidays of 2031 are not known: the list has 2023 to 2027");
        assert!(SchoolHolidays::lower_saxony().on(date(2022, 12, 30)).is_err());
    }

    #[test]
    fn summer_holidays_have_36_working_days_from_thursday_to_wednesday() {
        // The rule of the ordinance, Sundays not counted; 2024 was the exception, from Monday to Saturday.
        let holidays = SchoolHolidays::lower_saxony();
        for year in 2023..=2027 {
            let days: Vec<Date> = Calendar::dates_of_year(year)
                .filter(|day| holidays.on(*day) == Ok(Some("Sommerferien")))
                .collect();
            assert_eq!(days.iter().filter(|day| day.weekday() != Weekday::Sunday).count(), 36, "{year}");
            let ends = (days.first().unwrap().weekday(), days.last().unwrap().weekday());
            let expected = match year {
                2024 => (Weekday::Monday, Weekday::Saturday),
                _ => (Weekday::Thursday, Weekday::Wednesday),
            };
            assert_eq!(ends, expected, "{year}");
        }
    }

    #[test]
    fn a_wrong_line_is_named() {
        let error = SchoolHolidays::parse("years;2023;2024\n2023-07-06;Sommerferien").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2: `2023-07-06;Sommerferien` is neither `years;FIRST;LAST` nor `FIRST DAY;LAST DAY;NAME`"
        );
    }
}
