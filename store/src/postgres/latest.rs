//! The kept table of newest values.

use domain::ThingId;
use sqlx::{FromRow, PgConnection};

use super::{
    row::row_id,
    series::assessed,
    streams::{Known, StreamIds},
    time::Ms,
};
use crate::Latest;

/// The newest values of one device on a Thing.
#[derive(Debug, FromRow)]
struct LatestRow {
    thing_id: i64,
    time: Option<Ms>,
    values: Vec<Option<f64>>,
    quality: Vec<i16>,
    older: Option<Vec<Option<Ms>>>,
}

/// The newest value of each Datastream, by Thing and slot.
pub(super) async fn values(
    db: &mut PgConnection,
    streams: &StreamIds,
    thing: Option<ThingId>,
) -> sqlx::Result<Vec<Latest>> {
    let rows: Vec<LatestRow> = sqlx::query_as(
        r#"SELECT thing_id::bigint, time, "values", quality, older FROM latest
           WHERE $1::integer IS NULL OR thing_id = $1 ORDER BY latest.thing_id, latest.device_id"#,
    )
    .bind(thing.map(|thing| row_id(thing.0)))
    .fetch_all(&mut *db)
    .await?;
    let streams = streams.refreshed(db).await?;
    let mut list = Vec::new();
    for devices in rows.chunk_by(|a, b| a.thing_id == b.thing_id) {
        let mut by_slot = Vec::new();
        for row in devices {
            row.offer(&streams, &mut by_slot)?;
        }
        list.extend(by_slot.into_iter().flatten());
    }
    Ok(list)
}

impl LatestRow {
    /// Adds the values of a device to those of its Thing. After it was replaced, two of them feed one Datastream: the
    /// newer value counts.
    fn offer(&self, streams: &Known, by_slot: &mut Vec<Option<Latest>>) -> sqlx::Result<()> {
        let thing = ThingId(self.thing_id);
        let streams = streams.of(thing);
        by_slot.resize(streams.len(), None);
        let older = self.older.as_deref().unwrap_or_default();
        for (slot, ((&code, &datastream), place)) in self.quality.iter().zip(streams).zip(by_slot).enumerate()
        {
            let number = self.values.get(slot).copied().flatten();
            let Some(time) = older.get(slot).copied().flatten().or(self.time) else { continue };
            let Some((value, quality)) = assessed(number, code) else { continue };
            let time = time.timestamp()?;
            if place.as_ref().is_none_or(|other| other.time < time) {
                *place = Some(Latest { datastream, thing, time, value, quality });
            }
        }
        Ok(())
    }
}
