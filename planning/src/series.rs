//! The counts of a site: what goes into every figure, and when hours, days, months and years are complete.
//!
//! A count is an amount of an interval or missing, never zero for "unknown". The rules:
//!
//! * an interval is whole if it was observed to [`WHOLE`];
//! * an hour of quarter-hours is valid with three of four, scaled and marked ([`Hour`]);
//! * a day is valid if every interval of that local day (92, 96 or 100 quarter-hours) is whole, or 95 % of them with the rest
//!   completed from the site's own day curve ([`Day`], [`days`](Series::days));
//! * a month is valid with 20 valid days, among them two of each weekday ([`months`]);
//! * a figure of a year is provisional with less than ten valid months ([`months`]).
//!
//! A week of small gaps may have no valid day at all; what can be said of it, always provisional, is in [`ShortPeriod`].
//!
//! An amount known only for a longer interval ([`SumOverGap`], the increment of a counter over a gap) counts into days and totals
//! ([`total`](Series::total)) that contain it, never into quarter-hours and hours.

mod day;
mod hour;
mod month;
mod short;

use std::collections::BTreeMap;

use domain::TimeRange;
use jiff::{SignedDuration, Timestamp};

pub use day::{Day, DayCount, Total};
pub use hour::Hour;
pub use month::{MIN_VALID_MONTHS, Month, is_provisional, months};
pub use short::{ShortMean, ShortPeriod};

/// Share of an interval that must have been observed for it to count as whole: some seconds may be lost to the clocks.
pub const WHOLE: f64 = 0.99;

/// The width of a site's intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// 15 minutes.
    QuarterHour,
    /// 60 minutes.
    Hour,
}

/// One interval of a site.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// Its first instant, a multiple of the resolution.
    pub start: Timestamp,
    /// What was counted, not negative; `None` if nothing is known.
    pub amount: Option<f64>,
    /// Share of the interval that was observed, 0 to 1.
    pub covered: f64,
}

/// An amount counted over an interval longer than the resolution: known, but not how it was spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SumOverGap {
    /// The interval it was counted over.
    pub range: TimeRange,
    /// How much, not negative.
    pub amount: f64,
}

/// The counts of one direction or cross-section, in order of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    resolution: Resolution,
    intervals: BTreeMap<Timestamp, Counted>,
    over_gaps: Vec<SumOverGap>,
}

/// Buckets that make no series.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum SeriesError {
    /// Intervals must begin at quarter-hours or hours.
    #[error("the interval of {start} does not begin at a multiple of {seconds} s")]
    Alignment {
        /// As given.
        start: Timestamp,
        /// Expected width.
        seconds: i64,
    },
    /// Each interval once.
    #[error("the interval of {start} is there twice")]
    Twice {
        /// As given.
        start: Timestamp,
    },
    /// Amounts are finite and not negative, shares lie between 0 and 1.
    #[error(
        "amount {amount:?} with a covered share of {covered} at {start}: expected an amount from 0 on and a share of 0 to 1"
    )]
    Value {
        /// As given.
        start: Timestamp,
        /// As given.
        amount: Option<f64>,
        /// As given.
        covered: f64,
    },
}

impl Resolution {
    /// Its width in seconds.
    pub const fn seconds(self) -> i64 {
        match self {
            Self::QuarterHour => 900,
            Self::Hour => 3600,
        }
    }

    /// Its width.
    pub const fn width(self) -> SignedDuration {
        SignedDuration::from_secs(self.seconds())
    }
}

impl Counted {
    /// An interval that was observed from beginning to end.
    pub const fn whole(start: Timestamp, amount: f64) -> Self {
        Self { start, amount: Some(amount), covered: 1.0 }
    }
}

