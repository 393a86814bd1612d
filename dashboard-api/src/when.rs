//! Times and ranges as clients write them.

use std::str::FromStr;

use domain::{TimeRange, Truncated};
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

use crate::ApiError;

/// An instant (RFC 3339) or a local date, which stands for its midnight in the city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub enum When {
    /// A full date and time with offset.
    Instant(Timestamp),
    /// A calendar date.
    Date(civil::Date),
}

/// A text that is neither.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseWhenError {
    /// Of another form.
    #[error(
        "found `{0}`, expected a time such as 2026-07-01T00:00:00+02:00 or 2026-06-30T22:00:00Z, \
         or a local date such as 2026-07-01"
    )]
    Form(Truncated),
    /// Far outside of what a sensor can have measured.
    #[error("found `{0}`, expected a year from 1970 to 2199")]
    Year(Truncated),
}

impl FromStr for When {
    type Err = ParseWhenError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        // A `+` that was not escaped in a URL arrives as a blank.
        let text = match s.rsplit_once(' ') {
            Some((time, offset)) if time.contains('T') => format!("{time}+{offset}"),
            _ => s.to_owned(),
        };
        let when = if text.len() > "2026-07-01".len() {
            text.parse().ok().map(Self::Instant)
        } else {
            text.parse().ok().map(Self::Date)
        };
        let when = when.ok_or_else(|| ParseWhenError::Form(Truncated::new(s)))?;
        let year = match when {
            Self::Instant(instant) => TimeZone::UTC.to_datetime(instant).year(),
            Self::Date(date) => date.year(),
        };
        if (1970..2200).contains(&year) { Ok(when) } else { Err(ParseWhenError::Year(Truncated::new(s))) }
    }
}

impl TryFrom<String> for When {
    type Error = ParseWhenError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl When {
    /// The instant meant, in the city's zone.
    pub fn instant(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Instant(instant) => instant,
            Self::Date(date) => {
                date.to_zoned(zone.clone()).map_or(Timestamp::UNIX_EPOCH, |midnight| midnight.timestamp())
            }
        }
    }
}

/// The range of `from` and `to`: without `to` until now, without `from` as long as `default_length`.
pub fn range(
    from: Option<When>,
    to: Option<When>,
    default_length: SignedDuration,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<TimeRange, ApiError> {
    let to = to.map_or(now, |to| to.instant(zone));
    let from = match from {
        Some(from) => from.instant(zone),
        None => to.saturating_sub(default_length).unwrap_or(Timestamp::UNIX_EPOCH),
    };
    TimeRange::new(from, to).map_err(|empty| {
        ApiError::BadRequest(format!(
            "query parameters `from` and `to`: found {} and {}, expected `to` to lie after `from`; without \
             `to` a range ends now",
            empty.from, empty.to
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn check(text: &str, expected: &str) {
        let instant = text.parse::<When>().unwrap().instant(&berlin());
        assert_eq!(instant.to_string(), expected);
    }

    #[test]
    fn a_date_is_its_midnight_in_the_city() {
        check("2026-07-01", "2026-06-30T22:00:00Z");
        check("2026-01-01", "2025-12-31T23:00:00Z");
    }

    #[test]
    fn an_offset_may_come_with_its_plus_unescaped() {
        check("2026-07-01T00:00:00+02:00", "2026-06-30T22:00:00Z");
        check("2026-07-01T00:00:00 02:00", "2026-06-30T22:00:00Z");
        check("2026-07-01T00:00:00Z", "2026-07-01T00:00:00Z");
    }

    #[test]
    fn a_time_without_an_offset_is_refused_because_it_would_be_ambiguous() {
        assert!(matches!("2026-10-25T02:30:00".parse::<When>(), Err(ParseWhenError::Form(_))));
    }

    #[test]
    fn words_and_other_centuries_are_refused() {
        assert!(matches!("yesterday".parse::<When>(), Err(ParseWhenError::Form(_))));
        assert!(matches!("".parse::<When>(), Err(ParseWhenError::Form(_))));
        assert!(matches!("9999-12-31".parse::<When>(), Err(ParseWhenError::Year(_))));
        assert!(matches!("1969-12-31T23:59:59Z".parse::<When>(), Err(ParseWhenError::Year(_))));
    }

    #[test]
    fn a_range_without_ends_is_the_time_before_now() {
        let now = "2026-07-02T10:00:00Z".parse().unwrap();
        let range = range(None, None, SignedDuration::from_hours(24), now, &berlin()).unwrap();
        assert_eq!(range.from().to_string(), "2026-07-01T10:00:00Z");
        assert_eq!(range.to(), now);
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_refused() {
        let day = "2026-07-01".parse().unwrap();
        let now = "2026-07-02T10:00:00Z".parse().unwrap();
        assert!(range(Some(day), Some(day), SignedDuration::ZERO, now, &berlin()).is_err());
    }
}
