//! Raw uplinks, to be decoded again.

use domain::{DeviceId, FCnt, FPort, Radio, SessionKey, ThingId, Uplink};
use sqlx::{FromRow, PgConnection};

use super::{
    quarantine::event_id,
    readings::{Found, row},
    row::{parsed, row_id, rows_up_to},
    time::Ms,
};
use crate::{
    StoredUplink, UplinkFilter, UplinkId, UplinkPosition,
    writer::{frames::ten_minutes, tables::ReadingRow},
};

/// An uplink as it is stored.
#[derive(Debug, FromRow)]
struct Stored {
    id: i64,
    event_id: Vec<u8>,
    device_id: i64,
    dev_eui: String,
    session: String,
    f_cnt: i64,
    f_port: i16,
    payload: Vec<u8>,
    time: Ms,
    network_time: Option<Ms>,
    received_at: Ms,
    object: Option<String>,
}

/// One page of raw uplinks but second copies of a frame, newest first. The order begins with what the index is by, so
/// that a page is found where the one before it ended.
pub(super) async fn list(
    db: &mut PgConnection,
    filter: &UplinkFilter,
    before: Option<UplinkPosition>,
    limit: usize,
) -> sqlx::Result<Vec<StoredUplink>> {
    let devices: Vec<i32> = filter.devices.iter().map(|device| row_id(device.0)).collect();
    let (before_ms, event) = UplinkPosition::key(before);
    let rows: Vec<Stored> = sqlx::query_as(
        "SELECT u.id, u.event_id, u.device_id::bigint, d.dev_eui, u.session, u.f_cnt, u.f_port, u.payload, u.time,
                u.network_time, u.received_at, u.object
         FROM uplink u JOIN device d ON d.id = u.device_id
         WHERE u.duplicate_of IS NULL AND u.device_id = ANY ($1) AND u.time >= $2 AND u.time <= $3
           AND u.ten_minutes <= $4 AND (u.time, u.event_id) < ($3, $5)
         ORDER BY u.ten_minutes DESC, u.time DESC, u.event_id DESC LIMIT $6",
    )
    .bind(devices)
    .bind(Ms(filter.since_ms()))
    .bind(Ms(before_ms))
    .bind(i32::try_from(ten_minutes(before_ms)).unwrap_or(i32::MAX))
    .bind(event)
    .bind(rows_up_to(limit))
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Stored::uplink).collect()
}

impl Stored {
    fn uplink(self) -> sqlx::Result<StoredUplink> {
        let decode = |error| sqlx::Error::Decode(error);
        let f_port = u32::try_from(self.f_port).map_err(|error| decode(error.into()))?;
        Ok(StoredUplink {
            id: UplinkId(self.id),
            device: DeviceId(self.device_id),
            time: self.time.timestamp()?,
            uplink: Uplink {
                event_id: event_id(&self.event_id)?,
                dev_eui: parsed(&self.dev_eui)?,
                session: SessionKey(self.session),
                f_cnt: FCnt(u32::try_from(self.f_cnt).map_err(|error| decode(error.into()))?),
                f_port: FPort::try_from(f_port).map_err(|error| decode(error.into()))?,
                payload: self.payload,
                network_time: self.network_time.map(Ms::timestamp).transpose()?,
                received_at: self.received_at.timestamp()?,
                radio: Radio::default(),
                object: self.object.map(String::into_boxed_str),
            },
        })
    }
}

/// The readings of an uplink, each with its Thing.
pub(super) async fn readings_of(
    db: &mut PgConnection,
    uplink: i64,
) -> sqlx::Result<Vec<(ThingId, ReadingRow)>> {
    type OfThing = (i64, i64, i64, i64, Ms, Vec<Option<f64>>, Vec<i16>);
    let found: Option<(Option<i64>, i32)> =
        sqlx::query_as("SELECT first_reading, n_readings FROM uplink WHERE id = $1")
            .bind(uplink)
            .fetch_optional(&mut *db)
            .await?;
    let Some((Some(first), n)) = found else { return Ok(Vec::new()) };
    // Two bounds that are known at once: each part of the table is looked up in its own index.
    let rows: Vec<OfThing> = sqlx::query_as(
        r#"SELECT thing_id::bigint, id, uplink_id, device_id::bigint, time, "values", quality FROM reading
           WHERE id >= $1 AND id < $2 AND uplink_id = $3 ORDER BY id"#,
    )
    .bind(first)
    .bind(first + i64::from(n))
    .bind(uplink)
    .fetch_all(db)
    .await?;
    let of_thing = |(thing, id, uplink, device, time, values, quality): OfThing| {
        let found: Found = (id, uplink, device, time, values, quality);
        (ThingId(thing), row(found))
    };
    Ok(rows.into_iter().map(of_thing).collect())
}

/// Removes a reading.
pub(super) async fn remove(db: &mut PgConnection, row: &ReadingRow) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM reading WHERE id = $1 AND time = $2")
        .bind(row.id)
        .bind(Ms(row.time_ms))
        .execute(db)
        .await?;
    Ok(())
}

/// Notes which readings are those of an uplink.
pub(super) async fn set_readings_of(
    db: &mut PgConnection,
    uplink: i64,
    time_ms: i64,
    first_reading: Option<i64>,
    n_readings: usize,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE uplink SET first_reading = $3, n_readings = $4 WHERE id = $1 AND time = $2")
        .bind(uplink)
        .bind(Ms(time_ms))
        .bind(first_reading)
        .bind(i32::try_from(n_readings).unwrap_or(i32::MAX))
        .execute(db)
        .await?;
    Ok(())
}
