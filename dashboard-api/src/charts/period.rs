//! Which stretch of time a chart shows, as an address says it.

use domain::{BucketWidth, ObservedProperty, TimeRange, Truncated};
use jiff::{SignedDuration, Span, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::range::{ChartRange, ParseRangeError};
use crate::when::{ParseWhenError, When};

/// The stretch of time a chart shows.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Up to now, so many days back.
    Last(ChartRange),
    /// A day, week, month or year of the calendar, by its first day.
    Calendar(Unit, Date),
    /// Any other.
    Between(TimeRange),
}

/// What the calendar divides time into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A local day.
    Day,
    /// From Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

/// What an address says about a period, before it is understood.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// `day`, `week`, `month`, `year`, or `24h`, `7d`, `30d`, `1y`.
    pub range: Option<&'a str>,
    /// Any day of the period.
    pub date: Option<&'a str>,
    /// Where the period begins.
    pub from: Option<&'a str>,
    /// Where it ends.
    pub to: Option<&'a str>,
}

/// Longest period that is drawn, days: three years and a leap day.
const MAX_DAYS: i64 = 3 * 365 + 1;

/// Why an address names no period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParsePeriodError {
    /// Neither a range of the calendar nor one up to now.
    #[error(transparent)]
    Range(#[from] ParseRangeError),
    /// No date.
    #[error(
        "query parameter `{name}`: found `{found}`, expected a date from 1970 to 2199 such as 2026-01-31"
    )]
    Date {
        /// `date` or `compare_date`.
        name: &'static str,
        /// As given.
        found: Truncated,
    },
    /// No time.
    #[error("query parameter `{name}`: {error}")]
    When {
        /// `from` or `to`.
        name: &'static str,
        /// What is wrong.
        error: ParseWhenError,
    },
    /// A period that lies ahead.
    #[error("found a period from {found}, expected one that has begun: {today} or before")]
    Ahead {
        /// Its first day.
        found: Date,
        /// The present day.
        today: Date,
    },
    /// Nothing, or too much.
    #[error(
        "query parameters `from` and `to`: found {0} and {1}, expected `to` after `from`, by {MAX_DAYS} days at most"
    )]
    Length(Timestamp, Timestamp),
    /// Two ways of saying it.
    #[error(
        "found `from` or `to` beside `range` or `date`, expected either `from` and `to` or `range`, with or without `date`"
    )]
    Both,
    /// One end alone.
    #[error("found one of `from` and `to`, expected both")]
    OneEnd,
    /// A date beside a range up to now.
    #[error("found `date` beside `range={0}`, expected day, week, month or year with a date")]
    DateOfLast(&'static str),
}

impl Unit {
    /// All, shortest first.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];

    /// The form used in URLs.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    const fn width(self) -> BucketWidth {
        match self {
            Self::Day => BucketWidth::Day,
            Self::Week => BucketWidth::Week,
            Self::Month => BucketWidth::Month,
            Self::Year => BucketWidth::Year,
        }
    }

    /// The first day of the unit a date lies in.
    pub fn first(self, date: Date) -> Date {
        match self {
            Self::Day => date,
            Self::Week => date.saturating_sub(i64::from(date.weekday().to_monday_zero_offset()).days()),
            Self::Month => date.first_of_month(),
            Self::Year => date.first_of_year(),
        }
    }

    /// Its length as the calendar has it.
    pub fn span(self) -> Span {
        match self {
            Self::Day => 1.day(),
            Self::Week => 1.week(),
            Self::Month => 1.month(),
            Self::Year => 1.year(),
        }
    }
}

