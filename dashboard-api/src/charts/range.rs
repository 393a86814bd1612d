//! The time ranges a chart can show.

use std::str::FromStr;

use domain::{BucketWidth, ObservedProperty, TimeRange, Truncated};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

use crate::pages::texts::Texts;

/// How far back a chart reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartRange {
    /// The last 24 hours, up to the end of the present hour.
    #[default]
    Day,
    /// The last seven local days, today included.
    Week,
    /// The last 30 local days, today included.
    Month,
    /// The last 365 local days, today included; where weeks are shown, whole weeks.
    Year,
}

/// A text that is no chart range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no range of a chart: expected day, week, month, year, 24h, 7d, 30d or 1y")]
pub struct ParseRangeError(pub Truncated);

impl ChartRange {
    /// All ranges, shortest first.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];

    /// The form used in URLs.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Year => "1y",
        }
    }

    /// Words for a tab.
    pub(crate) fn name(self, t: Texts) -> &'static str {
        match self {
            Self::Day => t.range_day(),
            Self::Week => t.range_week(),
            Self::Month => t.range_month(),
            Self::Year => t.range_year(),
        }
    }

    /// The bucket width that shows this range best: as fine as the eye can use, and never finer than
    /// the values come.
    pub fn width(self, property: ObservedProperty, expected_interval: SignedDuration) -> BucketWidth {
        let fine = match (self, property.aggregation().adds_up()) {
            (Self::Day, false) => BucketWidth::QuarterHour,
            (Self::Day, true) | (Self::Week, _) | (Self::Month, false) => BucketWidth::Hour,
            (Self::Month, true) | (Self::Year, false) => BucketWidth::Day,
            (Self::Year, true) => BucketWidth::Week,
        };
        let slow = match expected_interval.as_secs() {
            ..=900 => BucketWidth::QuarterHour,
            901..=3600 => BucketWidth::Hour,
            _ => BucketWidth::Day,
        };
        if self == Self::Day { fine.max(slow.min(BucketWidth::Hour)) } else { fine.max(slow) }
    }

    /// The instants shown at `now`, in whole buckets of `width`.
    pub fn instants(self, width: BucketWidth, now: Timestamp, zone: &TimeZone) -> TimeRange {
        let whole = self.whole(now, zone);
        let from = width.bucket_of(whole.from(), zone).from();
        let last = width.bucket_of(now, zone);
        TimeRange::new(from, last.to().max(whole.to())).unwrap_or(last)
    }

    /// The instants shown at `now`, in whole hours or days.
    pub fn whole(self, now: Timestamp, zone: &TimeZone) -> TimeRange {
        let whole = match self {
            Self::Day => {
                let hour = BucketWidth::Hour.bucket_of(now, zone);
                TimeRange::new(hour.to() - SignedDuration::from_hours(24), hour.to())
            }
            Self::Week => days_until_tonight(7, now, zone),
            Self::Month => days_until_tonight(30, now, zone),
            Self::Year => days_until_tonight(365, now, zone),
        };
        whole.unwrap_or_else(|_| BucketWidth::Day.bucket_of(now, zone))
    }
}

/// `n` local days, the last of them the present one.
fn days_until_tonight(
    n: i64,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<TimeRange, domain::time::EmptyRange> {
    let today = BucketWidth::Day.bucket_of(now, zone);
    let first = zone.to_datetime(now).date().saturating_sub((n - 1).days());
    let from = first.to_zoned(zone.clone()).map_or(today.from(), |midnight| midnight.timestamp());
    TimeRange::new(from, today.to())
}

impl FromStr for ChartRange {
    type Err = ParseRangeError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|range| range.key() == s).ok_or_else(|| ParseRangeError(Truncated::new(s)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    #[test]
    fn seven_days_over_the_change_to_winter_time_have_169_hours() {
        let now = "2026-10-27T12:00:00Z".parse().unwrap();
        let range = ChartRange::Week.instants(BucketWidth::Hour, now, &berlin());
        assert_eq!(BucketWidth::Hour.buckets(range, &berlin()).count(), 169);
    }

    #[test]
    fn the_last_24_hours_end_with_the_present_hour() {
        let now = "2026-11-23T12:20:00Z".parse().unwrap();
        let range = ChartRange::Day.instants(BucketWidth::QuarterHour, now, &berlin());
        assert_eq!(range.from().to_string(), "2026-11-22T13:00:00Z");
        assert_eq!(range.to().to_string(), "2026-11-23T13:00:00Z");
    }

    #[test]
    fn an_hourly_sensor_is_not_shown_in_quarter_hours() {
        let hourly = SignedDuration::from_hours(1);
        let width = ChartRange::Day.width(ObservedProperty::AirTemperature, hourly);
        assert_eq!(width, BucketWidth::Hour);
    }
}
