//! What a chart is compared with: another period, or another site in the same period.

use domain::{BucketWidth, TimeRange, Truncated};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::period::{ParsePeriodError, Period, Unit, parse_date};

/// What to compare with, as an address says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The period before.
    Previous,
    /// The same a year before; days and weeks by their weekdays, 364 days before.
    YearBefore,
    /// The period of the same length that this day lies in or begins.
    From(Date),
    /// Another Thing in the same period, by its key.
    Site(String),
}

/// Why an address names no comparison.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseComparisonError {
    /// None of the kinds.
    #[error(
        "query parameter `compare`: found `{0}`, expected previous, year, date (with compare_date=2026-01-31) or site:KEY"
    )]
    Kind(Truncated),
    /// No date.
    #[error(transparent)]
    Date(#[from] ParsePeriodError),
    /// With itself.
    #[error("query parameter `compare`: found {0} itself, expected another period or another site")]
    Itself(String),
    /// With a site that does not exist.
    #[error(
        "query parameter `compare`: found no site `{0}`, expected the key of one; /api/v1/things lists all"
    )]
    NoSite(Truncated),
}

/// How far another period lies from this one, as the calendar counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    months: i32,
    days: i32,
}

impl Comparison {
    /// Reads an address; `None` where nothing is compared.
    pub fn parse(kind: Option<&str>, date: Option<&str>) -> Result<Option<Self>, ParseComparisonError> {
        let given = |value: Option<&'_ str>| {
            value.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned)
        };
        let Some(kind) = given(kind) else { return Ok(None) };
        Ok(Some(match kind.as_str() {
            "previous" => Self::Previous,
            "year" => Self::YearBefore,
            "date" => Self::From(parse_date("compare_date", &given(date).unwrap_or_default())?),
            _ => match kind.strip_prefix("site:").filter(|key| !key.is_empty()) {
                Some(key) => Self::Site(key.to_owned()),
                None => return Err(ParseComparisonError::Kind(Truncated::new(&kind))),
            },
        }))
    }

    /// As the rest of a query, beginning with `&`.
    pub fn query(&self) -> String {
        match self {
            Self::Previous => "&compare=previous".to_owned(),
            Self::YearBefore => "&compare=year".to_owned(),
            Self::From(date) => format!("&compare=date&compare_date={date}"),
            // Keys are made of letters, digits and `-`.
            Self::Site(key) => {
                format!("&compare=site:{}", key.replace(['&', '#', '%', '"', '<', ' ', '+'], "-"))
            }
        }
    }

    /// How far the other period lies back; `None` for another site.
    pub fn shift(
        &self,
        period: Period,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Option<Shift>, ParseComparisonError> {
        let first = period.first_day(now, zone);
        let unit = match period {
            Period::Calendar(unit, _) => Some(unit),
            Period::Last(_) | Period::Between(_) => None,
        };
        let shift = match (self, unit) {
            (Self::Site(_), _) => return Ok(None),
            (Self::Previous, Some(Unit::Day)) => Shift { months: 0, days: 1 },
            (Self::Previous, Some(Unit::Week)) => Shift { months: 0, days: 7 },
            (Self::Previous, Some(Unit::Month)) => Shift { months: 1, days: 0 },
            (Self::Previous | Self::YearBefore, Some(Unit::Year)) | (Self::YearBefore, Some(Unit::Month)) => {
                Shift { months: 12, days: 0 }
            }
            (Self::YearBefore, _) => Shift { months: 0, days: 364 },
            (Self::Previous, None) => Shift { months: 0, days: length(period.range(now, zone), zone) },
            (Self::From(date), Some(unit @ (Unit::Month | Unit::Year))) => {
                let other = unit.first(*date);
                let months = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
                Shift { months: months(first) - months(other), days: 0 }
            }
            (Self::From(date), unit) => {
                let other = unit.map_or(*date, |unit| unit.first(*date));
                Shift { months: 0, days: (first - other).get_days() }
            }
        };
        if shift == (Shift { months: 0, days: 0 }) {
            Err(ParseComparisonError::Itself(format!("the period from {first}")))
        } else {
            Ok(Some(shift))
        }
    }
}

/// Length in local days, at least one; where the year's weeks are shown, whole weeks.
fn length(range: TimeRange, zone: &TimeZone) -> i32 {
    let days = (range.seconds() / 86_400.0).round().max(1.0);
    let whole = zone.to_datetime(range.to()).date() - zone.to_datetime(range.from()).date();
    let days = if days < 2.0 { 1 } else { whole.get_days().max(1) };
    if days > 100 { days / 7 * 7 } else { days }
}

impl Shift {
    /// The instant that shows the same on the clock of the other period; `None` where there is none: the 31st of a shorter month, the hour that
    /// an autumn night has twice and another night once, or the one that a spring night leaves out.
    pub fn back(self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let here = at.to_zoned(zone.clone());
        let local = here.datetime();
        let there = local.checked_sub(self.months.months()).ok()?.checked_sub(self.days.days()).ok()?;
        let back = there.checked_add(self.days.days()).ok()?.checked_add(self.months.months()).ok()?;
        let zoned = there.to_zoned(zone.clone()).ok()?;
        if back != local || zoned.datetime() != there {
            return None;
        }
        let is_second = {
            let first = local.to_zoned(zone.clone()).ok()?.timestamp();
            first < at
        };
        if !is_second {
            return Some(zoned.timestamp());
        }
        // The second of two hours has a counterpart only in another night that has it twice.
        let later = zone.to_ambiguous_zoned(there).later().ok()?;
        (later.timestamp() > zoned.timestamp()).then(|| later.timestamp())
    }

