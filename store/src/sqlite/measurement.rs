//! Writing what an uplink measured.

use std::collections::{BTreeSet, HashSet};

use domain::{ThingId, Value};
use rusqlite::Connection;

use super::{
    array::BySlot,
    batch::Batch,
    datastreams::{Slots, note_device_channel},
    ledger::{self, Refusal, Refused, UplinkRow},
    readings::{self, Row, Toward},
    track::Track,
};
use crate::{DecodedUplink, NewReading, Outcome, coverage::touched_quarters};

/// 2000-01-01 and 2100-01-01: no uplink of a sensor network is older or that far ahead.
const PLAUSIBLE_MS: std::ops::Range<i64> = 946_684_800_000..4_102_444_800_000;

impl Batch<'_> {
    /// Keeps an uplink and, unless its frame is there already, writes its readings.
    pub(super) fn uplink(&mut self, decoded: &DecodedUplink) -> Result<Outcome, Refusal> {
        let time_ms = plausible(decoded.time.as_millisecond())?;
        let slots = self.memory.slots.of(self.db, decoded.thing)?;
        self.memory.tracks.of(self.db, decoded.thing, decoded.device, slots)?;
        let frame_hash = ledger::frame_hash(decoded.device, &decoded.uplink);
        let duplicate_of = ledger::same_frame(self.db, decoded, frame_hash, time_ms)?;
        let id = self.newest.uplink + 1;
        let mut row =
            UplinkRow { id, decoded, time_ms, frame_hash, duplicate_of, first_reading: None, n_readings: 0 };
        if duplicate_of.is_some() {
            ledger::insert_uplink(self.db, &row)?;
            self.newest.uplink = id;
            return Ok(Outcome::DuplicateFrame);
        }
        if !decoded.readings.is_empty() {
            row.first_reading = Some(self.newest.reading + 1);
            row.n_readings = decoded.readings.len();
        }
        ledger::insert_uplink(self.db, &row)?;
        self.newest.uplink = id;
        let mut n_written = 0;
        for reading in &decoded.readings {
            n_written += usize::from(self.reading(decoded, id, time_ms, reading)?);
        }
        if n_written != row.n_readings {
            ledger::set_n_readings(self.db, id, n_written)?;
        }
        self.hear(decoded, time_ms)?;
        Ok(Outcome::Stored)
    }

    /// Notes that a device was heard.
    fn hear(&mut self, decoded: &DecodedUplink, time_ms: i64) -> Result<(), Refusal> {
        let slots = self.memory.slots.of(self.db, decoded.thing)?;
        let track = self.memory.tracks.of(self.db, decoded.thing, decoded.device, slots)?;
        track.latest.heard_ms = track.latest.heard_ms.max(time_ms);
        self.memory.tracks.touch(decoded.thing, decoded.device);
        Ok(())
    }

    /// Writes a reading; `false` if it holds nothing a newer uplink does not hold already.
    fn reading(
        &mut self,
        decoded: &DecodedUplink,
        uplink: i64,
        uplink_ms: i64,
        reading: &NewReading,
    ) -> Result<bool, Refusal> {
        let (thing, device) = (decoded.thing, decoded.device);
        let time_ms = plausible(reading.time.as_millisecond())?;
        let slots = self.memory.slots.of(self.db, thing)?;
        let track = self.memory.tracks.of(self.db, thing, device, slots)?;

        let mut row =
            Row { id: self.newest.reading + 1, uplink, device: device.0, time_ms, ..Row::default() };
        let mut filled = HashSet::with_capacity(reading.values.len());
        for value in &reading.values {
            let slot = slots.find_or_create(self.db, thing, value.property, value.channel, time_ms)?;
            if !filled.insert(slot) {
                return Err(Refused::RepeatedChannel(value.property, value.channel).into());
            }
            if !track.noted.get(slot) || track.wraps_at.get(slot) != value.wraps_at {
                note_device_channel(self.db, thing, device, slot, value.wraps_at)?;
                track.noted.set(slot, true);
                track.wraps_at.set(slot, value.wraps_at);
            }
            slots.note_time(self.db, slot, time_ms)?;
            let number = match value.value {
                Value::Number(n) if !n.is_finite() => return Err(Refused::NotFinite(value.property).into()),
                Value::Number(n) => Some(n),
                Value::Missing(_) => None,
            };
            row.values.set(slot, number);
            row.quality.set(slot, value.quality.code());
        }

        let earlier = readings::at(self.db, thing, device, time_ms)?;
        let replaces = !earlier.is_empty() && self.reconcile(&mut row, uplink_ms, decoded, earlier)?;
        if row.quality.iter().all(|(_, quality)| quality == 0) {
            return Ok(false);
        }
        let slots = self.memory.slots.of(self.db, thing)?;
        let track = self.memory.tracks.of(self.db, thing, device, slots)?;
        readings::insert(self.db, thing, &row)?;
        self.newest.reading = row.id;

        let marked: Vec<u8> =
            filled.into_iter().filter(|&slot| replaces || row.counted(slot).is_some()).collect();
        let quarters = touched(self.db, thing, decoded, track, slots, time_ms, &marked)?;
        self.dirty.extend(quarters.into_iter().map(|quarter| (thing, quarter)));

        for (slot, quality) in row.quality.iter().filter(|&(_, quality)| quality != 0) {
            track.latest.offer(slot, time_ms, row.values.get(slot), quality);
            if row.counted(slot).is_some() && track.counted_ms.get(slot).is_none_or(|at| at < time_ms) {
                track.counted_ms.set(slot, Some(time_ms));
            }
        }
        if replaces {
            self.memory.tracks.reload(self.db, thing, device)?;
        }
        Ok(true)
    }

    /// A device measured a slot once at one instant, even if several frames say so (history blocks,
    /// datalogs): the value of the newest uplink stays, the other is taken out of its reading. Which one
    /// that is does not depend on the order of arrival. Returns whether any value was in question.
    fn reconcile(
        &self,
        row: &mut Row,
        uplink_ms: i64,
        decoded: &DecodedUplink,
        earlier: Vec<Row>,
    ) -> rusqlite::Result<bool> {
        let mut any = false;
        let mine = (uplink_ms, decoded.uplink.event_id.as_bytes().to_vec());
        for mut old in earlier {
            let shared: Vec<u8> = old
                .quality
                .iter()
                .filter(|&(slot, quality)| quality != 0 && row.quality.get(slot) != 0)
                .map(|(slot, _)| slot)
                .collect();
            if shared.is_empty() {
                continue;
            }
            any = true;
            let theirs: (i64, Vec<u8>) = self
                .db
                .prepare_cached("SELECT time_ms, event_id FROM uplink WHERE id = ?1")?
                .query_row([old.uplink], |r| Ok((r.get(0)?, r.get(1)?)))?;
            let loser = if theirs > mine { &mut *row } else { &mut old };
            for slot in shared {
                loser.values.set(slot, None);
                loser.quality.set(slot, domain::Quality::ABSENT_CODE);
            }
            if theirs <= mine {
                readings::update(self.db, &old)?;
            }
        }
        Ok(any)
    }
}

