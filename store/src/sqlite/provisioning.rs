//! Devices, Things and who changed them.

use domain::{DevEui, DeviceId, ThingId};
use rusqlite::{Connection, OptionalExtension, params, types::FromSqlError};

use super::things::{channel_names, json};
use crate::writer::tables::{StoredDevice, ThingFacts};

/// The expected interval of a device; `None` if there is no such device or no such Thing.
pub(super) fn interval(db: &Connection, device: DeviceId, thing: ThingId) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(
        "SELECT interval_ms FROM device WHERE id = ?1 AND EXISTS (SELECT 1 FROM thing WHERE id = ?2)",
    )?
    .query_row([device.0, thing.0], |row| row.get(0))
    .optional()
}

/// A device as it is stored.
pub(super) fn device(db: &Connection, dev_eui: DevEui) -> rusqlite::Result<Option<StoredDevice>> {
    db.prepare_cached(
        "SELECT thing_id, profile, params, interval_ms, since_ms FROM device WHERE dev_eui = ?1",
    )?
    .query_row([dev_eui.to_string()], |row| {
        Ok(StoredDevice {
            thing: ThingId(row.get(0)?),
            profile: row.get(1)?,
            params: json(row, 2)?,
            interval_ms: row.get(3)?,
            since_ms: row.get(4)?,
        })
    })
    .optional()
}

/// Creates or updates a device. One that is mounted elsewhere or anew is in use again; any other stays as retired
/// as it was.
pub(super) fn save_device(db: &Connection, dev_eui: DevEui, device: &StoredDevice) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO device (dev_eui, thing_id, profile, params, interval_ms, since_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (dev_eui) DO UPDATE SET
           until_ms = CASE WHEN thing_id <> excluded.thing_id OR since_ms IS NOT excluded.since_ms
                           THEN NULL ELSE until_ms END,
           thing_id = excluded.thing_id, profile = excluded.profile, params = excluded.params,
           interval_ms = excluded.interval_ms, since_ms = excluded.since_ms",
    )?
    .execute(params![
        dev_eui.to_string(),
        device.thing.0,
        device.profile,
        to_json(&device.params)?,
        device.interval_ms,
        device.since_ms
    ])?;
    Ok(())
}

/// Ends a device's time on its Thing; `false` if there is no such device.
pub(super) fn retire(db: &Connection, dev_eui: DevEui, until_ms: i64) -> rusqlite::Result<bool> {
    let n = db
        .prepare_cached("UPDATE device SET until_ms = ?2 WHERE dev_eui = ?1")?
        .execute(params![dev_eui.to_string(), until_ms])?;
    Ok(n > 0)
}

/// All Things with their names.
pub(super) fn things(db: &Connection) -> rusqlite::Result<Vec<(ThingId, String)>> {
    let mut statement = db.prepare_cached("SELECT id, name FROM thing ORDER BY id")?;
    let rows = statement.query_map([], |row| Ok((ThingId(row.get(0)?), row.get(1)?)))?;
    rows.collect()
}

/// The Thing of this name.
pub(super) fn thing_named(db: &Connection, name: &str) -> rusqlite::Result<Option<(ThingId, ThingFacts)>> {
    db.prepare_cached(
        "SELECT id, description, latitude, longitude, channel_names FROM thing WHERE name = ?1",
    )?
    .query_row([name], |row| {
        let facts = ThingFacts {
            description: row.get(1)?,
            latitude: row.get(2)?,
            longitude: row.get(3)?,
            channel_names: channel_names(row, 4)?.into_iter().collect(),
        };
        Ok((ThingId(row.get(0)?), facts))
    })
    .optional()
}

/// Whether a Thing has this key.
pub(super) fn has_key(db: &Connection, key: &str) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM thing WHERE key = ?1")?.exists([key])
}

/// Makes a Thing.
pub(super) fn create_thing(
    db: &Connection,
    key: &str,
    name: &str,
    facts: &ThingFacts,
) -> rusqlite::Result<ThingId> {
    db.prepare_cached(
        "INSERT INTO thing (key, name, description, latitude, longitude, channel_names)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        key,
        name,
        facts.description,
        facts.latitude,
        facts.longitude,
        names_json(facts)?
    ])?;
    Ok(ThingId(db.last_insert_rowid()))
}

/// Changes a Thing.
pub(super) fn update_thing(db: &Connection, thing: ThingId, facts: &ThingFacts) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE thing SET description = ?2, latitude = ?3, longitude = ?4, channel_names = ?5 WHERE id = ?1",
    )?
    .execute(params![
        thing.0,
        facts.description,
        facts.latitude,
        facts.longitude,
        names_json(facts)?
    ])?;
    Ok(())
}

/// Has every process read its registry of devices again.
pub(super) fn bump_registry(db: &Connection) -> rusqlite::Result<()> {
    db.execute("UPDATE meta SET value = value + 1 WHERE key = 'registry_version'", [])?;
    Ok(())
}

/// Notes who changed what.
pub(super) fn audit(
    db: &Connection,
    action: &str,
    subject: &str,
    detail: &serde_json::Value,
) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO audit (action, subject, detail) VALUES (?1, ?2, ?3)")?
        .execute(params![action, subject, detail.to_string()])?;
    Ok(())
}

fn names_json(facts: &ThingFacts) -> rusqlite::Result<String> {
    let names: std::collections::BTreeMap<&str, &String> =
        facts.channel_names.iter().map(|(channel, name)| (channel.as_str(), name)).collect();
    to_json(&names)
}

fn to_json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| FromSqlError::Other(error.into()).into())
}
