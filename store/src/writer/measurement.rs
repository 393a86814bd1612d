//! Writing what an uplink measured.

use domain::{DeviceId, Quality, ThingId, Value};

use super::{
    batch::Batch,
    continuity,
    frames::{frame_hash, ten_minutes},
    marks::Marks,
    memory::Memory,
    radio::without_nul,
    reassess::reassess,
    session::Counter,
    slots::Slots,
    tables::{DbError, Frame, NewStream, ReadingRow, Tables, Toward, UplinkRow},
    track::Track,
};
use crate::{DecodedUplink, NewReading, Outcome, by_slot::BySlot, coverage::touched_quarters};

/// 2000-01-01 and 2100-01-01: no uplink of a sensor network is older or that far ahead.
const PLAUSIBLE_MS: std::ops::Range<i64> = 946_684_800_000..4_102_444_800_000;

/// Values no store should keep.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("the Thing already has 256 Datastreams, a slot for one more does not exist")]
    TooManyDatastreams,
    #[error("a reading names channel `{1}` of `{0}` twice")]
    RepeatedChannel(domain::ObservedProperty, domain::Channel),
    #[error("a time of {0} ms since 1970 lies outside the years 2000 to 2099")]
    Time(i64),
    #[error("a value of `{0}` is no finite number")]
    NotFinite(domain::ObservedProperty),
    #[error("device {0} is not in the store, or Thing {1} is not")]
    NoSuchDevice(DeviceId, ThingId),
}

/// Whether the values of an uplink make sense in themselves.
pub(super) fn checked(decoded: &DecodedUplink) -> Result<(), Refused> {
    plausible(decoded.time.as_millisecond())?;
    for reading in &decoded.readings {
        plausible(reading.time.as_millisecond())?;
        for (i, value) in reading.values.iter().enumerate() {
            if matches!(value.value, Value::Number(n) if !n.is_finite()) {
                return Err(Refused::NotFinite(value.property));
            }
            let is_same =
                |other: &crate::NewValue| other.property == value.property && other.channel == value.channel;
            if reading.values.iter().take(i).any(is_same) {
                return Err(Refused::RepeatedChannel(value.property, value.channel));
            }
        }
    }
    Ok(())
}

fn plausible(time_ms: i64) -> Result<(), Refused> {
    if PLAUSIBLE_MS.contains(&time_ms) { Ok(()) } else { Err(Refused::Time(time_ms)) }
}

