//! What the writer remembers of each device, so that data in time order needs no lookup.

use std::collections::HashMap;

use domain::{Continuity, DeviceId, Quality, ThingId};

use super::{
    slots::Slots,
    tables::{DbError, LatestRow, Tables, Toward},
};
use crate::by_slot::BySlot;

/// One device on one Thing.
#[derive(Clone, Debug)]
pub(super) struct Track {
    /// Expected time between two values.
    pub(super) interval_ms: i64,
    /// Its newest values, as they will be in the table at the end of the transaction.
    pub(super) latest: LatestRow,
    /// Time of the newest counting value of each slot.
    pub(super) counted_ms: BySlot<Option<i64>>,
    /// What is known of the values of each slot up to the newest; `None` until it is needed, and after a late value.
    pub(super) continuity: Option<BySlot<Continuity>>,
    /// Whether the row of newest values has to be written.
    is_changed: bool,
    /// Which slots are noted as fed by the device, with the limits of their running totals.
    pub(super) noted: BySlot<bool>,
    pub(super) wraps_at: BySlot<Option<f64>>,
}

/// The devices written to so far.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    tracks: HashMap<(ThingId, DeviceId), Track>,
    changed: Vec<(ThingId, DeviceId)>,
}

impl Tracks {
    /// The track of a device, read on first use; `None` if the device or the Thing does not exist.
    pub(super) fn of(
        &mut self,
        tables: &mut impl Tables,
        thing: ThingId,
        device: DeviceId,
        slots: &Slots,
    ) -> Result<Option<&mut Track>, DbError> {
        use std::collections::hash_map::Entry;
        match self.tracks.entry((thing, device)) {
            Entry::Occupied(entry) => Ok(Some(entry.into_mut())),
            Entry::Vacant(entry) => {
                Ok(Track::load(tables, thing, device, slots)?.map(|track| entry.insert(track)))
            }
        }
    }

    /// Notes that a device was heard, and has its row written at the end of the transaction.
    pub(super) fn heard(&mut self, thing: ThingId, device: DeviceId, time_ms: i64) {
        let Some(track) = self.tracks.get_mut(&(thing, device)) else { return };
        track.latest.heard_ms = track.latest.heard_ms.max(time_ms);
        if !track.is_changed {
            track.is_changed = true;
            self.changed.push((thing, device));
        }
    }

    /// Writes the rows that changed.
    pub(super) fn save(&mut self, tables: &mut impl Tables) -> Result<(), DbError> {
        for key in self.changed.drain(..) {
            if let Some(track) = self.tracks.get_mut(&key)
                && std::mem::take(&mut track.is_changed)
            {
                tables.save_latest(key.0, key.1, &track.latest)?;
            }
        }
        Ok(())
    }

    /// Writes and forgets one device, whose newest counting values have to be looked up again.
    pub(super) fn reload(
        &mut self,
        tables: &mut impl Tables,
        thing: ThingId,
        device: DeviceId,
    ) -> Result<(), DbError> {
        match self.tracks.remove(&(thing, device)) {
            Some(track) => tables.save_latest(thing, device, &track.latest),
            None => Ok(()),
        }
    }
}

impl Track {
    fn load(
        tables: &mut impl Tables,
        thing: ThingId,
        device: DeviceId,
        slots: &Slots,
    ) -> Result<Option<Self>, DbError> {
        let Some(interval_ms) = tables.interval(device, thing)? else { return Ok(None) };
        let latest = tables.latest(thing, device)?.unwrap_or_default();
        let counted_ms = newest_counted(tables, thing, device, slots, &latest)?;
        Ok(Some(Self {
            interval_ms,
            latest,
            counted_ms,
            continuity: None,
            is_changed: false,
            noted: BySlot::default(),
            wraps_at: BySlot::default(),
        }))
    }
}

fn newest_counted(
    tables: &mut impl Tables,
    thing: ThingId,
    device: DeviceId,
    slots: &Slots,
    latest: &LatestRow,
) -> Result<BySlot<Option<i64>>, DbError> {
    let mut counted = BySlot::default();
    let fed: Vec<(u8, i64)> = latest.times_ms.iter().filter_map(|(slot, at)| Some((slot, at?))).collect();
    let Some(newest) = fed.iter().map(|&(_, at)| at).max() else { return Ok(counted) };
    // Mostly the newest value counts.
    let mut wanted = Vec::new();
    for &(slot, at) in &fed {
        let counts = Quality::from_code(latest.quality.get(slot)).is_some_and(Quality::counts);
        if counts && latest.values.get(slot).is_some() {
            counted.set(slot, Some(at));
        } else {
            wanted.push(slot);
        }
    }
    if wanted.is_empty() {
        return Ok(counted);
    }
    let first = wanted.iter().filter_map(|&slot| slots.get(slot)).map(|s| s.first_ms).min().unwrap_or(newest);
    let found = tables.neighbours(thing, device, newest + 1, Toward::Past(first), &wanted)?;
    for slot in wanted {
        counted.set(slot, found.get(slot).map(|v| v.time_ms));
    }
    Ok(counted)
}
