//! The time-series store: an exactly-once writer, buckets, latest values, paged reads.
//!
//! One [`Store`] is one database. It promises three things: what [`Store::commit`] reported is on disk;
//! one event id is stored once, however often it arrives; buckets can always be recomputed from readings.

pub mod accounting;
pub mod arrival;
pub mod bucket;
mod by_slot;
mod counter;
mod coverage;
pub mod error;
pub mod page;
#[expect(unused_imports, reason = "not opened by anything yet")]
#[cfg_attr(not(test), expect(dead_code, reason = "not opened by anything yet"))]
mod postgres;
pub mod quarantine;
pub mod reader;
pub mod registry;
mod rollup;
pub mod series;
mod sqlite;
mod writer;

use std::{ops::Deref, path::PathBuf};

use domain::{DevEui, ReadingId};
use jiff::{Timestamp, tz::TimeZone};

pub use accounting::Outcome;
pub use accounting::{Accounting, AccountingRow};
pub use arrival::{Arrival, Content, DecodedUplink, NewReading, NewValue, Original, QuarantinedMessage};
pub use bucket::{Bucket, Carried};
pub use error::StoreError;
pub use page::{Cursor, Page};
pub use quarantine::{QuarantineFilter, QuarantineId, QuarantineReason, QuarantinedRow};
pub use reader::StoreReader;
pub use registry::{Device, ImportReport, Interval, NewDevice, Registry, Thing};
pub use series::{CommittedReading, Datastream, Latest, Observation};

use sqlite::SqliteDatabase;
pub use sqlite::try_writing;
use writer::WriterHandle;

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

/// A handle to the database; cheap to clone. What it reads, it reads as a [`StoreReader`].
#[derive(Clone, Debug)]
pub struct Store {
    writer: WriterHandle,
    reader: StoreReader,
}

impl Store {
    /// Opens or creates the database, migrates it, and starts the writer and the readers.
    pub async fn open(config: Config) -> Result<Self, StoreError> {
        let writer = {
            let Config { path, zone } = config.clone();
            WriterHandle::start(move || SqliteDatabase::open(&path, &zone), config.zone.clone()).await?
        };
        Ok(Self { writer, reader: StoreReader::beside_writer(config)? })
    }

    /// [`Store::open`] for a database that must be there already.
    pub async fn open_existing(config: Config) -> Result<Self, StoreError> {
        if !config.path.is_file() {
            return Err(StoreError::NotThere(config.path));
        }
        Self::open(config).await
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

    /// How the store is doing; [`StoreError::Closed`] also where it can be read but no longer written.
    pub async fn health(&self) -> Result<Health, StoreError> {
        if !self.writer.is_open() {
            return Err(StoreError::Closed);
        }
        let (schema_version, n_dirty) = self.reader.schema_and_dirty().await?;
        let n_bytes = self.n_bytes();
        Ok(Health { schema_version, n_dirty, n_bytes, last_commit_at: self.writer.last_commit_at() })
    }

    /// Finishes what is queued and closes the database.
    pub async fn close(&self) -> Result<(), StoreError> {
        // The writer last: the last connection empties the write-ahead log into the database.
        self.reader.close().await;
        self.writer.close().await
    }
}

impl Deref for Store {
    type Target = StoreReader;

    fn deref(&self) -> &StoreReader {
        &self.reader
    }
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

        let lost = store
            .writer
            .change("fail", |_| -> Result<(), writer::tables::DbError> { panic!("lost on purpose") })
            .await;
        assert!(matches!(lost, Err(StoreError::Closed)));
        store.writer.gone().await;
        assert!(matches!(store.health().await, Err(StoreError::Closed)));
    }
}
