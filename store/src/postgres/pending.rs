//! Writes that wait for the end of the transaction, so that each table is written by one statement.

mod reception;

use std::collections::{BTreeMap, HashMap};

use domain::{BucketWidth, DeviceId, ThingId};
use sqlx::PgConnection;

use self::reception::Reception;
use super::{
    readings::REMOVE_MARKS,
    rows::{BucketValue, EventValue, LatestValue, QuarantineValue, ReadingValue, UplinkValue},
    time::Ms,
};
use crate::{
    Outcome,
    writer::tables::{BucketRow, LatestRow, Newest},
};

/// What a transaction has put off.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) outcomes: Vec<EventValue>,
    pub(super) uplinks: Vec<UplinkValue>,
    /// Positions in `uplinks` by frame hash, of those that were measured.
    pub(super) by_frame: HashMap<i64, Vec<usize>>,
    pub(super) readings: Vec<ReadingValue>,
    /// Positions in `readings` by Thing and device.
    pub(super) by_device: HashMap<(i64, i64), Vec<usize>>,
    pub(super) latest: HashMap<(ThingId, DeviceId), LatestRow>,
    pub(super) reception: Reception,
    pub(super) channels: BTreeMap<(ThingId, DeviceId, u8), Option<f64>>,
    pub(super) marks: Vec<(ThingId, i64)>,
    /// Marks whose buckets are computed.
    pub(super) taken: Vec<(ThingId, i64)>,
    pub(super) buckets: BTreeMap<(&'static str, ThingId, i64), (BucketWidth, BucketRow)>,
    pub(super) quarantine: Vec<QuarantineValue>,
    pub(super) totals: Vec<(String, Outcome, i64)>,
    pub(super) newest: Option<Newest>,
}

impl Pending {
    /// Writes everything.
    pub(super) async fn write(self, db: &mut PgConnection) -> sqlx::Result<()> {
        if !self.outcomes.is_empty() {
            sqlx::query(
                "UPDATE ingest_event e SET outcome = n.outcome, reason = n.reason
                 FROM unnest($1::ingest_event[]) n WHERE e.event_id = n.event_id",
            )
            .bind(self.outcomes)
            .execute(&mut *db)
            .await?;
        }
        if !self.uplinks.is_empty() {
            sqlx::query("INSERT INTO uplink SELECT * FROM unnest($1::uplink[])")
                .bind(self.uplinks)
                .execute(&mut *db)
                .await?;
        }
        if !self.readings.is_empty() {
            sqlx::query("INSERT INTO reading SELECT * FROM unnest($1::reading[])")
                .bind(self.readings)
                .execute(&mut *db)
                .await?;
        }
        write_latest(db, self.latest).await?;
        self.reception.write(db).await?;
        write_channels(db, self.channels).await?;
        remove_marks(db, self.taken).await?;
        write_marks(db, self.marks).await?;
        write_buckets(db, self.buckets).await?;
        write_quarantine(db, self.quarantine).await?;
        write_totals(db, self.totals).await?;
        if let Some(newest) = self.newest {
            sqlx::query("UPDATE writer SET newest_reading = $1, newest_uplink = $2, n_events = $3")
                .bind(newest.reading)
                .bind(newest.uplink)
                .bind(newest.n_events)
                .execute(&mut *db)
                .await?;
        }
        Ok(())
    }
}

async fn write_latest(
    db: &mut PgConnection,
    latest: HashMap<(ThingId, DeviceId), LatestRow>,
) -> sqlx::Result<()> {
    if latest.is_empty() {
        return Ok(());
    }
    let rows = latest.iter().map(|((thing, device), row)| LatestValue::new(thing.0, device.0, row));
    sqlx::query(
        r#"INSERT INTO latest SELECT * FROM unnest($1::latest[])
           ON CONFLICT (thing_id, device_id) DO UPDATE SET
             heard_at = excluded.heard_at, time = excluded.time, "values" = excluded."values",
             quality = excluded.quality, older = excluded.older"#,
    )
    .bind(rows.collect::<sqlx::Result<Vec<_>>>()?)
    .execute(db)
    .await?;
    Ok(())
}