impl Period {
    /// Reads an address. What a form leaves empty counts as absent.
    pub fn parse(asked: Asked<'_>, now: Timestamp, zone: &TimeZone) -> Result<Self, ParsePeriodError> {
        let given = |value: Option<&'_ str>| {
            value.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned)
        };
        let (range, date) = (given(asked.range), given(asked.date));
        let (from, to) = (given(asked.from), given(asked.to));
        let today = zone.to_datetime(now).date();
        let period = match (from, to) {
            (Some(from), Some(to)) if range.is_none() && date.is_none() => between(&from, &to, zone)?,
            (None, None) => {
                let unit = match range.as_deref() {
                    None => date.is_some().then_some(Unit::Day),
                    Some(key) => Unit::ALL.into_iter().find(|unit| unit.key() == key),
                };
                match (unit, range, date) {
                    (Some(unit), _, None) => Self::Calendar(unit, unit.first(today)),
                    (Some(unit), _, Some(date)) => {
                        Self::Calendar(unit, unit.first(parse_date("date", &date)?))
                    }
                    (None, None, _) => Self::Last(ChartRange::default()),
                    (None, Some(range), date) => {
                        let last: ChartRange = range.parse()?;
                        // A form has a field for the date whatever the range; today is what it says by itself.
                        if date.is_some_and(|date| date != today.to_string()) {
                            return Err(ParsePeriodError::DateOfLast(last.key()));
                        }
                        Self::Last(last)
                    }
                }
            }
            (from, to) if from.is_some() != to.is_some() => return Err(ParsePeriodError::OneEnd),
            _ => return Err(ParsePeriodError::Both),
        };
        let first = period.first_day(now, zone);
        if first > today { Err(ParsePeriodError::Ahead { found: first, today }) } else { Ok(period) }
    }

    /// As the query of an address, without `?`.
    pub fn query(self) -> String {
        match self {
            Self::Last(range) => format!("range={}", range.key()),
            Self::Calendar(unit, first) => format!("range={}&date={first}", unit.key()),
            Self::Between(range) => format!("from={}&to={}", range.from(), range.to()),
        }
    }

    /// The same stretch with its dates, for an address that shows the same tomorrow.
    pub fn absolute(self, now: Timestamp, zone: &TimeZone) -> Self {
        match self {
            Self::Last(_) => Self::Between(self.range(now, zone)),
            other => other,
        }
    }

    /// The instants, before they are widened to whole buckets.
    pub fn range(self, now: Timestamp, zone: &TimeZone) -> TimeRange {
        match self {
            Self::Last(range) => range.whole(now, zone),
            Self::Calendar(unit, first) => unit.width().bucket_of(midnight(first, zone), zone),
            Self::Between(range) => range,
        }
    }

    /// The instants in whole buckets of `width`.
    pub fn instants(self, width: BucketWidth, now: Timestamp, zone: &TimeZone) -> TimeRange {
        if let Self::Last(range) = self {
            return range.instants(width, now, zone);
        }
        let whole = self.range(now, zone);
        let from = width.bucket_of(whole.from(), zone).from();
        let last = width.bucket_of(whole.to() - SignedDuration::from_millis(1), zone);
        TimeRange::new(from, last.to()).unwrap_or(last)
    }

    /// The bucket width that shows the period best: as fine as the eye can use, and never finer than the values come.
    pub fn width(
        self,
        property: ObservedProperty,
        expected_interval: SignedDuration,
        zone: &TimeZone,
    ) -> BucketWidth {
        let like = match self {
            Self::Last(range) => range,
            Self::Calendar(Unit::Day, _) => ChartRange::Day,
            Self::Calendar(Unit::Week, _) => ChartRange::Week,
            Self::Calendar(Unit::Month, _) => ChartRange::Month,
            Self::Calendar(Unit::Year, _) => ChartRange::Year,
            Self::Between(range) => match days(range) {
                ..=2 => ChartRange::Day,
                3..=10 => ChartRange::Week,
                11..=62 => ChartRange::Month,
                _ => ChartRange::Year,
            },
        };
        let width = like.width(property, expected_interval);
        // Weeks do not end with a year. Its months do, and a stretch of any other length is best seen by days.
        match (self, width) {
            (Self::Calendar(Unit::Year, _), BucketWidth::Week) => BucketWidth::Month,
            (Self::Between(range), BucketWidth::Week) if days(range) <= 100 => BucketWidth::Day,
            (Self::Between(range), BucketWidth::Week) if whole_months(range, zone) => BucketWidth::Month,
            (_, width) => width,
        }
    }

    /// The local day it begins on.
    pub fn first_day(self, now: Timestamp, zone: &TimeZone) -> Date {
        match self {
            Self::Calendar(_, first) => first,
            _ => zone.to_datetime(self.range(now, zone).from()).date(),
        }
    }

    /// The period before, of the same kind.
    pub fn before(self, now: Timestamp, zone: &TimeZone) -> Self {
        match self {
            Self::Calendar(unit, first) => Self::Calendar(unit, first.saturating_sub(unit.span())),
            _ => self.moved(-1, now, zone),
        }
    }

    /// The period after, of the same kind; `None` where it lies ahead.
    pub fn after(self, now: Timestamp, zone: &TimeZone) -> Option<Self> {
        let after = match self {
            Self::Last(_) => return None,
            Self::Calendar(unit, first) => Self::Calendar(unit, first.saturating_add(unit.span())),
            Self::Between(_) => self.moved(1, now, zone),
        };
        (after.range(now, zone).from() <= now).then_some(after)
    }

    /// Half as long around its middle, or twice; `None` where that is shorter or longer than can be shown.
    pub fn zoomed(self, closer: bool, now: Timestamp, zone: &TimeZone) -> Option<Self> {
        let range = self.range(now, zone);
        let end = BucketWidth::Day.bucket_of(now, zone).to();
        let length = range.to().min(end).duration_since(range.from());
        let change = if closer { -(length / 4) } else { length / 2 };
        let hour = |at: Timestamp| BucketWidth::Hour.bucket_of(at, zone).from();
        let (from, to) = (hour(range.from() - change), hour(range.to().min(end) + change).min(end));
        let zoomed = TimeRange::new(from, to).ok()?;
        let hours = to.duration_since(from).as_hours();
        ((2..=MAX_DAYS * 24).contains(&hours) && zoomed != range).then_some(Self::Between(zoomed))
    }

    /// Moved by its own length.
    fn moved(self, by: i64, now: Timestamp, zone: &TimeZone) -> Self {
        let range = self.range(now, zone);
        let local = |at: Timestamp| zone.to_datetime(at);
        let (from, to) = (local(range.from()), local(range.to()));
        let is_whole_days = from.time() == to.time() && from.date() != to.date();
        let at = |at: Timestamp| {
            if is_whole_days {
                let days = i64::from((to.date() - from.date()).get_days());
                let moved = local(at).saturating_add((by * days).days());
                moved.to_zoned(zone.clone()).map_or(at, |moved| moved.timestamp())
            } else {
                let length = range.to().duration_since(range.from());
                if by < 0 { at - length } else { at + length }
            }
        };
        TimeRange::new(at(range.from()), at(range.to())).map_or(self, Self::Between)
    }
}

