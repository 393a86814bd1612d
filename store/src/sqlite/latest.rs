//! The kept table of newest values.

use domain::{DeviceId, ThingId};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use crate::writer::{latest::times, tables::LatestRow};

/// Reads the row of a device on a Thing.
pub(super) fn load(db: &Connection, thing: ThingId, device: DeviceId) -> rusqlite::Result<Option<LatestRow>> {
    db.prepare_cached(
        r#"SELECT heard_ms, time_ms, "values", quality, older_ms FROM latest
           WHERE thing_id = ?1 AND device_id = ?2"#,
    )?
    .query_row([thing.0, device.0], |row| {
        let quality = row.get(3)?;
        Ok(LatestRow {
            heard_ms: row.get(0)?,
            values: row.get(2)?,
            times_ms: times(row.get(1)?, &quality, &row.get(4)?),
            quality,
        })
    })
    .optional()
}

/// Writes the row of a device on a Thing.
pub(super) const SAVE: &str = "REPLACE INTO latest VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Writes the row of a device on a Thing, with [`SAVE`].
pub(super) fn save(
    statement: &mut CachedStatement<'_>,
    thing: ThingId,
    device: DeviceId,
    row: &LatestRow,
) -> rusqlite::Result<()> {
    statement.execute(params![
        thing.0,
        device.0,
        row.heard_ms,
        row.newest_ms(),
        row.values,
        row.quality,
        row.older_ms()
    ])?;
    Ok(())
}
