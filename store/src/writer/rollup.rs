//! Brings dirty buckets up to date, one local day of one Thing at a time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{Aggregation, BucketWidth, Channel, ObservedProperty, ThingId, TimeRange};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    memory::Memory,
    slots::Slots,
    tables::{BucketRow, Counted, Database, DbError, Feed, ReadingRow, Tables, Toward},
};
use crate::{
    Bucket,
    coverage::{QUARTER_MS, longest_step},
    rollup::{Point, Series, quarter_hours, range},
};

/// Dirty quarter-hours this close are computed in one pass together with those between them.
const SAME_PASS_MS: i64 = 4 * QUARTER_MS;

/// Before every Thing and quarter-hour there can be: ids begin with one.
const FIRST: (ThingId, i64) = (ThingId(0), 0);

/// The work on the buckets and where it stands.
#[derive(Debug)]
pub(super) struct Rollup {
    zone: TimeZone,
    /// The last quarter-hour taken: the next one is taken from behind it, so that all Things get a turn.
    after: (ThingId, i64),
}

impl Rollup {
    pub(super) fn new(zone: TimeZone) -> Self {
        Self { zone, after: FIRST }
    }

    /// Computes days until time has run out, at least one, in one transaction; `true` when nothing is dirty.
    pub(super) fn slice<D: Database>(
        &mut self,
        db: &mut D,
        memory: &mut Memory,
        expired: impl Fn() -> bool,
    ) -> Result<bool, DbError> {
        let mut tx = memory.begin(db)?;
        let mut next = self.next(&mut tx)?;
        if next.is_none() {
            return Ok(true);
        }
        while let Some((thing, quarter_ms)) = next {
            self.after = self.day(&mut tx, memory, thing, quarter_ms)?;
            next = self.next(&mut tx)?;
            if expired() {
                break;
            }
        }
        tx.commit()?;
        Ok(next.is_none())
    }

    /// The next marked quarter-hour; from the first Thing again at the end, so that no Thing waits for another one
    /// that is always busy.
    fn next(&self, tables: &mut impl Tables) -> Result<Option<(ThingId, i64)>, DbError> {
        match tables.next_mark(self.after)? {
            Some(found) => Ok(Some(found)),
            None => tables.next_mark(FIRST),
        }
    }

    /// Computes what is dirty in the local day of a quarter-hour; returns the position behind that day.
    fn day(
        &self,
        tables: &mut impl Tables,
        memory: &mut Memory,
        thing: ThingId,
        quarter_ms: i64,
    ) -> Result<(ThingId, i64), DbError> {
        let instant = Timestamp::from_millisecond(quarter_ms).unwrap_or_default();
        let day = BucketWidth::Day.bucket_of(instant, &self.zone);
        let (from_ms, to_ms) = (day.from().as_millisecond(), day.to().as_millisecond());
        let marked = memory.marks.take(tables, thing, from_ms, to_ms)?;
        let slots = memory.slots.of(tables, thing)?;
        let feeds = tables.feeds(thing)?;
        compute_marked(tables, &self.zone, thing, (slots, &feeds), day, &marked)?;
        Ok((thing, to_ms - 1))
    }
}

/// Computes some quarter-hours of a local day, the hours they lie in, and the day.
pub(super) fn compute_marked(
    tables: &mut (impl Tables + ?Sized),
    zone: &TimeZone,
    thing: ThingId,
    (slots, feeds): (&Slots, &[Feed]),
    day: TimeRange,
    marked: &[i64],
) -> Result<(), DbError> {
    let (from_ms, to_ms) = (day.from().as_millisecond(), day.to().as_millisecond());
    // Hours and days cannot be merged from quarter-hours that were removed: they stay as they are.
    if slots.buckets_from_ms().is_some_and(|kept_from_ms| from_ms < kept_from_ms) {
        return Ok(());
    }
    let mut computed = BTreeMap::new();
    for run in marked.chunk_by(|a, b| b - a <= SAME_PASS_MS) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        for row in quarters(tables, thing, slots, feeds, *first, last + QUARTER_MS)? {
            tables.save_buckets(BucketWidth::QuarterHour, thing, &row)?;
            computed.insert(row.range.from().as_millisecond(), row);
        }
    }
    let changed: BTreeSet<i64> = computed.keys().copied().collect();
    for row in tables.buckets_between(BucketWidth::QuarterHour, thing, from_ms, to_ms)? {
        computed.entry(row.range.from().as_millisecond()).or_insert(row);
    }

    for hour in BucketWidth::Hour.buckets(day, zone) {
        let span = hour.from().as_millisecond()..hour.to().as_millisecond();
        if changed.range(span.clone()).next().is_some() {
            let parts = computed.range(span).map(|(_, row)| row);
            tables.save_buckets(BucketWidth::Hour, thing, &merged(hour, parts))?;
        }
    }
    let parts = computed.range(from_ms..to_ms).map(|(_, row)| row);
    tables.save_buckets(BucketWidth::Day, thing, &merged(day, parts))
}

