//! The newest rows of all Things: the live stream's tail.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{ReadingId, ThingId};
use jiff::Timestamp;
use sqlx::{PgConnection, Row, postgres::PgRow};
use tokio::time::{Duration, Instant};

use super::{
    row::rows_up_to,
    series::assessed,
    streams::{Known, StreamIds},
    time::Ms,
};
use crate::CommittedReading;

/// A reading measured this long before the newest uplink is no news to anybody who watches.
const NEWS_MS: i64 = 35 * 24 * 3_600_000;
/// How long a bound is kept.
const KEEP: Duration = Duration::from_hours(1);

/// Since when the newest rows were measured. Ids rise with every commit, but a time series is divided by time: without
/// a bound, the newest ids would be looked up in every division there ever was.
///
/// An old bound is still right, it only admits more.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent(Arc<Mutex<Option<(Instant, Ms)>>>);

impl Recent {
    async fn since(&self, db: &mut PgConnection) -> sqlx::Result<Ms> {
        let kept = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, since)) = kept.filter(|(at, _)| at.elapsed() < KEEP) {
            return Ok(since);
        }
        let newest: Option<Ms> = sqlx::query_scalar("SELECT max(heard_at) FROM latest").fetch_one(db).await?;
        // Where nothing was heard there are no rows to look through.
        let Some(newest) = newest else { return Ok(Ms::FIRST) };
        let since = Ms(newest.0 - NEWS_MS);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), since));
        Ok(since)
    }
}

/// Readings with ids above `after`, among those that are news.
pub(super) async fn readings_after(
    db: &mut PgConnection,
    recent: &Recent,
    streams: &StreamIds,
    after: ReadingId,
    limit: usize,
) -> sqlx::Result<Vec<CommittedReading>> {
    let since = recent.since(db).await?;
    let rows = sqlx::query(
        r#"SELECT id, thing_id::bigint, time, "values", quality FROM reading
           WHERE id > $1 AND time >= $2 ORDER BY id LIMIT $3"#,
    )
    .bind(after.0)
    .bind(since)
    .bind(rows_up_to(limit))
    .fetch_all(&mut *db)
    .await?;
    let streams = streams.refreshed(db).await?;
    rows.iter().map(|row| committed(row, &streams)).collect()
}

fn committed(row: &PgRow, streams: &Known) -> sqlx::Result<CommittedReading> {
    let (thing, time): (ThingId, Ms) = (ThingId(row.try_get(1)?), row.try_get(2)?);
    let values: Vec<Option<f64>> = row.try_get(3)?;
    let quality: Vec<i16> = row.try_get(4)?;
    let values = quality
        .into_iter()
        .zip(streams.of(thing))
        .enumerate()
        .filter_map(|(slot, (code, &datastream))| {
            let (value, quality) = assessed(values.get(slot).copied().flatten(), code)?;
            Some((datastream, value, quality))
        })
        .collect();
    Ok(CommittedReading { id: ReadingId(row.try_get(0)?), thing, time: time.timestamp()?, values })
}

/// When the newest uplink or quarantined message was received: among the last rows, for another try at a quarantined
/// message keeps the time of the first.
pub(super) async fn newest_received_at(
    db: &mut PgConnection,
    recent: &Recent,
) -> sqlx::Result<Option<Timestamp>> {
    let since = recent.since(db).await?;
    let newest: Option<Ms> = sqlx::query_scalar(
        "SELECT max(received_at) FROM (
           (SELECT received_at FROM uplink WHERE time >= $1 ORDER BY id DESC LIMIT 1000)
           UNION ALL
           (SELECT received_at FROM quarantine ORDER BY id DESC LIMIT 1000)) AS newest",
    )
    .bind(since)
    .fetch_one(db)
    .await?;
    newest.map(Ms::timestamp).transpose()
}

/// The newest id given so far.
pub(super) async fn newest_reading(db: &mut PgConnection) -> sqlx::Result<ReadingId> {
    sqlx::query_scalar("SELECT newest_reading FROM writer").fetch_one(db).await.map(ReadingId)
}
