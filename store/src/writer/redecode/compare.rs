//! What an uplink measured according to the decoders of today, beside what is stored of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Channel, ObservedProperty, Quality};
use jiff::Timestamp;

use crate::{
    DecodedUplink,
    redecode::{Assessed, Redecoded, ValueChange},
    writer::{
        measurement::present,
        slots::Slots,
        tables::{DbError, ReadingRow, Tables},
    },
};

/// Which value of an instant.
pub(super) type Key = (ObservedProperty, Channel);

/// The values of each instant, as they should be stored.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    pub(super) instants: BTreeMap<i64, Instant>,
}

/// The values of one instant, as they should be stored.
#[derive(Debug, Default)]
pub(super) struct Instant {
    pub(super) values: Vec<(Key, Value)>,
    /// Readings of older uplinks, with the slots they have to give up.
    pub(super) losers: Vec<(ReadingRow, Vec<u8>)>,
}

/// One value with where its running total wraps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) number: Option<f64>,
    pub(super) quality: u8,
    pub(super) wraps_at: Option<f64>,
}

impl Fresh {
    /// What should be stored of an uplink beside the readings of all others: by the same rules as when it came.
    pub(super) fn of(tables: &mut dyn Tables, uplink: &Redecoded, slots: &Slots) -> Result<Self, DbError> {
        let decoded = &uplink.decoded;
        let mine = (decoded.time.as_millisecond(), decoded.uplink.event_id.as_bytes().to_vec());
        let mut fresh = Self::default();
        for reading in &decoded.readings {
            let time_ms = reading.time.as_millisecond();
            let others = tables.readings_at(decoded.thing, decoded.device, time_ms)?;
            let mut ranked = Vec::new();
            for other in others.into_iter().filter(|other| other.uplink != uplink.id.0) {
                let theirs = tables.rank(other.uplink)?.unwrap_or_default();
                ranked.push((theirs > mine, other, Vec::new()));
            }
            let instant = fresh.instants.entry(time_ms).or_default();
            for value in &reading.values {
                let key = (value.property, value.channel);
                if let Some(slot) = slots.find(value.property, value.channel) {
                    let is_kept = slots.get(slot).and_then(|stream| stream.values_from_ms);
                    let is_old = is_kept.is_some_and(|from_ms| time_ms < from_ms);
                    let holds = |other: &ReadingRow| other.quality.get(slot) != Quality::ABSENT_CODE;
                    if is_old || ranked.iter().any(|(is_newer, other, _)| *is_newer && holds(other)) {
                        continue;
                    }
                    for (_, other, lost) in &mut ranked {
                        if holds(other) {
                            lost.push(slot);
                        }
                    }
                }
                let quality = value.quality.code();
                let new = Value { number: value.value.as_number(), quality, wraps_at: value.wraps_at };
                instant.values.push((key, new));
            }
            let losers = ranked.into_iter().filter(|(_, _, lost)| !lost.is_empty());
            instant.losers.extend(losers.map(|(_, other, lost)| (other, lost)));
        }
        fresh.instants.retain(|_, instant| !instant.values.is_empty());
        Ok(fresh)
    }

    /// Keeps what a value was doubted for beside those before it: a decoder knows nothing of them.
    pub(super) fn take_over_doubts(&mut self, stored: &[ReadingRow], slots: &Slots) {
        let is_comparable = |code| Quality::from_code(code).is_some_and(Quality::is_comparable);
        for row in stored {
            let Some(instant) = self.instants.get_mut(&row.time_ms) else { continue };
            for slot in present(row).filter(|&slot| is_comparable(row.quality.get(slot))) {
                let Some(stream) = slots.get(slot) else { continue };
                let is_same =
                    |value: &Value| value.number == row.values.get(slot) && is_comparable(value.quality);
                let mut values = instant.values.iter_mut();
                let found = values.find(|(key, _)| *key == (stream.property, stream.channel));
                if let Some((_, value)) = found.filter(|(_, value)| is_same(value))
                    && Quality::from_code(row.quality.get(slot)).is_some_and(|old| old.doubt().is_some())
                {
                    value.quality = row.quality.get(slot);
                }
            }
        }
    }
}

/// The values that are others, in order of time.
pub(super) fn changes(stored: &[ReadingRow], fresh: &Fresh, slots: &Slots) -> Vec<ValueChange> {
    let mut old = BTreeMap::new();
    for row in stored {
        for slot in present(row) {
            let Some(stream) = slots.get(slot) else { continue };
            let found = assessed(row.values.get(slot), row.quality.get(slot));
            old.insert((row.time_ms, stream.property, stream.channel), found);
        }
    }
    let mut new = BTreeMap::new();
    for (&time_ms, instant) in &fresh.instants {
        for &((property, channel), value) in &instant.values {
            new.insert((time_ms, property, channel), assessed(value.number, value.quality));
        }
    }
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    let change = |key: (i64, ObservedProperty, Channel)| {
        let (old, new) = (old.get(&key).copied().flatten(), new.get(&key).copied().flatten());
        let (time_ms, property, channel) = key;
        let time = Timestamp::from_millisecond(time_ms).ok()?;
        (old != new).then_some(ValueChange { time, property, channel, old, new })
    };
    keys.into_iter().filter_map(change).collect()
}

fn assessed(value: Option<f64>, code: u8) -> Option<Assessed> {
    Some(Assessed { value, quality: Quality::from_code(code)? })
}

/// The slots whose running totals wrap elsewhere now. The newest value of a slot says where.
pub(super) fn wraps(
    tables: &mut dyn Tables,
    decoded: &DecodedUplink,
    fresh: &Fresh,
    slots: &Slots,
) -> Result<Vec<(u8, Option<f64>)>, DbError> {
    let latest = tables.latest(decoded.thing, decoded.device)?.unwrap_or_default();
    let mut newest = BTreeMap::new();
    for (&time_ms, instant) in &fresh.instants {
        for &((property, channel), value) in &instant.values {
            let Some(slot) = slots.find(property, channel) else { continue };
            if latest.times_ms.get(slot).is_some_and(|at| at <= time_ms) {
                newest.insert(slot, value.wraps_at);
            }
        }
    }
    if newest.is_empty() {
        return Ok(Vec::new());
    }
    let feeds = tables.feeds(decoded.thing)?;
    let known = feeds.iter().filter(|feed| feed.device == decoded.device).flat_map(|feed| &feed.slots);
    let differs = |&(slot, wraps_at): &(u8, Option<f64>)| {
        newest.get(&slot).copied().filter(|new| *new != wraps_at).map(|new| (slot, new))
    };
    Ok(known.filter_map(differs).collect())
}
