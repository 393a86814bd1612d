//! The ledger, and second copies of a frame.

use domain::EventId;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use crate::{
    Outcome,
    writer::{
        frames::{SAME_FRAME_MS, ten_minutes},
        radio::RadioFacts,
        tables::{Frame, NewEvent, Newest, Rank, UplinkRow},
    },
};

/// Enters an event into the ledger.
pub(super) const INSERT: &str = "INSERT INTO ingest_event VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";

/// Enters an event into the ledger with [`INSERT`]; `false` if it is there already.
pub(super) fn insert(statement: &mut CachedStatement<'_>, event: &NewEvent) -> rusqlite::Result<bool> {
    let (outcome, reason) = (event.expected.key(), event.expected.reason());
    let n = statement.execute(params![event.event_id.as_bytes(), event.received_ms, outcome, reason])?;
    Ok(n == 1)
}

/// Corrects the outcome of an event after another attempt.
pub(super) fn set_outcome(db: &Connection, event: EventId, outcome: Outcome) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE ingest_event SET outcome = ?2, reason = ?3 WHERE event_id = ?1")?
        .execute(params![event.as_bytes(), outcome.key(), outcome.reason()])?;
    Ok(())
}

/// The measured uplink with the same frame within ten minutes.
pub(super) fn same_frame(db: &Connection, frame: &Frame<'_>) -> rusqlite::Result<Option<i64>> {
    let slot = ten_minutes(frame.time_ms);
    for slot in [slot, slot - 1, slot + 1] {
        let candidates: Vec<i64> = db
            .prepare_cached(CANDIDATES)?
            .query_map([slot, frame.hash], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for id in candidates {
            if is_same_frame(db, id, frame)? {
                return Ok(Some(id));
            }
        }
    }
    Ok(None)
}

const CANDIDATES: &str = "SELECT id FROM uplink WHERE ten_minutes = ?1 AND frame_hash = ?2";

fn is_same_frame(db: &Connection, id: i64, frame: &Frame<'_>) -> rusqlite::Result<bool> {
    let uplink = &frame.decoded.uplink;
    db.prepare_cached(
        "SELECT device_id, session, f_cnt, f_port, payload, time_ms, duplicate_of FROM uplink WHERE id = ?1",
    )?
    .query_row([id], |row| {
        Ok(row.get_ref(6)?.as_i64_or_null()?.is_none()
            && (row.get::<_, i64>(5)? - frame.time_ms).abs() <= SAME_FRAME_MS
            && row.get::<_, i64>(0)? == frame.decoded.device.0
            && row.get_ref(1)?.as_str()? == uplink.session.0
            && row.get::<_, u32>(2)? == uplink.f_cnt.0
            && row.get::<_, u8>(3)? == uplink.f_port.get()
            && row.get_ref(4)?.as_blob()? == uplink.payload)
    })
}

/// Keeps an uplink with its raw payload.
pub(super) const INSERT_UPLINK: &str =
    "INSERT INTO uplink VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)";

/// Keeps an uplink with its raw payload, with [`INSERT_UPLINK`].
pub(super) fn insert_uplink(
    statement: &mut CachedStatement<'_>,
    row: &UplinkRow<'_>,
) -> rusqlite::Result<()> {
    let Frame { decoded, hash, time_ms } = row.frame;
    let uplink = &decoded.uplink;
    statement.execute(params![
        row.id,
        uplink.event_id.as_bytes(),
        decoded.device.0,
        uplink.session.0,
        uplink.f_cnt.0,
        uplink.f_port.get(),
        uplink.payload,
        time_ms,
        uplink.network_time.map(jiff::Timestamp::as_millisecond),
        uplink.received_at.as_millisecond(),
        serde_json::to_string(&RadioFacts::of(uplink)).unwrap_or_default(),
        row.duplicate_of,
        row.first_reading,
        row.n_readings,
        hash,
        uplink.object,
    ])?;
    Ok(())
}

/// Time and event of an uplink, if it is there.
pub(super) fn rank(db: &Connection, id: i64) -> rusqlite::Result<Option<Rank>> {
    db.prepare_cached("SELECT time_ms, event_id FROM uplink WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// The newest ids given, and how many events there were.
pub(super) fn newest(db: &Connection) -> rusqlite::Result<Newest> {
    let newest = |sql| -> rusqlite::Result<i64> {
        let id: Option<i64> = db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(id.unwrap_or(0))
    };
    Ok(Newest {
        reading: newest("SELECT max(id) FROM reading")?.max(newest(NEWEST_REMOVED)?),
        uplink: newest("SELECT max(id) FROM uplink")?,
        n_events: newest("SELECT value FROM meta WHERE key = 'n_events'")?,
    })
}

/// The newest reading that was removed when it was the newest of all.
const NEWEST_REMOVED: &str = "SELECT max(value) FROM meta WHERE key = 'newest_reading'";

/// The newest ten minutes with an uplink.
pub(super) fn newest_ten_minutes(db: &Connection) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT max(ten_minutes) FROM uplink")?.query_row([], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn frames_are_looked_up_without_preparing_the_query_again() {
        let mut db = Connection::open_in_memory().unwrap();
        let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
        crate::sqlite::migrate::migrate(&mut db, &zone).unwrap();
        let mut statement = db.prepare(CANDIDATES).unwrap();
        for n in 0..10 {
            assert!(!statement.exists([n, n]).unwrap());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
