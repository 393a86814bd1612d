//! What a transaction has put off of sessions and their holes.

use std::collections::{BTreeMap, HashMap};

use domain::DeviceId;
use sqlx::PgConnection;

use super::super::{
    rows::{GapValue, SessionValue, narrow},
    time::Ms,
};
use crate::writer::tables::{HOURS_KEPT_MS, Hole, Session};

/// Sessions, holes and hours that wait for the end of the transaction.
#[derive(Debug, Default)]
pub(in super::super) struct Reception {
    pub(in super::super) sessions: HashMap<(DeviceId, i64), Session>,
    /// By device, epoch and the counter before the hole; `false` if it is gone.
    holes: BTreeMap<(DeviceId, i64, i64), (Hole, bool)>,
    /// What is to be added to an hour of a device.
    pub(in super::super) hours: HashMap<(DeviceId, i64), i64>,
}

impl Reception {
    /// Notes a hole, or that it is gone.
    pub(in super::super) fn put_hole(&mut self, device: DeviceId, hole: &Hole, is_there: bool) {
        self.holes.insert((device, hole.epoch, hole.after_f_cnt), (*hole, is_there));
    }

    /// A hole that waits and that a counter is missing in.
    pub(in super::super) fn hole_around(&self, device: DeviceId, epoch: i64, f_cnt: i64) -> Option<Hole> {
        let before = self.holes.range((device, epoch, i64::MIN)..(device, epoch, f_cnt));
        before
            .rev()
            .map(|(_, (hole, is_there))| is_there.then_some(*hole))
            .find_map(|hole| hole.filter(|hole| f_cnt < hole.before_f_cnt))
    }

    /// Whether a stored hole has become another one or none.
    pub(in super::super) fn has_changed(&self, device: DeviceId, stored: &Hole) -> bool {
        self.holes.contains_key(&(device, stored.epoch, stored.after_f_cnt))
    }

    /// Writes everything.
    pub(super) async fn write(self, db: &mut PgConnection) -> sqlx::Result<()> {
        write_sessions(db, self.sessions).await?;
        write_holes(db, self.holes).await?;
        write_hours(db, self.hours).await
    }
}

async fn write_sessions(
    db: &mut PgConnection,
    sessions: HashMap<(DeviceId, i64), Session>,
) -> sqlx::Result<()> {
    if sessions.is_empty() {
        return Ok(());
    }
    let rows = sessions.iter().map(|((device, _), session)| SessionValue::new(device.0, session));
    sqlx::query(
        "INSERT INTO session SELECT * FROM unnest($1::session[])
         ON CONFLICT (device_id, epoch) DO UPDATE SET
           first_f_cnt = excluded.first_f_cnt, last_f_cnt = excluded.last_f_cnt, first_at = excluded.first_at,
           last_at = excluded.last_at, n_received = excluded.n_received, last_frame = excluded.last_frame,
           hour = excluded.hour, n_hour = excluded.n_hour",
    )
    .bind(rows.collect::<sqlx::Result<Vec<_>>>()?)
    .execute(db)
    .await?;
    Ok(())
}

async fn write_holes(
    db: &mut PgConnection,
    holes: BTreeMap<(DeviceId, i64, i64), (Hole, bool)>,
) -> sqlx::Result<()> {
    let (mut kept, mut gone) = (Vec::new(), (Vec::new(), Vec::new(), Vec::new()));
    for ((device, epoch, after), (hole, is_there)) in holes {
        if is_there {
            kept.push(GapValue::new(device.0, &hole)?);
        } else {
            gone.0.push(device.0);
            gone.1.push(epoch);
            gone.2.push(after);
        }
    }
    if !gone.0.is_empty() {
        sqlx::query(
            "DELETE FROM gap g USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) e (device, epoch, after)
             WHERE g.device_id = e.device AND g.epoch = e.epoch AND g.after_f_cnt = e.after",
        )
        .bind(gone.0)
        .bind(gone.1)
        .bind(gone.2)
        .execute(&mut *db)
        .await?;
    }
    if !kept.is_empty() {
        sqlx::query(
            "INSERT INTO gap SELECT * FROM unnest($1::gap[])
             ON CONFLICT (device_id, epoch, after_f_cnt) DO UPDATE SET
               before_f_cnt = excluded.before_f_cnt, from_at = excluded.from_at, to_at = excluded.to_at",
        )
        .bind(kept)
        .execute(db)
        .await?;
    }
    Ok(())
}

async fn write_hours(db: &mut PgConnection, hours: HashMap<(DeviceId, i64), i64>) -> sqlx::Result<()> {
    if hours.is_empty() {
        return Ok(());
    }
    let devices: Vec<i32> = hours.keys().map(|(device, _)| narrow(device.0)).collect::<sqlx::Result<_>>()?;
    let at = |before_ms: i64| -> Vec<Ms> { hours.keys().map(|(_, hour)| Ms(hour - before_ms)).collect() };
    sqlx::query(
        "INSERT INTO heard SELECT * FROM unnest($1::integer[], $2::timestamptz[], $3::bigint[])
         ON CONFLICT (device_id, hour) DO UPDATE SET n = heard.n + excluded.n",
    )
    .bind(&devices)
    .bind(at(0))
    .bind(hours.values().copied().collect::<Vec<_>>())
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "DELETE FROM heard h USING unnest($1::integer[], $2::timestamptz[]) e (device, before)
         WHERE h.device_id = e.device AND h.hour < e.before",
    )
    .bind(devices)
    .bind(at(HOURS_KEPT_MS))
    .execute(db)
    .await?;
    Ok(())
}
