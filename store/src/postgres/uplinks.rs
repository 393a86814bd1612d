//! The ledger, uplinks and second copies of a frame, as the writer sees them.

use std::collections::HashSet;

use domain::EventId;
use sqlx::PgConnection;

use super::{
    row::{parsed, row_id},
    rows::{EventValue, UplinkValue},
    time::Ms,
};
use crate::{
    QuarantineId, QuarantineReason,
    writer::{
        frames::{SAME_FRAME_MS, ten_minutes},
        radio::without_nul,
        tables::{Frame, Held, Rank},
    },
};

/// Enters events into the ledger; gives those that were not there.
pub(super) async fn enter_events(
    db: &mut PgConnection,
    events: Vec<EventValue>,
) -> sqlx::Result<HashSet<Vec<u8>>> {
    let entered: Vec<Vec<u8>> = sqlx::query_scalar(
        "INSERT INTO ingest_event SELECT * FROM unnest($1::ingest_event[]) ON CONFLICT DO NOTHING
         RETURNING event_id",
    )
    .bind(events)
    .fetch_all(db)
    .await?;
    Ok(entered.into_iter().collect())
}

/// The newest ten minutes with an uplink.
pub(super) async fn newest_ten_minutes(db: &mut PgConnection) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("SELECT max(ten_minutes)::bigint FROM uplink").fetch_one(db).await
}

/// The measured uplink with the same frame within ten minutes.
pub(super) async fn same_frame(db: &mut PgConnection, frame: &Frame<'_>) -> sqlx::Result<Option<i64>> {
    let uplink = &frame.decoded.uplink;
    let slot = i32::try_from(ten_minutes(frame.time_ms)).unwrap_or_default();
    sqlx::query_scalar(
        "SELECT id FROM uplink
         WHERE ten_minutes BETWEEN $1 - 1 AND $1 + 1 AND frame_hash = $2 AND time BETWEEN $3 AND $4
           AND device_id = $5 AND session = $6 AND f_cnt = $7 AND f_port = $8 AND payload = $9
           AND duplicate_of IS NULL
         ORDER BY id LIMIT 1",
    )
    .bind(slot)
    .bind(frame.hash)
    .bind(Ms(frame.time_ms - SAME_FRAME_MS))
    .bind(Ms(frame.time_ms + SAME_FRAME_MS))
    .bind(row_id(frame.decoded.device.0))
    .bind(without_nul(&uplink.session.0))
    .bind(i64::from(uplink.f_cnt.0))
    .bind(i16::from(uplink.f_port.get()))
    .bind(uplink.payload.as_slice())
    .fetch_optional(db)
    .await
}

/// Whether an uplink of this transaction is the same frame.
pub(super) fn is_same(pending: &UplinkValue, frame: &Frame<'_>) -> bool {
    let uplink = &frame.decoded.uplink;
    (pending.time.0 - frame.time_ms).abs() <= SAME_FRAME_MS
        && i64::from(pending.device_id) == frame.decoded.device.0
        && pending.session == without_nul(&uplink.session.0)
        && pending.f_cnt == i64::from(uplink.f_cnt.0)
        && pending.f_port == i16::from(uplink.f_port.get())
        && pending.payload == uplink.payload
}

/// Time and event of an uplink, if it is there.
pub(super) async fn rank(db: &mut PgConnection, uplink: i64) -> sqlx::Result<Option<Rank>> {
    let found: Option<(Ms, Vec<u8>)> = sqlx::query_as("SELECT time, event_id FROM uplink WHERE id = $1")
        .bind(uplink)
        .fetch_optional(db)
        .await?;
    Ok(found.map(|(time, event)| (time.0, event)))
}

/// The message `id` of the quarantine if it is this event's.
pub(super) async fn held(
    db: &mut PgConnection,
    id: QuarantineId,
    event: EventId,
) -> sqlx::Result<Option<Held>> {
    let found: Option<(String, String, bool)> = sqlx::query_as(
        "SELECT source, reason, solved_at IS NOT NULL FROM quarantine WHERE id = $1 AND event_id = $2",
    )
    .bind(id.0)
    .bind(event.as_bytes().as_slice())
    .fetch_optional(db)
    .await?;
    found
        .map(|(source, reason, solved)| {
            Ok(Held { id, source: source.into(), reason: parsed(&reason)?, solved })
        })
        .transpose()
}

/// Notes that a later attempt stored the message.
pub(super) async fn solve(db: &mut PgConnection, id: QuarantineId, at_ms: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE quarantine SET solved_at = $2 WHERE id = $1")
        .bind(id.0)
        .bind(Ms(at_ms))
        .execute(db)
        .await?;
    Ok(())
}

/// Notes why a later attempt failed.
pub(super) async fn set_reason(
    db: &mut PgConnection,
    id: QuarantineId,
    reason: QuarantineReason,
    detail: &str,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE quarantine SET reason = $2, detail = $3 WHERE id = $1")
        .bind(id.0)
        .bind(reason.key())
        .bind(without_nul(detail))
        .execute(db)
        .await?;
    Ok(())
}
