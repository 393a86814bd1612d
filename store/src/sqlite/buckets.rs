//! Stored buckets: one row holds those of all slots of a Thing.

use domain::{BucketWidth, DatastreamId, ThingId, TimeRange};
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{array::element, datastreams::parsed, reader::Reader, series::ceil_ms};
use crate::{Bucket, Carried, by_slot::BySlot, rollup::range, writer::tables::BucketRow};

/// Buckets of one Thing that follow each other closely are stored together, four at a time: few enough
/// that the live ones of all Things share pages, many enough that a day takes few seeks.
const CHUNK: i64 = 4;

/// The length of an interval; of a day the usual one.
const fn width_ms(width: BucketWidth) -> i64 {
    match width {
        BucketWidth::QuarterHour => 15 * 60_000,
        BucketWidth::Hour => 3_600_000,
        _ => 24 * 3_600_000,
    }
}

/// The part of the key that groups buckets of one width.
pub(super) fn chunk_of(width: BucketWidth, start_ms: i64) -> i64 {
    start_ms.div_euclid(CHUNK * width_ms(width))
}

/// The times between which all stored buckets begin.
pub(super) fn span(db: &Connection) -> rusqlite::Result<Option<(i64, i64)>> {
    let mut span: Option<(i64, i64)> = None;
    for width in [BucketWidth::QuarterHour, BucketWidth::Hour, BucketWidth::Day] {
        // Two statements, so that each finds its end of the key without a scan.
        let end = |sql| -> rusqlite::Result<Option<i64>> {
            db.prepare_cached(sql)?.query_row([width.key()], |row| row.get(0))
        };
        let first = end("SELECT min(chunk) FROM bucket WHERE width = ?1")?;
        let last = end("SELECT max(chunk) FROM bucket WHERE width = ?1")?;
        if let Some((first, last)) = first.zip(last) {
            let length_ms = CHUNK * width_ms(width);
            let (from_ms, to_ms) = (first * length_ms, (last + 1) * length_ms - 1);
            span = Some(span.map_or((from_ms, to_ms), |(from, to)| (from.min(from_ms), to.max(to_ms))));
        }
    }
    Ok(span)
}

/// Writes a row, or removes it if nothing is left in it.
pub(super) fn save(
    db: &Connection,
    width: BucketWidth,
    thing: ThingId,
    row: &BucketRow,
) -> rusqlite::Result<()> {
    let start_ms = row.range.from().as_millisecond();
    let chunk = chunk_of(width, start_ms);
    if row.buckets.is_empty() {
        db.prepare_cached(
            "DELETE FROM bucket WHERE width = ?1 AND chunk = ?2 AND thing_id = ?3 AND start_ms = ?4",
        )?
        .execute(params![width.key(), chunk, thing.0, start_ms])?;
        return Ok(());
    }
    let vector = |b: &Bucket, north: bool| b.vector.map(|v| if north { v.1 } else { v.0 });
    let carried = |b: &Bucket| {
        b.carried.map(|c| (c.range.from().as_millisecond(), c.range.to().as_millisecond(), c.sum))
    };
    db.prepare_cached("REPLACE INTO bucket VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)")?
        .execute(params![
            width.key(),
            chunk,
            thing.0,
            start_ms,
            row.range.to().as_millisecond(),
            column(row, |b| Some(b.n)),
            column(row, |b| Some(b.sum)),
            column(row, |b| b.min),
            column(row, |b| b.max),
            column(row, |b| b.last),
            column(row, |b| Some(b.covered_seconds)),
            column(row, |b| vector(b, false)),
            column(row, |b| vector(b, true)),
            column(row, |b| (b.n_resets > 0).then_some(b.n_resets)),
            column(row, carried)
        ])?;
    Ok(())
}

/// One array over all slots; `None` if no slot has anything in it.
fn column<T: Copy>(row: &BucketRow, get: impl Fn(&Bucket) -> Option<T>) -> Option<BySlot<Option<T>>> {
    let n_slots = row.buckets.last().map_or(0, |(slot, _)| usize::from(*slot) + 1);
    let mut array: Option<BySlot<Option<T>>> = None;
    for (slot, bucket) in &row.buckets {
        if let Some(element) = get(bucket) {
            array.get_or_insert_with(|| BySlot::with_room(n_slots)).set(*slot, Some(element));
        }
    }
    array
}

