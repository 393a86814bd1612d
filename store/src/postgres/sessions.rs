//! Sessions of devices and the holes in them, as the writer sees them.

use domain::DeviceId;
use sqlx::{FromRow, PgConnection};

use super::{row::row_id, time::Ms};
use crate::writer::{
    sessions::REMEMBERED,
    tables::{Beginning, Hole, Session},
};

/// A row of `session`.
#[derive(Debug, FromRow)]
struct SessionRow {
    epoch: i64,
    session: String,
    beginning: String,
    first_f_cnt: i64,
    last_f_cnt: i64,
    first_at: Ms,
    last_at: Ms,
    n_received: i64,
    last_frame: i64,
    hour: Ms,
    n_hour: i64,
}

/// The newest sessions of a device, newest first.
pub(super) async fn newest(db: &mut PgConnection, device: DeviceId) -> sqlx::Result<Vec<Session>> {
    let rows: Vec<SessionRow> = sqlx::query_as(
        "SELECT epoch, session, beginning, first_f_cnt, last_f_cnt, first_at, last_at, n_received, last_frame,
                hour, n_hour
         FROM session WHERE device_id = $1 ORDER BY epoch DESC LIMIT $2",
    )
    .bind(row_id(device.0))
    .bind(i64::try_from(REMEMBERED).unwrap_or(i64::MAX))
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Session::try_from).collect()
}

impl TryFrom<SessionRow> for Session {
    type Error = sqlx::Error;

    fn try_from(row: SessionRow) -> sqlx::Result<Self> {
        let beginning = Beginning::from_key(&row.beginning).ok_or_else(|| {
            sqlx::Error::Decode(format!("`{}` is no beginning of a session", row.beginning).into())
        })?;
        Ok(Self {
            epoch: row.epoch,
            key: row.session,
            beginning,
            first_f_cnt: row.first_f_cnt,
            last_f_cnt: row.last_f_cnt,
            first_ms: row.first_at.0,
            last_ms: row.last_at.0,
            n_received: row.n_received,
            last_frame: row.last_frame,
            hour_ms: row.hour.0,
            n_hour: row.n_hour,
        })
    }
}

/// The hole of a session that a counter is missing in.
pub(super) async fn hole_around(
    db: &mut PgConnection,
    device: DeviceId,
    epoch: i64,
    f_cnt: i64,
) -> sqlx::Result<Option<Hole>> {
    // The nearest hole that begins before the counter; it may end before it, too.
    let nearest: Option<(i64, i64, Ms, Ms)> = sqlx::query_as(
        "SELECT after_f_cnt, before_f_cnt, from_at, to_at FROM gap
         WHERE device_id = $1 AND epoch = $2 AND after_f_cnt < $3 ORDER BY after_f_cnt DESC LIMIT 1",
    )
    .bind(row_id(device.0))
    .bind(epoch)
    .bind(f_cnt)
    .fetch_optional(db)
    .await?;
    Ok(nearest
        .map(|(after_f_cnt, before_f_cnt, from, to)| Hole {
            epoch,
            after_f_cnt,
            before_f_cnt,
            from_ms: from.0,
            to_ms: to.0,
        })
        .filter(|hole| f_cnt < hole.before_f_cnt))
}