    /// The width whose intervals lie beside each other in both periods: months only by whole months, weeks only by whole weeks.
    pub const fn fitting(self, width: BucketWidth) -> BucketWidth {
        match width {
            BucketWidth::Month if self.days == 0 => width,
            BucketWidth::Week if self.months == 0 && self.days % 7 == 0 => width,
            BucketWidth::Month | BucketWidth::Week | BucketWidth::Year => BucketWidth::Day,
            BucketWidth::QuarterHour | BucketWidth::Hour | BucketWidth::Day => width,
        }
    }

    /// The other period.
    pub fn period(self, period: Period, now: Timestamp, zone: &TimeZone) -> Period {
        match period {
            Period::Calendar(unit, first) => {
                let there = first.saturating_sub(self.months.months()).saturating_sub(self.days.days());
                Period::Calendar(unit, unit.first(there))
            }
            Period::Last(_) | Period::Between(_) => {
                let range = period.range(now, zone);
                let at = |at: Timestamp| {
                    self.back(at, zone)
                        .unwrap_or(at - jiff::SignedDuration::from_hours(24 * i64::from(self.days)))
                };
                TimeRange::new(at(range.from()), at(range.to())).map_or(period, Period::Between)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::range::ChartRange;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn now() -> Timestamp {
        "2026-11-23T13:34:00Z".parse().unwrap()
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn shift(comparison: &Comparison, period: Period) -> Shift {
        comparison.shift(period, now(), &berlin()).unwrap().unwrap()
    }

    fn other(comparison: &Comparison, period: Period) -> String {
        shift(comparison, period).period(period, now(), &berlin()).query()
    }

    #[test]
    fn months_and_years_go_by_the_calendar_and_days_by_their_weekday() {
        let month = Period::Calendar(Unit::Month, date("2026-03-01"));
        assert_eq!(other(&Comparison::Previous, month), "range=month&date=2026-02-01");
        assert_eq!(other(&Comparison::YearBefore, month), "range=month&date=2025-03-01");
        assert_eq!(other(&Comparison::From(date("2024-07-19")), month), "range=month&date=2024-07-01");
        // 1 October 2026 is a Thursday, and so is 2 October 2025.
        let day = Period::Calendar(Unit::Day, date("2026-10-01"));
        assert_eq!(other(&Comparison::YearBefore, day), "range=day&date=2025-10-02");
        let week = Period::Calendar(Unit::Week, date("2026-09-28"));
        assert_eq!(other(&Comparison::From(date("2026-05-06")), week), "range=week&date=2026-05-04");
        // Seven days up to the night after 23 November.
        let last = Period::Last(ChartRange::Week);
        assert_eq!(other(&Comparison::Previous, last), "from=2026-11-09T23:00:00Z&to=2026-11-16T23:00:00Z");
    }

    #[test]
    fn what_the_other_period_does_not_have_has_no_counterpart() {
        let back =
            |shift: Shift, at: &str| shift.back(at.parse().unwrap(), &berlin()).map(|at| at.to_string());
        let month = Shift { months: 1, days: 0 };
        assert_eq!(back(month, "2026-03-30T22:00:00Z"), None);
        assert_eq!(back(month, "2026-03-27T23:00:00Z").unwrap(), "2026-02-27T23:00:00Z");
        // 25 October 2026 has 02:00 twice; the day before has it once.
        let day = Shift { months: 0, days: 1 };
        assert_eq!(back(day, "2026-10-25T00:00:00Z").unwrap(), "2026-10-24T00:00:00Z");
        assert_eq!(back(day, "2026-10-25T01:00:00Z"), None);
        assert_eq!(back(day, "2026-10-26T01:00:00Z").unwrap(), "2026-10-25T00:00:00Z");
        // 29 March 2026 has no 02:00.
        assert_eq!(back(day, "2026-03-30T00:00:00Z"), None);
        // 26 October 2025 and 25 October 2026 both have it twice.
        let year = Shift { months: 0, days: 364 };
        assert_eq!(back(year, "2026-10-25T01:00:00Z").unwrap(), "2025-10-26T01:00:00Z");
    }

    #[test]
    fn a_comparison_with_itself_or_with_nothing_known_is_refused() {
        let itself = Comparison::From(date("2026-03-09")).shift(
            Period::Calendar(Unit::Month, date("2026-03-01")),
            now(),
            &berlin(),
        );
        assert!(itself.unwrap_err().to_string().contains("found the period from 2026-03-01 itself"));
        let parse = |kind, date| Comparison::parse(Some(kind), date).unwrap_err().to_string();
        assert!(parse("yesterday", None).contains("found `yesterday`, expected previous, year, date"));
        assert!(parse("date", Some("2026-02-30")).contains("`compare_date`: found `2026-02-30`"));
        assert!(parse("date", None).contains("found ``"));
        assert!(parse("site:", None).contains("found `site:`"));
        assert_eq!(Comparison::parse(Some(""), Some("2026-02-30")).unwrap(), None);
    }
}
