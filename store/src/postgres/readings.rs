//! Readings, newest values and dirty quarter-hours, as the writer sees them.

use domain::{BucketWidth, DeviceId, Quality, ThingId};
use sqlx::{PgConnection, Row, postgres::PgRow};

use super::{
    ahead::Span,
    row::{row_id, rows_up_to},
    rows::codes,
    time::Ms,
};
use crate::{
    Bucket, Carried,
    by_slot::BySlot,
    rollup::range,
    writer::{
        latest::times,
        tables::{BucketRow, Counted, LatestRow, ReadingRow, Toward},
    },
};

type Values = Vec<Option<f64>>;

/// A row of readings, in the order in which all statements here read it.
pub(super) type Found = (i64, i64, i64, Ms, Values, Vec<i16>);

pub(super) fn row((id, uplink, device, time, values, quality): Found) -> ReadingRow {
    ReadingRow { id, uplink, device, time_ms: time.0, values: values.into(), quality: codes(&quality) }
}

/// Replaces the values of a reading.
pub(super) async fn update(db: &mut PgConnection, row: &ReadingRow) -> sqlx::Result<()> {
    let quality: Vec<i16> = row.quality.as_slice().iter().map(|&code| code.into()).collect();
    sqlx::query(r#"UPDATE reading SET "values" = $3, quality = $4 WHERE id = $1 AND time = $2"#)
        .bind(row.id)
        .bind(Ms(row.time_ms))
        .bind(row.values.as_slice())
        .bind(quality)
        .execute(db)
        .await?;
    Ok(())
}

/// What a device is already known to have measured at exactly this time.
pub(super) async fn at(
    db: &mut PgConnection,
    thing: ThingId,
    device: DeviceId,
    time_ms: i64,
) -> sqlx::Result<Vec<ReadingRow>> {
    let rows: Vec<Found> = sqlx::query_as(
        r#"SELECT id, uplink_id, device_id::bigint, time, "values", quality FROM reading
           WHERE thing_id = $1 AND time = $2 AND device_id = $3 ORDER BY id"#,
    )
    .bind(row_id(thing.0))
    .bind(Ms(time_ms))
    .bind(row_id(device.0))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(row).collect())
}

/// The readings of a device on a Thing in `[from_ms, to_ms)`.
pub(super) async fn of_device(
    db: &mut PgConnection,
    thing: ThingId,
    device: DeviceId,
    (from_ms, to_ms): (i64, i64),
) -> sqlx::Result<Vec<ReadingRow>> {
    let rows: Vec<Found> = sqlx::query_as(
        r#"SELECT id, uplink_id, device_id::bigint, time, "values", quality FROM reading
           WHERE thing_id = $1 AND device_id = $2 AND time >= $3 AND time < $4"#,
    )
    .bind(row_id(thing.0))
    .bind(row_id(device.0))
    .bind(Ms(from_ms))
    .bind(Ms(to_ms))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(row).collect())
}

