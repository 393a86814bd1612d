//! One transaction of the writer.
//!
//! What is new waits in [`Pending`] and goes to each table in one statement at the end; reads look there, too.

use std::{collections::HashSet, sync::Arc};

use domain::{BucketWidth, DatastreamId, DevEui, DeviceId, EventId, ThingId};
use sqlx::PgConnection;

use super::{
    ahead::{Ahead, Span},
    database::{PgDatabase, Turn, from_driver},
    pending::Pending,
    provisioning, raw, readings, retention,
    rows::{EventValue, QuarantineValue, ReadingValue, UplinkValue},
    sessions,
    time::Ms,
    uplinks,
};
use crate::{
    Arrival, Outcome, QuarantineId, QuarantineReason, QuarantinedMessage,
    by_slot::BySlot,
    retention::Level,
    writer::{
        radio::without_nul,
        tables::{
            BucketRow, Counted, DbError, Feed, Frame, Held, Hole, LatestRow, NewEvent, NewStream, Newest,
            Rank, ReadingRow, Session, StoredDevice, Stream, Tables, ThingFacts, Toward, UplinkRow,
        },
    },
};

/// No day has more quarter-hours.
const MARKS_OF_A_DAY: usize = 100;

/// An open transaction; what was not committed is taken back when it is dropped.
pub(crate) struct Tx<'a> {
    db: &'a mut PgDatabase,
    turn: Turn,
    newest: Newest,
    pending: Pending,
    ahead: Ahead,
    is_over: bool,
}

impl<'a> Tx<'a> {
    pub(super) fn new(db: &'a mut PgDatabase, turn: Turn, newest: Newest) -> Self {
        Self { db, turn, newest, pending: Pending::default(), ahead: Ahead::default(), is_over: false }
    }

    fn run<T>(
        &mut self,
        operation: impl AsyncFnOnce(&mut PgConnection) -> sqlx::Result<T>,
    ) -> Result<T, DbError> {
        self.db.run(operation)
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.db.roll_back();
        }
    }
}

