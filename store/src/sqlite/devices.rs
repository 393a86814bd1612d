//! Provisioning: devices and the Things they are mounted on.

use std::collections::BTreeMap;

use domain::{Channel, DevEui, Params, Position, ThingId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::{dirty, things::channel_names};
use crate::{ImportReport, Interval, NewDevice, coverage::longest_step, registry::key_of};

/// Whether an import made, changed or found something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Created,
    Updated,
    None,
}

/// A device as it is stored.
#[derive(Debug, PartialEq)]
struct Stored {
    thing: i64,
    profile: String,
    params: String,
    interval_ms: i64,
    since_ms: Option<i64>,
}

/// Creates or updates devices and their Things.
pub(super) fn import(db: &Connection, devices: &[NewDevice]) -> rusqlite::Result<ImportReport> {
    let mut report = ImportReport::default();
    for device in devices {
        let (thing, thing_change) = import_thing(db, device)?;
        match import_device(db, device, thing)? {
            Change::Created => report.n_created += 1,
            Change::None if thing_change == Change::None => report.n_unchanged += 1,
            Change::None | Change::Updated => report.n_updated += 1,
        }
    }
    if report.n_created + report.n_updated > 0 {
        bump_version(db)?;
    }
    Ok(report)
}

/// Ends a device's time on its Thing; `false` if there is no such device.
pub(super) fn retire(db: &Connection, dev_eui: DevEui, until: Timestamp) -> rusqlite::Result<bool> {
    let n = db
        .prepare_cached("UPDATE device SET until_ms = ?2 WHERE dev_eui = ?1")?
        .execute(params![dev_eui.to_string(), until.as_millisecond()])?;
    if n > 0 {
        bump_version(db)?;
        audit(db, "retire device", &dev_eui.to_string(), &json!({ "until": until.to_string() }))?;
    }
    Ok(n > 0)
}

fn import_device(db: &Connection, device: &NewDevice, thing: ThingId) -> rusqlite::Result<Change> {
    let dev_eui = device.dev_eui.to_string();
    let old = stored(db, &dev_eui)?;
    // What the import leaves empty stays as it is, as long as the device stays where it is.
    let since_ms = match &old {
        Some(old) if device.since.is_none() && old.thing == thing.0 => old.since_ms,
        _ => device.since.map(Timestamp::as_millisecond),
    };
    // Settings belong to a profile.
    let params = match (&device.params, &old) {
        (None, Some(old)) if old.profile == device.profile => old.params.clone(),
        (params, _) => to_json(params.as_ref().unwrap_or(&Params::default()))?,
    };
    let interval_ms = match (device.expected_interval, &old) {
        (Interval::Usual(_), Some(old)) => old.interval_ms,
        (Interval::Usual(interval) | Interval::Given(interval), _) => {
            i64::try_from(interval.as_millis()).unwrap_or(i64::MAX / 4).max(1)
        }
    };
    let new = Stored { thing: thing.0, profile: device.profile.clone(), params, interval_ms, since_ms };
    let (change, action) = match &old {
        Some(old) if *old == new => return Ok(Change::None),
        Some(_) => (Change::Updated, "update device"),
        None => (Change::Created, "create device"),
    };
    // A device that is mounted elsewhere or anew is in use again; any other import leaves a retired one retired.
    db.prepare_cached(
        "INSERT INTO device (dev_eui, thing_id, profile, params, interval_ms, since_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (dev_eui) DO UPDATE SET
           until_ms = CASE WHEN thing_id <> excluded.thing_id OR since_ms IS NOT excluded.since_ms
                           THEN NULL ELSE until_ms END,
           thing_id = excluded.thing_id, profile = excluded.profile, params = excluded.params,
           interval_ms = excluded.interval_ms, since_ms = excluded.since_ms",
    )?
    .execute(params![dev_eui, new.thing, new.profile, new.params, new.interval_ms, new.since_ms])?;
    if let Some(old) = old.filter(|old| old.interval_ms != new.interval_ms) {
        // What counts as a gap has changed.
        let reach = longest_step(old.interval_ms.max(new.interval_ms));
        dirty::mark_all(db, ThingId(old.thing), reach)?;
        dirty::mark_all(db, thing, reach)?;
    }
    let detail = json!({
        "thing": device.thing_name,
        "profile": new.profile,
        "params": device.params,
        "interval_ms": new.interval_ms,
        "since": device.since.map(|at| at.to_string()),
    });
    audit(db, action, &dev_eui, &detail)?;
    Ok(change)
}

