//! Reading what arrived of each device and what did not.

use domain::{DeviceId, ThingId, TimeRange};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::{row::row_id, time::Ms};
use crate::{Gap, HeardHour, Reception};

/// All devices of one Thing or of all that have a session.
pub(super) async fn receptions(
    db: &mut PgConnection,
    thing: Option<ThingId>,
) -> sqlx::Result<Vec<Reception>> {
    type Row = (i64, i64, String, i64, Option<Ms>, Ms, Ms, i64, i64, i64);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT d.id::bigint, d.thing_id::bigint, d.profile, d.interval_ms, d.until, min(s.first_at),
                max(s.last_at), sum(s.n_received)::bigint,
                sum(s.last_f_cnt - s.first_f_cnt + 1 - s.n_received)::bigint,
                count(*) FILTER (WHERE s.beginning = 'counter')
         FROM device d JOIN session s ON s.device_id = d.id
         WHERE $1::integer IS NULL OR d.thing_id = $1 GROUP BY d.id ORDER BY d.id",
    )
    .bind(thing.map(|thing| row_id(thing.0)))
    .fetch_all(db)
    .await?;
    let reception = |row: Row| {
        Ok(Reception {
            device: DeviceId(row.0),
            thing: ThingId(row.1),
            profile: row.2.into(),
            expected_interval: SignedDuration::from_millis(row.3),
            until: row.4.map(Ms::timestamp).transpose()?,
            first_heard_at: row.5.timestamp()?,
            last_heard_at: row.6.timestamp()?,
            n_received: row.7.unsigned_abs(),
            n_missing: row.8.unsigned_abs(),
            n_resets: row.9.unsigned_abs(),
        })
    };
    rows.into_iter().map(reception).collect()
}

/// The gaps of one Thing or of all that meet a range, by device and time.
pub(super) async fn gaps(
    db: &mut PgConnection,
    thing: Option<ThingId>,
    range: TimeRange,
) -> sqlx::Result<Vec<Gap>> {
    type Row = (i64, i64, Ms, Ms, i64);
    // Of one Thing by its devices, of all by time: two statements, for the server plans each once.
    let sql = match thing {
        Some(_) => {
            "SELECT d.id::bigint, d.thing_id::bigint, g.from_at, g.to_at, g.before_f_cnt - g.after_f_cnt - 1
             FROM device d JOIN gap g ON g.device_id = d.id
             WHERE g.to_at > $1 AND g.from_at < $2 AND d.thing_id = $3 ORDER BY d.id, g.from_at"
        }
        None => {
            "SELECT d.id::bigint, d.thing_id::bigint, g.from_at, g.to_at, g.before_f_cnt - g.after_f_cnt - 1
             FROM device d JOIN gap g ON g.device_id = d.id
             WHERE g.to_at > $1 AND g.from_at < $2 AND $3::integer IS NULL ORDER BY d.id, g.from_at"
        }
    };
    let rows: Vec<Row> = sqlx::query_as(sql)
        .bind(Ms::ceil(range.from()))
        .bind(Ms::ceil(range.to()))
        .bind(thing.map(|thing| row_id(thing.0)))
        .fetch_all(db)
        .await?;
    let gap = |(device, thing, from, to, n_missing): Row| {
        Ok(Gap {
            device: DeviceId(device),
            thing: ThingId(thing),
            from: from.timestamp()?,
            to: to.timestamp()?,
            n_missing: n_missing.unsigned_abs(),
            is_open: false,
        })
    };
    rows.into_iter().map(gap).collect()
}

/// How much was heard in the hours of a Thing's devices, from the hour of an instant on.
pub(super) async fn heard(
    db: &mut PgConnection,
    thing: ThingId,
    from: Timestamp,
) -> sqlx::Result<Vec<HeardHour>> {
    let rows: Vec<(i64, Ms, i64)> = sqlx::query_as(
        "SELECT device_id::bigint, hour, sum(n)::bigint FROM (
           SELECT h.device_id, h.hour, h.n
           FROM device d JOIN heard h ON h.device_id = d.id WHERE d.thing_id = $1 AND h.hour > $2
           UNION ALL
           SELECT s.device_id, s.hour, s.n_hour
           FROM device d JOIN session s ON s.device_id = d.id WHERE d.thing_id = $1 AND s.hour > $2) heard
         GROUP BY 1, 2 ORDER BY 1, 2",
    )
    .bind(row_id(thing.0))
    .bind(Ms(from.as_millisecond() - 3_600_000).max(Ms::FIRST))
    .fetch_all(db)
    .await?;
    let heard = |(device, hour, n): (i64, Ms, i64)| {
        Ok(HeardHour { device: DeviceId(device), hour: hour.timestamp()?, n: n.unsigned_abs() })
    };
    rows.into_iter().map(heard).collect()
}
