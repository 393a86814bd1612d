//! Fixed intervals of the city's calendar.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp, ToSpan, civil, tz::TimeZone};

use crate::{TimeRange, Truncated};

/// The width of a bucket. Quarter-hours and hours are the same everywhere; days and longer are the
/// city's own, so a day has 23, 24 or 25 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BucketWidth {
    /// 15 minutes.
    QuarterHour,
    /// 60 minutes.
    Hour,
    /// A local calendar day: 92, 96 or 100 quarter-hours in Europe/Berlin.
    Day,
    /// Seven local days from Monday on (ISO 8601).
    Week,
    /// A local calendar month.
    Month,
    /// A local calendar year.
    Year,
}

/// A text that is no bucket width.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no bucket width: expected 15m, 1h, 1d, 1w, 1mo or 1y")]
pub struct ParseWidthError(pub Truncated);

impl BucketWidth {
    /// All widths, finest first.
    pub const ALL: [Self; 6] =
        [Self::QuarterHour, Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    /// The form used in URLs and in the store.
    pub const fn key(self) -> &'static str {
        match self {
            Self::QuarterHour => "15m",
            Self::Hour => "1h",
            Self::Day => "1d",
            Self::Week => "1w",
            Self::Month => "1mo",
            Self::Year => "1y",
        }
    }

    /// The bucket that contains `instant`.
    pub fn bucket_of(self, instant: Timestamp, zone: &TimeZone) -> TimeRange {
        let start = self.start_of(instant, zone);
        let end = self.end_after(start, zone);
        // A calendar never runs backwards; only the very last representable instant has no end after it.
        TimeRange::new(start, end).unwrap_or_else(|_| whole_of_time())
    }

    /// All buckets that meet `range`, in order.
    pub fn buckets(self, range: TimeRange, zone: &TimeZone) -> impl Iterator<Item = TimeRange> {
        let mut next = Some(self.bucket_of(range.from(), zone));
        std::iter::from_fn(move || {
            let bucket = next.filter(|bucket| bucket.from() < range.to())?;
            next = Some(self.bucket_of(bucket.to(), zone));
            Some(bucket)
        })
    }

    fn start_of(self, instant: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            Self::QuarterHour => floor(instant, 15 * 60),
            // Zones with a half-hour offset have their clock hours at half past UTC hours.
            Self::Hour => {
                let offset = zone.to_offset(instant).seconds();
                let shift = SignedDuration::from_secs(i64::from(offset));
                floor(instant + shift, 3600) - shift
            }
            Self::Day | Self::Week | Self::Month | Self::Year => {
                midnight(self.first_day(zone.to_datetime(instant).date()), zone)
            }
        }
    }

    fn end_after(self, start: Timestamp, zone: &TimeZone) -> Timestamp {
        let days = match self {
            Self::QuarterHour => return start + SignedDuration::from_mins(15),
            Self::Hour => return start + SignedDuration::from_mins(60),
            Self::Day => 1.day(),
            Self::Week => 1.week(),
            Self::Month => 1.month(),
            Self::Year => 1.year(),
        };
        midnight(zone.to_datetime(start).date().saturating_add(days), zone)
    }

    fn first_day(self, date: civil::Date) -> civil::Date {
        match self {
            Self::Week => date.saturating_sub(i64::from(date.weekday().to_monday_zero_offset()).days()),
            Self::Month => date.first_of_month(),
            Self::Year => date.first_of_year(),
            Self::QuarterHour | Self::Hour | Self::Day => date,
        }
    }
}

/// The first instant of a local date: midnight, or the end of a gap that swallows midnight.
fn midnight(date: civil::Date, zone: &TimeZone) -> Timestamp {
    date.to_zoned(zone.clone()).map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

fn floor(instant: Timestamp, seconds: i64) -> Timestamp {
    let start = instant.as_second().div_euclid(seconds) * seconds;
    Timestamp::from_second(start).unwrap_or(Timestamp::MIN)
}

fn whole_of_time() -> TimeRange {
    TimeRange::new(Timestamp::MIN, Timestamp::MAX).expect("the minimum lies before the maximum")
}

impl FromStr for BucketWidth {
    type Err = ParseWidthError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|width| width.key() == s).ok_or_else(|| ParseWidthError(Truncated::new(s)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn quarter_hours_of_the_day_around(instant: &str) -> usize {
        let day = BucketWidth::Day.bucket_of(instant.parse().unwrap(), &berlin());
        BucketWidth::QuarterHour.buckets(day, &berlin()).count()
    }

    #[test]
    fn a_local_day_has_92_96_or_100_quarter_hours() {
        assert_eq!(quarter_hours_of_the_day_around("2026-03-29T12:00:00Z"), 92);
        assert_eq!(quarter_hours_of_the_day_around("2026-06-01T12:00:00Z"), 96);
        assert_eq!(quarter_hours_of_the_day_around("2026-10-25T12:00:00Z"), 100);
    }

    #[test]
    fn the_local_day_begins_at_midnight_in_the_city() {
        let day = BucketWidth::Day.bucket_of("2026-07-01T22:00:00Z".parse().unwrap(), &berlin());
        assert_eq!(day.from().to_string(), "2026-07-01T22:00:00Z");
        assert_eq!(day.to().to_string(), "2026-07-02T22:00:00Z");
    }

    #[test]
    fn a_week_begins_on_monday() {
        let week = BucketWidth::Week.bucket_of("2026-11-22T12:00:00Z".parse().unwrap(), &berlin());
        assert_eq!(week.from().to_string(), "2026-11-15T23:00:00Z");
    }

    #[test]
    fn hours_of_a_half_hour_zone_follow_its_clock() {
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        let hour = BucketWidth::Hour.bucket_of("2026-01-01T00:10:00Z".parse().unwrap(), &zone);
        assert_eq!(hour.from().to_string(), "2025-12-31T23:30:00Z");
    }

    proptest! {
        #[test]
        fn every_instant_lies_in_its_bucket_and_buckets_adjoin(
            second in 0_i64..4_000_000_000,
            width in prop::sample::select(&BucketWidth::ALL[..]),
        ) {
            let instant = Timestamp::from_second(second).unwrap();
            let bucket = width.bucket_of(instant, &berlin());
            prop_assert!(bucket.contains(instant));
            prop_assert_eq!(width.bucket_of(bucket.to(), &berlin()).from(), bucket.to());
        }
    }
}