/// The nearest counting value of each wanted slot of one device before or after an instant.
pub(super) async fn neighbours(
    db: &mut PgConnection,
    thing: ThingId,
    device: DeviceId,
    time_ms: i64,
    toward: Toward,
    wanted: &[u8],
) -> sqlx::Result<BySlot<Option<Counted>>> {
    let (sql, limit) = match toward {
        Toward::Past(limit) => (
            r#"SELECT s.slot, r.time, r.value
               FROM unnest($4::integer[]) s (slot)
               CROSS JOIN LATERAL
                    (SELECT time, "values"[s.slot + 1] AS value FROM reading
                     WHERE thing_id = $1 AND device_id = $2 AND time < $3 AND time >= $5
                       AND quality[s.slot + 1] = ANY ($6) AND "values"[s.slot + 1] IS NOT NULL
                     ORDER BY time DESC LIMIT 1) r"#,
            limit,
        ),
        Toward::Future(limit) => (
            r#"SELECT s.slot, r.time, r.value
               FROM unnest($4::integer[]) s (slot)
               CROSS JOIN LATERAL
                    (SELECT time, "values"[s.slot + 1] AS value FROM reading
                     WHERE thing_id = $1 AND device_id = $2 AND time > $3 AND time <= $5
                       AND quality[s.slot + 1] = ANY ($6) AND "values"[s.slot + 1] IS NOT NULL
                     ORDER BY time LIMIT 1) r"#,
            limit,
        ),
    };
    let slots: Vec<i32> = wanted.iter().map(|&slot| slot.into()).collect();
    let rows: Vec<(i32, Ms, f64)> = sqlx::query_as(sql)
        .bind(row_id(thing.0))
        .bind(row_id(device.0))
        .bind(Ms(time_ms))
        .bind(slots)
        .bind(Ms(limit))
        .bind(counting())
        .fetch_all(db)
        .await?;
    let mut found = BySlot::default();
    for (slot, time, value) in rows {
        found.set(u8::try_from(slot).unwrap_or_default(), Some(Counted { time_ms: time.0, value }));
    }
    Ok(found)
}

/// The codes of the qualities that count.
fn counting() -> Vec<i16> {
    let counts = |code: &u8| Quality::from_code(*code).is_some_and(Quality::counts);
    (0..=u8::MAX).filter(counts).map(i16::from).collect()
}

/// Takes a reading that is not in the table yet for a neighbour where it is nearer than what was found there.
pub(super) fn offer(
    found: &mut BySlot<Option<Counted>>,
    row: &ReadingRow,
    time_ms: i64,
    toward: Toward,
    wanted: &[u8],
) {
    let lies_there = match toward {
        Toward::Past(limit) => (limit..time_ms).contains(&row.time_ms),
        Toward::Future(limit) => row.time_ms > time_ms && row.time_ms <= limit,
    };
    if !lies_there {
        return;
    }
    for &slot in wanted {
        let Some(value) = row.counted(slot) else { continue };
        let is_nearer = |other: Counted| (row.time_ms - time_ms).abs() < (other.time_ms - time_ms).abs();
        if found.get(slot).is_none_or(is_nearer) {
            found.set(slot, Some(Counted { time_ms: row.time_ms, value }));
        }
    }
}

/// The newest values of a device on a Thing.
pub(super) async fn latest(
    db: &mut PgConnection,
    thing: ThingId,
    device: DeviceId,
) -> sqlx::Result<Option<LatestRow>> {
    type Row = (Ms, Option<Ms>, Values, Vec<i16>, Option<Vec<Option<Ms>>>);
    let found: Option<Row> = sqlx::query_as(
        r#"SELECT heard_at, time, "values", quality, older FROM latest WHERE thing_id = $1 AND device_id = $2"#,
    )
    .bind(row_id(thing.0))
    .bind(row_id(device.0))
    .fetch_optional(db)
    .await?;
    Ok(found.map(|(heard_at, time, values, quality, older)| {
        let quality = codes(&quality);
        let older: Vec<Option<i64>> =
            older.unwrap_or_default().into_iter().map(|at| at.map(|at| at.0)).collect();
        LatestRow {
            heard_ms: heard_at.0,
            values: values.into(),
            times_ms: times(time.map(|at| at.0), &quality, &older.into()),
            quality,
        }
    }))
}

/// The first marks behind a position.
///
/// The order is that of the columns: named without their table, it would be that of the numbers given out, and all marks
/// would be sorted for each page.
pub(super) const MARKS: &str =
    "SELECT thing_id::bigint, quarter FROM dirty d WHERE (d.thing_id, d.quarter) > ($1, $2)
     ORDER BY d.thing_id, d.quarter LIMIT $3";

/// Takes marks away whose buckets are computed.
pub(super) const REMOVE_MARKS: &str =
    "DELETE FROM dirty d USING unnest($1::bigint[], $2::timestamptz[]) t (thing, quarter)
     WHERE d.thing_id = t.thing AND d.quarter = t.quarter";