/// What [`all_slots`] and [`of_slot`] read, in their order.
macro_rules! columns {
    () => {
        "start_ms, end_ms, n, sum, min, max, last, covered, east, north, n_resets, carried"
    };
}

/// The rows of one chunk of a Thing that begin in a range.
const RANGE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM bucket WHERE width = ?1 AND chunk = ?2 AND thing_id = ?3 AND start_ms >= ?4 AND start_ms < ?5
     ORDER BY start_ms"
);

/// The rows of some chunks of all Things that begin in a range.
const OF_ALL: &str = concat!(
    "SELECT ",
    columns!(),
    ", thing_id FROM bucket WHERE width = ?1 AND chunk BETWEEN ?2 AND ?3 AND start_ms >= ?4 AND start_ms < ?5
     ORDER BY thing_id, start_ms"
);

/// The stored buckets of a Thing that begin in `[from_ms, to_ms)`, in order.
pub(super) fn between(
    db: &Connection,
    width: BucketWidth,
    thing: ThingId,
    from_ms: i64,
    to_ms: i64,
) -> rusqlite::Result<Vec<BucketRow>> {
    let mut statement = db.prepare_cached(RANGE)?;
    let mut found = Vec::new();
    for chunk in chunk_of(width, from_ms)..=chunk_of(width, to_ms - 1) {
        let rows = statement.query_map(params![width.key(), chunk, thing.0, from_ms, to_ms], all_slots)?;
        for row in rows.filter_map(Result::transpose) {
            found.push(row?);
        }
    }
    Ok(found)
}

/// The buckets of all slots of a row.
fn all_slots(row: &Row<'_>) -> rusqlite::Result<Option<BucketRow>> {
    let Some(range) = range(row.get(0)?, row.get(1)?) else { return Ok(None) };
    let n: BySlot<Option<u32>> = row.get(2)?;
    let [sum, min, max, last, covered, east, north] =
        [3, 4, 5, 6, 7, 8, 9].map(|i| row.get::<_, BySlot<Option<f64>>>(i));
    let (sum, min, max, last) = (sum?, min?, max?, last?);
    let (covered, east, north) = (covered?, east?, north?);
    let n_resets: BySlot<Option<u32>> = row.get(10)?;
    let carried: BySlot<Option<(i64, i64, f64)>> = row.get(11)?;
    let bucket = |slot: u8, n: u32| Bucket {
        range,
        n,
        sum: sum.get(slot).unwrap_or_default(),
        min: min.get(slot),
        max: max.get(slot),
        last: last.get(slot),
        vector: east.get(slot).zip(north.get(slot)),
        covered_seconds: covered.get(slot).unwrap_or_default(),
        n_resets: n_resets.get(slot).unwrap_or_default(),
        carried: carried.get(slot).and_then(carried_from),
    };
    let buckets = n.iter().filter_map(|(slot, n)| Some((slot, bucket(slot, n?)))).collect();
    Ok(Some(BucketRow { range, buckets }))
}

/// The stored buckets of a width that begin in a range, of all Datastreams: by Thing, time and slot.
pub(super) fn of_all(
    reader: &mut Reader,
    width: BucketWidth,
    range: TimeRange,
) -> rusqlite::Result<Vec<(DatastreamId, Bucket)>> {
    // One snapshot for both tables.
    let tx = reader.db.unchecked_transaction()?;
    reader.streams.refresh(&tx)?;
    let (from_ms, to_ms) = (ceil_ms(range.from()), ceil_ms(range.to()));
    let mut statement = tx.prepare_cached(OF_ALL)?;
    let chunks = (chunk_of(width, from_ms), chunk_of(width, to_ms));
    let mut rows = statement.query(params![width.key(), chunks.0, chunks.1, from_ms, to_ms])?;
    let mut buckets = Vec::new();
    while let Some(row) = rows.next()? {
        let ids = reader.streams.of(ThingId(row.get(12)?));
        let slots = all_slots(row)?.map_or(Vec::new(), |row| row.buckets);
        buckets.extend(
            slots.into_iter().filter_map(|(slot, bucket)| Some((*ids.get(usize::from(slot))?, bucket))),
        );
    }
    Ok(buckets)
}

