//! Reading what arrived of each device and what did not.

use domain::{DeviceId, ThingId, TimeRange};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params};

use super::series::{ceil_ms, timestamp};
use crate::{Gap, HeardHour, Reception};

/// All devices of one Thing or of all that have a session.
pub(super) fn receptions(db: &Connection, thing: Option<ThingId>) -> rusqlite::Result<Vec<Reception>> {
    let mut statement = db.prepare_cached(
        "SELECT d.id, d.thing_id, d.profile, d.interval_ms, d.until_ms, min(s.first_ms), max(s.last_ms),
                sum(s.n_received), sum(s.last_f_cnt - s.first_f_cnt + 1 - s.n_received),
                sum(s.beginning = 'counter')
         FROM device d JOIN session s ON s.device_id = d.id
         WHERE ?1 IS NULL OR d.thing_id = ?1 GROUP BY d.id ORDER BY d.id",
    )?;
    let rows = statement.query_map([thing.map(|thing| thing.0)], |row| {
        Ok(Reception {
            device: DeviceId(row.get(0)?),
            thing: ThingId(row.get(1)?),
            profile: row.get(2)?,
            expected_interval: SignedDuration::from_millis(row.get(3)?),
            until: row.get::<_, Option<i64>>(4)?.map(timestamp).transpose()?,
            first_heard_at: timestamp(row.get(5)?)?,
            last_heard_at: timestamp(row.get(6)?)?,
            n_received: row.get(7)?,
            n_missing: row.get(8)?,
            n_resets: row.get(9)?,
        })
    })?;
    rows.collect()
}

/// The gaps of one Thing or of all that meet a range, by device and time.
pub(super) fn gaps(db: &Connection, thing: Option<ThingId>, range: TimeRange) -> rusqlite::Result<Vec<Gap>> {
    let (from, to) = (ceil_ms(range.from()), ceil_ms(range.to()));
    // Of one Thing by its devices, of all by time.
    let sql = match thing {
        Some(_) => {
            "SELECT d.id, d.thing_id, g.from_ms, g.to_ms, g.before_f_cnt - g.after_f_cnt - 1
             FROM device d CROSS JOIN gap g ON g.device_id = d.id
             WHERE d.thing_id = ?3 AND g.to_ms > ?1 AND g.from_ms < ?2 ORDER BY d.id, g.from_ms"
        }
        None => {
            "SELECT d.id, d.thing_id, g.from_ms, g.to_ms, g.before_f_cnt - g.after_f_cnt - 1
             FROM gap g INDEXED BY gap_by_end CROSS JOIN device d ON d.id = g.device_id
             WHERE g.to_ms > ?1 AND g.from_ms < ?2 AND ?3 IS NULL ORDER BY d.id, g.from_ms"
        }
    };
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(params![from, to, thing.map(|thing| thing.0)], gap)?;
    rows.collect()
}

fn gap(row: &Row<'_>) -> rusqlite::Result<Gap> {
    Ok(Gap {
        device: DeviceId(row.get(0)?),
        thing: ThingId(row.get(1)?),
        from: timestamp(row.get(2)?)?,
        to: timestamp(row.get(3)?)?,
        n_missing: row.get(4)?,
        is_open: false,
    })
}

/// How much was heard in the hours of a Thing's devices, from the hour of an instant on.
pub(super) fn heard(db: &Connection, thing: ThingId, from: Timestamp) -> rusqlite::Result<Vec<HeardHour>> {
    let mut statement = db.prepare_cached(
        "SELECT device_id, hour_ms, sum(n) FROM (
           SELECT h.device_id, h.hour_ms, h.n
           FROM device d CROSS JOIN heard h ON h.device_id = d.id WHERE d.thing_id = ?1 AND h.hour_ms > ?2
           UNION ALL
           SELECT s.device_id, s.hour_ms, s.n_hour
           FROM device d CROSS JOIN session s ON s.device_id = d.id WHERE d.thing_id = ?1 AND s.hour_ms > ?2)
         GROUP BY 1, 2 ORDER BY 1, 2",
    )?;
    let an_hour_before = from.as_millisecond() - 3_600_000;
    let rows = statement.query_map([thing.0, an_hour_before], |row| {
        Ok(HeardHour { device: DeviceId(row.get(0)?), hour: timestamp(row.get(1)?)?, n: row.get(2)? })
    })?;
    rows.collect()
}
