//! Assesses values again whose neighbours before them are others now.

use std::collections::BTreeMap;

use domain::{DeviceId, QualityRules, ThingId};

use super::{
    continuity::Place,
    slots::Slots,
    tables::{DbError, LatestRow, Tables},
};
use crate::{Doubtful, by_slot::BySlot};

/// At which times values came late, were replaced or went, by device.
#[derive(Debug, Default)]
pub(super) struct Late(BTreeMap<(ThingId, DeviceId), Vec<i64>>);

/// Late values no further apart than this are looked at in one go.
const TOGETHER_MS: i64 = 3 * 3_600_000;

impl Late {
    /// Notes a time.
    pub(super) fn note(&mut self, thing: ThingId, device: DeviceId, time_ms: i64) {
        self.0.entry((thing, device)).or_default().push(time_ms);
    }

    /// Assesses what was noted outside a batch, where nothing is remembered of the devices.
    pub(super) fn reassess(mut self, tables: &mut dyn Tables, rules: &QualityRules) -> Result<(), DbError> {
        for ((thing, device), times_ms) in self.take() {
            let slots = Slots::load(tables, thing)?;
            let Some(interval_ms) = tables.interval(device, thing)? else { continue };
            let mut latest = tables.latest(thing, device)?.unwrap_or_default();
            let place = Place { thing, device, interval_ms, slots: &slots, rules };
            if reassess(tables, place, &mut latest, times_ms, &mut Doubtful::new())? {
                tables.save_latest(thing, device, &latest)?;
            }
        }
        Ok(())
    }

    /// All devices with their times, and nothing is noted any more.
    pub(super) fn take(&mut self) -> BTreeMap<(ThingId, DeviceId), Vec<i64>> {
        std::mem::take(&mut self.0)
    }
}

/// Assesses what these values of a device reach: themselves and those after them, until nothing can be another any more.
/// Says whether a newest value is doubted now that was not, or the reverse.
pub(super) fn reassess(
    tables: &mut (impl Tables + ?Sized),
    place: Place<'_>,
    latest: &mut LatestRow,
    mut times_ms: Vec<i64>,
    counts: &mut Doubtful,
) -> Result<bool, DbError> {
    times_ms.sort_unstable();
    let mut is_latest_changed = false;
    let is_together = |earlier: &i64, later: &i64| later - earlier <= TOGETHER_MS;
    for together in times_ms.chunk_by(is_together) {
        if let (Some(&from_ms), Some(&to_ms)) = (together.first(), together.last()) {
            is_latest_changed |= stretch(tables, place, latest, (from_ms, to_ms), counts)?;
        }
    }
    Ok(is_latest_changed)
}

/// Assesses everything from the first to the last of some changed values, and what they reach.
fn stretch(
    tables: &mut (impl Tables + ?Sized),
    place: Place<'_>,
    latest: &mut LatestRow,
    (first_ms, last_ms): (i64, i64),
    counts: &mut Doubtful,
) -> Result<bool, DbError> {
    let mut is_latest_changed = false;
    let mut known = place.known_before(tables, first_ms)?;
    // Of the values after the last changed one: the time of the first, and how many there are.
    let mut after: BySlot<Option<(i64, u32)>> = BySlot::default();
    let ruled: Vec<_> = latest
        .times_ms
        .iter()
        .filter_map(|(slot, newest_ms)| Some((slot, place.rule(slot)?, newest_ms?)))
        .collect();
    let end_ms = latest.newest_ms().unwrap_or(last_ms).max(last_ms) + 1;
    let mut from_ms = first_ms;
    let mut look_ms = place.first_look_ms() + last_ms - first_ms;
    while from_ms < end_ms {
        let to_ms = (from_ms + look_ms).min(end_ms);
        for mut row in tables.readings_of_device(place.thing, place.device, from_ms, to_ms)? {
            let changed = place.assess(&mut row, &mut known);
            if !changed.is_empty() {
                tables.update_reading(&row)?;
                for &slot in &changed {
                    is_latest_changed |= latest.requalify(slot, row.time_ms, row.quality.get(slot));
                }
                place.count(&row, changed, counts);
            }
            if row.time_ms > last_ms {
                for (slot, ..) in place.compared(&row) {
                    let (since_ms, n) = after.get(slot).unwrap_or((row.time_ms, 0));
                    after.set(slot, Some((since_ms, n + 1)));
                }
            }
        }
        let is_over = |&(slot, rule, newest_ms): &(u8, &domain::Plausibility, i64)| {
            let reach_ms = rule.silence_ms() + rule.memory_ms();
            newest_ms < to_ms
                || to_ms - last_ms > reach_ms
                || match after.get(slot) {
                    Some((since_ms, n)) => known.get(slot).is_independent(rule, since_ms, n),
                    None => to_ms - last_ms > rule.silence_ms() + 1,
                }
        };
        if to_ms > last_ms && ruled.iter().all(is_over) {
            break;
        }
        (from_ms, look_ms) = (to_ms, place.first_look_ms());
    }
    Ok(is_latest_changed)
}
