//! Computes all buckets again, in short slices, and compares them with those that are stored.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use domain::{BucketWidth, ThingId, TimeRange};
use jiff::{Timestamp, tz::TimeZone};
use tokio::time::Instant;

use super::{
    rollup::{self, merged, quarters},
    slots::Slots,
    tables::{BucketRow, DbError, Feed, Tables},
};
use crate::{
    Bucket, Carried,
    rebuild::{Difference, RebuildMode, RebuildReport},
};

/// How long others who write may be kept waiting.
const SLICE: Duration = Duration::from_millis(20);

/// Sums of directions come from the sine of the machine that computed them, and may differ in the last digits.
const SAME_WITHIN: f64 = 1e-9;

/// The work and where it stands.
#[derive(Debug)]
pub(crate) struct Rebuild {
    zone: TimeZone,
    mode: RebuildMode,
    /// Things not yet done, the next one last.
    things: Vec<(ThingId, String)>,
    /// Where to go on in the next Thing; `None` at its begin.
    from_ms: Option<i64>,
    report: RebuildReport,
}

/// What a slice left behind.
#[derive(Debug)]
pub(crate) struct Slice {
    /// The work, to go on with or done.
    pub(crate) work: Result<Rebuild, RebuildReport>,
    /// Whether anything was written.
    pub(crate) has_written: bool,
}

/// One Thing whose buckets are compared.
struct Course {
    thing: ThingId,
    name: String,
    slots: Slots,
    feeds: Vec<Feed>,
    /// What its readings can reach.
    reached: std::ops::RangeInclusive<i64>,
    /// All times of which there may be buckets.
    span: std::ops::RangeInclusive<i64>,
}

impl Rebuild {
    /// Nothing done yet.
    pub(crate) fn of_all(
        tables: &mut dyn Tables,
        zone: TimeZone,
        mode: RebuildMode,
    ) -> Result<Self, DbError> {
        let mut things = tables.things()?;
        things.reverse();
        Ok(Self { zone, mode, things, from_ms: None, report: RebuildReport::default() })
    }

    /// Goes on until time has run out.
    pub(crate) fn slice(mut self, tables: &mut dyn Tables) -> Result<Slice, DbError> {
        let began = Instant::now();
        let mut has_written = false;
        while let Some((thing, name)) = self.things.last().cloned() {
            let course = Course::of(tables, thing, name)?;
            let mut from_ms = self.from_ms.unwrap_or(*course.span.start());
            while course.span.contains(&from_ms) {
                let instant = Timestamp::from_millisecond(from_ms).unwrap_or_default();
                let day = BucketWidth::Day.bucket_of(instant, &self.zone);
                has_written |= self.day(tables, &course, day)?;
                from_ms = day.to().as_millisecond();
                if began.elapsed() >= SLICE {
                    self.from_ms = Some(from_ms);
                    return Ok(Slice { work: Ok(self), has_written });
                }
            }
            self.things.pop();
            self.from_ms = None;
        }
        Ok(Slice { work: Err(self.report), has_written })
    }

    /// Compares one local day of a Thing; says whether anything was written.
    fn day(&mut self, tables: &mut dyn Tables, course: &Course, day: TimeRange) -> Result<bool, DbError> {
        let (from_ms, to_ms) = (day.from().as_millisecond(), day.to().as_millisecond());
        let &Course { thing, ref slots, ref feeds, .. } = course;
        // What waits to be computed is no difference.
        let marked = tables.take_marks(thing, from_ms, to_ms)?;
        if !marked.is_empty() {
            rollup::compute_marked(tables, &self.zone, thing, (slots, feeds), day, &marked)?;
            tables.flush()?;
        }
        if slots.buckets_from_ms().is_some_and(|kept_from_ms| from_ms < kept_from_ms) {
            return Ok(!marked.is_empty());
        }
        let is_reached = from_ms <= *course.reached.end() && to_ms > *course.reached.start();
        let fresh =
            if is_reached { quarters(tables, thing, slots, feeds, from_ms, to_ms)? } else { Vec::new() };
        let hours = BucketWidth::Hour
            .buckets(day, &self.zone)
            .map(|hour| merged(hour, fresh.iter().filter(|row| hour.contains(row.range.from()))))
            .collect();
        let whole = merged(day, fresh.iter());
        let mut has_written = !marked.is_empty();
        for (width, fresh) in
            [(BucketWidth::QuarterHour, fresh), (BucketWidth::Hour, hours), (BucketWidth::Day, vec![whole])]
        {
            let stored = tables.buckets_between(width, thing, from_ms, to_ms)?;
            for wrong in self.compare(course, width, stored, fresh) {
                if self.mode == RebuildMode::Correct {
                    tables.save_buckets(width, thing, &wrong)?;
                    has_written = true;
                }
            }
        }
        Ok(has_written)
    }

