//! A period of whole days that have passed.

use domain::{TimeRange, Truncated};
use jiff::{ToSpan, civil::Date};
use planning::Calendar;

use super::Objection;

/// Longest period, days: three years and a leap day. A longer one would be an average of different times.
pub const MAX_DAYS: i32 = 3 * 365 + 1;

/// Whole days, all of which have passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub first: Date,
    /// Last day, included; yesterday at the latest.
    pub last: Date,
    /// Whether it was asked to last longer than until yesterday.
    pub is_cut: bool,
}

/// The names of a period's first and last day in a query.
pub type Names = (&'static str, &'static str);

/// Names and values of a query, in its order.
pub type Query = [(String, String)];

/// The last value of a name. What a form leaves empty counts as absent.
pub(super) fn given<'a>(query: &'a Query, name: &str) -> Option<&'a str> {
    let value = query.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.trim());
    value.filter(|value| !value.is_empty())
}

impl Period {
    /// Reads a period. Without dates: the last twelve whole months, or since the day after `began` if that is later.
    pub fn parse(query: &Query, names: Names, began: Option<Date>, today: Date) -> Result<Self, Objection> {
        let yesterday = today.saturating_sub(1.day());
        let (given_first, given_last) = dates(query, names)?;
        // The day a sensor begins is no whole day.
        let began = began.map(|began| began.saturating_add(1.day()));
        let wanted_last = given_last.unwrap_or_else(|| match given_first {
            Some(_) => yesterday,
            None => last_of_whole_months(began, yesterday),
        });
        let first = given_first.unwrap_or_else(|| {
            let year = wanted_last.saturating_sub(1.year()).saturating_add(1.day());
            began.filter(|began| *began <= wanted_last).map_or(year, |began| year.max(began))
        });
        Self::checked(names, first, wanted_last, yesterday)
    }

    /// Reads a period that may be absent as a whole; half of one is an objection.
    pub fn parse_given(query: &Query, names: Names, today: Date) -> Result<Option<Self>, Objection> {
        let yesterday = today.saturating_sub(1.day());
        match dates(query, names)? {
            (None, None) => Ok(None),
            (Some(first), Some(last)) => Self::checked(names, first, last, yesterday).map(Some),
            (None, _) => Err(Objection::HalfAPeriod { name: names.0 }),
            (_, None) => Err(Objection::HalfAPeriod { name: names.1 }),
        }
    }

    fn checked(names: Names, first: Date, wanted_last: Date, yesterday: Date) -> Result<Self, Objection> {
        if wanted_last < first {
            return Err(Objection::Backwards { names, first, last: wanted_last });
        }
        if yesterday < first {
            return Err(Objection::NotYet { name: names.0, first, yesterday });
        }
        let period = Self { first, last: wanted_last.min(yesterday), is_cut: yesterday < wanted_last };
        let days = period.n_days();
        if days > MAX_DAYS {
            return Err(Objection::TooLong { names, days });
        }
        Ok(period)
    }

    /// Its days.
    pub fn n_days(&self) -> i32 {
        self.first.until(self.last).map_or(i32::MAX, |span| span.get_days().saturating_add(1))
    }

    /// From the first midnight to the last.
    pub fn range(&self, calendar: &Calendar) -> TimeRange {
        let (first, last) = (calendar.day(self.first), calendar.day(self.last));
        TimeRange::new(first.from(), last.to()).unwrap_or(first)
    }

    /// The whole calendar year that it is, if it is one.
    pub fn calendar_year(&self) -> Option<i16> {
        let year = self.first.year();
        let whole = (Date::constant(year, 1, 1), Date::constant(year, 12, 31));
        ((self.first, self.last) == whole).then_some(year)
    }

    /// The same days a year before.
    #[must_use]
    pub fn year_before(&self) -> Self {
        let before = |date: Date| date.saturating_sub(1.year());
        Self { first: before(self.first), last: before(self.last), is_cut: false }
    }
}

fn dates(query: &Query, (first, last): Names) -> Result<(Option<Date>, Option<Date>), Objection> {
    Ok((date(first, given(query, first))?, date(last, given(query, last))?))
}

fn date(name: &'static str, given: Option<&str>) -> Result<Option<Date>, Objection> {
    let Some(found) = given else { return Ok(None) };
    let date = found.parse::<Date>().ok().filter(|date| (1970..2200).contains(&date.year()));
    date.map(Some).ok_or_else(|| Objection::NotADate { name, found: Truncated::new(found) })
}

/// The end of the last whole month; yesterday for a sensor that is younger than a month of it.
fn last_of_whole_months(began: Option<Date>, yesterday: Date) -> Date {
    let last = match yesterday.last_of_month() {
        last if last == yesterday => last,
        _ => yesterday.first_of_month().saturating_sub(1.day()),
    };
    if began.is_some_and(|began| last.first_of_month() < began) { yesterday } else { last }
}
