//! Stored buckets: one row holds those of all slots of a Thing.

use domain::{Aggregation, BucketWidth, DatastreamId, ThingId, TimeRange};
use jiff::{SignedDuration, tz::TimeZone};
use sqlx::{FromRow, PgConnection, Row, postgres::PgRow};

use super::{
    row::{parsed, row_id},
    streams::StreamIds,
    time::Ms,
};
use crate::{Bucket, Carried, rollup::range};

/// The bucket of one slot as it is stored.
#[derive(Debug, FromRow)]
struct Stored {
    start_at: Ms,
    end_at: Ms,
    n: i32,
    sum: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    last: Option<f64>,
    covered: Option<f64>,
    east: Option<f64>,
    north: Option<f64>,
    n_resets: Option<i32>,
    carried_from: Option<Ms>,
    carried_to: Option<Ms>,
    carried_sum: Option<f64>,
}

/// The buckets of one Datastream that meet a range and hold an observation, in time order.
pub(super) async fn list(
    db: &mut PgConnection,
    zone: &TimeZone,
    datastream: DatastreamId,
    width: BucketWidth,
    asked: TimeRange,
) -> sqlx::Result<Vec<Bucket>> {
    let stream: Option<(i32, i16, String)> =
        sqlx::query_as("SELECT thing_id, slot, property FROM datastream WHERE id = $1")
            .bind(row_id(datastream.0))
            .fetch_optional(&mut *db)
            .await?;
    let Some((thing, slot, property)) = stream else { return Ok(Vec::new()) };
    let property: domain::ObservedProperty = parsed(&property)?;
    let from = Ms::ceil(width.bucket_of(asked.from(), zone).from());
    let mut buckets = match width {
        BucketWidth::QuarterHour | BucketWidth::Hour | BucketWidth::Day => {
            stored(db, (thing, slot), width, (from, Ms::ceil(asked.to()))).await?
        }
        BucketWidth::Week | BucketWidth::Month | BucketWidth::Year => {
            let last = asked.to() - SignedDuration::from_nanos(1);
            let to = Ms::ceil(width.bucket_of(last, zone).to());
            let days = stored(db, (thing, slot), BucketWidth::Day, (from, to)).await?;
            days.chunk_by(|a, b| width.bucket_of(a.range.from(), zone).contains(b.range.from()))
                .filter_map(|days| {
                    let range = width.bucket_of(days.first()?.range.from(), zone);
                    Some(Bucket::merge(range, days.iter().copied()))
                })
                .collect()
        }
    };
    let lasts = property.aggregation() == Aggregation::TimeShare;
    buckets.retain(|b| b.n > 0 || b.carried.is_some() || lasts);
    Ok(buckets)
}

/// Stored buckets of a slot that begin in `[from, to)`.
async fn stored(
    db: &mut PgConnection,
    (thing, slot): (i32, i16),
    width: BucketWidth,
    (from, to): (Ms, Ms),
) -> sqlx::Result<Vec<Bucket>> {
    let rows: Vec<Stored> = sqlx::query_as(
        "SELECT start_at, end_at, n[$3] AS n, sum[$3] AS sum, min[$3] AS min, max[$3] AS max, last[$3] AS last,
                covered[$3] AS covered, east[$3] AS east, north[$3] AS north, n_resets[$3] AS n_resets,
                carried_from[$3] AS carried_from, carried_to[$3] AS carried_to, carried_sum[$3] AS carried_sum
         FROM bucket
         WHERE width = $1 AND thing_id = $2 AND start_at >= $4 AND start_at < $5 AND n[$3] IS NOT NULL
         ORDER BY start_at",
    )
    .bind(width.key())
    .bind(thing)
    .bind(i32::from(slot) + 1)
    .bind(from)
    .bind(to)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(Stored::bucket).collect())
}

