//! Which class and which days are asked for.

use domain::{ObservedProperty, Truncated};
use jiff::{ToSpan, civil::Date};

/// The classes planners count, in the order in which pages offer them.
pub const CLASSES: [ObservedProperty; 5] = [
    ObservedProperty::BicycleCount,
    ObservedProperty::CarCount,
    ObservedProperty::LorryCount,
    ObservedProperty::PersonCount,
    ObservedProperty::ObjectCount,
];

/// Longest period, days: three years and a leap day. A longer one would be an average of different times.
pub const MAX_DAYS: i32 = 3 * 365 + 1;

/// A class and a period of whole days, all of which have passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// An interval count.
    pub property: ObservedProperty,
    /// First day.
    pub first: Date,
    /// Last day, included; yesterday at the latest.
    pub last: Date,
    /// Whether the period was asked to last longer than until yesterday.
    pub is_cut: bool,
    /// Whether suspect days are left out.
    pub without_suspect: bool,
}

/// Why a question cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Objection {
    /// A date that is none.
    #[error(
        "query parameter `{name}`: found `{found}`, expected a date from 1970 to 2199 such as 2026-01-31"
    )]
    NotADate {
        /// `from` or `to`.
        name: &'static str,
        /// As given.
        found: Truncated,
    },
    /// The last day lies before the first.
    #[error(
        "query parameters `from` and `to`: found {first} and {last}, expected `to` not to lie before `from`"
    )]
    Backwards {
        /// As given.
        first: Date,
        /// As given.
        last: Date,
    },
    /// No day of the period has passed.
    #[error("query parameter `from`: found {first}, expected a day that has passed: {yesterday} or before")]
    NotYet {
        /// As given.
        first: Date,
        /// The last day that has passed.
        yesterday: Date,
    },
    /// More days than a figure can stand for.
    #[error("query parameters `from` and `to`: found {days} days, expected at most {MAX_DAYS}")]
    TooLong {
        /// As given.
        days: i32,
    },
    /// Not a class that planners count.
    #[error("query parameter `property`: found `{found}`, expected one of {}", keys(&CLASSES))]
    UnknownClass {
        /// As given.
        found: Truncated,
    },
    /// The site does not count this class.
    #[error("query parameter `property`: `{found}` is not counted here, expected one of {}", keys(counted))]
    NotCounted {
        /// As given.
        found: ObservedProperty,
        /// What is.
        counted: Vec<ObservedProperty>,
    },
    /// A switch that is neither on nor off.
    #[error("query parameter `without_suspect`: found `{found}`, expected 0 or 1")]
    NotASwitch {
        /// As given.
        found: Truncated,
    },
}

fn keys(classes: &[ObservedProperty]) -> String {
    classes.iter().map(|class| class.key()).collect::<Vec<_>>().join(", ")
}

impl Asked {
    /// Reads a query. Without dates: the last twelve whole months, or since the day after `began` if that is later. What a form
    /// leaves empty counts as absent, names that are none of ours as somebody else's.
    pub fn parse(
        query: &[(String, String)],
        counted: &[ObservedProperty],
        began: Option<Date>,
        today: Date,
    ) -> Result<Self, Objection> {
        let given = |name: &str| {
            let value = query.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.trim());
            value.filter(|value| !value.is_empty())
        };
        let property = match given("property") {
            Some(found) => class(found, counted)?,
            None => counted.first().copied().unwrap_or(CLASSES[0]),
        };
        let yesterday = today.saturating_sub(1.day());
        let (given_first, given_last) = (date("from", given("from"))?, date("to", given("to"))?);
        // The day a counter begins is no whole day.
        let began = began.map(|began| began.saturating_add(1.day()));
        let wanted_last = given_last.unwrap_or_else(|| match given_first {
            Some(_) => yesterday,
            None => last_of_whole_months(began, yesterday),
        });
        let first = given_first.unwrap_or_else(|| {
            let year = wanted_last.saturating_sub(1.year()).saturating_add(1.day());
            began.filter(|began| *began <= wanted_last).map_or(year, |began| year.max(began))
        });
        if wanted_last < first {
            return Err(Objection::Backwards { first, last: wanted_last });
        }
        if yesterday < first {
            return Err(Objection::NotYet { first, yesterday });
        }
        let last = wanted_last.min(yesterday);
        let days = days_between(first, last);
        if days > MAX_DAYS {
            return Err(Objection::TooLong { days });
        }
        let without_suspect = match given("without_suspect") {
            None | Some("0") => false,
            Some("1" | "on") => true,
            Some(found) => return Err(Objection::NotASwitch { found: Truncated::new(found) }),
        };
        Ok(Self { property, first, last, is_cut: last < wanted_last, without_suspect })
    }

    /// The whole calendar year that is asked for, if it is one.
    pub fn calendar_year(&self) -> Option<i16> {
        let year = self.first.year();
        let whole = (Date::constant(year, 1, 1), Date::constant(year, 12, 31));
        ((self.first, self.last) == whole).then_some(year)
    }

    /// The question as a query that always means the same.
    pub fn query(&self) -> String {
        let without = if self.without_suspect { "&without_suspect=1" } else { "" };
        format!("from={}&to={}&property={}{without}", self.first, self.last, self.property.key())
    }
}

