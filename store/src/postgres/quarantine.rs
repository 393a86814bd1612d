//! Messages kept raw.

use domain::EventId;
use sqlx::{FromRow, PgConnection};

use super::{
    row::{parsed, rows_up_to},
    time::Ms,
};
use crate::{QuarantineFilter, QuarantineId, QuarantineReason, QuarantinedRow};

/// A message as it is stored.
#[derive(Debug, FromRow)]
struct Stored {
    id: i64,
    event_id: Vec<u8>,
    source: String,
    received_at: Ms,
    reason: String,
    detail: String,
    dev_eui: Option<String>,
    device_name: Option<String>,
    topic: String,
    payload: Vec<u8>,
    n_bytes: i64,
    solved_at: Option<Ms>,
}

/// An event id of another length than ours.
#[derive(Debug, thiserror::Error)]
#[error("an event id of {0} bytes, expected {expected}", expected = EventId::LEN)]
struct EventIdLength(usize);

/// Reads a column that holds an event id.
pub(super) fn event_id(bytes: &[u8]) -> sqlx::Result<EventId> {
    EventId::from_bytes(bytes).ok_or_else(|| sqlx::Error::Decode(EventIdLength(bytes.len()).into()))
}

/// One page of messages, oldest first.
pub(super) async fn list(
    db: &mut PgConnection,
    filter: &QuarantineFilter,
    after: Option<QuarantineId>,
    n: usize,
) -> sqlx::Result<Vec<QuarantinedRow>> {
    let rows: Vec<Stored> = sqlx::query_as(
        "SELECT id, event_id, source, received_at, reason, detail, dev_eui, device_name, topic, payload, n_bytes,
                solved_at
         FROM quarantine
         WHERE id > $1 AND ($2::text IS NULL OR reason = $2) AND ($3::text IS NULL OR dev_eui = $3)
           AND ($4 OR solved_at IS NULL)
         ORDER BY id LIMIT $5",
    )
    .bind(after.map_or(0, |id| id.0))
    .bind(filter.reason.map(QuarantineReason::key))
    .bind(filter.dev_eui.map(|eui| eui.to_string()))
    .bind(filter.with_solved)
    .bind(rows_up_to(n))
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Stored::row).collect()
}

impl Stored {
    fn row(self) -> sqlx::Result<QuarantinedRow> {
        Ok(QuarantinedRow {
            id: QuarantineId(self.id),
            event_id: event_id(&self.event_id)?,
            source: self.source,
            received_at: self.received_at.timestamp()?,
            reason: parsed(&self.reason)?,
            detail: self.detail,
            dev_eui: self.dev_eui.as_deref().map(parsed).transpose()?,
            device_name: self.device_name,
            topic: self.topic,
            payload: self.payload,
            n_bytes: self.n_bytes.unsigned_abs(),
            solved_at: self.solved_at.map(Ms::timestamp).transpose()?,
        })
    }
}