/// The quarter-hours whose buckets change with the values of these slots at `time_ms`.
fn touched(
    db: &Connection,
    thing: ThingId,
    decoded: &DecodedUplink,
    track: &Track,
    slots: &Slots,
    time_ms: i64,
    marked: &[u8],
) -> rusqlite::Result<BTreeSet<i64>> {
    let mut quarters = BTreeSet::new();
    let late: Vec<u8> =
        marked.iter().copied().filter(|&s| track.counted_ms.get(s).is_some_and(|at| at >= time_ms)).collect();
    let mut around = (BySlot::default(), BySlot::default());
    if !late.is_empty() {
        let oldest = late.iter().filter_map(|&s| slots.get(s)).map(|s| s.first_ms).min().unwrap_or(time_ms);
        let newest = late.iter().filter_map(|&s| track.counted_ms.get(s)).max().unwrap_or(time_ms);
        around.0 = readings::neighbours(db, thing, decoded.device, time_ms, Toward::Past(oldest), &late)?;
        around.1 = readings::neighbours(db, thing, decoded.device, time_ms, Toward::Future(newest), &late)?;
    }
    let mut done = HashSet::new();
    for &slot in marked {
        let (previous, next) = if late.contains(&slot) {
            (around.0.get(slot).map(|c| c.time_ms), around.1.get(slot).map(|c| c.time_ms))
        } else {
            (track.counted_ms.get(slot), None)
        };
        // The slots of one reading mostly share their neighbours.
        if done.insert((previous, next)) {
            touched_quarters(previous, time_ms, next, track.interval_ms, &mut quarters);
        }
    }
    Ok(quarters)
}

fn plausible(time_ms: i64) -> Result<i64, Refused> {
    if PLAUSIBLE_MS.contains(&time_ms) { Ok(time_ms) } else { Err(Refused::Time(time_ms)) }
}