/// A date as forms and addresses write it.
pub(super) fn parse_date(name: &'static str, text: &str) -> Result<Date, ParsePeriodError> {
    let date = text.parse::<Date>().ok().filter(|_| text.len() == "2026-01-31".len());
    let date = date.filter(|date| (1970..2200).contains(&date.year()));
    date.ok_or_else(|| ParsePeriodError::Date { name, found: Truncated::new(text) })
}

fn between(from: &str, to: &str, zone: &TimeZone) -> Result<Period, ParsePeriodError> {
    let when = |name, text: &str| {
        let when = text.parse::<When>().map_err(|error| ParsePeriodError::When { name, error })?;
        Ok::<_, ParsePeriodError>(when.instant(zone))
    };
    let (from, to) = (when("from", from)?, when("to", to)?);
    let range = TimeRange::new(from, to).map_err(|_| ParsePeriodError::Length(from, to))?;
    if days(range) > MAX_DAYS { Err(ParsePeriodError::Length(from, to)) } else { Ok(Period::Between(range)) }
}

fn days(range: TimeRange) -> i64 {
    // An hour less than a whole day more is the change of the clocks.
    (range.to().duration_since(range.from()).as_hours() + 22) / 24
}

fn whole_months(range: TimeRange, zone: &TimeZone) -> bool {
    let begins = |at| BucketWidth::Month.bucket_of(at, zone).from() == at;
    begins(range.from()) && begins(range.to())
}