async fn write_channels(
    db: &mut PgConnection,
    channels: BTreeMap<(ThingId, DeviceId, u8), Option<f64>>,
) -> sqlx::Result<()> {
    if channels.is_empty() {
        return Ok(());
    }
    let things: Vec<i64> = channels.keys().map(|(thing, _, _)| thing.0).collect();
    let devices: Vec<i64> = channels.keys().map(|(_, device, _)| device.0).collect();
    let slots: Vec<i16> = channels.keys().map(|(_, _, slot)| i16::from(*slot)).collect();
    sqlx::query(
        "INSERT INTO device_channel SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::float8[])
         ON CONFLICT (thing_id, device_id, slot) DO UPDATE SET wraps_at = excluded.wraps_at
           WHERE device_channel.wraps_at IS DISTINCT FROM excluded.wraps_at",
    )
    .bind(things)
    .bind(devices)
    .bind(slots)
    .bind(channels.into_values().collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

async fn write_marks(db: &mut PgConnection, marks: Vec<(ThingId, i64)>) -> sqlx::Result<()> {
    if marks.is_empty() {
        return Ok(());
    }
    let (things, quarters): (Vec<i64>, Vec<Ms>) =
        marks.into_iter().map(|(thing, at)| (thing.0, Ms(at))).unzip();
    sqlx::query(
        "INSERT INTO dirty SELECT * FROM unnest($1::bigint[], $2::timestamptz[]) ON CONFLICT DO NOTHING",
    )
    .bind(things)
    .bind(quarters)
    .execute(db)
    .await?;
    Ok(())
}

async fn remove_marks(db: &mut PgConnection, taken: Vec<(ThingId, i64)>) -> sqlx::Result<()> {
    if taken.is_empty() {
        return Ok(());
    }
    let (things, quarters): (Vec<i64>, Vec<Ms>) =
        taken.into_iter().map(|(thing, at)| (thing.0, Ms(at))).unzip();
    sqlx::query(REMOVE_MARKS).bind(things).bind(quarters).execute(db).await?;
    Ok(())
}

async fn write_buckets(
    db: &mut PgConnection,
    buckets: BTreeMap<(&'static str, ThingId, i64), (BucketWidth, BucketRow)>,
) -> sqlx::Result<()> {
    let (mut kept, mut emptied) = (Vec::new(), (Vec::new(), Vec::new(), Vec::new()));
    for ((key, thing, start_ms), (width, row)) in buckets {
        if row.buckets.is_empty() {
            emptied.0.push(key);
            emptied.1.push(thing.0);
            emptied.2.push(Ms(start_ms));
        } else {
            kept.push(BucketValue::new(width, thing, &row)?);
        }
    }
    if !emptied.0.is_empty() {
        sqlx::query(
            "DELETE FROM bucket b USING unnest($1::text[], $2::bigint[], $3::timestamptz[]) e (width, thing, start)
             WHERE b.width = e.width AND b.thing_id = e.thing AND b.start_at = e.start",
        )
        .bind(emptied.0)
        .bind(emptied.1)
        .bind(emptied.2)
        .execute(&mut *db)
        .await?;
    }
    if !kept.is_empty() {
        sqlx::query(
            "INSERT INTO bucket SELECT * FROM unnest($1::bucket[])
             ON CONFLICT (width, thing_id, start_at) DO UPDATE SET
               end_at = excluded.end_at, n = excluded.n, sum = excluded.sum, min = excluded.min,
               max = excluded.max, last = excluded.last, covered = excluded.covered, east = excluded.east,
               north = excluded.north, n_resets = excluded.n_resets, carried_from = excluded.carried_from,
               carried_to = excluded.carried_to, carried_sum = excluded.carried_sum",
        )
        .bind(kept)
        .execute(db)
        .await?;
    }
    Ok(())
}

/// One statement for each message: they are few, and may be large.
async fn write_quarantine(db: &mut PgConnection, messages: Vec<QuarantineValue>) -> sqlx::Result<()> {
    for m in messages {
        sqlx::query(
            "INSERT INTO quarantine (event_id, source, received_at, reason, detail, dev_eui, device_name, topic,
                                     payload, n_bytes)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(m.event_id)
        .bind(m.source)
        .bind(m.received_at)
        .bind(m.reason)
        .bind(m.detail)
        .bind(m.dev_eui)
        .bind(m.device_name)
        .bind(m.topic)
        .bind(m.payload)
        .bind(m.n_bytes)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

async fn write_totals(db: &mut PgConnection, totals: Vec<(String, Outcome, i64)>) -> sqlx::Result<()> {
    for (source, outcome, n) in totals {
        sqlx::query(
            "INSERT INTO accounting VALUES ($1, $2, $3, $4)
             ON CONFLICT (source, outcome, reason) DO UPDATE SET n = accounting.n + excluded.n",
        )
        .bind(source)
        .bind(outcome.key())
        .bind(outcome.reason())
        .bind(n)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}
