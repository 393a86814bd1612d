//! What the days before today add to a display: they are many, and seldom change.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use domain::{BucketWidth, ThingId, TimeRange};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use store::{Bucket, StoreError, StoreReader};
use tokio::time::Duration;

use crate::{
    amount::Amount,
    cached::Cached,
    counts::{CountingSite, SiteCount},
};

/// How far back single days are kept: those of the week shown, and a week before it, where the middle of a counter's
/// silence may lie.
const RECENT_DAYS: SignedDuration = SignedDuration::from_hours(14 * 24 + 1);
/// Fewer days make no record.
const RECORD_DAYS_MIN: usize = 7;

/// The days of a site before today.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// Since when this year is counted: 1 January, or the day of the first observation.
    pub(super) year: Option<Timestamp>,
    /// The days of this year before today as few buckets, for each direction.
    year_before: Vec<Vec<Bucket>>,
    /// The day buckets of the last two weeks, for each direction.
    pub(super) recent: Vec<Vec<Bucket>>,
    /// The day with the highest number of all.
    pub(super) record: Option<DayCount>,
}

/// A day and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DayCount {
    /// Local midnight.
    pub(super) day: Timestamp,
    pub(super) n: u64,
    /// Whether so much of it was not observed that the number is likely to be too small.
    pub(super) is_lower_bound: bool,
}

/// The best of some days, and how many of them have a number.
#[derive(Clone, Copy, Debug, Default)]
struct Best {
    day: Option<DayCount>,
    n_days: usize,
}

/// The pasts of all sites that were asked for.
#[derive(Debug, Default)]
pub(crate) struct Pasts(Mutex<HashMap<ThingId, Arc<Kept>>>);

/// The past of one site. This year is read once a minute at most, so a late or repaired day shows within a minute; the
/// years before matter for the record alone and are read once an hour.
#[derive(Debug)]
struct Kept {
    past: Cached<Past, Moment>,
    earlier: Cached<Best, Timestamp>,
}

/// The minute, and the beginning of today.
type Moment = (i64, Timestamp);

impl Default for Kept {
    fn default() -> Self {
        Self {
            past: Cached::for_at_most(Duration::from_mins(1)),
            earlier: Cached::for_at_most(Duration::from_hours(1)),
        }
    }
}

impl Pasts {
    pub(super) async fn of(
        &self,
        thing: ThingId,
        site: &CountingSite,
        store: &StoreReader,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Arc<Past>, StoreError> {
        let kept = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(thing).or_default())
        };
        let today = BucketWidth::Day.bucket_of(now, zone);
        let moment = (now.as_second().div_euclid(60), today.from());
        kept.past.get(moment, || Past::read(site, store, zone, today, &kept.earlier)).await
    }
}

impl Past {
    async fn read(
        site: &CountingSite,
        store: &StoreReader,
        zone: &TimeZone,
        today: TimeRange,
        earlier: &Cached<Best, Timestamp>,
    ) -> Result<Self, StoreError> {
        let Some(first_at) = site.first_at() else { return Ok(Self::default()) };
        let first_day = BucketWidth::Day.bucket_of(first_at, zone).from();
        let days = async |from, to| match TimeRange::new(from, to) {
            Ok(range) => site.buckets(store, BucketWidth::Day, range).await,
            Err(_) => Ok(vec![Vec::new(); site.directions.len()]),
        };
        let year = BucketWidth::Year.bucket_of(today.from(), zone).from();
        let recent = BucketWidth::Day.bucket_of(today.from() - RECENT_DAYS, zone).from();
        let from = year.min(recent).max(first_day);
        let best =
            earlier.get(from, async || Ok::<_, StoreError>(Best::of(&days(first_day, from).await?))).await?;
        Ok(Self::of(&days(from, today.from()).await?, *best, first_at, first_day, today, zone))
    }

    /// Draws the days together; `buckets` are the day buckets of each direction up to today: all of this year and of the
    /// last two weeks. `earlier` is the best day before them.
    fn of(
        buckets: &[Vec<Bucket>],
        earlier: Best,
        first_at: Timestamp,
        first_day: Timestamp,
        today: TimeRange,
        zone: &TimeZone,
    ) -> Self {
        let year = BucketWidth::Year.bucket_of(today.from(), zone).from().max(first_day);
        let recent_from = today.from() - RECENT_DAYS;
        let recent = |buckets: &Vec<Bucket>| {
            buckets.iter().filter(|bucket| bucket.range.from() >= recent_from).copied().collect()
        };
        Self {
            year: Some(year),
            year_before: buckets.iter().map(|days| together(days, year, first_at, today)).collect(),
            recent: buckets.iter().map(recent).collect(),
            record: earlier.and(Best::of(buckets)).record(),
        }
    }