/// The first marked quarter-hours behind a position, in the order of Things.
pub(super) async fn marks(
    db: &mut PgConnection,
    (thing, quarter_ms): (ThingId, i64),
    limit: usize,
) -> sqlx::Result<Vec<(ThingId, i64)>> {
    let found: Vec<(i64, Ms)> = sqlx::query_as(MARKS)
        .bind(row_id(thing.0))
        .bind(Ms(quarter_ms))
        .bind(rows_up_to(limit))
        .fetch_all(db)
        .await?;
    Ok(found.into_iter().map(|(thing, quarter)| (ThingId(thing), quarter.0)).collect())
}

/// When the first and the last stored bucket of a Thing begin.
pub(super) async fn bucket_span(db: &mut PgConnection, thing: ThingId) -> sqlx::Result<Option<(i64, i64)>> {
    // The key begins with width and Thing: both ends of each are found without a scan.
    let span: (Option<Ms>, Option<Ms>) = sqlx::query_as(
        "SELECT min(first.start_at), max(last.start_at)
         FROM (VALUES ('15m'), ('1h'), ('1d')) w (width)
         CROSS JOIN LATERAL (SELECT start_at FROM bucket WHERE width = w.width AND thing_id = $1
                             ORDER BY start_at LIMIT 1) first
         CROSS JOIN LATERAL (SELECT start_at FROM bucket WHERE width = w.width AND thing_id = $1
                             ORDER BY start_at DESC LIMIT 1) last",
    )
    .bind(row_id(thing.0))
    .fetch_one(db)
    .await?;
    Ok(span.0.zip(span.1).map(|(first, last)| (first.0, last.0)))
}

/// The stored buckets of a Thing that begin in `[from_ms, to_ms)`, in order.
pub(super) async fn buckets_between(
    db: &mut PgConnection,
    width: BucketWidth,
    thing: ThingId,
    from_ms: i64,
    to_ms: i64,
) -> sqlx::Result<Vec<BucketRow>> {
    let rows = sqlx::query(
        "SELECT start_at, end_at, n, sum, min, max, last, covered, east, north, n_resets, carried_from, carried_to,
                carried_sum
         FROM bucket WHERE width = $4 AND thing_id = $1 AND start_at >= $2 AND start_at < $3 ORDER BY start_at",
    )
    .bind(row_id(thing.0))
    .bind(Ms(from_ms))
    .bind(Ms(to_ms))
    .bind(width.key())
    .fetch_all(db)
    .await?;
    rows.iter().filter_map(|row| all_slots(row).transpose()).collect()
}

/// Things, beginnings and ends of stretches as arrays.
fn columns(spans: &[Span]) -> (Vec<i32>, Vec<Ms>, Vec<Ms>) {
    let things = spans.iter().map(|span| row_id(span.thing.0)).collect();
    let (from, to) = spans.iter().map(|span| (Ms(span.from_ms), Ms(span.to_ms))).unzip();
    (things, from, to)
}

/// The readings of each stretch, in time order.
pub(super) async fn of_spans(db: &mut PgConnection, spans: &[Span]) -> sqlx::Result<Vec<Vec<ReadingRow>>> {
    type Row = (i64, i64, i64, i64, Ms, Values, Vec<i16>);
    let mut found = vec![Vec::new(); spans.len()];
    let (things, from, to) = columns(spans);
    let (Some(first), Some(last)) = (from.iter().min().copied(), to.iter().max().copied()) else {
        return Ok(found);
    };
    // Both bounds of all stretches again: they are known before the first look at the parts of the table.
    let rows: Vec<Row> = sqlx::query_as(
        r#"SELECT s.place, r.* FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[])
                                 WITH ORDINALITY s (thing, since, until, place)
           CROSS JOIN LATERAL
                (SELECT id, uplink_id, device_id::bigint, time, "values", quality FROM reading
                 WHERE thing_id = s.thing AND time >= s.since AND time < s.until AND time >= $4 AND time < $5
                 OFFSET 0) r"#,
    )
    .bind(things)
    .bind(from)
    .bind(to)
    .bind(first)
    .bind(last)
    .fetch_all(db)
    .await?;
    for (place, id, uplink, device, time, values, quality) in rows {
        if let Some(of_span) = usize::try_from(place - 1).ok().and_then(|i| found.get_mut(i)) {
            of_span.push(row((id, uplink, device, time, values, quality)));
        }
    }
    for of_span in &mut found {
        of_span.sort_unstable_by_key(|row| (row.time_ms, row.id));
    }
    Ok(found)
}