impl<T: Tables> Batch<'_, T> {
    /// Keeps an uplink and, unless its frame is there already, writes its readings. Its values were checked.
    pub(super) fn uplink(&mut self, decoded: &DecodedUplink) -> Result<Outcome, DbError> {
        let (thing, device) = (decoded.thing, decoded.device);
        let time_ms = decoded.time.as_millisecond();
        let frame = Frame { decoded, hash: frame_hash(device, &decoded.uplink), time_ms };
        let frames = self.memory.frames(self.tables)?;
        let duplicate_of = if frames.may_hold(ten_minutes(time_ms), frame.hash) {
            self.tables.same_frame(&frame)?
        } else {
            None
        };
        let id = self.newest.uplink + 1;
        self.newest.uplink = id;
        let mut row = UplinkRow { id, frame, duplicate_of, first_reading: None, n_readings: 0 };
        if duplicate_of.is_some() {
            self.tables.insert_uplink(&row)?;
            return Ok(Outcome::DuplicateFrame);
        }
        frames.note(ten_minutes(time_ms), frame.hash);
        let first_reading = self.newest.reading + 1;
        for reading in &decoded.readings {
            row.n_readings += usize::from(self.reading(&frame, id, reading)?);
        }
        row.first_reading = (row.n_readings > 0).then_some(first_reading);
        self.tables.insert_uplink(&row)?;
        // A reading that took another's place had the track forgotten.
        let slots = self.memory.slots.of(self.tables, thing)?;
        self.memory.tracks.of(self.tables, thing, device, slots)?;
        self.memory.tracks.heard(thing, device, time_ms);
        let counter = Counter {
            key: &without_nul(&decoded.uplink.session.0),
            f_cnt: decoded.uplink.f_cnt.0.into(),
            time_ms,
            hash: frame.hash,
        };
        self.memory.sessions.hear(self.tables, device, counter)?;
        Ok(Outcome::Stored)
    }

    /// Assesses what came late, and what lies after it, beside what is known now.
    pub(super) fn reassess_late(&mut self) -> Result<(), DbError> {
        for ((thing, device), times_ms) in self.late.take() {
            let Memory { rules, slots, tracks, doubtful, .. } = &mut *self.memory;
            let slots = slots.of(self.tables, thing)?;
            let Some(track) = tracks.of(self.tables, thing, device, slots)? else { continue };
            let place = continuity::Place { thing, device, interval_ms: track.interval_ms, slots, rules };
            // The row of newest values is written in any case: the device was heard.
            reassess(self.tables, place, &mut track.latest, times_ms, doubtful)?;
            track.continuity = None;
        }
        Ok(())
    }

    /// Writes a reading; `false` if it holds nothing a newer uplink does not hold already.
    fn reading(&mut self, frame: &Frame<'_>, uplink: i64, reading: &NewReading) -> Result<bool, DbError> {
        let (thing, device) = (frame.decoded.thing, frame.decoded.device);
        let time_ms = reading.time.as_millisecond();
        let slots = self.memory.slots.of(self.tables, thing)?;
        let Some(track) = self.memory.tracks.of(self.tables, thing, device, slots)? else {
            // Looked at before; only gone if somebody took the device away between two transactions.
            return Ok(false);
        };
        let mut row = ReadingRow {
            id: self.newest.reading + 1,
            uplink,
            device: device.0,
            time_ms,
            values: BySlot::with_room(slots.len()),
            quality: BySlot::with_room(slots.len()),
        };
        for value in &reading.values {
            let new = NewStream { property: value.property, channel: value.channel, first_ms: time_ms };
            let slot = slots.find_or_create(self.tables, thing, new)?;
            // Older than values of its kind are kept: it would only be removed again.
            if slots
                .get(slot)
                .and_then(|stream| stream.values_from_ms)
                .is_some_and(|from_ms| time_ms < from_ms)
            {
                continue;
            }
            if !track.noted.get(slot) || track.wraps_at.get(slot) != value.wraps_at {
                self.tables.note_device_channel(thing, device, slot, value.wraps_at)?;
                track.noted.set(slot, true);
                track.wraps_at.set(slot, value.wraps_at);
            }
            slots.note_time(self.tables, slot, time_ms)?;
            row.values.set(slot, value.value.as_number());
            row.quality.set(slot, value.quality.code());
        }
        let filled: Vec<u8> = present(&row).collect();

        let place = continuity::Place {
            thing,
            device,
            interval_ms: track.interval_ms,
            slots,
            rules: &self.memory.rules,
        };
        // No reading of a device is newer than its newest value.
        let mut same = Vec::new();
        let replaces = if track.latest.newest_ms().is_some_and(|newest_ms| time_ms <= newest_ms) {
            let earlier = self.tables.readings_at(thing, device, time_ms)?;
            let reconciled = reconcile(self.tables, &mut row, frame, earlier)?;
            if place.compared(&row).any(|(slot, ..)| !reconciled.same.contains(&slot))
                || reconciled.other.iter().any(|&slot| place.rule(slot).is_some())
            {
                self.late.note(thing, device, time_ms);
            }
            same = reconciled.same;
            reconciled.any
        } else {
            if place.compared(&row).next().is_some() {
                let mut known = match track.continuity.take() {
                    Some(known) => known,
                    None => place.known_before(self.tables, time_ms)?,
                };
                place.assess(&mut row, &mut known);
                track.continuity = Some(known);
            }
            false
        };
        if present(&row).next().is_none() {
            return Ok(false);
        }
        place.count(&row, present(&row).filter(|slot| !same.contains(slot)), &mut self.memory.doubtful);
        self.tables.insert_reading(thing, &row)?;
        self.newest.reading = row.id;

        let marked: Vec<u8> =
            filled.into_iter().filter(|&slot| replaces || row.counted(slot).is_some()).collect();
        let place = Place { thing, device, time_ms };
        mark_touched(self.tables, place, track, slots, &marked, &mut self.memory.marks)?;

        for slot in present(&row) {
            track.latest.offer(slot, time_ms, row.values.get(slot), row.quality.get(slot));
            if row.counted(slot).is_some() && track.counted_ms.get(slot).is_none_or(|at| at < time_ms) {
                track.counted_ms.set(slot, Some(time_ms));
            }
        }
        if replaces {
            self.memory.tracks.reload(self.tables, thing, device)?;
        }
        Ok(true)
    }
}

