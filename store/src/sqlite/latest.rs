//! The kept table of newest values.

use domain::{DeviceId, ThingId};
use rusqlite::{Connection, OptionalExtension, params};

use super::array::BySlot;

/// The newest value of each slot of one device, each with its own time: a frame that carries a single slot
/// leaves the others as they were.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LatestRow {
    /// Newest uplink, with or without values.
    pub(super) heard_ms: i64,
    pub(super) values: BySlot<Option<f64>>,
    pub(super) quality: BySlot<u8>,
    pub(super) times_ms: BySlot<Option<i64>>,
}

impl LatestRow {
    /// Takes a value if it is not older than the one kept.
    pub(super) fn offer(&mut self, slot: u8, time_ms: i64, value: Option<f64>, quality: u8) {
        if self.times_ms.get(slot).is_none_or(|kept| kept <= time_ms) {
            self.values.set(slot, value);
            self.quality.set(slot, quality);
            self.times_ms.set(slot, Some(time_ms));
        }
    }
}

/// Reads the row of a device on a Thing.
pub(super) fn load(db: &Connection, thing: ThingId, device: DeviceId) -> rusqlite::Result<Option<LatestRow>> {
    db.prepare_cached(
        r#"SELECT heard_ms, "values", quality, times_ms FROM latest WHERE thing_id = ?1 AND device_id = ?2"#,
    )?
    .query_row([thing.0, device.0], |row| {
        Ok(LatestRow {
            heard_ms: row.get(0)?,
            values: row.get(1)?,
            quality: row.get(2)?,
            times_ms: row.get(3)?,
        })
    })
    .optional()
}

/// Writes the row of a device on a Thing.
pub(super) fn save(
    db: &Connection,
    thing: ThingId,
    device: DeviceId,
    row: &LatestRow,
) -> rusqlite::Result<()> {
    db.prepare_cached("REPLACE INTO latest VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
        thing.0,
        device.0,
        row.heard_ms,
        row.values,
        row.quality,
        row.times_ms
    ])?;
    Ok(())
}
