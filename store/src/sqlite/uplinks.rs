//! Raw uplinks, to be decoded again.

use domain::{DeviceId, EventId, FCnt, FPort, Radio, SessionKey, ThingId, Uplink};
use rusqlite::{Connection, OptionalExtension, Row, params, types::FromSqlError};

use super::{datastreams::parsed, readings, series::timestamp};
use crate::{StoredUplink, UplinkFilter, UplinkId, UplinkPosition, writer::tables::ReadingRow};

/// Raw uplinks but second copies of a frame, newest first, from behind a position. The order begins with what the index
/// is by, so that a page is found where the one before it ended.
const LIST: &str = "
    SELECT u.id, u.event_id, u.device_id, d.dev_eui, u.session, u.f_cnt, u.f_port, u.payload, u.time_ms,
           u.network_ms, u.received_ms, u.object
    FROM uplink u JOIN device d ON d.id = u.device_id
    WHERE u.duplicate_of IS NULL AND u.device_id IN (SELECT value FROM json_each(?1))
      AND u.ten_minutes >= ?2 / 600000 AND u.time_ms >= ?2
      AND u.ten_minutes <= ?3 / 600000 AND (u.time_ms, u.event_id) < (?3, ?4)
    ORDER BY u.ten_minutes DESC, u.time_ms DESC, u.event_id DESC LIMIT ?5";

/// One page of raw uplinks, newest first.
pub(super) fn list(
    db: &Connection,
    filter: &UplinkFilter,
    before: Option<UplinkPosition>,
    limit: usize,
) -> rusqlite::Result<Vec<StoredUplink>> {
    let devices: Vec<i64> = filter.devices.iter().map(|device| device.0).collect();
    let devices = serde_json::to_string(&devices).unwrap_or_default();
    let (before_ms, event) = UplinkPosition::key(before);
    let mut statement = db.prepare_cached(LIST)?;
    let rows = statement.query_map(params![devices, filter.since_ms(), before_ms, event, limit], from_sql)?;
    rows.collect()
}

fn from_sql(row: &Row<'_>) -> rusqlite::Result<StoredUplink> {
    let event_id = EventId::from_bytes(row.get_ref(1)?.as_blob()?).ok_or(FromSqlError::InvalidType)?;
    let f_port: u32 = row.get(6)?;
    Ok(StoredUplink {
        id: UplinkId(row.get(0)?),
        device: DeviceId(row.get(2)?),
        time: timestamp(row.get(8)?)?,
        uplink: Uplink {
            event_id,
            dev_eui: parsed(&row.get_ref(3)?)?,
            session: SessionKey(row.get(4)?),
            f_cnt: FCnt(row.get(5)?),
            f_port: FPort::try_from(f_port).map_err(|error| FromSqlError::Other(error.into()))?,
            payload: row.get(7)?,
            network_time: row.get::<_, Option<i64>>(9)?.map(timestamp).transpose()?,
            received_at: timestamp(row.get(10)?)?,
            radio: Radio::default(),
            object: row.get::<_, Option<String>>(11)?.map(String::into_boxed_str),
        },
    })
}

/// The readings of an uplink, each with its Thing.
pub(super) fn readings_of(db: &Connection, uplink: i64) -> rusqlite::Result<Vec<(ThingId, ReadingRow)>> {
    let found: Option<(Option<i64>, i64)> = db
        .prepare_cached("SELECT first_reading, n_readings FROM uplink WHERE id = ?1")?
        .query_row([uplink], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((Some(first), n)) = found else { return Ok(Vec::new()) };
    let mut statement = db.prepare_cached(
        r#"SELECT id, uplink_id, device_id, time_ms, "values", quality, thing_id FROM reading
           WHERE id >= ?1 AND id < ?2 AND uplink_id = ?3 ORDER BY id"#,
    )?;
    let rows = statement
        .query_map([first, first + n, uplink], |row| Ok((ThingId(row.get(6)?), readings::from_sql(row)?)))?;
    rows.collect()
}

/// Notes which readings are those of an uplink.
pub(super) fn set_readings(
    db: &Connection,
    uplink: i64,
    first_reading: Option<i64>,
    n_readings: usize,
) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE uplink SET first_reading = ?2, n_readings = ?3 WHERE id = ?1")?
        .execute(params![uplink, first_reading, n_readings])?;
    Ok(())
}
