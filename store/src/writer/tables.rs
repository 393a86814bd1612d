//! What the writer needs of a database, whichever it is.
//!
//! The decisions (what is a duplicate, which value wins, which quarter-hours change) are made once, in the
//! modules beside this one. A database only keeps and finds rows, so the stores cannot differ in what they mean.

use std::sync::Arc;

use domain::{
    BucketWidth, Channel, DatastreamId, DevEui, DeviceId, EventId, ObservedProperty, Params, ReadingId,
    ThingId, TimeRange,
};

use crate::{
    Arrival, Bucket, DecodedUplink, Outcome, QuarantineId, QuarantineReason, QuarantinedMessage, StoreError,
    by_slot::BySlot, retention::Level,
};

/// A database that can be written by one writer at a time.
pub(crate) trait Database: 'static {
    /// One open transaction; what was not committed is taken back when it is dropped.
    type Tx<'a>: Tables
    where
        Self: 'a;

    /// Begins a transaction. While it lasts, nobody else writes.
    fn begin(&mut self) -> Result<Begun<Self::Tx<'_>>, DbError>;

    /// Takes the right to ingest for as long as the database is open; [`StoreError::IngestElsewhere`] if another
    /// process has it.
    fn claim(&mut self) -> Result<(), StoreError>;
}

