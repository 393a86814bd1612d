//! Puts the readings of an uplink in the place of those that are stored.

use std::collections::{BTreeMap, BTreeSet};

use domain::{DeviceId, Quality, ThingId};

use super::compare::{Fresh, Instant, Key, Value};
use crate::{
    by_slot::BySlot,
    coverage::{longest_step, touched_quarters},
    redecode::Redecoded,
    writer::{
        measurement::present,
        slots::Slots,
        tables::{DbError, LatestRow, NewStream, ReadingRow, Tables, Toward},
    },
};

/// What is looked through for a newest value at first; every next stretch is eight times as long.
const FIRST_LOOK_MS: i64 = 3_600_000;

/// Whose readings, and how far a value reaches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) thing: ThingId,
    pub(super) device: DeviceId,
    pub(super) interval_ms: i64,
}

/// An instant as it is stored and as it should be.
#[derive(Debug, Default)]
struct Step {
    old: Vec<ReadingRow>,
    new: Option<ReadingRow>,
    losers: Vec<(ReadingRow, Vec<u8>)>,
}

/// Replaces the readings of an uplink. While its instants stay the same, the readings keep their ids; otherwise all of
/// them get new ones, because those of one uplink adjoin. Returns the instants whose values are others now.
pub(super) fn replace(
    tables: &mut dyn Tables,
    uplink: &Redecoded,
    place: Place,
    slots: &mut Slots,
    stored: Vec<ReadingRow>,
    fresh: Fresh,
) -> Result<BTreeSet<i64>, DbError> {
    let mut steps: BTreeMap<i64, Step> = BTreeMap::new();
    for row in stored {
        steps.entry(row.time_ms).or_default().old.push(row);
    }
    let feeds = tables.feeds(place.thing)?;
    let fed: Vec<u8> = feeds
        .iter()
        .filter(|feed| feed.device == place.device)
        .flat_map(|feed| feed.slots.iter().map(|(slot, _)| *slot))
        .collect();
    for (time_ms, Instant { values, losers }) in fresh.instants {
        let row = row_of(tables, uplink, place, (slots, &fed), time_ms, &values)?;
        let step = steps.entry(time_ms).or_default();
        (step.new, step.losers) = (Some(row), losers);
    }
    let keeps_ids = steps.values().all(|step| {
        step.old.len() == 1
            && (step.new.is_some() || step.old.iter().all(|row| present(row).next().is_none()))
    });
    let mut newest = tables.newest()?;
    let first = newest.reading + 1;
    let mut changed = Changed::default();
    let latest = tables.latest(place.thing, place.device)?.unwrap_or_default();
    for (time_ms, mut step) in steps {
        let slots_changed = step.changed();
        for row in &step.old {
            if !keeps_ids {
                tables.remove_reading(row)?;
            }
        }
        if let Some(new) = &mut step.new {
            if !keeps_ids {
                newest.reading += 1;
                new.id = newest.reading;
                tables.insert_reading(place.thing, new)?;
            } else if let Some(old) = step.old.first().filter(|_| !slots_changed.is_empty()) {
                new.id = old.id;
                tables.update_reading(new)?;
            }
        }
        for (other, lost) in &mut step.losers {
            for &slot in lost.iter() {
                other.values.set(slot, None);
                other.quality.set(slot, Quality::ABSENT_CODE);
            }
            tables.update_reading(other)?;
        }
        let counts: Vec<u8> = slots_changed.iter().copied().filter(|&slot| step.has_counted(slot)).collect();
        changed.mark_around(tables, place, slots, &latest, time_ms, &counts)?;
        for slot in slots_changed {
            changed.slots.entry(slot).or_default().insert(time_ms);
        }
    }
    if !keeps_ids {
        let n = usize::try_from(newest.reading + 1 - first).unwrap_or_default();
        let time_ms = uplink.decoded.time.as_millisecond();
        tables.set_readings_of(uplink.id.0, time_ms, (n > 0).then_some(first), n)?;
        tables.set_newest(newest)?;
    }
    tables.mark(&mut changed.marks.iter().map(|&quarter_ms| (place.thing, quarter_ms)))?;
    save_latest(tables, place, slots, latest, &changed)?;
    Ok(changed.slots.into_values().flatten().collect())
}

/// Notes where running totals wrap now. Every bucket of them may follow from that.
pub(super) fn note_wraps(
    tables: &mut dyn Tables,
    place: Place,
    wraps: &[(u8, Option<f64>)],
) -> Result<(), DbError> {
    for &(slot, wraps_at) in wraps {
        tables.note_device_channel(place.thing, place.device, slot, wraps_at)?;
    }
    if wraps.is_empty() { Ok(()) } else { tables.mark_all(place.thing, longest_step(place.interval_ms)) }
}