    /// All of this year, with the day buckets of today.
    pub(super) fn year_total(&self, today: &[Vec<Bucket>], day: TimeRange, now: Timestamp) -> Amount {
        let Some(range) = self.year.and_then(|from| TimeRange::new(from, day.to()).ok()) else {
            return Amount::default();
        };
        let all: Vec<Vec<Bucket>> = self
            .year_before
            .iter()
            .zip(today)
            .map(|(before, today)| before.iter().chain(today).copied().collect())
            .collect();
        SiteCount::of(&all, range, now).total()
    }
}

/// The days of one direction from `year` to today as buckets that count the same: one with the sum, one for each
/// amount counted over midnight of today, one for the time before there was a sensor.
fn together(days: &[Bucket], year: Timestamp, first_at: Timestamp, today: TimeRange) -> Vec<Bucket> {
    let mut buckets = Vec::new();
    if let Ok(before_sensor) = TimeRange::new(year, first_at) {
        // Nobody was there to count, so nothing is missing.
        buckets.push(Bucket { covered_seconds: before_sensor.seconds(), ..Bucket::empty(before_sensor) });
    }
    let Ok(range) = TimeRange::new(year, today.from()) else { return buckets };
    let days = || days.iter().filter(|bucket| bucket.range.from() >= year);
    let amount = Amount::of(days(), range, today.from());
    if let Some(sum) = amount.sum {
        let covered_seconds = amount.completeness * range.seconds();
        buckets.push(Bucket { n: 1, sum, covered_seconds, ..Bucket::empty(range) });
    }
    let over_midnight = days().filter(|bucket| bucket.carried.is_some_and(|c| c.range.to() > today.from()));
    buckets.extend(over_midnight.map(|day| Bucket { carried: day.carried, ..Bucket::empty(day.range) }));
    buckets
}

impl Best {
    /// Of the day buckets of each direction; of several equal days the first.
    fn of(buckets: &[Vec<Bucket>]) -> Self {
        let mut days: BTreeMap<Timestamp, (TimeRange, Vec<Option<&Bucket>>)> = BTreeMap::new();
        for (i, direction) in buckets.iter().enumerate() {
            for bucket in direction {
                let none = || (bucket.range, vec![None; buckets.len()]);
                let (_, day) = days.entry(bucket.range.from()).or_insert_with(none);
                if let Some(place) = day.get_mut(i) {
                    *place = Some(bucket);
                }
            }
        }
        days.into_values()
            .filter_map(|(range, day)| {
                let directions: Vec<_> =
                    day.into_iter().map(|bucket| Amount::of(bucket, range, range.to())).collect();
                let total = Amount::total(&directions);
                Some(DayCount { day: range.from(), n: total.n()?, is_lower_bound: total.is_lower_bound() })
            })
            .fold(Self::default(), |best, day| best.and(Self { day: Some(day), n_days: 1 }))
    }

    /// Of these days and later ones.
    fn and(self, later: Self) -> Self {
        let day = match (self.day, later.day) {
            (Some(day), Some(other)) if day.n >= other.n => Some(day),
            (day, other) => other.or(day),
        };
        Self { day, n_days: self.n_days + later.n_days }
    }

    /// The best day, where there are enough to call it a record.
    fn record(self) -> Option<DayCount> {
        self.day.filter(|day| self.n_days >= RECORD_DAYS_MIN && day.n > 0)
    }
}

#[cfg(test)]
mod tests {
    use store::Carried;

    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn instant(s: &str) -> Timestamp {
        s.parse().unwrap()
    }

    /// The local day of a date of November 2026.
    fn november(day: i64) -> TimeRange {
        let noon = instant("2026-11-01T11:00:00Z") + SignedDuration::from_hours(24 * (day - 1));
        BucketWidth::Day.bucket_of(noon, &berlin())
    }

    fn observed(range: TimeRange, sum: f64) -> Bucket {
        Bucket { n: 1, sum, covered_seconds: range.seconds(), ..Bucket::empty(range) }
    }

    fn past(buckets: &[Vec<Bucket>], first_at: &str, today: i64) -> Past {
        let first_at = instant(first_at);
        let first_day = BucketWidth::Day.bucket_of(first_at, &berlin()).from();
        Past::of(buckets, Best::default(), first_at, first_day, november(today), &berlin())
    }

