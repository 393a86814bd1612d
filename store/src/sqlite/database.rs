//! The SQLite file as the writer sees it.

use std::{path::Path, sync::Arc};

use domain::{BucketWidth, DatastreamId, DevEui, DeviceId, EventId, ThingId};
use jiff::tz::TimeZone;
use rusqlite::{CachedStatement, Connection};

use super::{
    buckets,
    connection::{self, is_data_error},
    datastreams, dirty, latest, ledger, migrate, provisioning, quarantine, readings, retention, sessions,
    totals, uplinks,
};
use crate::{
    Arrival, Outcome, QuarantineId, QuarantineReason, QuarantinedMessage, StoreError,
    by_slot::BySlot,
    retention::Level,
    writer::tables::{
        Begun, BucketRow, Counted, Database, DbError, Feed, Frame, Held, Hole, LatestRow, NewEvent,
        NewStream, Newest, Rank, ReadingRow, Session, StoredDevice, Stream, Tables, ThingFacts, Toward,
        UplinkRow,
    },
};

/// One SQLite file, open for writing.
#[derive(Debug)]
pub(crate) struct SqliteDatabase {
    db: Connection,
    /// SQLite's `data_version` after the last transaction; it changes when another connection commits.
    version: Option<i64>,
}

impl SqliteDatabase {
    /// Opens or creates the file with its folder, and migrates it.
    pub(crate) fn open(path: &Path, zone: &TimeZone) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| StoreError::unavailable("create the data folder", error))?;
        }
        let mut db = connection::open_writer(path)?;
        migrate::migrate(&mut db, zone)?;
        Ok(Self { db, version: None })
    }
}

impl Database for SqliteDatabase {
    type Tx<'a> = Tx<'a>;

    fn begin(&mut self) -> Result<Begun<Tx<'_>>, DbError> {
        self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        // From here on dropped is taken back.
        let db = Open { db: &self.db };
        let version = db.db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        let is_alone = self.version.replace(version) == Some(version);
        let tx = Tx {
            event: db.db.prepare_cached(ledger::INSERT)?,
            uplink: db.db.prepare_cached(ledger::INSERT_UPLINK)?,
            reading: db.db.prepare_cached(readings::INSERT)?,
            latest: db.db.prepare_cached(latest::SAVE)?,
            session: db.db.prepare_cached(sessions::UPDATE)?,
            db,
        };
        Ok(Begun { tx, is_alone })
    }

    fn claim(&mut self) -> Result<(), StoreError> {
        // Who ingests into a file is told apart by a lock beside it, taken before it is opened.
        Ok(())
    }
}

/// An open transaction, with the statements that are used for every uplink.
pub(crate) struct Tx<'a> {
    event: CachedStatement<'a>,
    uplink: CachedStatement<'a>,
    reading: CachedStatement<'a>,
    latest: CachedStatement<'a>,
    session: CachedStatement<'a>,
    db: Open<'a>,
}

/// A connection with an open transaction.
struct Open<'a> {
    db: &'a Connection,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if !self.db.is_autocommit()
            && let Err(error) = self.db.execute_batch("ROLLBACK")
        {
            tracing::warn!(%error, "a transaction was not taken back");
        }
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        if is_data_error(&error) { Self::Data(error.into()) } else { Self::Unavailable(error.into()) }
    }
}

/// Forwards to the modules that know the tables.
macro_rules! forward {
    ($result:expr) => {
        $result.map_err(DbError::from)
    };
}

