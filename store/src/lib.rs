//! The time-series store: an exactly-once writer, buckets, latest values, paged reads.
//!
//! One [`Store`] is one database. It promises three things: what [`Store::commit`] reported is on disk;
//! one event id is stored once, however often it arrives; buckets can always be recomputed from readings.

pub mod accounting;
pub mod arrival;
pub mod bucket;
mod counter;
mod coverage;
pub mod error;
pub mod page;
pub mod quarantine;
pub mod registry;
mod rollup;
pub mod series;
mod sqlite;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{BucketWidth, DatastreamId, DevEui, Quality, ReadingId, ThingId, TimeRange};
use jiff::{Timestamp, tz::TimeZone};

pub use accounting::Outcome;
pub use accounting::{Accounting, AccountingRow};
pub use arrival::{Arrival, Content, DecodedUplink, NewReading, NewValue, QuarantinedMessage};
pub use bucket::{Bucket, Carried};
pub use error::StoreError;
pub use page::{Cursor, Page};
pub use quarantine::{QuarantineFilter, QuarantineId, QuarantineReason, QuarantinedRow};
pub use registry::{Device, ImportReport, NewDevice, Registry, Thing};
pub use series::{CommittedReading, Datastream, Latest, Observation};

use sqlite::{Readers, WriterHandle};

/// Where the database is and which calendar its days follow.
#[derive(Clone, Debug)]
pub struct Config {
    /// The SQLite file; created with its folder if absent.
    pub path: PathBuf,
    /// The city's time zone: local days begin at its midnight. Stored on creation; opening with another
    /// zone is refused, because every day bucket would be wrong.
    pub zone: TimeZone,
}

/// How the store is doing, for health checks and metrics.
#[derive(Clone, Debug)]
pub struct Health {
    /// Version of the schema on disk.
    pub schema_version: u32,
    /// Quarter-hours waiting to be recomputed.
    pub n_dirty: u64,
    /// Bytes of the database file and its write-ahead log.
    pub n_bytes: u64,
    /// Receive time of the newest message this process committed.
    pub last_commit_at: Option<Timestamp>,
}

/// A handle to the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    writer: WriterHandle,
    readers: Readers,
    path: Arc<Path>,
    zone: TimeZone,
}

impl Store {
    /// Opens or creates the database, migrates it, and starts the writer and the readers.
    pub async fn open(config: Config) -> Result<Self, StoreError> {
        let Config { path, zone } = config;
        let writer = WriterHandle::start(path.clone(), zone.clone()).await?;
        let readers = Readers::start(&path)?;
        Ok(Self { writer, readers, path: path.into(), zone })
    }

    /// Commits a batch in one durable transaction and says what became of each arrival, in order.
    ///
    /// An arrival that cannot be stored for a reason of its own (data error) never fails the batch: it
    /// ends in quarantine. An `Err` means nothing of the batch is known to be committed; committing it
    /// again is safe.
    pub async fn commit(&self, batch: Vec<Arrival>) -> Result<Vec<Outcome>, StoreError> {
        self.writer.commit(batch).await
    }

    /// The id of the newest committed reading; changes wake the live stream.
    pub fn newest(&self) -> tokio::sync::watch::Receiver<ReadingId> {
        self.writer.newest()
    }

    /// Committed readings with an id above `after`, oldest first, at most `limit`: the live stream's tail.
    pub async fn readings_after(
        &self,
        after: ReadingId,
        limit: usize,
    ) -> Result<Vec<CommittedReading>, StoreError> {
        self.readers.readings_after(after, limit).await
    }

    /// Waits until no quarter-hour is dirty. For tests and for filling history.
    pub async fn settle(&self) -> Result<(), StoreError> {
        self.writer.settle().await
    }

    /// Creates or updates devices and their Things in one transaction.
    pub async fn import_devices(&self, devices: Vec<NewDevice>) -> Result<ImportReport, StoreError> {
        self.writer.import_devices(devices).await
    }

    /// Ends a device's time on its Thing. `false` if there is no such device.
    pub async fn retire_device(&self, dev_eui: DevEui, until: Timestamp) -> Result<bool, StoreError> {
        self.writer.retire_device(dev_eui, until).await
    }

    /// All devices by DevEUI, with a version that changes whenever any of them does.
    pub async fn registry(&self) -> Result<Registry, StoreError> {
        self.readers.registry().await
    }

