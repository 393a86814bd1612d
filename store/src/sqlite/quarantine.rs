//! Messages kept raw.

use domain::EventId;
use rusqlite::{Connection, OptionalExtension, Row, params, types::FromSqlError};

use super::{datastreams::parsed, series::timestamp};
use crate::{
    Arrival, QuarantineFilter, QuarantineId, QuarantineReason, QuarantinedMessage, QuarantinedRow,
    writer::tables::Held,
};

/// Keeps a message.
pub(super) fn insert(
    db: &Connection,
    arrival: &Arrival,
    message: &QuarantinedMessage,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO quarantine (event_id, source, received_ms, reason, detail, dev_eui, device_name, topic,
                                 payload, n_bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        arrival.event_id.as_bytes(),
        arrival.source,
        arrival.received_at.as_millisecond(),
        message.reason.key(),
        message.detail,
        message.dev_eui.map(|eui| eui.to_string()),
        message.device_name,
        arrival.original.topic,
        arrival.original.payload.as_ref(),
        arrival.original.n_bytes
    ])?;
    Ok(())
}

/// The message `id` if it is this event's.
pub(super) fn find(db: &Connection, id: QuarantineId, event: EventId) -> rusqlite::Result<Option<Held>> {
    db.prepare_cached(
        "SELECT source, reason, solved_ms IS NOT NULL FROM quarantine WHERE id = ?1 AND event_id = ?2",
    )?
    .query_row(params![id.0, event.as_bytes()], |row| {
        Ok(Held { id, source: row.get(0)?, reason: parsed(&row.get_ref(1)?)?, solved: row.get(2)? })
    })
    .optional()
}

/// Notes that a later attempt stored the message.
pub(super) fn solve(db: &Connection, id: QuarantineId, at_ms: i64) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE quarantine SET solved_ms = ?2 WHERE id = ?1")?.execute([id.0, at_ms])?;
    Ok(())
}

/// Notes why a later attempt failed.
pub(super) fn set_reason(
    db: &Connection,
    id: QuarantineId,
    reason: QuarantineReason,
    detail: &str,
) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE quarantine SET reason = ?2, detail = ?3 WHERE id = ?1")?.execute(params![
        id.0,
        reason.key(),
        detail
    ])?;
    Ok(())
}

/// One page of messages, oldest first.
pub(super) fn list(
    db: &Connection,
    filter: &QuarantineFilter,
    after: Option<QuarantineId>,
    limit: usize,
) -> rusqlite::Result<Vec<QuarantinedRow>> {
    let mut statement = db.prepare_cached(
        "SELECT id, event_id, source, received_ms, reason, detail, dev_eui, device_name, topic, payload,
                n_bytes, solved_ms
         FROM quarantine
         WHERE id > ?1 AND (?2 IS NULL OR reason = ?2) AND (?3 IS NULL OR dev_eui = ?3)
           AND (?4 OR solved_ms IS NULL)
         ORDER BY id LIMIT ?5",
    )?;
    let rows = statement.query_map(
        params![
            after.map_or(0, |id| id.0),
            filter.reason.map(QuarantineReason::key),
            filter.dev_eui.map(|eui| eui.to_string()),
            filter.with_solved,
            limit
        ],
        from_sql,
    )?;
    rows.collect()
}

fn from_sql(row: &Row<'_>) -> rusqlite::Result<QuarantinedRow> {
    let event_id = EventId::from_bytes(row.get_ref(1)?.as_blob()?).ok_or(FromSqlError::InvalidType)?;
    let dev_eui = match row.get_ref(6)? {
        rusqlite::types::ValueRef::Null => None,
        text => Some(parsed(&text)?),
    };
    Ok(QuarantinedRow {
        id: QuarantineId(row.get(0)?),
        event_id,
        source: row.get(2)?,
        received_at: timestamp(row.get(3)?)?,
        reason: parsed(&row.get_ref(4)?)?,
        detail: row.get(5)?,
        dev_eui,
        device_name: row.get(7)?,
        topic: row.get(8)?,
        payload: row.get(9)?,
        n_bytes: row.get(10)?,
        solved_at: row.get::<_, Option<i64>>(11)?.map(timestamp).transpose()?,
    })
}