impl Tables for Tx<'_> {
    fn flush(&mut self) -> Result<(), DbError> {
        let pending = std::mem::take(&mut self.pending);
        self.run(async |db| pending.write(db).await)
    }

    fn commit(mut self) -> Result<(), DbError> {
        self.flush()?;
        let committed = self.db.commit(&self.turn);
        // A commit that failed is over, too: the server has taken it back.
        self.is_over = true;
        if committed.is_ok() {
            self.db.keep_turn(self.turn.number);
        }
        committed
    }

    fn newest(&mut self) -> Result<Newest, DbError> {
        Ok(self.newest)
    }

    fn set_newest(&mut self, newest: Newest) -> Result<(), DbError> {
        if newest != self.newest {
            self.newest = newest;
            self.pending.newest = Some(newest);
        }
        Ok(())
    }

    fn newest_ten_minutes(&mut self) -> Result<Option<i64>, DbError> {
        self.run(async |db| uplinks::newest_ten_minutes(db).await)
    }

    fn enter_events(&mut self, events: &[NewEvent]) -> Result<Vec<bool>, DbError> {
        let mut seen = HashSet::with_capacity(events.len());
        let firsts: Vec<bool> = events.iter().map(|event| seen.insert(event.event_id)).collect();
        let rows =
            events.iter().zip(&firsts).filter(|(_, first)| **first).map(|(event, _)| EventValue::new(event));
        let rows: Vec<EventValue> = rows.collect();
        if rows.is_empty() {
            return Ok(firsts);
        }
        let entered: HashSet<Vec<u8>> = self.run(async |db| uplinks::enter_events(db, rows).await)?;
        let is_new = |event: &NewEvent| entered.contains(event.event_id.as_bytes().as_slice());
        Ok(events.iter().zip(firsts).map(|(event, first)| first && is_new(event)).collect())
    }

    fn set_outcome(&mut self, event: EventId, outcome: Outcome) -> Result<(), DbError> {
        self.pending.outcomes.push(EventValue::with(event, 0, outcome));
        Ok(())
    }

    fn same_frame(&mut self, frame: &Frame<'_>) -> Result<Option<i64>, DbError> {
        let pending = &self.pending;
        let candidates = pending.by_frame.get(&frame.hash).into_iter().flatten();
        let mut candidates = candidates.filter_map(|&at| pending.uplinks.get(at));
        if let Some(uplink) = candidates.find(|uplink| uplinks::is_same(uplink, frame)) {
            return Ok(Some(uplink.id));
        }
        self.run(async |db| uplinks::same_frame(db, frame).await)
    }

    fn insert_uplink(&mut self, row: &UplinkRow<'_>) -> Result<(), DbError> {
        if row.duplicate_of.is_none() {
            let at = self.pending.uplinks.len();
            self.pending.by_frame.entry(row.frame.hash).or_default().push(at);
        }
        self.pending.uplinks.push(UplinkValue::new(row).map_err(from_driver)?);
        Ok(())
    }

    fn rank(&mut self, uplink: i64) -> Result<Option<Rank>, DbError> {
        if let Some(uplink) = self.pending.uplinks.iter().find(|pending| pending.id == uplink) {
            return Ok(Some((uplink.time.0, uplink.event_id.clone())));
        }
        self.run(async |db| uplinks::rank(db, uplink).await)
    }

    fn streams(&mut self, thing: ThingId) -> Result<Vec<Stream>, DbError> {
        self.run(async |db| provisioning::streams(db, thing).await)
    }

    fn create_stream(&mut self, thing: ThingId, slot: u8, new: &NewStream) -> Result<DatastreamId, DbError> {
        self.run(async |db| provisioning::create_stream(db, thing, slot, new).await)
    }

    fn set_first(&mut self, datastream: DatastreamId, first_ms: i64) -> Result<(), DbError> {
        self.run(async |db| provisioning::set_first(db, datastream, first_ms).await)
    }

    fn note_device_channel(
        &mut self,
        thing: ThingId,
        device: DeviceId,
        slot: u8,
        wraps_at: Option<f64>,
    ) -> Result<(), DbError> {
        self.pending.channels.insert((thing, device, slot), wraps_at);
        Ok(())
    }

    fn interval(&mut self, device: DeviceId, thing: ThingId) -> Result<Option<i64>, DbError> {
        self.run(async |db| provisioning::interval(db, device, thing).await)
    }

    fn feeds(&mut self, thing: ThingId) -> Result<Vec<Feed>, DbError> {
        if let Some(feeds) = self.ahead.feeds(thing) {
            return Ok(feeds);
        }
        if !self.pending.channels.is_empty() {
            self.flush()?;
        }
        let mut found = self.run(async |db| provisioning::feeds_of(db, &[thing]).await)?;
        Ok(found.remove(&thing).unwrap_or_default())
    }

    fn profiles(&mut self, thing: ThingId) -> Result<Vec<(u8, String)>, DbError> {
        if !self.pending.channels.is_empty() {
            self.flush()?;
        }
        self.run(async |db| provisioning::profiles(db, thing).await)
    }

    fn insert_reading(&mut self, thing: ThingId, row: &ReadingRow) -> Result<(), DbError> {
        let at = self.pending.readings.len();
        self.pending.by_device.entry((thing.0, row.device)).or_default().push(at);
        self.pending.readings.push(ReadingValue::new(thing, row).map_err(from_driver)?);
        Ok(())
    }

    fn update_reading(&mut self, row: &ReadingRow) -> Result<(), DbError> {
        if let Some(pending) = self.pending.readings.iter_mut().find(|pending| pending.id == row.id) {
            let thing = ThingId(pending.thing_id.into());
            *pending = ReadingValue::new(thing, row).map_err(from_driver)?;
            return Ok(());
        }
        self.run(async |db| readings::update(db, row).await)
    }

    fn remove_reading(&mut self, row: &ReadingRow) -> Result<(), DbError> {
        if self.pending.readings.iter().any(|pending| pending.id == row.id) {
            self.flush()?;
        }
        self.run(async |db| raw::remove(db, row).await)
    }

    fn readings_of(&mut self, uplink: i64) -> Result<Vec<(ThingId, ReadingRow)>, DbError> {
        if !self.pending.readings.is_empty() {
            self.flush()?;
        }
        self.run(async |db| raw::readings_of(db, uplink).await)
    }

    fn set_readings_of(
        &mut self,
        uplink: i64,
        time_ms: i64,
        first_reading: Option<i64>,
        n_readings: usize,
    ) -> Result<(), DbError> {
        self.run(async |db| raw::set_readings_of(db, uplink, time_ms, first_reading, n_readings).await)
    }

    fn readings_at(
        &mut self,
        thing: ThingId,
        device: DeviceId,
        time_ms: i64,
    ) -> Result<Vec<ReadingRow>, DbError> {
        let mut rows = self.run(async |db| readings::at(db, thing, device, time_ms).await)?;
        rows.extend(
            self.pending
                .of_device(thing, device)
                .filter(|row| row.time == Ms(time_ms))
                .map(ReadingValue::row),
        );
        Ok(rows)
    }

    fn readings_of_device(
        &mut self,
        thing: ThingId,
        device: DeviceId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<ReadingRow>, DbError> {
        let mut rows = self.run(async |db| readings::of_device(db, thing, device, (from_ms, to_ms)).await)?;
        let pending = self.pending.of_device(thing, device);
        rows.extend(pending.filter(|row| (from_ms..to_ms).contains(&row.time.0)).map(ReadingValue::row));
        rows.sort_unstable_by_key(|row| (row.time_ms, row.id));
        Ok(rows)
    }

    fn readings_between(
        &mut self,
        thing: ThingId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<ReadingRow>, DbError> {
        let span = Span { thing, from_ms, to_ms };
        if !self.pending.readings.is_empty() {
            self.flush()?;
        } else if let Some(readings) = self.ahead.readings(span) {
            return Ok(readings);
        }
        let mut found = self.run(async |db| readings::of_spans(db, &[span]).await)?;
        Ok(found.pop().unwrap_or_default())
    }

    fn neighbours(
        &mut self,
        thing: ThingId,
        device: DeviceId,
        time_ms: i64,
        toward: Toward,
        wanted: &[u8],
    ) -> Result<BySlot<Option<Counted>>, DbError> {
        let mut found =
            self.run(async |db| readings::neighbours(db, thing, device, time_ms, toward, wanted).await)?;
        for row in self.pending.of_device(thing, device) {
            readings::offer(&mut found, &row.row(), time_ms, toward, wanted);
        }
        Ok(found)
    }

    fn latest(&mut self, thing: ThingId, device: DeviceId) -> Result<Option<LatestRow>, DbError> {
        if let Some(row) = self.pending.latest.get(&(thing, device)) {
            return Ok(Some(row.clone()));
        }
        self.run(async |db| readings::latest(db, thing, device).await)
    }

    fn save_latest(&mut self, thing: ThingId, device: DeviceId, row: &LatestRow) -> Result<(), DbError> {
        self.pending.latest.insert((thing, device), row.clone());
        Ok(())
    }

    fn sessions(&mut self, device: DeviceId) -> Result<Vec<Session>, DbError> {
        // The writer remembers those it has written to.
        self.run(async |db| sessions::newest(db, device).await)
    }

    fn save_session(&mut self, device: DeviceId, session: &Session) -> Result<(), DbError> {
        self.pending.reception.sessions.insert((device, session.epoch), session.clone());
        Ok(())
    }

    fn hole_around(&mut self, device: DeviceId, epoch: i64, f_cnt: i64) -> Result<Option<Hole>, DbError> {
        if let Some(hole) = self.pending.reception.hole_around(device, epoch, f_cnt) {
            return Ok(Some(hole));
        }
        let stored = self.run(async |db| sessions::hole_around(db, device, epoch, f_cnt).await)?;
        Ok(stored.filter(|hole| !self.pending.reception.has_changed(device, hole)))
    }

    fn save_hole(&mut self, device: DeviceId, hole: &Hole) -> Result<(), DbError> {
        self.pending.reception.put_hole(device, hole, true);
        Ok(())
    }

    fn remove_hole(&mut self, device: DeviceId, hole: &Hole) -> Result<(), DbError> {
        self.pending.reception.put_hole(device, hole, false);
        Ok(())
    }

    fn count_hour(&mut self, device: DeviceId, hour_ms: i64, n: i64) -> Result<(), DbError> {
        *self.pending.reception.hours.entry((device, hour_ms)).or_default() += n;
        Ok(())
    }

    fn mark(&mut self, marks: &mut dyn Iterator<Item = (ThingId, i64)>) -> Result<(), DbError> {
        self.pending.marks.extend(marks);
        Ok(())
    }

    fn mark_all(&mut self, thing: ThingId, reach_ms: i64) -> Result<(), DbError> {
        self.run(async |db| provisioning::mark_all(db, thing, reach_ms).await)
    }

    fn next_mark(&mut self, after: (ThingId, i64)) -> Result<Option<(ThingId, i64)>, DbError> {
        if let Some(mark) = self.ahead.next_mark(after) {
            return Ok(Some(mark));
        }
        // Marks taken and buckets saved so far have to be in the tables before they are read again.
        self.flush()?;
        let zone = self.db.zone().clone();
        self.ahead = self.run(async |db| Ahead::read(db, after, &zone).await)?;
        Ok(self.ahead.next_mark(after))
    }

    fn take_marks(&mut self, thing: ThingId, from_ms: i64, to_ms: i64) -> Result<Vec<i64>, DbError> {
        let span = Span { thing, from_ms, to_ms };
        let marks = if let Some(marks) = self.ahead.take_marks(span) {
            marks
        } else {
            self.flush()?;
            let before = (thing, from_ms - 1);
            let first = self.run(async |db| readings::marks(db, before, MARKS_OF_A_DAY).await)?;
            let lies_in = |(of, at): &(ThingId, i64)| *of == thing && *at < to_ms;
            first.into_iter().filter(lies_in).map(|(_, at)| at).collect()
        };
        self.pending.taken.extend(marks.iter().map(|&at| (thing, at)));
        Ok(marks)
    }

    fn buckets_between(
        &mut self,
        width: BucketWidth,
        thing: ThingId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<BucketRow>, DbError> {
        if width == BucketWidth::QuarterHour
            && let Some(rows) = self.ahead.quarter_hours(Span { thing, from_ms, to_ms })
        {
            return Ok(rows);
        }
        self.run(async |db| readings::buckets_between(db, width, thing, from_ms, to_ms).await)
    }

    fn bucket_span(&mut self, thing: ThingId) -> Result<Option<(i64, i64)>, DbError> {
        self.run(async |db| readings::bucket_span(db, thing).await)
    }

    fn save_buckets(&mut self, width: BucketWidth, thing: ThingId, row: &BucketRow) -> Result<(), DbError> {
        let key = (width.key(), thing, row.range.from().as_millisecond());
        self.pending.buckets.insert(key, (width, row.clone()));
        Ok(())
    }

    fn oldest_mark(&mut self) -> Result<Option<i64>, DbError> {
        self.run(async |db| retention::oldest_mark(db).await)
    }

    fn count_old(&mut self, level: Level, before_ms: i64) -> Result<u64, DbError> {
        self.run(async |db| retention::count(db, level, before_ms).await)
    }

    fn drop_old(&mut self, level: Level, before_ms: i64) -> Result<u64, DbError> {
        self.run(async |db| retention::drop_chunks(db, level, before_ms).await)
    }

    fn remove_old(&mut self, level: Level, before_ms: i64, limit: u64) -> Result<u64, DbError> {
        self.run(async |db| retention::remove(db, level, before_ms, limit).await)
    }

    fn oldest(&mut self, level: Level) -> Result<Option<i64>, DbError> {
        self.run(async |db| retention::oldest(db, level).await)
    }

    fn keep_values_from(&mut self, datastream: Option<DatastreamId>, from_ms: i64) -> Result<(), DbError> {
        self.run(async |db| retention::keep_values_from(db, datastream, from_ms).await)
    }

    fn keep_buckets_from(&mut self, from_ms: i64) -> Result<(), DbError> {
        self.run(async |db| retention::keep_buckets_from(db, from_ms).await)
    }

    fn quarantine(&mut self, arrival: &Arrival, message: &QuarantinedMessage) -> Result<(), DbError> {
        self.pending.quarantine.push(QuarantineValue::new(arrival, message));
        Ok(())
    }

    fn held(&mut self, id: QuarantineId, event: EventId) -> Result<Option<Held>, DbError> {
        self.run(async |db| uplinks::held(db, id, event).await)
    }

    fn solve(&mut self, id: QuarantineId, at_ms: i64) -> Result<(), DbError> {
        self.run(async |db| uplinks::solve(db, id, at_ms).await)
    }

    fn set_reason(
        &mut self,
        id: QuarantineId,
        reason: QuarantineReason,
        detail: &str,
    ) -> Result<(), DbError> {
        self.run(async |db| uplinks::set_reason(db, id, reason, detail).await)
    }

    fn count(&mut self, source: &Arc<str>, outcome: Outcome, n: i64) -> Result<(), DbError> {
        self.pending.totals.push((without_nul(source), outcome, n));
        Ok(())
    }

    fn device(&mut self, dev_eui: DevEui) -> Result<Option<StoredDevice>, DbError> {
        self.run(async |db| provisioning::device(db, dev_eui).await)
    }

    fn save_device(&mut self, dev_eui: DevEui, device: &StoredDevice) -> Result<(), DbError> {
        self.run(async |db| provisioning::save_device(db, dev_eui, device).await)
    }

    fn retire(&mut self, dev_eui: DevEui, until_ms: i64) -> Result<bool, DbError> {
        self.run(async |db| provisioning::retire(db, dev_eui, until_ms).await)
    }

    fn things(&mut self) -> Result<Vec<(ThingId, String)>, DbError> {
        self.run(async |db| provisioning::things(db).await)
    }

    fn thing_named(&mut self, name: &str) -> Result<Option<(ThingId, ThingFacts)>, DbError> {
        self.run(async |db| provisioning::thing_named(db, name).await)
    }

    fn has_key(&mut self, key: &str) -> Result<bool, DbError> {
        self.run(async |db| provisioning::has_key(db, key).await)
    }

    fn create_thing(&mut self, key: &str, name: &str, facts: &ThingFacts) -> Result<ThingId, DbError> {
        self.run(async |db| provisioning::create_thing(db, key, name, facts).await)
    }

    fn update_thing(&mut self, thing: ThingId, facts: &ThingFacts) -> Result<(), DbError> {
        self.run(async |db| provisioning::update_thing(db, thing, facts).await)
    }

    fn bump_registry(&mut self) -> Result<(), DbError> {
        self.run(async |db| provisioning::bump_registry(db).await)
    }

    fn audit(&mut self, action: &str, subject: &str, detail: &serde_json::Value) -> Result<(), DbError> {
        self.run(async |db| provisioning::audit(db, action, subject, detail).await)
    }
}

impl Pending {
    /// The readings of a device that are not in the table yet.
    fn of_device(&self, thing: ThingId, device: DeviceId) -> impl Iterator<Item = &ReadingValue> {
        let positions = self.by_device.get(&(thing.0, device.0)).into_iter().flatten();
        positions.filter_map(|&at| self.readings.get(at))
    }
}