pub(super) fn midnight(date: Date, zone: &TimeZone) -> Timestamp {
    date.to_zoned(zone.clone()).map_or(Timestamp::UNIX_EPOCH, |midnight| midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-23T13:34:00Z";

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    fn parse(query: &str) -> Result<Period, ParsePeriodError> {
        let of = |name| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let asked = Asked { range: of("range"), date: of("date"), from: of("from"), to: of("to") };
        Period::parse(asked, now(), &berlin())
    }

    fn period(query: &str) -> Period {
        parse(query).unwrap()
    }

    fn shown(period: Period) -> String {
        let range = period.range(now(), &berlin());
        format!("{} {}", range.from(), range.to())
    }

    #[test]
    fn a_date_anywhere_in_a_period_of_the_calendar_names_it() {
        // Local midnights: two hours before UTC in summer, one in winter.
        assert_eq!(shown(period("range=month&date=2026-10-17")), "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z");
        assert_eq!(shown(period("range=week&date=2026-10-25")), "2026-10-18T22:00:00Z 2026-10-25T23:00:00Z");
        assert_eq!(shown(period("range=year&date=2026-10-25")), "2025-12-31T23:00:00Z 2026-12-31T23:00:00Z");
        assert_eq!(shown(period("date=2026-10-25")), "2026-10-24T22:00:00Z 2026-10-25T23:00:00Z");
        assert_eq!(period("range=month").query(), "range=month&date=2026-11-01");
        assert_eq!(period("range=&date=&from=&to=").query(), "range=24h");
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_what_was_found_and_expected() {
        let refused = |query: &str| parse(query).unwrap_err().to_string();
        assert!(refused("date=2026-02-30").contains("found `2026-02-30`, expected a date from 1970 to 2199"));
        assert!(refused("range=2h").contains("`2h` is no range"));
        assert!(refused("range=day&date=2026-11-24").contains("found a period from 2026-11-24"));
        assert!(refused("range=30d&date=2026-01-01").contains("`date` beside `range=30d`"));
        assert!(refused("from=2026-01-01").contains("expected both"));
        assert!(refused("range=day&from=2026-01-01&to=2026-01-02").contains("either"));
        assert!(refused("from=2026-01-02&to=2026-01-02").contains("expected `to` after `from`"));
        assert!(refused("from=2020-01-01&to=2026-01-02").contains("1096 days at most"));
        assert!(refused("from=never&to=2026-01-02").contains("found `never`"));
    }

    #[test]
    fn the_period_before_and_after_are_those_of_the_calendar_and_none_lies_ahead() {
        let month = period("range=month&date=2026-03-31");
        assert_eq!(month.before(now(), &berlin()).query(), "range=month&date=2026-02-01");
        assert_eq!(month.after(now(), &berlin()).unwrap().query(), "range=month&date=2026-04-01");
        assert_eq!(period("range=month").after(now(), &berlin()), None);
        assert_eq!(period("range=7d").after(now(), &berlin()), None);
        // Seven days that end with 23 November are preceded by seven that end with the 16th.
        let before = period("range=7d").before(now(), &berlin());
        assert_eq!(shown(before), "2026-11-09T23:00:00Z 2026-11-16T23:00:00Z");
        // Three days with the change of the clocks are preceded by three whole days.
        let stretch = period("from=2026-10-24&to=2026-10-27").before(now(), &berlin());
        assert_eq!(shown(stretch), "2026-10-20T22:00:00Z 2026-10-23T22:00:00Z");
    }

    #[test]
    fn an_address_up_to_now_has_one_with_dates_that_stays() {
        let absolute = period("range=24h").absolute(now(), &berlin());
        assert_eq!(absolute.query(), "from=2026-11-22T14:00:00Z&to=2026-11-23T14:00:00Z");
        assert_eq!(parse(&absolute.query()).unwrap(), absolute);
        let day = period("range=day&date=2026-10-25");
        assert_eq!(day.absolute(now(), &berlin()), day);
    }

    #[test]
    fn months_make_a_year_of_counts_and_days_one_of_temperatures() {
        let width =
            |query: &str, property| period(query).width(property, SignedDuration::from_mins(15), &berlin());
        assert_eq!(width("range=year", ObservedProperty::BicycleCount), BucketWidth::Month);
        assert_eq!(width("range=year", ObservedProperty::AirTemperature), BucketWidth::Day);
        assert_eq!(width("range=1y", ObservedProperty::BicycleCount), BucketWidth::Week);
        assert_eq!(width("range=day", ObservedProperty::BicycleCount), BucketWidth::Hour);
        assert_eq!(
            width("from=2026-01-01&to=2026-07-01", ObservedProperty::BicycleCount),
            BucketWidth::Month
        );
        assert_eq!(width("from=2026-01-02&to=2026-03-05", ObservedProperty::BicycleCount), BucketWidth::Day);
        // A day of 25 hours is still a day.
        assert_eq!(
            width("from=2026-10-24&to=2026-10-26", ObservedProperty::AirTemperature),
            BucketWidth::QuarterHour
        );
    }

    #[test]
    fn closer_is_half_as_long_around_the_middle_and_never_reaches_into_tomorrow() {
        let day = period("range=day&date=2026-10-01");
        assert_eq!(
            shown(day.zoomed(true, now(), &berlin()).unwrap()),
            "2026-10-01T04:00:00Z 2026-10-01T16:00:00Z"
        );
        assert_eq!(
            shown(day.zoomed(false, now(), &berlin()).unwrap()),
            "2026-09-30T10:00:00Z 2026-10-02T10:00:00Z"
        );
        let today = period("range=day").zoomed(false, now(), &berlin()).unwrap();
        assert_eq!(shown(today), "2026-11-22T11:00:00Z 2026-11-23T23:00:00Z");
        assert_eq!(
            period("from=2026-10-01T00:00:00Z&to=2026-10-01T02:00:00Z").zoomed(true, now(), &berlin()),
            None
        );
    }
}
