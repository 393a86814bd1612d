//! The readings of a device around an instant.

use domain::{DeviceId, ThingId};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use crate::{
    by_slot::BySlot,
    writer::tables::{Counted, ReadingRow, Toward},
};

/// Milliseconds of the hour that keys the index of readings.
pub(super) const HOUR_MS: i64 = 3_600_000;

pub(super) fn from_sql(row: &rusqlite::Row<'_>) -> rusqlite::Result<ReadingRow> {
    Ok(ReadingRow {
        id: row.get(0)?,
        uplink: row.get(1)?,
        device: row.get(2)?,
        time_ms: row.get(3)?,
        values: row.get(4)?,
        quality: row.get(5)?,
    })
}

/// Writes a new reading.
pub(super) const INSERT: &str = r#"INSERT INTO reading (id, thing_id, device_id, uplink_id, time_ms, "values", quality)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"#;

/// Writes a new reading with [`INSERT`]; the id is the writer's to give.
pub(super) fn insert(
    statement: &mut CachedStatement<'_>,
    thing: ThingId,
    row: &ReadingRow,
) -> rusqlite::Result<()> {
    statement.execute(params![
        row.id,
        thing.0,
        row.device,
        row.uplink,
        row.time_ms,
        row.values,
        row.quality
    ])?;
    Ok(())
}

/// Replaces the values of a reading.
pub(super) fn update(db: &Connection, row: &ReadingRow) -> rusqlite::Result<()> {
    db.prepare_cached(r#"UPDATE reading SET "values" = ?2, quality = ?3 WHERE id = ?1"#)?
        .execute(params![row.id, row.values, row.quality])?;
    Ok(())
}

/// Removes a reading. The newest id there ever was stays known, so that it is not given again.
pub(super) fn remove(db: &Connection, id: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO meta SELECT 'newest_reading', max(id) FROM reading
         HAVING max(id) = ?1
         ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
    )?
    .execute([id])?;
    db.prepare_cached("DELETE FROM reading WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// What a device is already known to have measured at exactly this time.
pub(super) fn at(
    db: &Connection,
    thing: ThingId,
    device: DeviceId,
    time_ms: i64,
) -> rusqlite::Result<Vec<ReadingRow>> {
    let mut statement = db.prepare_cached(
        r#"SELECT id, uplink_id, device_id, time_ms, "values", quality FROM reading
           WHERE hour = ?1 AND thing_id = ?2 AND time_ms = ?3 AND device_id = ?4"#,
    )?;
    let rows =
        statement.query_map(params![time_ms.div_euclid(HOUR_MS), thing.0, time_ms, device.0], from_sql)?;
    rows.collect()
}

/// All readings of a Thing in `[from_ms, to_ms)`, or those of one device, in time order.
pub(super) fn between(
    db: &Connection,
    thing: ThingId,
    device: Option<DeviceId>,
    from_ms: i64,
    to_ms: i64,
) -> rusqlite::Result<Vec<ReadingRow>> {
    let mut rows = Vec::new();
    let mut statement = db.prepare_cached(
        r#"SELECT id, uplink_id, device_id, time_ms, "values", quality FROM reading
           WHERE hour = ?1 AND thing_id = ?2 AND time_ms >= ?3 AND time_ms < ?4 AND (?5 IS NULL OR device_id = ?5)
           ORDER BY time_ms, id"#,
    )?;
    let device = device.map(|device| device.0);
    let mut hour = Some(from_ms.div_euclid(HOUR_MS));
    while let Some(h) = hour.filter(|h| h * HOUR_MS < to_ms) {
        let before = rows.len();
        for row in statement.query_map(params![h, thing.0, from_ms, to_ms, device], from_sql)? {
            rows.push(row?);
        }
        hour = if rows.len() > before { Some(h + 1) } else { next_hour(db, h)? };
    }
    Ok(rows)
}

/// The nearest counting value of each wanted slot of one device before or after an instant.
pub(super) fn neighbours(
    db: &Connection,
    thing: ThingId,
    device: DeviceId,
    time_ms: i64,
    toward: Toward,
    wanted: &[u8],
) -> rusqlite::Result<BySlot<Option<Counted>>> {
    let mut found = BySlot::default();
    let mut missing = wanted.to_vec();
    let sql = match toward {
        Toward::Past(_) => {
            r#"SELECT id, uplink_id, device_id, time_ms, "values", quality FROM reading
               WHERE hour = ?1 AND thing_id = ?2 AND time_ms < ?3 AND device_id = ?4 ORDER BY time_ms DESC"#
        }
        Toward::Future(_) => {
            r#"SELECT id, uplink_id, device_id, time_ms, "values", quality FROM reading
               WHERE hour = ?1 AND thing_id = ?2 AND time_ms > ?3 AND device_id = ?4 ORDER BY time_ms"#
        }
    };
    let mut statement = db.prepare_cached(sql)?;
    let mut hour = Some(time_ms.div_euclid(HOUR_MS));
    while let Some(h) = hour {
        let beyond = match toward {
            Toward::Past(limit) => h < limit.div_euclid(HOUR_MS),
            Toward::Future(limit) => h > limit.div_euclid(HOUR_MS),
        };
        if missing.is_empty() || beyond {
            break;
        }
        for row in statement.query_map(params![h, thing.0, time_ms, device.0], from_sql)? {
            let row = row?;
            missing.retain(|&slot| {
                let counted = row.counted(slot).map(|value| Counted { time_ms: row.time_ms, value });
                found.set(slot, counted);
                counted.is_none()
            });
            if missing.is_empty() {
                break;
            }
        }
        hour = match toward {
            Toward::Past(_) => previous_hour(db, h)?,
            Toward::Future(_) => next_hour(db, h)?,
        };
    }
    Ok(found)
}

/// The next later hour in which any Thing has readings: silence of a whole city is skipped in one step.
pub(super) fn next_hour(db: &Connection, hour: i64) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT hour FROM reading WHERE hour > ?1 ORDER BY hour LIMIT 1")?
        .query_row([hour], |row| row.get(0))
        .optional()
}

/// The next earlier hour in which any Thing has readings.
pub(super) fn previous_hour(db: &Connection, hour: i64) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT hour FROM reading WHERE hour < ?1 ORDER BY hour DESC LIMIT 1")?
        .query_row([hour], |row| row.get(0))
        .optional()
}