    /// The version [`Store::registry`] would carry now; cheap.
    pub async fn registry_version(&self) -> Result<u64, StoreError> {
        self.readers.registry_version().await
    }

    /// All Things, by name.
    pub async fn things(&self) -> Result<Vec<Thing>, StoreError> {
        self.readers.things().await
    }

    /// The Thing with this public key.
    pub async fn thing(&self, key: &str) -> Result<Option<Thing>, StoreError> {
        self.readers.thing(key).await
    }

    /// Datastreams of one Thing or of all, by Thing and slot.
    pub async fn datastreams(&self, thing: Option<ThingId>) -> Result<Vec<Datastream>, StoreError> {
        self.readers.datastreams(thing).await
    }

    /// One Datastream.
    pub async fn datastream(&self, id: DatastreamId) -> Result<Option<Datastream>, StoreError> {
        self.readers.datastream(id).await
    }

    /// The latest value of each Datastream of one Thing or of all. From a kept table, never by a scan.
    pub async fn latest(&self, thing: Option<ThingId>) -> Result<Vec<Latest>, StoreError> {
        self.readers.latest(thing).await
    }

    /// Observations of a Datastream in time order, at most `limit` (1 to 10,000) a page.
    pub async fn observations(
        &self,
        datastream: DatastreamId,
        range: TimeRange,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<Observation>, StoreError> {
        self.readers.observations(datastream, range, after, limit).await
    }

    /// The buckets of a Datastream that meet `range`, in time order; a bucket without any observation is
    /// not in the list. Weeks, months and years are merged from days.
    pub async fn buckets(
        &self,
        datastream: DatastreamId,
        width: BucketWidth,
        range: TimeRange,
    ) -> Result<Vec<Bucket>, StoreError> {
        self.readers.buckets(self.zone.clone(), datastream, width, range).await
    }

    /// The quarter-hours, hours or days of all Datastreams that begin in `range`, by Thing and time, in one
    /// pass. Longer widths are not stored, so there are none.
    pub async fn all_buckets(
        &self,
        width: BucketWidth,
        range: TimeRange,
    ) -> Result<Vec<(DatastreamId, Bucket)>, StoreError> {
        self.readers.all_buckets(width, range).await
    }

    /// Why each of these intervals has no value: the quality of the newest one received in it that does not
    /// count, which is bad or missing. `None` where nothing of the kind was received.
    pub async fn missing(
        &self,
        datastream: &Datastream,
        ranges: Vec<TimeRange>,
    ) -> Result<Vec<Option<Quality>>, StoreError> {
        self.readers.missing(datastream.clone(), ranges).await
    }

    /// What became of every message since the store was created.
    pub async fn accounting(&self) -> Result<Accounting, StoreError> {
        self.readers.accounting().await
    }

    /// Quarantined messages, oldest first.
    pub async fn quarantined(
        &self,
        filter: QuarantineFilter,
        after: Option<QuarantineId>,
        limit: usize,
    ) -> Result<Vec<QuarantinedRow>, StoreError> {
        self.readers.quarantined(filter, after, limit).await
    }

    /// How the store is doing; [`StoreError::Closed`] also where it can be read but no longer written.
    pub async fn health(&self) -> Result<Health, StoreError> {
        if !self.writer.is_open() {
            return Err(StoreError::Closed);
        }
        let (schema_version, n_dirty) = self.readers.schema_and_dirty().await?;
        let n_bytes = ["", "-wal"].iter().map(|suffix| size_of_file(&self.path, suffix)).sum();
        Ok(Health { schema_version, n_dirty, n_bytes, last_commit_at: self.writer.last_commit_at() })
    }

    /// Finishes what is queued and closes the database.
    pub async fn close(&self) -> Result<(), StoreError> {
        // The writer last: the last connection empties the write-ahead log into the database.
        self.readers.close().await;
        self.writer.close().await
    }
}

fn size_of_file(path: &Path, suffix: &str) -> u64 {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    std::fs::metadata(name).map_or(0, |file| file.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_store_that_lost_its_writer_is_not_healthy() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config { path: folder.path().join("city.sqlite"), zone: TimeZone::UTC };
        let store = Store::open(config).await.expect("a store");
        assert!(store.health().await.is_ok());

        let lost =
            store.writer.change("fail", |_| -> rusqlite::Result<()> { panic!("lost on purpose") }).await;
        assert!(matches!(lost, Err(StoreError::Closed)));
        store.writer.gone().await;
        assert!(matches!(store.health().await, Err(StoreError::Closed)));
    }
}