/// A transaction that has begun.
#[derive(Debug)]
pub(crate) struct Begun<T> {
    /// The transaction.
    pub(crate) tx: T,
    /// Whether nobody else has written since the last transaction of this database: what is remembered still holds.
    pub(crate) is_alone: bool,
}

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DbError {
    /// Some value is to blame: the same will fail again.
    #[error("the database refused a value")]
    Data(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database cannot be used now.
    #[error("the database cannot be used")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl DbError {
    /// The driver's error.
    pub(crate) fn into_source(self) -> Box<dyn std::error::Error + Send + Sync> {
        match self {
            Self::Data(source) | Self::Unavailable(source) => source,
        }
    }
}

/// What a transaction can be asked. A write may be carried out later, but no later than at the commit, and every
/// read sees the writes before it.
pub(crate) trait Tables {
    /// Carries out what was put off, without making it durable.
    fn flush(&mut self) -> Result<(), DbError>;

    /// Makes everything durable.
    fn commit(self) -> Result<(), DbError>
    where
        Self: Sized;

    // Ledger and uplinks.

    /// The newest ids given.
    fn newest(&mut self) -> Result<Newest, DbError>;
    /// Notes the newest ids given and counts events; what was given is never given again.
    fn set_newest(&mut self, newest: Newest) -> Result<(), DbError>;
    /// The newest ten minutes with an uplink.
    fn newest_ten_minutes(&mut self) -> Result<Option<i64>, DbError>;
    /// Enters events into the ledger with the outcome expected of them; says of each whether it is new.
    fn enter_events(&mut self, events: &[NewEvent]) -> Result<Vec<bool>, DbError>;
    /// Corrects the outcome of an event.
    fn set_outcome(&mut self, event: EventId, outcome: Outcome) -> Result<(), DbError>;
    /// The measured uplink with the same frame within ten minutes.
    fn same_frame(&mut self, frame: &Frame<'_>) -> Result<Option<i64>, DbError>;
    /// Keeps an uplink with its raw payload.
    fn insert_uplink(&mut self, row: &UplinkRow<'_>) -> Result<(), DbError>;
    /// Time and event of an uplink: of two with the same reading the later one counts. `None` where the uplink was
    /// removed.
    fn rank(&mut self, uplink: i64) -> Result<Option<Rank>, DbError>;

    // Datastreams and devices.

    /// The Datastreams of a Thing by slot.
    fn streams(&mut self, thing: ThingId) -> Result<Vec<Stream>, DbError>;
    /// Makes a Datastream.
    fn create_stream(
        &mut self,
        thing: ThingId,
        slot: u8,
        stream: &NewStream,
    ) -> Result<DatastreamId, DbError>;
    /// Moves the first observation of a Datastream.
    fn set_first(&mut self, datastream: DatastreamId, first_ms: i64) -> Result<(), DbError>;
    /// Notes that a device feeds a slot, and where its running total wraps.
    fn note_device_channel(
        &mut self,
        thing: ThingId,
        device: DeviceId,
        slot: u8,
        wraps_at: Option<f64>,
    ) -> Result<(), DbError>;
    /// The expected interval of a device; `None` if there is no such device or no such Thing.
    fn interval(&mut self, device: DeviceId, thing: ThingId) -> Result<Option<i64>, DbError>;
    /// The devices that feed a Thing, or once did.
    fn feeds(&mut self, thing: ThingId) -> Result<Vec<Feed>, DbError>;
    /// Which profiles the devices have that feed a Thing, or once did, by slot.
    fn profiles(&mut self, thing: ThingId) -> Result<Vec<(u8, String)>, DbError>;

    // Readings and newest values.

    /// Writes a new reading; the id is the writer's to give.
    fn insert_reading(&mut self, thing: ThingId, row: &ReadingRow) -> Result<(), DbError>;
    /// Replaces the values of a reading.
    fn update_reading(&mut self, row: &ReadingRow) -> Result<(), DbError>;
    /// Removes a reading for good: its id is not given again.
    fn remove_reading(&mut self, row: &ReadingRow) -> Result<(), DbError>;
    /// The readings of an uplink, each with its Thing.
    fn readings_of(&mut self, uplink: i64) -> Result<Vec<(ThingId, ReadingRow)>, DbError>;
    /// Notes which readings are those of an uplink; `time_ms` is its own.
    fn set_readings_of(
        &mut self,
        uplink: i64,
        time_ms: i64,
        first_reading: Option<i64>,
        n_readings: usize,
    ) -> Result<(), DbError>;
    /// What a device is already known to have measured at exactly this time.
    fn readings_at(
        &mut self,
        thing: ThingId,
        device: DeviceId,
        time_ms: i64,
    ) -> Result<Vec<ReadingRow>, DbError>;
    /// The readings of a device on a Thing in `[from_ms, to_ms)`, in time order.
    fn readings_of_device(
        &mut self,
        thing: ThingId,
        device: DeviceId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<ReadingRow>, DbError>;
    /// All readings of a Thing in `[from_ms, to_ms)`, in time order.
    fn readings_between(
        &mut self,
        thing: ThingId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<ReadingRow>, DbError>;
    /// The nearest counting value of each wanted slot of one device before or after an instant.
    fn neighbours(
        &mut self,
        thing: ThingId,
        device: DeviceId,
        time_ms: i64,
        toward: Toward,
        wanted: &[u8],
    ) -> Result<BySlot<Option<Counted>>, DbError>;
    /// The newest values of a device on a Thing.
    fn latest(&mut self, thing: ThingId, device: DeviceId) -> Result<Option<LatestRow>, DbError>;
    /// Writes the newest values of a device on a Thing.
    fn save_latest(&mut self, thing: ThingId, device: DeviceId, row: &LatestRow) -> Result<(), DbError>;

    // Sessions and holes in them.

    /// The newest sessions of a device, at most [`REMEMBERED`](super::sessions::REMEMBERED), newest first.
    fn sessions(&mut self, device: DeviceId) -> Result<Vec<Session>, DbError>;
    /// Writes a session.
    fn save_session(&mut self, device: DeviceId, session: &Session) -> Result<(), DbError>;
    /// The hole of a session that a counter is missing in.
    fn hole_around(&mut self, device: DeviceId, epoch: i64, f_cnt: i64) -> Result<Option<Hole>, DbError>;
    /// Writes a hole.
    fn save_hole(&mut self, device: DeviceId, hole: &Hole) -> Result<(), DbError>;
    /// Removes a hole.
    fn remove_hole(&mut self, device: DeviceId, hole: &Hole) -> Result<(), DbError>;
    /// Adds to what was heard of a device in an hour, and forgets hours long before it.
    fn count_hour(&mut self, device: DeviceId, hour_ms: i64, n: i64) -> Result<(), DbError>;

    // Dirty quarter-hours and buckets.

    /// Marks quarter-hours.
    fn mark(&mut self, marks: &mut dyn Iterator<Item = (ThingId, i64)>) -> Result<(), DbError>;
    /// Marks all that a Thing's readings can reach, after a setting changed that every bucket follows.
    fn mark_all(&mut self, thing: ThingId, reach_ms: i64) -> Result<(), DbError>;
    /// The first marked quarter-hour behind a position, in the order of Things.
    fn next_mark(&mut self, after: (ThingId, i64)) -> Result<Option<(ThingId, i64)>, DbError>;
    /// Takes the marks of a Thing in `[from_ms, to_ms)` out of the table, in order.
    fn take_marks(&mut self, thing: ThingId, from_ms: i64, to_ms: i64) -> Result<Vec<i64>, DbError>;
    /// The stored buckets of a Thing that begin in `[from_ms, to_ms)`, in order; of those saved since the last
    /// [`Tables::flush`] none need be among them.
    fn buckets_between(
        &mut self,
        width: BucketWidth,
        thing: ThingId,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<BucketRow>, DbError>;
    /// When the first and the last stored bucket of a Thing begin, roughly: none of it begins before or after.
    fn bucket_span(&mut self, thing: ThingId) -> Result<Option<(i64, i64)>, DbError>;
    /// Writes a row of buckets, or removes it if nothing is left in it.
    fn save_buckets(&mut self, width: BucketWidth, thing: ThingId, row: &BucketRow) -> Result<(), DbError>;

    // What is kept for how long.

    /// The oldest quarter-hour that is marked.
    fn oldest_mark(&mut self) -> Result<Option<i64>, DbError>;
    /// How many rows of a level are older.
    fn count_old(&mut self, level: Level, before_ms: i64) -> Result<u64, DbError>;
    /// Removes whole parts of a table at once where the database has such; says how many rows were in them.
    fn drop_old(&mut self, level: Level, before_ms: i64) -> Result<u64, DbError>;
    /// Removes some rows of a level that are older; says how many.
    fn remove_old(&mut self, level: Level, before_ms: i64, limit: u64) -> Result<u64, DbError>;
    /// About the time of the oldest row of a level.
    fn oldest(&mut self, level: Level) -> Result<Option<i64>, DbError>;
    /// Notes that the values of a Datastream, or of all, before a time are gone.
    fn keep_values_from(&mut self, datastream: Option<DatastreamId>, from_ms: i64) -> Result<(), DbError>;
    /// Notes that the quarter-hours of all Datastreams before a time are gone.
    fn keep_buckets_from(&mut self, from_ms: i64) -> Result<(), DbError>;

    // Quarantine and accounting.

    /// Keeps a message raw.
    fn quarantine(&mut self, arrival: &Arrival, message: &QuarantinedMessage) -> Result<(), DbError>;
    /// The message `id` if it is this event's.
    fn held(&mut self, id: QuarantineId, event: EventId) -> Result<Option<Held>, DbError>;
    /// Notes that a later attempt stored the message.
    fn solve(&mut self, id: QuarantineId, at_ms: i64) -> Result<(), DbError>;
    /// Notes why a later attempt failed.
    fn set_reason(&mut self, id: QuarantineId, reason: QuarantineReason, detail: &str)
    -> Result<(), DbError>;
    /// Adds to the count of an outcome.
    fn count(&mut self, source: &Arc<str>, outcome: Outcome, n: i64) -> Result<(), DbError>;

    // Provisioning.

    /// A device as it is stored.
    fn device(&mut self, dev_eui: DevEui) -> Result<Option<StoredDevice>, DbError>;
    /// Creates or updates a device. One that is mounted elsewhere or anew is in use again; any other stays as
    /// retired as it was.
    fn save_device(&mut self, dev_eui: DevEui, device: &StoredDevice) -> Result<(), DbError>;
    /// Ends a device's time on its Thing; `false` if there is no such device.
    fn retire(&mut self, dev_eui: DevEui, until_ms: i64) -> Result<bool, DbError>;
    /// All Things with their names.
    fn things(&mut self) -> Result<Vec<(ThingId, String)>, DbError>;
    /// The Thing of this name.
    fn thing_named(&mut self, name: &str) -> Result<Option<(ThingId, ThingFacts)>, DbError>;
    /// Whether a Thing has this key.
    fn has_key(&mut self, key: &str) -> Result<bool, DbError>;
    /// Makes a Thing.
    fn create_thing(&mut self, key: &str, name: &str, facts: &ThingFacts) -> Result<ThingId, DbError>;
    /// Changes a Thing.
    fn update_thing(&mut self, thing: ThingId, facts: &ThingFacts) -> Result<(), DbError>;
    /// Has every process read its registry of devices again.
    fn bump_registry(&mut self) -> Result<(), DbError>;
    /// Notes who changed what.
    fn audit(&mut self, action: &str, subject: &str, detail: &serde_json::Value) -> Result<(), DbError>;
}

/// The newest ids given, and how many events the ledger has ever had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Newest {
    pub(crate) reading: i64,
    pub(crate) uplink: i64,
    pub(crate) n_events: i64,
}

impl Newest {
    /// The newest reading.
    pub(crate) const fn reading(self) -> ReadingId {
        ReadingId(self.reading)
    }
}

/// An event for the ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewEvent {
    pub(crate) event_id: EventId,
    pub(crate) received_ms: i64,
    pub(crate) expected: Outcome,
}

/// An uplink that may be there already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) decoded: &'a DecodedUplink,
    pub(crate) hash: i64,
    pub(crate) time_ms: i64,
}

/// An uplink about to be written.
#[derive(Debug)]
pub(crate) struct UplinkRow<'a> {
    pub(crate) id: i64,
    pub(crate) frame: Frame<'a>,
    pub(crate) duplicate_of: Option<i64>,
    pub(crate) first_reading: Option<i64>,
    pub(crate) n_readings: usize,
}

/// Of two uplinks the one with the larger time counts, then the larger event id.
pub(crate) type Rank = (i64, Vec<u8>);

/// One Datastream as the writer needs it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stream {
    pub(crate) id: DatastreamId,
    pub(crate) property: ObservedProperty,
    pub(crate) channel: Channel,
    /// Time of its first observation.
    pub(crate) first_ms: i64,
    /// Values before this time were removed.
    pub(crate) values_from_ms: Option<i64>,
    /// Quarter-hours before this time were removed.
    pub(crate) buckets_from_ms: Option<i64>,
}

/// A Datastream to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewStream {
    pub(crate) property: ObservedProperty,
    pub(crate) channel: Channel,
    pub(crate) first_ms: i64,
}

