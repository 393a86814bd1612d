//! The kept table of newest values.

use domain::{DeviceId, Quality, ThingId};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

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
    /// Time of the newest value.
    pub(super) fn newest_ms(&self) -> Option<i64> {
        self.times_ms.iter().filter_map(|(_, at)| at).max()
    }

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
    let newest_ms = row.newest_ms();
    statement.execute(params![
        thing.0,
        device.0,
        row.heard_ms,
        newest_ms,
        row.values,
        row.quality,
        older(newest_ms, &row.times_ms)
    ])?;
    Ok(())
}

/// The times that are not the newest; mostly there is none, for a frame carries all values of a device.
fn older(newest_ms: Option<i64>, times_ms: &BySlot<Option<i64>>) -> Option<BySlot<Option<i64>>> {
    let mut older: Option<BySlot<Option<i64>>> = None;
    for (slot, at) in times_ms.iter().filter(|(_, at)| at.is_some() && *at != newest_ms) {
        older.get_or_insert_default().set(slot, at);
    }
    older
}

/// The time of each value, as [`save`] divided them into the newest and the older ones.
pub(super) fn times(
    newest_ms: Option<i64>,
    quality: &BySlot<u8>,
    older_ms: &BySlot<Option<i64>>,
) -> BySlot<Option<i64>> {
    let mut times = BySlot::default();
    for (slot, _) in quality.iter().filter(|&(_, quality)| quality != Quality::ABSENT_CODE) {
        times.set(slot, older_ms.get(slot).or(newest_ms));
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_keeps_its_own_time() {
        let mut row = LatestRow::default();
        row.offer(0, 1_000, Some(1.5), 1);
        row.offer(3, 2_000, None, 91);
        row.offer(4, 2_000, Some(4.0), 1);
        let older = older(row.newest_ms(), &row.times_ms).unwrap_or_default();
        assert_eq!(times(row.newest_ms(), &row.quality, &older), row.times_ms);
        assert_eq!(row.times_ms.get(0), Some(1_000));
        assert_eq!(row.times_ms.get(1), None);
    }

    #[test]
    fn values_of_one_frame_need_no_times_of_their_own() {
        let mut row = LatestRow::default();
        row.offer(0, 1_000, Some(1.5), 1);
        row.offer(1, 1_000, Some(2.5), 1);
        assert_eq!(older(row.newest_ms(), &row.times_ms), None);
    }
}