fn to_json(params: &Params) -> rusqlite::Result<String> {
    serde_json::to_string(params).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn stored(db: &Connection, dev_eui: &str) -> rusqlite::Result<Option<Stored>> {
    db.prepare_cached(
        "SELECT thing_id, profile, params, interval_ms, since_ms FROM device WHERE dev_eui = ?1",
    )?
    .query_row([dev_eui], |row| {
        Ok(Stored {
            thing: row.get(0)?,
            profile: row.get(1)?,
            params: row.get(2)?,
            interval_ms: row.get(3)?,
            since_ms: row.get(4)?,
        })
    })
    .optional()
}

/// The Thing a device names. What the import leaves empty stays as it is.
fn import_thing(db: &Connection, device: &NewDevice) -> rusqlite::Result<(ThingId, Change)> {
    let found = db
        .prepare_cached(
            "SELECT id, description, latitude, longitude, channel_names FROM thing WHERE name = ?1",
        )?
        .query_row([&device.thing_name], |row| {
            let facts = (
                row.get::<_, String>(1)?,
                row.get::<_, Option<f64>>(2)?,
                row.get::<_, Option<f64>>(3)?,
                channel_names(row, 4)?,
            );
            Ok((ThingId(row.get(0)?), facts))
        })
        .optional()?;
    let old = found.as_ref().map(|(_, facts)| facts.clone()).unwrap_or_default();
    let mut names: BTreeMap<Channel, String> = old.3.iter().cloned().collect();
    names.extend(device.channel_names.iter().cloned());
    let new = (
        if device.description.is_empty() { old.0.clone() } else { device.description.clone() },
        device.position.map(Position::latitude).or(old.1),
        device.position.map(Position::longitude).or(old.2),
        names.iter().map(|(channel, name)| (*channel, name.clone())).collect::<Vec<_>>(),
    );
    let names: serde_json::Map<String, serde_json::Value> =
        names.into_iter().map(|(channel, name)| (channel.to_string(), name.into())).collect();
    let names = serde_json::Value::Object(names).to_string();
    match found {
        Some((id, old)) if old == new => Ok((id, Change::None)),
        Some((id, _)) => {
            db.prepare_cached(
                "UPDATE thing SET description = ?2, latitude = ?3, longitude = ?4, channel_names = ?5
                 WHERE id = ?1",
            )?
            .execute(params![id.0, new.0, new.1, new.2, names])?;
            audit(db, "update thing", &device.thing_name, &json!({ "description": new.0 }))?;
            Ok((id, Change::Updated))
        }
        None => {
            let key = free_key(db, &device.thing_name)?;
            db.prepare_cached(
                "INSERT INTO thing (key, name, description, latitude, longitude, channel_names)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![key, device.thing_name, new.0, new.1, new.2, names])?;
            let id = ThingId(db.last_insert_rowid());
            audit(db, "create thing", &device.thing_name, &json!({ "key": key }))?;
            Ok((id, Change::Created))
        }
    }
}

/// The key made from a name, with a number if another Thing has it already.
fn free_key(db: &Connection, name: &str) -> rusqlite::Result<String> {
    let base = key_of(name);
    let mut key = base.clone();
    let mut n = 1;
    while db.prepare_cached("SELECT 1 FROM thing WHERE key = ?1")?.exists([&key])? {
        n += 1;
        key = format!("{base}-{n}");
    }
    Ok(key)
}

fn bump_version(db: &Connection) -> rusqlite::Result<()> {
    db.execute("UPDATE meta SET value = value + 1 WHERE key = 'registry_version'", [])?;
    Ok(())
}

fn audit(db: &Connection, action: &str, subject: &str, detail: &serde_json::Value) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO audit (action, subject, detail) VALUES (?1, ?2, ?3)")?
        .execute(params![action, subject, detail.to_string()])?;
    Ok(())
}