/// A device that feeds a Thing.
#[derive(Clone, Debug)]
pub(crate) struct Feed {
    pub(crate) device: DeviceId,
    pub(crate) interval_ms: i64,
    /// Its slots and where their running totals wrap.
    pub(crate) slots: Vec<(u8, Option<f64>)>,
}

/// Values and qualities of one stored reading.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadingRow {
    pub(crate) id: i64,
    pub(crate) uplink: i64,
    pub(crate) device: i64,
    pub(crate) time_ms: i64,
    pub(crate) values: BySlot<Option<f64>>,
    pub(crate) quality: BySlot<u8>,
}

impl ReadingRow {
    /// The value of a slot if it takes part in buckets.
    pub(crate) fn counted(&self, slot: u8) -> Option<f64> {
        let quality = domain::Quality::from_code(self.quality.get(slot))?;
        if quality.counts() { self.values.get(slot) } else { None }
    }
}

/// One counting value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Counted {
    pub(crate) time_ms: i64,
    pub(crate) value: f64,
}

/// Which way to look from an instant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Toward {
    /// To older readings, not before this time.
    Past(i64),
    /// To newer readings, not after this time.
    Future(i64),
}

pub(crate) use super::{
    latest::LatestRow,
    session::{Beginning, Hole, Session},
};

/// How long it is known how much was heard in an hour.
pub(crate) const HOURS_KEPT_MS: i64 = 32 * 24 * 3_600_000;

/// The buckets of a Thing and an interval.
#[derive(Clone, Debug)]
pub(crate) struct BucketRow {
    pub(crate) range: TimeRange,
    pub(crate) buckets: Vec<(u8, Bucket)>,
}

/// What another attempt needs to know of a message in quarantine.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) id: QuarantineId,
    pub(crate) source: Arc<str>,
    pub(crate) reason: QuarantineReason,
    pub(crate) solved: bool,
}

/// A device as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredDevice {
    pub(crate) thing: ThingId,
    pub(crate) profile: String,
    pub(crate) params: Params,
    pub(crate) interval_ms: i64,
    pub(crate) since_ms: Option<i64>,
}

/// What is known of a Thing but its name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ThingFacts {
    pub(crate) description: String,
    pub(crate) latitude: Option<f64>,
    pub(crate) longitude: Option<f64>,
    /// By channel.
    pub(crate) channel_names: std::collections::BTreeMap<Channel, String>,
}