    #[test]
    fn the_year_is_the_days_before_and_today_over_all_directions() {
        let days = |sums: [f64; 3]| (2..5).zip(sums).map(|(day, sum)| observed(november(day), sum)).collect();
        let past = past(&[days([10.0, 20.0, 30.0]), days([1.0, 2.0, 3.0])], "2026-11-01T23:00:00Z", 5);
        let today = [vec![observed(november(5), 7.0)], vec![observed(november(5), 0.0)]];
        let total = past.year_total(&today, november(5), november(5).to());
        // 60 + 6 + 7 + 0
        assert_eq!(total.n(), Some(73));
        assert!(!total.is_lower_bound());
        assert_eq!(past.year, Some(november(2).from()));
    }

    #[test]
    fn a_year_counts_from_january_however_old_the_site_is() {
        let old = BucketWidth::Day.bucket_of(instant("2025-12-31T12:00:00Z"), &berlin());
        let past = past(&[vec![observed(old, 500.0), observed(november(4), 9.0)]], "2021-03-01T08:00:00Z", 5);
        assert_eq!(past.year, Some(instant("2025-12-31T23:00:00Z")));
        let total = past.year_total(&[vec![]], november(5), november(5).from());
        assert_eq!(total.n(), Some(9));
        // One day of 308 was observed.
        assert!(total.is_lower_bound());
    }

    #[test]
    fn an_amount_counted_over_midnight_of_today_is_part_of_the_year_once() {
        // Silent from noon of the 3rd to six in the evening of the 5th; the middle lies in the 4th.
        let gap = TimeRange::new(instant("2026-11-03T11:00:00Z"), instant("2026-11-05T17:00:00Z")).unwrap();
        let carrying =
            Bucket { carried: Some(Carried { range: gap, sum: 40.0 }), ..Bucket::empty(november(4)) };
        let past = past(&[vec![observed(november(3), 5.0), carrying]], "2026-11-02T23:00:00Z", 5);
        let today = [vec![observed(november(5), 2.0)]];
        assert_eq!(past.year_total(&today, november(5), november(5).to()).n(), Some(47));
    }

    #[test]
    fn time_before_the_first_observation_is_not_missing() {
        // Put up at 18:00 local time of the 4th: a quarter of the day, all of it observed.
        let range = november(4);
        let first = Bucket { covered_seconds: 6.0 * 3600.0, ..observed(range, 12.0) };
        let past = past(&[vec![first]], "2026-11-04T17:00:00Z", 5);
        let total = past.year_total(&[vec![]], november(5), november(5).from());
        assert_eq!((total.n(), total.is_lower_bound()), (Some(12), false));
    }

    #[test]
    fn the_record_is_the_best_day_of_all_directions_and_the_first_of_several() {
        let first = [9.0, 30.0, 5.0, 20.0, 8.0, 8.0, 8.0];
        let second = [9.0, 0.0, 5.0, 10.0, 8.0, 8.0, 8.0];
        let days = |sums: [f64; 7]| (2..9).zip(sums).map(|(day, sum)| observed(november(day), sum)).collect();
        let record = past(&[days(first), days(second)], "2026-11-01T23:00:00Z", 9).record;
        let best = DayCount { day: november(3).from(), n: 30, is_lower_bound: false };
        assert_eq!(record, Some(best));
    }

    #[test]
    fn a_record_of_a_day_that_was_not_observed_wholly_is_a_lower_bound() {
        let mut days: Vec<_> = (2..9).map(|day| observed(november(day), 5.0)).collect();
        days[2].sum = 50.0;
        days[2].covered_seconds = 12.0 * 3600.0;
        let record = Best::of(&[days]).record().unwrap();
        assert_eq!((record.n, record.is_lower_bound), (50, true));
    }

    #[test]
    fn a_record_of_earlier_years_stands_until_it_is_exceeded() {
        let day = |n, day| DayCount { day: november(day).from(), n, is_lower_bound: false };
        let earlier = Best { day: Some(day(50, 2)), n_days: 300 };
        let now = |n| Best { day: Some(day(n, 9)), n_days: 3 };
        assert_eq!(earlier.and(now(50)).record(), Some(day(50, 2)));
        assert_eq!(earlier.and(now(51)).record(), Some(day(51, 9)));
        assert_eq!(Best::default().and(earlier).record(), Some(day(50, 2)));
    }

    #[test]
    fn six_days_make_no_record() {
        let days = (2..8).map(|day| observed(november(day), 5.0)).collect();
        assert_eq!(Best::of(&[days]).record(), None);
    }
}