impl Series {
    /// Checks and orders the intervals. What is not given is missing.
    pub fn new(
        resolution: Resolution,
        intervals: impl IntoIterator<Item = Counted>,
        over_gaps: impl IntoIterator<Item = SumOverGap>,
    ) -> Result<Self, SeriesError> {
        let good = |amount: f64| amount.is_finite() && amount >= 0.0;
        let mut by_start = BTreeMap::new();
        for counted in intervals {
            let Counted { start, amount, covered } = counted;
            if start.as_millisecond().rem_euclid(1000 * resolution.seconds()) != 0 {
                return Err(SeriesError::Alignment { start, seconds: resolution.seconds() });
            }
            if !amount.is_none_or(good) || !(0.0..=1.0).contains(&covered) {
                return Err(SeriesError::Value { start, amount, covered });
            }
            if by_start.insert(start, counted).is_some() {
                return Err(SeriesError::Twice { start });
            }
        }
        let over_gaps: Vec<_> = over_gaps.into_iter().collect();
        if let Some(wrong) = over_gaps.iter().find(|gap| !good(gap.amount)) {
            let (start, amount) = (wrong.range.from(), Some(wrong.amount));
            return Err(SeriesError::Value { start, amount, covered: 1.0 });
        }
        Ok(Self { resolution, intervals: by_start, over_gaps })
    }

    /// The width of its intervals.
    pub const fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// The amount of an interval that was observed as a whole.
    pub fn whole(&self, start: Timestamp) -> Option<f64> {
        self.intervals.get(&start).filter(|counted| counted.covered >= WHOLE)?.amount
    }

    /// The intervals of a stretch of time as (start, interval), the missing ones too.
    pub fn slots(&self, range: TimeRange) -> impl Iterator<Item = (Timestamp, Option<Counted>)> + '_ {
        let width = self.resolution.width();
        let mut next = range.from();
        std::iter::from_fn(move || {
            let start = next;
            (start < range.to()).then(|| {
                next = start + width;
                (start, self.intervals.get(&start).copied())
            })
        })
    }

    /// The cross-section of two directions: an interval counts as far as both were observed, because one direction alone is no
    /// cross-section. `None` if the resolutions differ.
    pub fn cross_section(&self, other: &Self) -> Option<Self> {
        if self.resolution != other.resolution {
            return None;
        }
        let intervals = self.intervals.iter().filter_map(|(start, one)| {
            let two = other.intervals.get(start)?;
            let amount = Some(one.amount? + two.amount?);
            Some((*start, Counted { start: *start, amount, covered: one.covered.min(two.covered) }))
        });
        // An amount over a gap of one direction has no counterpart, except where both have the same gap.
        let over_gaps = self.over_gaps.iter().filter_map(|one| {
            let two = other.over_gaps.iter().find(|two| two.range == one.range)?;
            Some(SumOverGap { range: one.range, amount: one.amount + two.amount })
        });
        Some(Self {
            resolution: self.resolution,
            intervals: intervals.collect(),
            over_gaps: over_gaps.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn series(intervals: &[Counted]) -> Result<Series, SeriesError> {
        Series::new(Resolution::QuarterHour, intervals.iter().copied(), [])
    }

    #[test]
    fn intervals_that_are_no_quarter_hours_are_refused() {
        let error = series(&[Counted::whole(at(60), 1.0)]).unwrap_err();
        assert_eq!(error, SeriesError::Alignment { start: at(60), seconds: 900 });
    }

    #[test]
    fn an_interval_must_not_be_there_twice() {
        let twice = [Counted::whole(at(900), 1.0), Counted::whole(at(900), 2.0)];
        assert_eq!(series(&twice), Err(SeriesError::Twice { start: at(900) }));
    }

    #[test]
    fn negative_amounts_and_shares_above_one_are_refused() {
        assert!(series(&[Counted::whole(at(0), -1.0)]).is_err());
        assert!(series(&[Counted { start: at(0), amount: Some(1.0), covered: 1.1 }]).is_err());
        assert!(series(&[Counted::whole(at(0), f64::NAN)]).is_err());
    }

    #[test]
    fn an_interval_observed_in_part_is_not_whole() {
        let series = series(&[Counted { start: at(0), amount: Some(5.0), covered: 0.9 }]).unwrap();
        assert_eq!(series.whole(at(0)), None);
        assert_eq!(series.whole(at(900)), None, "never seen is not zero");
    }

    #[test]
    fn one_direction_alone_is_no_cross_section() {
        let inward = series(&[Counted::whole(at(0), 3.0), Counted::whole(at(900), 4.0)]).unwrap();
        let outward = series(&[Counted::whole(at(0), 2.0)]).unwrap();
        let both = inward.cross_section(&outward).unwrap();
        assert_eq!(both.whole(at(0)), Some(5.0));
        assert_eq!(both.whole(at(900)), None);
    }
}