impl Stored {
    fn bucket(self) -> Option<Bucket> {
        let carried = || {
            let range = range(self.carried_from?.0, self.carried_to?.0)?;
            Some(Carried { range, sum: self.carried_sum? })
        };
        Some(Bucket {
            range: range(self.start_at.0, self.end_at.0)?,
            n: self.n.unsigned_abs(),
            sum: self.sum.unwrap_or_default(),
            min: self.min,
            max: self.max,
            last: self.last,
            vector: self.east.zip(self.north),
            covered_seconds: self.covered.unwrap_or_default(),
            n_resets: self.n_resets.unwrap_or_default().unsigned_abs(),
            carried: carried(),
        })
    }
}

/// The stored buckets of a width that begin in a range, of all Datastreams: by Thing, time and slot.
pub(super) async fn of_all(
    db: &mut PgConnection,
    streams: &StreamIds,
    width: BucketWidth,
    range: TimeRange,
) -> sqlx::Result<Vec<(DatastreamId, Bucket)>> {
    // The key of a bucket begins with the Thing: looked up for one Thing after the other, the range is found without
    // passing by all other times. `OFFSET 0` keeps the planner from trying anything else.
    let rows = sqlx::query(
        "SELECT b.*, t.id::bigint
         FROM thing t CROSS JOIN LATERAL
              (SELECT start_at, end_at, n, sum, min, max, last, covered, east, north, n_resets, carried_from,
                      carried_to, carried_sum
               FROM bucket
               WHERE width = $1 AND thing_id = t.id AND start_at >= $2 AND start_at < $3
               ORDER BY start_at OFFSET 0) AS b
         ORDER BY t.id, b.start_at",
    )
    .bind(width.key())
    .bind(Ms::ceil(range.from()))
    .bind(Ms::ceil(range.to()))
    .fetch_all(&mut *db)
    .await?;
    let streams = streams.refreshed(db).await?;
    let mut buckets = Vec::new();
    for row in &rows {
        let thing = ThingId(row.try_get(14)?);
        all_slots(row, streams.of(thing), &mut buckets)?;
    }
    Ok(buckets)
}

/// Adds the buckets of all slots of a row.
fn all_slots(
    row: &PgRow,
    streams: &[DatastreamId],
    buckets: &mut Vec<(DatastreamId, Bucket)>,
) -> sqlx::Result<()> {
    let (start_at, end_at): (Ms, Ms) = (row.try_get(0)?, row.try_get(1)?);
    let counts = |i| row.try_get::<Option<Vec<Option<i32>>>, usize>(i).map(Option::unwrap_or_default);
    let numbers = |i| row.try_get::<Option<Vec<Option<f64>>>, usize>(i).map(Option::unwrap_or_default);
    let times = |i| row.try_get::<Option<Vec<Option<Ms>>>, usize>(i).map(Option::unwrap_or_default);
    let (n, n_resets) = (counts(2)?, counts(10)?);
    let (sum, min, max, last) = (numbers(3)?, numbers(4)?, numbers(5)?, numbers(6)?);
    let (covered, east, north, carried_sum) = (numbers(7)?, numbers(8)?, numbers(9)?, numbers(13)?);
    let (carried_from, carried_to) = (times(11)?, times(12)?);
    for (slot, (&datastream, n)) in streams.iter().zip(n).enumerate() {
        let Some(n) = n else { continue };
        let number = |array: &[Option<f64>]| array.get(slot).copied().flatten();
        let time = |array: &[Option<Ms>]| array.get(slot).copied().flatten();
        let stored = Stored {
            start_at,
            end_at,
            n,
            sum: number(&sum),
            min: number(&min),
            max: number(&max),
            last: number(&last),
            covered: number(&covered),
            east: number(&east),
            north: number(&north),
            n_resets: n_resets.get(slot).copied().flatten(),
            carried_from: time(&carried_from),
            carried_to: time(&carried_to),
            carried_sum: number(&carried_sum),
        };
        buckets.extend(stored.bucket().map(|bucket| (datastream, bucket)));
    }
    Ok(())
}
