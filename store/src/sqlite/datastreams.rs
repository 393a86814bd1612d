//! Which slot of a Thing's readings belongs to which Datastream, and which devices feed it.

use domain::{DatastreamId, DeviceId, ThingId};
use rusqlite::{Connection, params, types::FromSqlError};

use crate::writer::tables::{Feed, NewStream, Stream};

/// The Datastreams of a Thing by slot.
pub(super) fn of(db: &Connection, thing: ThingId) -> rusqlite::Result<Vec<Stream>> {
    let mut statement = db.prepare_cached(
        "SELECT id, property, channel, first_ms, values_from_ms, buckets_from_ms FROM datastream WHERE thing_id = ?1 ORDER BY slot",
    )?;
    let streams = statement.query_map([thing.0], |row| {
        Ok(Stream {
            id: DatastreamId(row.get(0)?),
            property: parsed(&row.get_ref(1)?)?,
            channel: parsed(&row.get_ref(2)?)?,
            first_ms: row.get(3)?,
            values_from_ms: row.get(4)?,
            buckets_from_ms: row.get(5)?,
        })
    })?;
    streams.collect()
}

/// Makes a Datastream.
pub(super) fn create(
    db: &Connection,
    thing: ThingId,
    slot: u8,
    new: &NewStream,
) -> rusqlite::Result<DatastreamId> {
    db.prepare_cached(
        "INSERT INTO datastream (thing_id, slot, property, unit, channel, first_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        thing.0,
        slot,
        new.property.key(),
        new.property.unit().ucum,
        new.channel.as_str(),
        new.first_ms
    ])?;
    Ok(DatastreamId(db.last_insert_rowid()))
}

/// Moves the first observation of a Datastream.
pub(super) fn set_first(db: &Connection, datastream: DatastreamId, first_ms: i64) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE datastream SET first_ms = ?2 WHERE id = ?1")?
        .execute(params![datastream.0, first_ms])?;
    Ok(())
}

/// Notes that a device feeds a slot, and where its running total wraps.
pub(super) fn note_device_channel(
    db: &Connection,
    thing: ThingId,
    device: DeviceId,
    slot: u8,
    wraps_at: Option<f64>,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO device_channel (thing_id, device_id, slot, wraps_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET wraps_at = excluded.wraps_at WHERE wraps_at IS NOT excluded.wraps_at",
    )?
    .execute(params![thing.0, device.0, slot, wraps_at])?;
    Ok(())
}

/// The devices that feed a Thing, or once did.
pub(super) fn feeds(db: &Connection, thing: ThingId) -> rusqlite::Result<Vec<Feed>> {
    let mut statement = db.prepare_cached(
        "SELECT c.device_id, d.interval_ms, c.slot, c.wraps_at
         FROM device_channel c JOIN device d ON d.id = c.device_id WHERE c.thing_id = ?1 ORDER BY c.device_id",
    )?;
    let mut rows = statement.query([thing.0])?;
    let mut feeds: Vec<Feed> = Vec::new();
    while let Some(row) = rows.next()? {
        let device = DeviceId(row.get(0)?);
        let slot = (row.get(2)?, row.get(3)?);
        match feeds.last_mut().filter(|feed| feed.device == device) {
            Some(feed) => feed.slots.push(slot),
            None => feeds.push(Feed { device, interval_ms: row.get(1)?, slots: vec![slot] }),
        }
    }
    Ok(feeds)
}

/// Which profiles the devices have that feed a Thing, or once did, by slot.
pub(super) fn profiles(db: &Connection, thing: ThingId) -> rusqlite::Result<Vec<(u8, String)>> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT c.slot, d.profile
         FROM device_channel c JOIN device d ON d.id = c.device_id WHERE c.thing_id = ?1",
    )?;
    statement.query_map([thing.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Reads a column that holds one of our own words.
pub(super) fn parsed<T>(column: &rusqlite::types::ValueRef<'_>) -> rusqlite::Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text = column.as_str().map_err(rusqlite::Error::from)?;
    text.parse().map_err(|error: T::Err| FromSqlError::Other(error.into()).into())
}