/// The row of an instant; makes the Datastreams it needs.
fn row_of(
    tables: &mut dyn Tables,
    uplink: &Redecoded,
    place: Place,
    (slots, fed): (&mut Slots, &[u8]),
    time_ms: i64,
    values: &[(Key, Value)],
) -> Result<ReadingRow, DbError> {
    let mut row = ReadingRow {
        id: 0,
        uplink: uplink.id.0,
        device: place.device.0,
        time_ms,
        values: BySlot::with_room(slots.len()),
        quality: BySlot::with_room(slots.len()),
    };
    for &((property, channel), value) in values {
        let new = NewStream { property, channel, first_ms: time_ms };
        let slot = slots.find_or_create(tables, place.thing, new)?;
        if !fed.contains(&slot) {
            tables.note_device_channel(place.thing, place.device, slot, value.wraps_at)?;
        }
        slots.note_time(tables, slot, time_ms)?;
        row.values.set(slot, value.number);
        row.quality.set(slot, value.quality);
    }
    Ok(row)
}

impl Step {
    /// The slots whose value is another one.
    fn changed(&self) -> Vec<u8> {
        let of = |row: &ReadingRow, slot| (row.quality.get(slot), row.values.get(slot));
        let absent = (Quality::ABSENT_CODE, None);
        let all: BTreeSet<u8> = self.old.iter().chain(&self.new).flat_map(present).collect();
        let differs = |slot: &u8| {
            let mut old = self.old.iter().map(|row| of(row, *slot)).filter(|found| *found != absent);
            let new = self.new.as_ref().map_or(absent, |row| of(row, *slot));
            old.next().unwrap_or(absent) != new || old.next().is_some()
        };
        all.into_iter().filter(differs).collect()
    }

    /// Whether a slot took part in buckets or does so now.
    fn has_counted(&self, slot: u8) -> bool {
        let mut rows = self.old.iter().chain(&self.new);
        rows.any(|row| row.counted(slot).is_some())
            || self.losers.iter().any(|(_, lost)| lost.contains(&slot))
    }
}

/// What was replaced.
#[derive(Debug, Default)]
struct Changed {
    marks: BTreeSet<i64>,
    /// The instants of each slot.
    slots: BTreeMap<u8, BTreeSet<i64>>,
}

impl Changed {
    /// Marks the quarter-hours whose buckets change with the values of these slots at an instant.
    fn mark_around(
        &mut self,
        tables: &mut dyn Tables,
        place: Place,
        slots: &Slots,
        latest: &LatestRow,
        time_ms: i64,
        counts: &[u8],
    ) -> Result<(), DbError> {
        if counts.is_empty() {
            return Ok(());
        }
        let first = counts.iter().filter_map(|&slot| slots.get(slot)).map(|s| s.first_ms).min();
        let past = Toward::Past(first.unwrap_or(time_ms));
        let future = Toward::Future(latest.newest_ms().unwrap_or(time_ms).max(time_ms));
        let before = tables.neighbours(place.thing, place.device, time_ms, past, counts)?;
        let after = tables.neighbours(place.thing, place.device, time_ms, future, counts)?;
        let around = counts.iter().map(|&slot| {
            (before.get(slot).map(|found| found.time_ms), after.get(slot).map(|found| found.time_ms))
        });
        for (previous, next) in around.collect::<BTreeSet<_>>() {
            touched_quarters(previous, time_ms, next, place.interval_ms, |quarter_ms| {
                self.marks.insert(quarter_ms);
            });
        }
        Ok(())
    }
}

/// Brings the newest values of the device up to date. When the newest value of a slot is gone, an older one is.
fn save_latest(
    tables: &mut dyn Tables,
    place: Place,
    slots: &Slots,
    mut latest: LatestRow,
    changed: &Changed,
) -> Result<(), DbError> {
    let mut wanted: Vec<u8> = Vec::new();
    let mut upper = i64::MIN;
    for (&slot, instants) in &changed.slots {
        let Some(&last) = instants.last() else { continue };
        let known = latest.times_ms.get(slot);
        if known.is_none_or(|at| at <= last) {
            upper = upper.max(last).max(known.unwrap_or(last));
            wanted.push(slot);
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    for &slot in &wanted {
        latest.values.set(slot, None);
        latest.quality.set(slot, Quality::ABSENT_CODE);
        latest.times_ms.set(slot, None);
    }
    let first = wanted.iter().filter_map(|&slot| slots.get(slot)).map(|s| s.first_ms).min();
    let (mut to_ms, mut look_ms) = (upper + 1, FIRST_LOOK_MS);
    while !wanted.is_empty() && first.is_some_and(|first| first < to_ms) {
        let from_ms = to_ms - look_ms;
        let rows = tables.readings_between(place.thing, from_ms, to_ms)?;
        for row in rows.iter().rev().filter(|row| row.device == place.device.0) {
            for slot in present(row).filter(|slot| wanted.contains(slot)) {
                latest.offer(slot, row.time_ms, row.values.get(slot), row.quality.get(slot));
            }
            wanted.retain(|&slot| latest.times_ms.get(slot).is_none());
        }
        (to_ms, look_ms) = (from_ms, look_ms.saturating_mul(8));
    }
    tables.save_latest(place.thing, place.device, &latest)
}
