//! Reading Things, Datastreams and the registry of devices.

use std::collections::{BTreeMap, HashMap};

use domain::{Channel, DatastreamId, DevEui, DeviceId, Params, Position, ThingId};
use jiff::SignedDuration;
use rusqlite::{Connection, Row, params, types::FromSqlError};

use super::{datastreams::parsed, series::timestamp};
use crate::{Datastream, Device, Registry, Thing};

/// Interval of a Thing without a device: nothing is expected of it soon.
const NO_DEVICE_MS: i64 = 24 * 3_600_000;

/// All Things by name, or the one with this key.
pub(super) fn things(db: &Connection, key: Option<&str>) -> rusqlite::Result<Vec<Thing>> {
    let mut statement = db.prepare_cached(
        "SELECT t.id, t.key, t.name, t.description, t.latitude, t.longitude, t.channel_names,
                coalesce((SELECT min(interval_ms) FROM device d WHERE d.thing_id = t.id AND until_ms IS NULL),
                         (SELECT min(interval_ms) FROM device d WHERE d.thing_id = t.id), ?2),
                (SELECT max(heard_ms) FROM latest l WHERE l.thing_id = t.id)
         FROM thing t WHERE ?1 IS NULL OR t.key = ?1 ORDER BY t.name",
    )?;
    let rows = statement.query_map(params![key, NO_DEVICE_MS], |row| {
        Ok(Thing {
            id: ThingId(row.get(0)?),
            key: row.get(1)?,
            name: row.get(2)?,
            description: row.get(3)?,
            position: position(row.get(4)?, row.get(5)?)?,
            channel_names: channel_names(row, 6)?,
            expected_interval: SignedDuration::from_millis(row.get(7)?),
            last_heard_at: row.get::<_, Option<i64>>(8)?.map(timestamp).transpose()?,
        })
    })?;
    rows.collect()
}

/// Datastreams of one Thing or of all, or the one with an id, by Thing and slot.
pub(super) fn datastreams(
    db: &Connection,
    thing: Option<ThingId>,
    id: Option<DatastreamId>,
) -> rusqlite::Result<Vec<Datastream>> {
    // The interval is that of the devices which feed the Datastream; else that of the Thing.
    let mut statement = db.prepare_cached(
        "SELECT s.id, s.thing_id, s.slot, s.property, s.channel, s.first_ms, t.channel_names,
                coalesce((SELECT min(d.interval_ms) FROM device_channel c JOIN device d ON d.id = c.device_id
                          WHERE c.thing_id = s.thing_id AND c.slot = s.slot AND d.until_ms IS NULL
                            AND d.thing_id = s.thing_id),
                         (SELECT min(interval_ms) FROM device d WHERE d.thing_id = s.thing_id), ?3)
         FROM datastream s JOIN thing t ON t.id = s.thing_id
         WHERE (?1 IS NULL OR s.thing_id = ?1) AND (?2 IS NULL OR s.id = ?2) ORDER BY s.thing_id, s.slot",
    )?;
    let mut rows = statement.query(params![thing.map(|t| t.0), id.map(|i| i.0), NO_DEVICE_MS])?;
    let mut list = Vec::new();
    let mut names: (Option<ThingId>, HashMap<Channel, String>) = (None, HashMap::new());
    while let Some(row) = rows.next()? {
        let thing = ThingId(row.get(1)?);
        if names.0 != Some(thing) {
            names = (Some(thing), channel_names(row, 6)?.into_iter().collect());
        }
        let channel: Channel = parsed(&row.get_ref(4)?)?;
        list.push(Datastream {
            id: DatastreamId(row.get(0)?),
            thing,
            slot: row.get(2)?,
            property: parsed(&row.get_ref(3)?)?,
            channel,
            channel_name: names.1.get(&channel).cloned(),
            expected_interval: SignedDuration::from_millis(row.get(7)?),
            first_at: Some(timestamp(row.get(5)?)?),
        });
    }
    Ok(list)
}

/// All devices with the version of the registry.
pub(super) fn registry(db: &mut Connection) -> rusqlite::Result<Registry> {
    let tx = db.transaction()?;
    let version = registry_version(&tx)?;
    let mut statement = tx.prepare_cached(
        "SELECT d.id, d.dev_eui, d.thing_id, t.name, d.profile, d.params, d.interval_ms, d.since_ms, d.until_ms
         FROM device d JOIN thing t ON t.id = d.thing_id",
    )?;
    let devices = statement.query_map([], device)?.map(|d| d.map(|d| (d.dev_eui, d)));
    Ok(Registry { version, devices: devices.collect::<Result<_, _>>()? })
}

/// The version [`registry`] would carry.
pub(super) fn registry_version(db: &Connection) -> rusqlite::Result<u64> {
    db.prepare_cached("SELECT value FROM meta WHERE key = 'registry_version'")?
        .query_row([], |row| row.get(0))
}

fn device(row: &Row<'_>) -> rusqlite::Result<Device> {
    let dev_eui: DevEui = parsed(&row.get_ref(1)?)?;
    let params: Params = json(row, 5)?;
    Ok(Device {
        id: DeviceId(row.get(0)?),
        dev_eui,
        thing: ThingId(row.get(2)?),
        thing_name: row.get(3)?,
        profile: row.get(4)?,
        params,
        expected_interval: SignedDuration::from_millis(row.get(6)?),
        since: row.get::<_, Option<i64>>(7)?.map(timestamp).transpose()?,
        until: row.get::<_, Option<i64>>(8)?.map(timestamp).transpose()?,
    })
}

fn position(latitude: Option<f64>, longitude: Option<f64>) -> rusqlite::Result<Option<Position>> {
    let (Some(latitude), Some(longitude)) = (latitude, longitude) else { return Ok(None) };
    Position::new(latitude, longitude).map(Some).map_err(|error| FromSqlError::Other(error.into()).into())
}

/// The names of channels, by channel.
pub(super) fn channel_names(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<(Channel, String)>> {
    let names: BTreeMap<String, String> = json(row, column)?;
    names
        .into_iter()
        .map(|(channel, name)| Ok((channel.parse()?, name)))
        .collect::<Result<_, domain::channel::ParseChannelError>>()
        .map_err(|error| FromSqlError::Other(error.into()).into())
}

/// A column of JSON text.
pub(super) fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(column)?.as_str()?)
        .map_err(|error| FromSqlError::Other(error.into()).into())
}