impl Tables for Tx<'_> {
    fn flush(&mut self) -> Result<(), DbError> {
        Ok(())
    }

    fn commit(self) -> Result<(), DbError> {
        self.db.db.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    fn newest(&mut self) -> Result<Newest, DbError> {
        forward!(ledger::newest(self.db.db))
    }

    fn set_newest(&mut self, newest: Newest) -> Result<(), DbError> {
        // The ids are those of the rows.
        forward!(totals::set_n_events(self.db.db, newest.n_events))
    }

    fn newest_ten_minutes(&mut self) -> Result<Option<i64>, DbError> {
        forward!(ledger::newest_ten_minutes(self.db.db))
    }

    fn enter_events(&mut self, events: &[NewEvent]) -> Result<Vec<bool>, DbError> {
        events.iter().map(|event| forward!(ledger::insert(&mut self.event, event))).collect()
    }

    fn set_outcome(&mut self, event: EventId, outcome: Outcome) -> Result<(), DbError> {
        forward!(ledger::set_outcome(self.db.db, event, outcome))
    }

    fn same_frame(&mut self, frame: &Frame<'_>) -> Result<Option<i64>, DbError> {
        forward!(ledger::same_frame(self.db.db, frame))
    }

    fn insert_uplink(&mut self, row: &UplinkRow<'_>) -> Result<(), DbError> {
        forward!(ledger::insert_uplink(&mut self.uplink, row))
    }

    fn rank(&mut self, uplink: i64) -> Result<Option<Rank>, DbError> {
        forward!(ledger::rank(self.db.db, uplink))
    }

    fn streams(&mut self, thing: ThingId) -> Result<Vec<Stream>, DbError> {
        forward!(datastreams::of(self.db.db, thing))
    }

    fn create_stream(&mut self, thing: ThingId, slot: u8, new: &NewStream) -> Result<DatastreamId, DbError> {
        forward!(datastreams::create(self.db.db, thing, slot, new))
    }

    fn set_first(&mut self, datastream: DatastreamId, first_ms: i64) -> Result<(), DbError> {
        forward!(datastreams::set_first(self.db.db, datastream, first_ms))
    }

    fn note_device_channel(
        &mut self,
        thing: ThingId,
        device: DeviceId,
        slot: u8,
        wraps_at: Option<f64>,
    ) -> Result<(), DbError> {
        forward!(datastreams::note_device_channel(self.db.db, thing, device, slot, wraps_at))
    }

    fn interval(&mut self, device: DeviceId, thing: ThingId) -> Result<Option<i64>, DbError> {
        forward!(provisioning::interval(self.db.db, device, thing))
    }

    fn feeds(&mut self, thing: ThingId) -> Result<Vec<Feed>, DbError> {
        forward!(datastreams::feeds(self.db.db, thing))
    }

    fn profiles(&mut self, thing: ThingId) -> Result<Vec<(u8, String)>, DbError> {
        forward!(datastreams::profiles(self.db.db, thing))
    }

    fn insert_reading(&mut self, thing: ThingId, row: &ReadingRow) -> Result<(), DbError> {
        forward!(readings::insert(&mut self.reading, thing, row))
    }

    fn update_reading(&mut self, row: &ReadingRow) -> Result<(), DbError> {
        forward!(readings::update(self.db.db, row))
    }

    fn remove_reading(&mut self, row: &ReadingRow) -> Result<(), DbError> {
        forward!(readings::remove(self.db.db, row.id))
    }

    fn readings_of(&mut self, uplink: i64) -> Result<Vec<(ThingId, ReadingRow)>, DbError> {
        forward!(uplinks::readings_of(self.db.db, uplink))
    }

    fn set_readings_of(
        &mut self,
        uplink: i64,
        _: i64,
        first_reading: Option<i64>,
        n_readings: usize,
    ) -> Result<(), DbError> {
        forward!(uplinks::set_readings(self.db.db, uplink, first_reading, n_readings))
    }

    fn readings_at(
        &mut self,
        thing: ThingId,
        device: DeviceId,
        time_ms: i64,
    ) -> Result<Vec<ReadingRow>, DbError> {
        forward!(readings::at(self.db.db, thing, device, time_ms))
    }

    fn readings_of_device(
        &mut self,
        thing: ThingId,
        device: DeviceId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<ReadingRow>, DbError> {
        forward!(readings::between(self.db.db, thing, Some(device), from_ms, to_ms))
    }

    fn readings_between(
        &mut self,
        thing: ThingId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<ReadingRow>, DbError> {
        forward!(readings::between(self.db.db, thing, None, from_ms, to_ms))
    }

    fn neighbours(
        &mut self,
        thing: ThingId,
        device: DeviceId,
        time_ms: i64,
        toward: Toward,
        wanted: &[u8],
    ) -> Result<BySlot<Option<Counted>>, DbError> {
        forward!(readings::neighbours(self.db.db, thing, device, time_ms, toward, wanted))
    }

    fn latest(&mut self, thing: ThingId, device: DeviceId) -> Result<Option<LatestRow>, DbError> {
        forward!(latest::load(self.db.db, thing, device))
    }

    fn save_latest(&mut self, thing: ThingId, device: DeviceId, row: &LatestRow) -> Result<(), DbError> {
        forward!(latest::save(&mut self.latest, thing, device, row))
    }

    fn sessions(&mut self, device: DeviceId) -> Result<Vec<Session>, DbError> {
        forward!(sessions::newest(self.db.db, device))
    }

    fn save_session(&mut self, device: DeviceId, session: &Session) -> Result<(), DbError> {
        forward!(sessions::save(self.db.db, &mut self.session, device, session))
    }

    fn hole_around(&mut self, device: DeviceId, epoch: i64, f_cnt: i64) -> Result<Option<Hole>, DbError> {
        forward!(sessions::hole_around(self.db.db, device, epoch, f_cnt))
    }

    fn save_hole(&mut self, device: DeviceId, hole: &Hole) -> Result<(), DbError> {
        forward!(sessions::save_hole(self.db.db, device, hole))
    }

    fn remove_hole(&mut self, device: DeviceId, hole: &Hole) -> Result<(), DbError> {
        forward!(sessions::remove_hole(self.db.db, device, hole))
    }

    fn count_hour(&mut self, device: DeviceId, hour_ms: i64, n: i64) -> Result<(), DbError> {
        forward!(sessions::count_hour(self.db.db, device, hour_ms, n))
    }

    fn mark(&mut self, marks: &mut dyn Iterator<Item = (ThingId, i64)>) -> Result<(), DbError> {
        forward!(dirty::mark(self.db.db, marks))
    }

    fn mark_all(&mut self, thing: ThingId, reach_ms: i64) -> Result<(), DbError> {
        forward!(dirty::mark_all(self.db.db, thing, reach_ms))
    }

    fn next_mark(&mut self, after: (ThingId, i64)) -> Result<Option<(ThingId, i64)>, DbError> {
        forward!(dirty::next(self.db.db, after))
    }

    fn take_marks(&mut self, thing: ThingId, from_ms: i64, to_ms: i64) -> Result<Vec<i64>, DbError> {
        forward!(dirty::take(self.db.db, thing, from_ms, to_ms))
    }

    fn buckets_between(
        &mut self,
        width: BucketWidth,
        thing: ThingId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<BucketRow>, DbError> {
        forward!(buckets::between(self.db.db, width, thing, from_ms, to_ms))
    }

    fn bucket_span(&mut self, _: ThingId) -> Result<Option<(i64, i64)>, DbError> {
        // The key begins with the time: the ends of all Things are found at once, those of one would take a scan.
        forward!(buckets::span(self.db.db))
    }

    fn save_buckets(&mut self, width: BucketWidth, thing: ThingId, row: &BucketRow) -> Result<(), DbError> {
        forward!(buckets::save(self.db.db, width, thing, row))
    }

    fn oldest_mark(&mut self) -> Result<Option<i64>, DbError> {
        forward!(dirty::oldest(self.db.db))
    }

    fn count_old(&mut self, level: Level, before_ms: i64) -> Result<u64, DbError> {
        forward!(retention::count(self.db.db, level, before_ms))
    }

    fn drop_old(&mut self, _: Level, _: i64) -> Result<u64, DbError> {
        Ok(0)
    }

    fn remove_old(&mut self, level: Level, before_ms: i64, limit: u64) -> Result<u64, DbError> {
        forward!(retention::remove(self.db.db, level, before_ms, limit))
    }

    fn oldest(&mut self, level: Level) -> Result<Option<i64>, DbError> {
        forward!(retention::oldest(self.db.db, level))
    }

    fn keep_values_from(&mut self, datastream: Option<DatastreamId>, from_ms: i64) -> Result<(), DbError> {
        forward!(retention::keep_values_from(self.db.db, datastream, from_ms))
    }

    fn keep_buckets_from(&mut self, from_ms: i64) -> Result<(), DbError> {
        forward!(retention::keep_buckets_from(self.db.db, from_ms))
    }

    fn quarantine(&mut self, arrival: &Arrival, message: &QuarantinedMessage) -> Result<(), DbError> {
        forward!(quarantine::insert(self.db.db, arrival, message))
    }

    fn held(&mut self, id: QuarantineId, event: EventId) -> Result<Option<Held>, DbError> {
        forward!(quarantine::find(self.db.db, id, event))
    }

    fn solve(&mut self, id: QuarantineId, at_ms: i64) -> Result<(), DbError> {
        forward!(quarantine::solve(self.db.db, id, at_ms))
    }

    fn set_reason(
        &mut self,
        id: QuarantineId,
        reason: QuarantineReason,
        detail: &str,
    ) -> Result<(), DbError> {
        forward!(quarantine::set_reason(self.db.db, id, reason, detail))
    }

    fn count(&mut self, source: &Arc<str>, outcome: Outcome, n: i64) -> Result<(), DbError> {
        forward!(totals::add(self.db.db, source, outcome, n))
    }

    fn device(&mut self, dev_eui: DevEui) -> Result<Option<StoredDevice>, DbError> {
        forward!(provisioning::device(self.db.db, dev_eui))
    }

    fn save_device(&mut self, dev_eui: DevEui, device: &StoredDevice) -> Result<(), DbError> {
        forward!(provisioning::save_device(self.db.db, dev_eui, device))
    }

    fn retire(&mut self, dev_eui: DevEui, until_ms: i64) -> Result<bool, DbError> {
        forward!(provisioning::retire(self.db.db, dev_eui, until_ms))
    }

    fn things(&mut self) -> Result<Vec<(ThingId, String)>, DbError> {
        forward!(provisioning::things(self.db.db))
    }

    fn thing_named(&mut self, name: &str) -> Result<Option<(ThingId, ThingFacts)>, DbError> {
        forward!(provisioning::thing_named(self.db.db, name))
    }

    fn has_key(&mut self, key: &str) -> Result<bool, DbError> {
        forward!(provisioning::has_key(self.db.db, key))
    }

    fn create_thing(&mut self, key: &str, name: &str, facts: &ThingFacts) -> Result<ThingId, DbError> {
        forward!(provisioning::create_thing(self.db.db, key, name, facts))
    }

    fn update_thing(&mut self, thing: ThingId, facts: &ThingFacts) -> Result<(), DbError> {
        forward!(provisioning::update_thing(self.db.db, thing, facts))
    }

    fn bump_registry(&mut self) -> Result<(), DbError> {
        forward!(provisioning::bump_registry(self.db.db))
    }

    fn audit(&mut self, action: &str, subject: &str, detail: &serde_json::Value) -> Result<(), DbError> {
        forward!(provisioning::audit(self.db.db, action, subject, detail))
    }
}