/// How far a value reaches to either side of its own time; the increment of a running total reaches further.
pub(super) fn reach(feeds: &[Feed]) -> i64 {
    feeds.iter().map(|feed| longest_step(feed.interval_ms)).max().unwrap_or(0)
}

/// One row of all slots from the rows of the intervals inside.
pub(super) fn merged<'a>(whole: TimeRange, parts: impl Iterator<Item = &'a BucketRow>) -> BucketRow {
    let mut by_slot: BTreeMap<u8, Vec<Bucket>> = BTreeMap::new();
    for (slot, bucket) in parts.flat_map(|row| &row.buckets) {
        by_slot.entry(*slot).or_default().push(*bucket);
    }
    let buckets = by_slot.into_iter().map(|(slot, parts)| (slot, Bucket::merge(whole, parts))).collect();
    BucketRow { range: whole, buckets }
}

/// The quarter-hours `[from_ms, to_ms)` of a Thing, from its readings.
pub(super) fn quarters(
    tables: &mut (impl Tables + ?Sized),
    thing: ThingId,
    slots: &Slots,
    feeds: &[Feed],
    from_ms: i64,
    to_ms: i64,
) -> Result<Vec<BucketRow>, DbError> {
    let reach = reach(feeds);
    let rows = tables.readings_between(thing, from_ms - reach, to_ms + reach + 1)?;
    let weights = Weights::new(slots, &rows);

    let mut starts = from_ms;
    let mut result = Vec::new();
    while starts < to_ms {
        result
            .extend(range(starts, starts + QUARTER_MS).map(|range| BucketRow { range, buckets: Vec::new() }));
        starts += QUARTER_MS;
    }
    let mut by_slot: BTreeMap<u8, Vec<Series>> = BTreeMap::new();
    for feed in feeds {
        let mut of_feed = collect(feed, slots, &rows, &weights);
        extend_totals(tables, thing, feed, slots, &mut of_feed, (from_ms, to_ms))?;
        for (slot, series) in of_feed {
            by_slot.entry(slot).or_default().push(series);
        }
    }
    for (slot, series) in by_slot {
        let Some(stream) = slots.get(slot) else { continue };
        let buckets = quarter_hours(stream.property.aggregation(), &series, from_ms, to_ms);
        for (row, bucket) in result.iter_mut().zip(buckets) {
            if !bucket.is_empty() {
                row.buckets.push((slot, bucket));
            }
        }
    }
    keep_final(tables, thing, slots, (from_ms, to_ms), reach, &mut result)?;
    Ok(result)
}

/// Beyond the reach of its readings a value that was removed is only missed by a running total, over a gap.
const FINAL_MS: i64 = 48 * 3_600_000;

/// Puts the stored bucket in the place of a computed one that followed from values which were removed.
fn keep_final(
    tables: &mut (impl Tables + ?Sized),
    thing: ThingId,
    slots: &Slots,
    (from_ms, to_ms): (i64, i64),
    reach: i64,
    rows: &mut [BucketRow],
) -> Result<(), DbError> {
    let kept: Vec<(u8, i64)> =
        slots.iter().filter_map(|(slot, stream)| Some((slot, stream.values_from_ms?))).collect();
    if kept.is_empty() {
        return Ok(());
    }
    let stored = tables.buckets_between(BucketWidth::QuarterHour, thing, from_ms, to_ms)?;
    let stored: BTreeMap<Timestamp, &BucketRow> = stored.iter().map(|row| (row.range.from(), row)).collect();
    for row in rows {
        let old = stored.get(&row.range.from());
        for &(slot, kept_from_ms) in &kept {
            let bucket = old.and_then(|old| old.buckets.iter().find(|(of, _)| *of == slot));
            let is_final = row.range.from().as_millisecond() < kept_from_ms + reach.max(FINAL_MS)
                || bucket
                    .and_then(|(_, bucket)| bucket.carried)
                    .is_some_and(|carried| carried.range.from().as_millisecond() < kept_from_ms);
            if is_final {
                row.buckets.retain(|(of, _)| *of != slot);
                row.buckets.extend(bucket);
            }
        }
        row.buckets.sort_unstable_by_key(|(slot, _)| *slot);
    }
    Ok(())
}