/// Where and when something was measured.
#[derive(Clone, Copy, Debug)]
struct Place {
    thing: ThingId,
    device: DeviceId,
    time_ms: i64,
}

/// The slots a reading holds something in, a number or the reason why there is none.
pub(super) fn present(row: &ReadingRow) -> impl Iterator<Item = u8> {
    row.quality.iter().filter(|&(_, quality)| quality != Quality::ABSENT_CODE).map(|(slot, _)| slot)
}

/// A device measured a slot once at one instant, even if several frames say so (history blocks, datalogs):
/// the value of the newest uplink stays, the other is taken out of its reading. Which one that is does not
/// depend on the order of arrival.
fn reconcile(
    tables: &mut impl Tables,
    row: &mut ReadingRow,
    frame: &Frame<'_>,
    earlier: Vec<ReadingRow>,
) -> Result<Reconciled, DbError> {
    let mut reconciled = Reconciled::default();
    let mine = (frame.time_ms, frame.decoded.uplink.event_id.as_bytes().to_vec());
    for mut old in earlier {
        let shared: Vec<u8> =
            present(&old).filter(|&slot| row.quality.get(slot) != Quality::ABSENT_CODE).collect();
        if shared.is_empty() {
            continue;
        }
        reconciled.any = true;
        // Two values of one uplink for one instant: the later one of the frame counts.
        let theirs = if old.uplink == row.uplink {
            mine.clone()
        } else {
            // An uplink that was removed is far older than one that arrives now.
            tables.rank(old.uplink)?.unwrap_or_default()
        };
        for &slot in shared.iter().filter(|_| theirs <= mine) {
            reconciled.compare(slot, &old, row);
        }
        let loser = if theirs > mine { &mut *row } else { &mut old };
        for slot in shared {
            loser.values.set(slot, None);
            loser.quality.set(slot, Quality::ABSENT_CODE);
        }
        if theirs <= mine {
            tables.update_reading(&old)?;
        }
    }
    Ok(reconciled)
}

/// What became of a reading where others of the same device and instant were there.
#[derive(Debug, Default)]
struct Reconciled {
    /// Whether any value was in question.
    any: bool,
    /// The slots in which it holds what was stored already: the doubts of those values are taken over.
    same: Vec<u8>,
    /// The slots in which it holds something else.
    other: Vec<u8>,
}

impl Reconciled {
    /// Notes whether a value that takes the place of another one is the same.
    fn compare(&mut self, slot: u8, old: &ReadingRow, new: &mut ReadingRow) {
        let is_comparable =
            |row: &ReadingRow| Quality::from_code(row.quality.get(slot)).is_some_and(Quality::is_comparable);
        if old.values.get(slot) == new.values.get(slot) && is_comparable(old) == is_comparable(new) {
            if is_comparable(new) {
                new.quality.set(slot, old.quality.get(slot));
            }
            self.same.push(slot);
        } else {
            self.other.push(slot);
        }
    }
}

/// Marks the quarter-hours whose buckets change with the values of these slots.
fn mark_touched(
    tables: &mut impl Tables,
    Place { thing, device, time_ms }: Place,
    track: &Track,
    slots: &Slots,
    marked: &[u8],
    marks: &mut Marks,
) -> Result<(), DbError> {
    let late: Vec<u8> =
        marked.iter().copied().filter(|&s| track.counted_ms.get(s).is_some_and(|at| at >= time_ms)).collect();
    let mut around = (BySlot::default(), BySlot::default());
    if !late.is_empty() {
        let oldest = late.iter().filter_map(|&s| slots.get(s)).map(|s| s.first_ms).min().unwrap_or(time_ms);
        let newest = late.iter().filter_map(|&s| track.counted_ms.get(s)).max().unwrap_or(time_ms);
        around.0 = tables.neighbours(thing, device, time_ms, Toward::Past(oldest), &late)?;
        around.1 = tables.neighbours(thing, device, time_ms, Toward::Future(newest), &late)?;
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