/// The buckets of one Datastream that meet a range and hold an observation, in time order.
pub(super) fn list(
    db: &Connection,
    zone: &TimeZone,
    datastream: DatastreamId,
    width: BucketWidth,
    asked: TimeRange,
) -> rusqlite::Result<Vec<Bucket>> {
    let stream: Option<(i64, u8, domain::ObservedProperty)> = db
        .prepare_cached("SELECT thing_id, slot, property FROM datastream WHERE id = ?1")?
        .query_row([datastream.0], |row| Ok((row.get(0)?, row.get(1)?, parsed(&row.get_ref(2)?)?)))
        .optional()?;
    let Some((thing, slot, property)) = stream else { return Ok(Vec::new()) };
    let from_ms = width.bucket_of(asked.from(), zone).from().as_millisecond();
    let mut buckets = match width {
        BucketWidth::QuarterHour | BucketWidth::Hour | BucketWidth::Day => {
            stored(db, (thing, slot), width, from_ms, ceil_ms(asked.to()))?
        }
        BucketWidth::Week | BucketWidth::Month | BucketWidth::Year => {
            let last = asked.to() - jiff::SignedDuration::from_nanos(1);
            let to_ms = width.bucket_of(last, zone).to().as_millisecond();
            let days = stored(db, (thing, slot), BucketWidth::Day, from_ms, to_ms)?;
            days.chunk_by(|a, b| width.bucket_of(a.range.from(), zone).contains(b.range.from()))
                .filter_map(|days| {
                    let range = width.bucket_of(days.first()?.range.from(), zone);
                    Some(Bucket::merge(range, days.iter().copied()))
                })
                .collect()
        }
    };
    let lasts = property.aggregation() == domain::Aggregation::TimeShare;
    buckets.retain(|b| b.n > 0 || b.carried.is_some() || lasts);
    Ok(buckets)
}

/// Stored buckets of a slot that begin in `[from_ms, to_ms)`.
fn stored(
    db: &Connection,
    (thing, slot): (i64, u8),
    width: BucketWidth,
    from_ms: i64,
    to_ms: i64,
) -> rusqlite::Result<Vec<Bucket>> {
    let mut statement = db.prepare_cached(RANGE)?;
    let mut skip =
        db.prepare_cached("SELECT chunk FROM bucket WHERE width = ?1 AND chunk > ?2 ORDER BY chunk LIMIT 1")?;
    let last_chunk = chunk_of(width, to_ms.saturating_sub(1));
    let mut buckets = Vec::new();
    let mut chunk = Some(chunk_of(width, from_ms));
    while let Some(c) = chunk.filter(|&c| c <= last_chunk) {
        let mut any = false;
        let mut rows = statement.query(params![width.key(), c, thing, from_ms, to_ms])?;
        while let Some(row) = rows.next()? {
            any = true;
            buckets.extend(of_slot(row, slot)?);
        }
        chunk = if any {
            Some(c + 1)
        } else {
            skip.query_row(params![width.key(), c], |row| row.get(0)).optional()?
        };
    }
    Ok(buckets)
}

fn of_slot(row: &Row<'_>, slot: u8) -> rusqlite::Result<Option<Bucket>> {
    let number = |i: usize| -> rusqlite::Result<Option<f64>> {
        Ok(row.get_ref(i)?.as_str_or_null()?.and_then(|json| element(json, slot)))
    };
    let (Some(n), Some(range)) = (number(2)?, range(row.get(0)?, row.get(1)?)) else { return Ok(None) };
    let carried: BySlot<Option<(i64, i64, f64)>> = row.get(11)?;
    Ok(Some(Bucket {
        range,
        n: count(n),
        sum: number(3)?.unwrap_or_default(),
        min: number(4)?,
        max: number(5)?,
        last: number(6)?,
        covered_seconds: number(7)?.unwrap_or_default(),
        vector: number(8)?.zip(number(9)?),
        n_resets: number(10)?.map_or(0, count),
        carried: carried.get(slot).and_then(carried_from),
    }))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "written from a u32")]
fn count(number: f64) -> u32 {
    number as u32
}

fn carried_from((from_ms, to_ms, sum): (i64, i64, f64)) -> Option<Carried> {
    Some(Carried { range: range(from_ms, to_ms)?, sum })
}