    /// The rows that have to be written so that what is stored is what was computed.
    fn compare(
        &mut self,
        course: &Course,
        width: BucketWidth,
        stored: Vec<BucketRow>,
        computed: Vec<BucketRow>,
    ) -> Vec<BucketRow> {
        let by_start = |rows: Vec<BucketRow>| -> BTreeMap<Timestamp, BucketRow> {
            rows.into_iter().map(|row| (row.range.from(), row)).collect()
        };
        let (stored, mut computed) = (by_start(stored), by_start(computed));
        let starts: BTreeSet<Timestamp> = stored.keys().chain(computed.keys()).copied().collect();
        let mut wrong = Vec::new();
        for start in starts {
            let old = stored.get(&start);
            let new = computed.remove(&start);
            if self.has_differences(course, width, start, old, new.as_ref()) {
                let emptied = || Some(BucketRow { range: old?.range, buckets: Vec::new() });
                wrong.extend(new.or_else(emptied));
            }
        }
        wrong
    }

    /// Compares the buckets of all slots of one interval.
    fn has_differences(
        &mut self,
        course: &Course,
        width: BucketWidth,
        start: Timestamp,
        stored: Option<&BucketRow>,
        computed: Option<&BucketRow>,
    ) -> bool {
        let by_slot = |row: Option<&BucketRow>| -> BTreeMap<u8, Bucket> {
            row.into_iter().flat_map(|row| row.buckets.iter().copied()).collect()
        };
        let (stored, computed) = (by_slot(stored), by_slot(computed));
        let slots: BTreeSet<u8> = stored.keys().chain(computed.keys()).copied().collect();
        let mut any = false;
        for slot in slots {
            let (stored, computed) = (stored.get(&slot).copied(), computed.get(&slot).copied());
            if stored.zip(computed).is_some_and(|(a, b)| is_same(&a, &b)) {
                self.report.same(width);
                continue;
            }
            any = true;
            let stream = course.slots.get(slot);
            self.report.differs(Difference {
                thing: course.name.clone(),
                datastream: stream.map(|stream| (stream.id, stream.property, stream.channel)),
                width,
                start,
                stored,
                computed,
            });
        }
        any
    }
}

impl Course {
    fn of(tables: &mut dyn Tables, thing: ThingId, name: String) -> Result<Self, DbError> {
        let slots = Slots::load(tables, thing)?;
        let feeds = tables.feeds(thing)?;
        let mut newest_ms = None;
        for feed in &feeds {
            newest_ms = newest_ms.max(tables.latest(thing, feed.device)?.and_then(|row| row.newest_ms()));
        }
        let first_ms = slots.iter().map(|(_, stream)| stream.first_ms).min();
        let reached = match (first_ms, newest_ms) {
            (Some(first_ms), Some(newest_ms)) => first_ms - rollup::reach(&feeds)..=newest_ms,
            _ => EMPTY,
        };
        // A bucket whose values were removed is looked at wherever it is, so that it is known to stay.
        let has_removed = slots.iter().any(|(_, stream)| stream.values_from_ms.is_some());
        let span = match (tables.bucket_span(thing)?, reached.is_empty()) {
            (None, _) => reached.clone(),
            (Some((from_ms, to_ms)), true) => from_ms..=to_ms,
            (Some((from_ms, to_ms)), false) => from_ms.min(*reached.start())..=to_ms.max(*reached.end()),
        };
        let reached = if has_removed { span.clone() } else { reached };
        Ok(Self { thing, name, slots, feeds, reached, span })
    }
}

/// No time at all.
#[expect(clippy::reversed_empty_ranges, reason = "it is meant to be empty")]
const EMPTY: std::ops::RangeInclusive<i64> = 1..=0;

/// Whether two buckets say the same.
fn is_same(a: &Bucket, b: &Bucket) -> bool {
    let carried = match (a.carried, b.carried) {
        (Some(Carried { range: r1, sum: s1 }), Some(Carried { range: r2, sum: s2 })) => {
            r1 == r2 && is_near(s1, s2)
        }
        (one, other) => one.is_none() && other.is_none(),
    };
    let vector = match (a.vector, b.vector) {
        (Some((e1, n1)), Some((e2, n2))) => is_near(e1, e2) && is_near(n1, n2),
        (one, other) => one.is_none() && other.is_none(),
    };
    let exact =
        |bucket: &Bucket| (bucket.range, bucket.n, bucket.n_resets, bucket.min, bucket.max, bucket.last);
    exact(a) == exact(b)
        && is_near(a.sum, b.sum)
        && is_near(a.covered_seconds, b.covered_seconds)
        && carried
        && vector
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME_WITHIN * a.abs().max(b.abs()).max(1.0)
}
