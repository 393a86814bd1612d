//! Sessions of devices and the holes in them, as the writer sees them.

use domain::DeviceId;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

use crate::writer::{
    sessions::REMEMBERED,
    tables::{Beginning, HOURS_KEPT_MS, Hole, Session},
};

/// The newest sessions of a device, newest first.
pub(super) fn newest(db: &Connection, device: DeviceId) -> rusqlite::Result<Vec<Session>> {
    let mut statement = db.prepare_cached(
        "SELECT epoch, session, beginning, first_f_cnt, last_f_cnt, first_ms, last_ms, n_received, last_frame,
                hour_ms, n_hour
         FROM session WHERE device_id = ?1 ORDER BY epoch DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![device.0, REMEMBERED], |row| {
        Ok(Session {
            epoch: row.get(0)?,
            key: row.get(1)?,
            beginning: beginning(row, 2)?,
            first_f_cnt: row.get(3)?,
            last_f_cnt: row.get(4)?,
            first_ms: row.get(5)?,
            last_ms: row.get(6)?,
            n_received: row.get(7)?,
            last_frame: row.get(8)?,
            hour_ms: row.get(9)?,
            n_hour: row.get(10)?,
        })
    })?;
    rows.collect()
}

/// Reads why a session began.
fn beginning(row: &Row<'_>, at: usize) -> rusqlite::Result<Beginning> {
    let key: String = row.get(at)?;
    Beginning::from_key(&key).ok_or_else(|| {
        let error = format!("`{key}` is no beginning of a session");
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, error.into())
    })
}

/// Writes a session that is there already, as almost all are.
pub(super) const UPDATE: &str =
    "UPDATE session SET first_f_cnt = ?3, last_f_cnt = ?4, first_ms = ?5, last_ms = ?6,
      n_received = ?7, last_frame = ?8, hour_ms = ?9, n_hour = ?10
    WHERE device_id = ?1 AND epoch = ?2";

/// Writes a session, with [`UPDATE`] if it is there already.
pub(super) fn save(
    db: &Connection,
    update: &mut CachedStatement<'_>,
    device: DeviceId,
    session: &Session,
) -> rusqlite::Result<()> {
    let n_updated = update.execute(params![
        device.0,
        session.epoch,
        session.first_f_cnt,
        session.last_f_cnt,
        session.first_ms,
        session.last_ms,
        session.n_received,
        session.last_frame,
        session.hour_ms,
        session.n_hour
    ])?;
    if n_updated == 0 {
        db.prepare_cached("INSERT INTO session VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)")?.execute(
            params![
                device.0,
                session.epoch,
                session.key,
                session.beginning.key(),
                session.first_f_cnt,
                session.last_f_cnt,
                session.first_ms,
                session.last_ms,
                session.n_received,
                session.last_frame,
                session.hour_ms,
                session.n_hour
            ],
        )?;
    }
    Ok(())
}

/// The hole of a session that a counter is missing in.
pub(super) fn hole_around(
    db: &Connection,
    device: DeviceId,
    epoch: i64,
    f_cnt: i64,
) -> rusqlite::Result<Option<Hole>> {
    // The nearest hole that begins before the counter; it may end before it, too.
    let nearest = db
        .prepare_cached(
            "SELECT after_f_cnt, before_f_cnt, from_ms, to_ms FROM gap
             WHERE device_id = ?1 AND epoch = ?2 AND after_f_cnt < ?3 ORDER BY after_f_cnt DESC LIMIT 1",
        )?
        .query_row(params![device.0, epoch, f_cnt], |row| {
            Ok(Hole {
                epoch,
                after_f_cnt: row.get(0)?,
                before_f_cnt: row.get(1)?,
                from_ms: row.get(2)?,
                to_ms: row.get(3)?,
            })
        })
        .optional()?;
    Ok(nearest.filter(|hole| f_cnt < hole.before_f_cnt))
}

/// Writes a hole.
pub(super) fn save_hole(db: &Connection, device: DeviceId, hole: &Hole) -> rusqlite::Result<()> {
    db.prepare_cached("REPLACE INTO gap VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
        device.0,
        hole.epoch,
        hole.after_f_cnt,
        hole.before_f_cnt,
        hole.from_ms,
        hole.to_ms
    ])?;
    Ok(())
}

/// Removes a hole.
pub(super) fn remove_hole(db: &Connection, device: DeviceId, hole: &Hole) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM gap WHERE device_id = ?1 AND epoch = ?2 AND after_f_cnt = ?3")?
        .execute(params![device.0, hole.epoch, hole.after_f_cnt])?;
    Ok(())
}

/// Adds to what was heard of a device in an hour, and forgets hours long before it.
pub(super) fn count_hour(db: &Connection, device: DeviceId, hour_ms: i64, n: i64) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO heard VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET n = n + excluded.n")?
        .execute(params![device.0, hour_ms, n])?;
    db.prepare_cached("DELETE FROM heard WHERE device_id = ?1 AND hour_ms < ?2")?
        .execute(params![device.0, hour_ms - HOURS_KEPT_MS])?;
    Ok(())
}