/// The stored quarter-hours that begin in each stretch, in order.
pub(super) async fn quarter_hours_of(
    db: &mut PgConnection,
    spans: &[Span],
) -> sqlx::Result<Vec<Vec<BucketRow>>> {
    let (things, from, to) = columns(spans);
    let rows = sqlx::query(
        "SELECT b.*, s.place FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[])
                                WITH ORDINALITY s (thing, since, until, place)
         CROSS JOIN LATERAL
              (SELECT start_at, end_at, n, sum, min, max, last, covered, east, north, n_resets, carried_from,
                      carried_to, carried_sum
               FROM bucket
               WHERE width = '15m' AND thing_id = s.thing AND start_at >= s.since AND start_at < s.until
               ORDER BY start_at OFFSET 0) b",
    )
    .bind(things)
    .bind(from)
    .bind(to)
    .fetch_all(db)
    .await?;
    let mut found = vec![Vec::new(); spans.len()];
    for row in &rows {
        let place: i64 = row.try_get(14)?;
        if let Some(of_span) = usize::try_from(place - 1).ok().and_then(|i| found.get_mut(i)) {
            of_span.extend(all_slots(row)?);
        }
    }
    Ok(found)
}

/// The buckets of all slots of a row.
fn all_slots(row: &PgRow) -> sqlx::Result<Option<BucketRow>> {
    let (start_at, end_at): (Ms, Ms) = (row.try_get(0)?, row.try_get(1)?);
    let Some(range) = range(start_at.0, end_at.0) else { return Ok(None) };
    let counts = |i| row.try_get::<Option<Vec<Option<i32>>>, usize>(i).map(Option::unwrap_or_default);
    let numbers = |i| row.try_get::<Option<Values>, usize>(i).map(Option::unwrap_or_default);
    let moments = |i| row.try_get::<Option<Vec<Option<Ms>>>, usize>(i).map(Option::unwrap_or_default);
    let (n, n_resets) = (counts(2)?, counts(10)?);
    let (sum, min, max, last) = (numbers(3)?, numbers(4)?, numbers(5)?, numbers(6)?);
    let (covered, east, north, carried_sum) = (numbers(7)?, numbers(8)?, numbers(9)?, numbers(13)?);
    let (carried_from, carried_to) = (moments(11)?, moments(12)?);
    let mut buckets = Vec::new();
    for (slot, (i, n)) in (0..=u8::MAX).zip(n.into_iter().enumerate()) {
        let Some(n) = n else { continue };
        let number = |array: &[Option<f64>]| array.get(i).copied().flatten();
        let moment = |array: &[Option<Ms>]| array.get(i).copied().flatten();
        let carried = || {
            let range = crate::rollup::range(moment(&carried_from)?.0, moment(&carried_to)?.0)?;
            Some(Carried { range, sum: number(&carried_sum)? })
        };
        buckets.push((
            slot,
            Bucket {
                range,
                n: n.unsigned_abs(),
                sum: number(&sum).unwrap_or_default(),
                min: number(&min),
                max: number(&max),
                last: number(&last),
                vector: number(&east).zip(number(&north)),
                covered_seconds: number(&covered).unwrap_or_default(),
                n_resets: n_resets.get(i).copied().flatten().unwrap_or_default().unsigned_abs(),
                carried: carried(),
            },
        ));
    }
    Ok(Some(BucketRow { range, buckets }))
}