/// The end of the last whole month; yesterday for a counter that is younger than a month of it.
fn last_of_whole_months(began: Option<Date>, yesterday: Date) -> Date {
    let last = match yesterday.last_of_month() {
        last if last == yesterday => last,
        _ => yesterday.first_of_month().saturating_sub(1.day()),
    };
    if began.is_some_and(|began| last.first_of_month() < began) { yesterday } else { last }
}

fn days_between(first: Date, last: Date) -> i32 {
    first.until(last).map_or(i32::MAX, |span| span.get_days().saturating_add(1))
}

fn class(found: &str, counted: &[ObservedProperty]) -> Result<ObservedProperty, Objection> {
    let class = CLASSES.into_iter().find(|class| class.key() == found);
    let class = class.ok_or_else(|| Objection::UnknownClass { found: Truncated::new(found) })?;
    if counted.contains(&class) {
        Ok(class)
    } else {
        Err(Objection::NotCounted { found: class, counted: counted.to_vec() })
    }
}

fn date(name: &'static str, given: Option<&str>) -> Result<Option<Date>, Objection> {
    let Some(found) = given else { return Ok(None) };
    let date = found.parse::<Date>().ok().filter(|date| (1970..2200).contains(&date.year()));
    date.map(Some).ok_or_else(|| Objection::NotADate { name, found: Truncated::new(found) })
}

#[cfg(test)]
mod tests {
    use domain::ObservedProperty as P;
    use jiff::civil::date;

    use super::*;

    fn parse(query: &[(&str, &str)]) -> Result<Asked, Objection> {
        let query: Vec<_> = query.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Asked::parse(&query, &[P::BicycleCount], Some(date(2024, 6, 1)), date(2026, 11, 25))
    }

    #[test]
    fn without_dates_it_is_the_last_twelve_whole_months() {
        let asked = parse(&[]).unwrap();
        assert_eq!((asked.first, asked.last), (date(2025, 11, 1), date(2026, 10, 31)));
    }

    #[test]
    fn a_young_counter_is_evaluated_from_its_first_whole_day_until_yesterday() {
        let began = |began| Asked::parse(&[], &[P::BicycleCount], Some(began), date(2026, 11, 25)).unwrap();
        let asked = began(date(2026, 10, 20));
        assert_eq!((asked.first, asked.last), (date(2026, 10, 21), date(2026, 11, 24)));
        let asked = began(date(2026, 6, 3));
        assert_eq!((asked.first, asked.last), (date(2026, 6, 4), date(2026, 10, 31)));
    }

    #[test]
    fn a_period_that_lasts_into_the_future_ends_yesterday_and_says_so() {
        let asked = parse(&[("from", "2026-01-01"), ("to", "2026-12-31")]).unwrap();
        assert_eq!((asked.last, asked.is_cut), (date(2026, 11, 24), true));
        assert_eq!(asked.calendar_year(), None);
    }

    #[test]
    fn what_a_form_leaves_empty_is_absent_and_foreign_names_are_not_ours() {
        let asked = parse(&[("from", ""), ("to", "2025-12-31"), ("utm_source", "x")]).unwrap();
        assert_eq!((asked.first, asked.calendar_year()), (date(2025, 1, 1), Some(2025)));
    }

    #[test]
    fn wrong_questions_are_answered_with_what_would_be_right() {
        let says = |query: &[(&str, &str)]| parse(query).unwrap_err().to_string();
        assert!(says(&[("from", "2026-02-30")]).contains("`from`: found `2026-02-30`"));
        assert!(says(&[("from", "2026-03-01"), ("to", "2026-02-01")]).contains("not to lie before"));
        assert!(says(&[("from", "2027-01-01"), ("to", "2027-12-31")]).contains("2026-11-24"));
        assert!(says(&[("from", "2020-01-01")]).contains("at most 1096"));
        assert!(says(&[("property", "unicorn")]).contains("bicycle_count"));
        assert!(says(&[("property", "car_count")]).contains("not counted here"));
        assert!(says(&[("without_suspect", "maybe")]).contains("0 or 1"));
    }
}
