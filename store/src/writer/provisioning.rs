//! Provisioning: devices and the Things they are mounted on.

use std::collections::BTreeMap;

use domain::{Channel, DevEui, Position, ThingId};
use jiff::Timestamp;
use serde_json::json;

use super::tables::{DbError, StoredDevice, Tables, ThingFacts};
use crate::{ImportReport, Interval, NewDevice, coverage::longest_step, registry::key_of};

/// Whether an import made, changed or found something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Created,
    Updated,
    None,
}

/// Creates or updates devices and their Things.
pub(super) fn import(tables: &mut dyn Tables, devices: &[NewDevice]) -> Result<ImportReport, DbError> {
    let mut report = ImportReport::default();
    for device in devices {
        let (thing, thing_change) = import_thing(tables, device)?;
        match import_device(tables, device, thing)? {
            Change::Created => report.n_created += 1,
            Change::None if thing_change == Change::None => report.n_unchanged += 1,
            Change::None | Change::Updated => report.n_updated += 1,
        }
    }
    if report.n_created + report.n_updated > 0 {
        tables.bump_registry()?;
    }
    Ok(report)
}

/// Ends a device's time on its Thing; `false` if there is no such device.
pub(super) fn retire(tables: &mut dyn Tables, dev_eui: DevEui, until: Timestamp) -> Result<bool, DbError> {
    let is_known = tables.retire(dev_eui, until.as_millisecond())?;
    if is_known {
        tables.bump_registry()?;
        let detail = json!({ "until": until.to_string() });
        tables.audit("retire device", &dev_eui.to_string(), &detail)?;
    }
    Ok(is_known)
}

fn import_device(tables: &mut dyn Tables, device: &NewDevice, thing: ThingId) -> Result<Change, DbError> {
    let old = tables.device(device.dev_eui)?;
    // What the import leaves empty stays as it is, as long as the device stays where it is.
    let since_ms = match &old {
        Some(old) if device.since.is_none() && old.thing == thing => old.since_ms,
        _ => device.since.map(Timestamp::as_millisecond),
    };
    // Settings belong to a profile.
    let params = match (&device.params, &old) {
        (None, Some(old)) if old.profile == device.profile => old.params.clone(),
        (params, _) => params.clone().unwrap_or_default(),
    };
    let interval_ms = match (device.expected_interval, &old) {
        (Interval::Usual(_), Some(old)) => old.interval_ms,
        (Interval::Usual(interval) | Interval::Given(interval), _) => {
            i64::try_from(interval.as_millis()).unwrap_or(i64::MAX / 4).max(1)
        }
    };
    let new = StoredDevice { thing, profile: device.profile.clone(), params, interval_ms, since_ms };
    let (change, action) = match &old {
        Some(old) if *old == new => return Ok(Change::None),
        Some(_) => (Change::Updated, "update device"),
        None => (Change::Created, "create device"),
    };
    tables.save_device(device.dev_eui, &new)?;
    if let Some(old) = old.filter(|old| old.interval_ms != new.interval_ms) {
        // What counts as a gap has changed.
        let reach = longest_step(old.interval_ms.max(new.interval_ms));
        tables.mark_all(old.thing, reach)?;
        tables.mark_all(thing, reach)?;
    }
    let detail = json!({
        "thing": device.thing_name,
        "profile": new.profile,
        "params": device.params,
        "interval_ms": new.interval_ms,
        "since": device.since.map(|at| at.to_string()),
    });
    tables.audit(action, &device.dev_eui.to_string(), &detail)?;
    Ok(change)
}

/// The Thing a device names. What the import leaves empty stays as it is.
fn import_thing(tables: &mut dyn Tables, device: &NewDevice) -> Result<(ThingId, Change), DbError> {
    let found = tables.thing_named(&device.thing_name)?;
    let old = found.as_ref().map(|(_, facts)| facts.clone()).unwrap_or_default();
    let mut channel_names: BTreeMap<Channel, String> = old.channel_names.clone();
    channel_names.extend(device.channel_names.iter().cloned());
    let new = ThingFacts {
        description: if device.description.is_empty() { old.description } else { device.description.clone() },
        latitude: device.position.map(Position::latitude).or(old.latitude),
        longitude: device.position.map(Position::longitude).or(old.longitude),
        channel_names,
    };
    match found {
        Some((id, old)) if old == new => Ok((id, Change::None)),
        Some((id, _)) => {
            tables.update_thing(id, &new)?;
            tables.audit("update thing", &device.thing_name, &json!({ "description": new.description }))?;
            Ok((id, Change::Updated))
        }
        None => {
            let key = free_key(tables, &device.thing_name)?;
            let id = tables.create_thing(&key, &device.thing_name, &new)?;
            tables.audit("create thing", &device.thing_name, &json!({ "key": key }))?;
            Ok((id, Change::Created))
        }
    }
}

/// The key made from a name, with a number if another Thing has it already.
fn free_key(tables: &mut dyn Tables, name: &str) -> Result<String, DbError> {
    let base = key_of(name);
    let mut key = base.clone();
    let mut n = 1;
    while tables.has_key(&key)? {
        n += 1;
        key = format!("{base}-{n}");
    }
    Ok(key)
}