/// The counting values of one device by slot.
fn collect(feed: &Feed, slots: &Slots, rows: &[ReadingRow], weights: &Weights) -> BTreeMap<u8, Series> {
    let mut of_feed: BTreeMap<u8, Series> = BTreeMap::new();
    for &(slot, wraps_at) in &feed.slots {
        let Some(stream) = slots.get(slot) else { continue };
        let points = rows
            .iter()
            .filter(|row| row.device == feed.device.0)
            .filter_map(|row| {
                let value = row.counted(slot)?;
                Some(Point { time_ms: row.time_ms, value, weight: weights.of(stream.property, row) })
            })
            .collect();
        of_feed.insert(slot, Series { points, interval_ms: feed.interval_ms, wraps_at });
    }
    of_feed
}

/// A running total also counts over gaps of any length: looks up the value before and behind the stretch
/// where they are further away than what was read. A device that reported nothing since the stretch began,
/// such as one replaced long ago, has nothing to look up.
fn extend_totals(
    tables: &mut (impl Tables + ?Sized),
    thing: ThingId,
    feed: &Feed,
    slots: &Slots,
    of_feed: &mut BTreeMap<u8, Series>,
    (from_ms, to_ms): (i64, i64),
) -> Result<(), DbError> {
    let is_total = |slot: &u8| {
        slots.get(*slot).is_some_and(|stream| stream.property.aggregation() == Aggregation::Total)
    };
    let lacking = |of_feed: &BTreeMap<u8, Series>, has: &dyn Fn(&Point) -> bool| -> Vec<u8> {
        let totals = of_feed.iter().filter(|(slot, _)| is_total(slot));
        totals.filter(|(_, series)| !series.points.iter().any(has)).map(|(slot, _)| *slot).collect()
    };
    let mut past = lacking(of_feed, &|p| p.time_ms < from_ms);
    let mut future = lacking(of_feed, &|p| p.time_ms >= to_ms);
    if past.is_empty() && future.is_empty() {
        return Ok(());
    }
    let device = feed.device;
    let latest = tables.latest(thing, device)?.unwrap_or_default();
    let point = |found: Counted| Point { time_ms: found.time_ms, value: found.value, weight: 1.0 };

    future.retain(|&slot| latest.times_ms.get(slot) >= Some(to_ms));
    if let Some(newest) = future.iter().filter_map(|&slot| latest.times_ms.get(slot)).max() {
        let found = tables.neighbours(thing, device, to_ms - 1, Toward::Future(newest), &future)?;
        for slot in future {
            if let (Some(found), Some(series)) = (found.get(slot), of_feed.get_mut(&slot)) {
                series.points.push(point(found));
            }
        }
    }
    // The value before only matters to one behind it.
    past.retain(|slot| of_feed.get(slot).is_some_and(|series| !series.points.is_empty()));
    let first = past.iter().filter_map(|&slot| slots.get(slot)).map(|stream| stream.first_ms).min();
    if let Some(first) = first.filter(|&first| first < from_ms) {
        let found = tables.neighbours(thing, device, from_ms, Toward::Past(first), &past)?;
        for slot in past {
            if let (Some(found), Some(series)) = (found.get(slot), of_feed.get_mut(&slot)) {
                series.points.insert(0, point(found));
            }
        }
    }
    Ok(())
}

/// Wind speeds by device and instant: the weights of wind directions.
#[derive(Debug, Default)]
struct Weights {
    wind: HashMap<(i64, i64), f64>,
    gust: HashMap<(i64, i64), f64>,
}

impl Weights {
    fn new(slots: &Slots, rows: &[ReadingRow]) -> Self {
        let speeds = |direction, speed| {
            let needed = slots.iter().any(|(_, stream)| stream.property == direction);
            let slot = slots.find(speed, Channel::MAIN).filter(|_| needed);
            let speed_of = |row: &ReadingRow| Some(((row.device, row.time_ms), row.counted(slot?)?));
            rows.iter().filter_map(speed_of).collect()
        };
        Self {
            wind: speeds(ObservedProperty::WindDirection, ObservedProperty::WindSpeed),
            gust: speeds(ObservedProperty::WindGustDirection, ObservedProperty::WindGust),
        }
    }

    /// The weight of a direction in a reading; 1 where no speed is known.
    fn of(&self, property: ObservedProperty, row: &ReadingRow) -> f64 {
        let speeds = match property {
            ObservedProperty::WindDirection => &self.wind,
            ObservedProperty::WindGustDirection => &self.gust,
            _ => return 1.0,
        };
        speeds.get(&(row.device, row.time_ms)).copied().unwrap_or(1.0)
    }
}
