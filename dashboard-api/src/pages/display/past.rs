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

/// The pasts of all sites that were asked for: each is read once a minute at most, so a late or repaired day shows
/// within a minute.
#[derive(Debug, Default)]
pub(crate) struct Pasts(Mutex<HashMap<ThingId, Arc<Cached<Past, Moment>>>>);

/// The minute, and the beginning of today.
type Moment = (i64, Timestamp);

impl Pasts {
    pub(super) async fn of(
        &self,
        thing: ThingId,
        site: &CountingSite,
        store: &StoreReader,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Arc<Past>, StoreError> {
        let cached = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Cached::for_at_most(Duration::from_mins(1)));
            Arc::clone(all.entry(thing).or_insert_with(new))
        };
        let today = BucketWidth::Day.bucket_of(now, zone);
        let moment = (now.as_second().div_euclid(60), today.from());
        cached.get(moment, || Past::read(site, store, zone, today)).await
    }
}

impl Past {
    async fn read(
        site: &CountingSite,
        store: &StoreReader,
        zone: &TimeZone,
        today: TimeRange,
    ) -> Result<Self, StoreError> {
        let Some(first_at) = site.first_at() else { return Ok(Self::default()) };
        let first_day = BucketWidth::Day.bucket_of(first_at, zone).from();
        let buckets = match TimeRange::new(first_day, today.from()) {
            Ok(range) => site.buckets(store, BucketWidth::Day, range).await?,
            Err(_) => vec![Vec::new(); site.directions.len()],
        };
        Ok(Self::of(&buckets, first_at, first_day, today, zone))
    }

    /// Draws the days together; `buckets` are all day buckets of each direction from `first_day` to today.
    fn of(
        buckets: &[Vec<Bucket>],
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
            record: record(buckets),
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

/// The day with the highest number, the first of several; `None` over a few days.
fn record(buckets: &[Vec<Bucket>]) -> Option<DayCount> {
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
    let counts: Vec<_> = days
        .into_values()
        .filter_map(|(range, day)| {
            let directions: Vec<_> =
                day.into_iter().map(|bucket| Amount::of(bucket, range, range.to())).collect();
            let total = Amount::total(&directions);
            Some(DayCount { day: range.from(), n: total.n()?, is_lower_bound: total.is_lower_bound() })
        })
        .collect();
    let is_enough = counts.len() >= RECORD_DAYS_MIN;
    // `max_by_key` would take the last of several.
    counts.into_iter().rev().max_by_key(|day| day.n).filter(|day| is_enough && day.n > 0)
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
        Past::of(buckets, first_at, first_day, november(today), &berlin())
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
        let record = record(&[days]).unwrap();
        assert_eq!((record.n, record.is_lower_bound), (50, true));
    }

    #[test]
    fn six_days_make_no_record() {
        let days = (2..8).map(|day| observed(november(day), 5.0)).collect();
        assert_eq!(record(&[days]), None);
    }
}
