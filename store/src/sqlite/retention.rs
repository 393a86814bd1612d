//! What is older than it is kept.

use domain::{DatastreamId, EventId};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{buckets, readings::HOUR_MS};
use crate::{retention::Level, writer::frames::SAME_FRAME_MS};

/// A level as SQL: table, key, and the condition of what is old. `?1` is the time, `?2` the same in the unit of the
/// table's index, `?3` the first event id of that time, so that old rows are found without looking at all others. The
/// row with the largest id stays: ids go on from it.
fn parts(level: Level) -> (&'static str, &'static str, &'static str) {
    match level {
        Level::Uplinks => (
            "uplink",
            "id",
            "ten_minutes < ?2 AND received_ms < ?1 AND id < (SELECT max(id) FROM uplink) AND ?3 IS NOT NULL",
        ),
        Level::Readings | Level::Values => (
            "reading",
            "id",
            "hour < ?2 AND time_ms < ?1 AND id < (SELECT max(id) FROM reading) AND ?3 IS NOT NULL",
        ),
        Level::Buckets15m => bucket("width = '15m' AND chunk <= ?2 AND start_ms < ?1 AND ?3 IS NOT NULL"),
        Level::Buckets1h => bucket("width = '1h' AND chunk <= ?2 AND start_ms < ?1 AND ?3 IS NOT NULL"),
        Level::Buckets1d => bucket("width = '1d' AND chunk <= ?2 AND start_ms < ?1 AND ?3 IS NOT NULL"),
        Level::Ledger => {
            ("ingest_event", "event_id", "event_id < ?3 AND received_ms < ?1 AND ?2 IS NOT NULL")
        }
        Level::Quarantine => (
            "quarantine",
            "id",
            "received_ms < ?1 AND id < (SELECT max(id) FROM quarantine) AND ?2 IS NOT NULL AND ?3 IS NOT NULL",
        ),
        Level::Audit => (
            "audit",
            "id",
            "at_ms < ?1 AND id < (SELECT max(id) FROM audit) AND ?2 IS NOT NULL AND ?3 IS NOT NULL",
        ),
    }
}

const fn bucket(old: &'static str) -> (&'static str, &'static str, &'static str) {
    ("bucket", "width, chunk, thing_id, start_ms", old)
}

/// A time in the unit of the index of a level's table.
fn in_index(level: Level, before_ms: i64) -> i64 {
    match level {
        Level::Uplinks => before_ms.div_euclid(SAME_FRAME_MS),
        Level::Readings | Level::Values => before_ms.div_euclid(HOUR_MS),
        Level::Buckets15m => buckets::chunk_of(domain::BucketWidth::QuarterHour, before_ms),
        Level::Buckets1h => buckets::chunk_of(domain::BucketWidth::Hour, before_ms),
        Level::Buckets1d => buckets::chunk_of(domain::BucketWidth::Day, before_ms),
        Level::Ledger | Level::Quarantine | Level::Audit => 0,
    }
}

fn first_event(before_ms: i64) -> [u8; EventId::LEN] {
    *EventId::new(Timestamp::from_millisecond(before_ms).ok(), [0; 16]).as_bytes()
}

/// How many rows of a level are old.
pub(super) fn count(db: &Connection, level: Level, before_ms: i64) -> rusqlite::Result<u64> {
    let (table, _, old) = parts(level);
    db.prepare_cached(&format!("SELECT count(*) FROM {table} WHERE {old}"))?
        .query_row(params![before_ms, in_index(level, before_ms), first_event(before_ms)], |row| row.get(0))
}

/// Removes some old rows of a level; says how many.
pub(super) fn remove(db: &Connection, level: Level, before_ms: i64, limit: u64) -> rusqlite::Result<u64> {
    let (table, key, old) = parts(level);
    let n = db
        .prepare_cached(&format!(
            "DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {old} LIMIT ?4)"
        ))?
        .execute(params![before_ms, in_index(level, before_ms), first_event(before_ms), limit])?;
    Ok(n as u64)
}

/// About the time of the oldest row of a level, found at the begin of an index.
pub(super) fn oldest(db: &Connection, level: Level) -> rusqlite::Result<Option<i64>> {
    let sql = match level {
        Level::Uplinks => "SELECT min(ten_minutes) * 600000 FROM uplink",
        Level::Readings | Level::Values => "SELECT min(hour) * 3600000 FROM reading",
        Level::Buckets15m => {
            "SELECT min(start_ms) FROM bucket
             WHERE width = '15m' AND chunk = (SELECT min(chunk) FROM bucket WHERE width = '15m')"
        }
        Level::Buckets1h => {
            "SELECT min(start_ms) FROM bucket
             WHERE width = '1h' AND chunk = (SELECT min(chunk) FROM bucket WHERE width = '1h')"
        }
        Level::Buckets1d => {
            "SELECT min(start_ms) FROM bucket
             WHERE width = '1d' AND chunk = (SELECT min(chunk) FROM bucket WHERE width = '1d')"
        }
        Level::Ledger => {
            "SELECT received_ms FROM ingest_event WHERE event_id = (SELECT min(event_id) FROM ingest_event)"
        }
        Level::Quarantine => "SELECT received_ms FROM quarantine WHERE id = (SELECT min(id) FROM quarantine)",
        Level::Audit => "SELECT at_ms FROM audit WHERE id = (SELECT min(id) FROM audit)",
    };
    match db.prepare_cached(sql)?.query_row([], |row| row.get(0)) {
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        result => result,
    }
}

/// Notes that the values of a Datastream, or of all, before a time are gone.
pub(super) fn keep_values_from(
    db: &Connection,
    datastream: Option<DatastreamId>,
    from_ms: i64,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE datastream SET values_from_ms = ?2
         WHERE (?1 IS NULL OR id = ?1) AND first_ms < ?2 AND coalesce(values_from_ms, 0) < ?2",
    )?
    .execute(params![datastream.map(|id| id.0), from_ms])?;
    Ok(())
}

/// Notes that the quarter-hours before a time are gone.
pub(super) fn keep_buckets_from(db: &Connection, from_ms: i64) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE datastream SET buckets_from_ms = ?1 WHERE coalesce(buckets_from_ms, 0) < ?1")?
        .execute([from_ms])?;
    Ok(())
}
