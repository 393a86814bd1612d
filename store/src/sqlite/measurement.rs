//! Writing what an uplink measured.

use domain::Value;
use rusqlite::Connection;

use super::{
    array::BySlot,
    batch::Batch,
    datastreams::{Slots, note_device_channel},
    dirty::Marks,
    frames::ten_minutes,
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
        let (thing, device) = (decoded.thing, decoded.device);
        let time_ms = plausible(decoded.time.as_millisecond())?;
        let slots = self.memory.slots.of(self.db, thing)?;
        self.memory.tracks.of(self.db, thing, device, slots)?;
        let frame_hash = ledger::frame_hash(device, &decoded.uplink);
        let frames = self.memory.frames(self.db)?;
        let duplicate_of = if frames.may_hold(ten_minutes(time_ms), frame_hash) {
            ledger::same_frame(self.db, decoded, frame_hash, time_ms)?
        } else {
            None
        };
        let id = self.newest.uplink + 1;
        let mut row =
            UplinkRow { id, decoded, time_ms, frame_hash, duplicate_of, first_reading: None, n_readings: 0 };
        if duplicate_of.is_some() {
            ledger::insert_uplink(&mut self.statements.uplink, &row)?;
            self.newest.uplink = id;
            return Ok(Outcome::DuplicateFrame);
        }
        frames.note(ten_minutes(time_ms), frame_hash);
        if !decoded.readings.is_empty() {
            row.first_reading = Some(self.newest.reading + 1);
            row.n_readings = decoded.readings.len();
        }
        ledger::insert_uplink(&mut self.statements.uplink, &row)?;
        self.newest.uplink = id;
        let mut n_written = 0;
        for reading in &decoded.readings {
            n_written += usize::from(self.reading(decoded, id, time_ms, reading)?);
        }
        if n_written != row.n_readings {
            ledger::set_n_readings(self.db, id, n_written)?;
        }
        // A reading that took another's place had the track forgotten.
        let slots = self.memory.slots.of(self.db, thing)?;
        self.memory.tracks.of(self.db, thing, device, slots)?;
        self.memory.tracks.heard(thing, device, time_ms);
        Ok(Outcome::Stored)
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

        let mut row = Row {
            id: self.newest.reading + 1,
            uplink,
            device: device.0,
            time_ms,
            values: BySlot::with_room(slots.len()),
            quality: BySlot::with_room(slots.len()),
        };
        for value in &reading.values {
            let slot = slots.find_or_create(self.db, thing, value.property, value.channel, time_ms)?;
            if row.quality.get(slot) != domain::Quality::ABSENT_CODE {
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
        let filled: Vec<u8> = present(&row).collect();

        // No reading of a device is newer than its newest value.
        let replaces = if track.latest.newest_ms().is_some_and(|newest_ms| time_ms <= newest_ms) {
            let earlier = readings::at(self.db, thing, device, time_ms)?;
            reconcile(self.db, &mut row, uplink_ms, decoded, earlier)?
        } else {
            false
        };
        if present(&row).next().is_none() {
            return Ok(false);
        }
        readings::insert(&mut self.statements.reading, thing, &row)?;
        self.newest.reading = row.id;

        let marked: Vec<u8> =
            filled.into_iter().filter(|&slot| replaces || row.counted(slot).is_some()).collect();
        mark_touched(self.db, decoded, track, slots, time_ms, &marked, &mut self.memory.marks)?;

        for slot in present(&row) {
            track.latest.offer(slot, time_ms, row.values.get(slot), row.quality.get(slot));
            if row.counted(slot).is_some() && track.counted_ms.get(slot).is_none_or(|at| at < time_ms) {
                track.counted_ms.set(slot, Some(time_ms));
            }
        }
        if replaces {
            self.memory.tracks.reload(self.db, thing, device)?;
        }
        Ok(true)
    }
}

/// The slots a reading holds something in, a number or the reason why there is none.
fn present(row: &Row) -> impl Iterator<Item = u8> {
    let is_present = |quality| quality != domain::Quality::ABSENT_CODE;
    row.quality.iter().filter(move |&(_, quality)| is_present(quality)).map(|(slot, _)| slot)
}

/// A device measured a slot once at one instant, even if several frames say so (history blocks, datalogs):
/// the value of the newest uplink stays, the other is taken out of its reading. Which one that is does not
/// depend on the order of arrival. Returns whether any value was in question.
fn reconcile(
    db: &Connection,
    row: &mut Row,
    uplink_ms: i64,
    decoded: &DecodedUplink,
    earlier: Vec<Row>,
) -> rusqlite::Result<bool> {
    let mut any = false;
    let mine = (uplink_ms, decoded.uplink.event_id.as_bytes().to_vec());
    for mut old in earlier {
        let shared: Vec<u8> =
            present(&old).filter(|&slot| row.quality.get(slot) != domain::Quality::ABSENT_CODE).collect();
        if shared.is_empty() {
            continue;
        }
        any = true;
        let theirs: (i64, Vec<u8>) = db
            .prepare_cached("SELECT time_ms, event_id FROM uplink WHERE id = ?1")?
            .query_row([old.uplink], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let loser = if theirs > mine { &mut *row } else { &mut old };
        for slot in shared {
            loser.values.set(slot, None);
            loser.quality.set(slot, domain::Quality::ABSENT_CODE);
        }
        if theirs <= mine {
            readings::update(db, &old)?;
        }
    }
    Ok(any)
}

/// Marks the quarter-hours whose buckets change with the values of these slots at `time_ms`.
fn mark_touched(
    db: &Connection,
    decoded: &DecodedUplink,
    track: &Track,
    slots: &Slots,
    time_ms: i64,
    marked: &[u8],
    marks: &mut Marks,
) -> rusqlite::Result<()> {
    let (thing, device) = (decoded.thing, decoded.device);
    let late: Vec<u8> =
        marked.iter().copied().filter(|&s| track.counted_ms.get(s).is_some_and(|at| at >= time_ms)).collect();
    let mut around = (BySlot::default(), BySlot::default());
    if !late.is_empty() {
        let oldest = late.iter().filter_map(|&s| slots.get(s)).map(|s| s.first_ms).min().unwrap_or(time_ms);
        let newest = late.iter().filter_map(|&s| track.counted_ms.get(s)).max().unwrap_or(time_ms);
        around.0 = readings::neighbours(db, thing, device, time_ms, Toward::Past(oldest), &late)?;
        around.1 = readings::neighbours(db, thing, device, time_ms, Toward::Future(newest), &late)?;
    }
    // The slots of one reading mostly share their neighbours.
    let mut done: Vec<(Option<i64>, Option<i64>)> = Vec::with_capacity(1);
    for &slot in marked {
        let neighbours = if late.contains(&slot) {
            (around.0.get(slot).map(|c| c.time_ms), around.1.get(slot).map(|c| c.time_ms))
        } else {
            (track.counted_ms.get(slot), None)
        };
        if !done.contains(&neighbours) {
            done.push(neighbours);
            touched_quarters(neighbours.0, time_ms, neighbours.1, track.interval_ms, |quarter_ms| {
                marks.add(thing, quarter_ms);
            });
        }
    }
    Ok(())
}

fn plausible(time_ms: i64) -> Result<i64, Refused> {
    if PLAUSIBLE_MS.contains(&time_ms) { Ok(time_ms) } else { Err(Refused::Time(time_ms)) }
}
