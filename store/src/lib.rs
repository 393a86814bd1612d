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
pub mod doubtful;
pub mod error;
pub mod outage;
pub mod page;
mod postgres;
pub mod quarantine;
pub mod reader;
pub mod reassess;
pub mod rebuild;
pub mod reception;
pub mod redecode;
pub mod registry;
pub mod retention;
mod rollup;
pub mod series;
mod sqlite;
mod writer;

use std::{fmt, ops::Deref, path::PathBuf, sync::Arc};

use domain::{DevEui, QualityRules};
use jiff::{Timestamp, tz::TimeZone};
use tokio::sync::watch;

pub use accounting::Outcome;
pub use accounting::{Accounting, AccountingRow};
pub use arrival::{Arrival, Content, DecodedUplink, NewReading, NewValue, Original, QuarantinedMessage};
pub use bucket::{Bucket, Carried};
pub use doubtful::Doubtful;
pub use error::StoreError;
pub use outage::{Outage, outages};
pub use page::{Cursor, Page};
pub use postgres::{ServerFacts, Target, TargetError, Writing};
pub use quarantine::{QuarantineFilter, QuarantineId, QuarantineReason, QuarantinedRow};
pub use reader::StoreReader;
pub use reassess::{ReassessMode, ReassessReport};
pub use rebuild::{Compared, Difference, RebuildMode, RebuildReport};
pub use reception::{Gap, HeardHour, Reception};
pub use redecode::{
    Assessed, RedecodeMode, RedecodeOutcome, Redecoded, StoredUplink, UplinkFilter, UplinkId, UplinkPosition,
    ValueChange,
};
pub use registry::{Device, ImportReport, Interval, NewDevice, Registry, Thing};
pub use retention::{Level, Removed, Retention, RetentionMode};
pub use series::{CommittedReading, Datastream, Latest, Observation};

use postgres::PgDatabase;
use sqlite::SqliteDatabase;
pub use sqlite::{BackupContent, Manifest, backup, restore, try_writing};
use writer::WriterHandle;

/// Where the database is and which calendar its days follow.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it is.
    pub location: Location,
    /// The city's time zone: local days begin at its midnight. Stored on creation; opening with another
    /// zone is refused, because every day bucket would be wrong.
    pub zone: TimeZone,
    /// What is asked of values. Stored values keep what they were said to be worth when the rules change, until
    /// [`Store::reassess`].
    pub quality: Arc<QualityRules>,
}

/// A database.
#[derive(Clone, Debug)]
pub enum Location {
    /// An SQLite file; created with its folder if absent.
    Sqlite(PathBuf),
    /// A PostgreSQL server, with TimescaleDB or without.
    Postgres {
        /// Where is written.
        main: Target,
        /// Where a process reads that only reads, if not from `main`.
        replica: Option<Target>,
    },
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "`{}`", path.display()),
            Self::Postgres { main, .. } => main.fmt(f),
        }
    }
}

impl Config {
    /// An SQLite file.
    pub fn sqlite(path: impl Into<PathBuf>, zone: TimeZone) -> Self {
        Self { location: Location::Sqlite(path.into()), zone, quality: Arc::default() }
    }

    /// A PostgreSQL database.
    pub fn postgres(main: Target, zone: TimeZone) -> Self {
        Self { location: Location::Postgres { main, replica: None }, zone, quality: Arc::default() }
    }
}

/// Creates the database or brings its schema up to date. An embedded one is migrated whenever it is opened, too.
pub async fn migrate(config: Config) -> Result<(), StoreError> {
    match &config.location {
        Location::Sqlite(_) => Store::open(config).await?.close().await,
        Location::Postgres { main, .. } => postgres::migrate(main, &config.zone).await,
    }
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
    closing: Arc<watch::Sender<bool>>,
    zone: TimeZone,
    quality: Arc<QualityRules>,
}

impl Store {
    /// Opens the database and starts the writer and the readers. An SQLite file is created and migrated if need be,
    /// a PostgreSQL database has to have this program's schema: [`migrate`].
    pub async fn open(config: Config) -> Result<Self, StoreError> {
        let (closing, is_closing) = watch::channel(false);
        let zone = config.zone.clone();
        let quality = Arc::clone(&config.quality);
        let writer = match config.location.clone() {
            Location::Sqlite(path) => {
                let open = move || SqliteDatabase::open(&path, &zone);
                WriterHandle::start(open, config.zone.clone(), Arc::clone(&quality)).await?
            }
            Location::Postgres { main, .. } => {
                let open = move || PgDatabase::open(main, &zone, is_closing);
                WriterHandle::start(open, config.zone.clone(), Arc::clone(&quality)).await?
            }
        };
        let zone = config.zone.clone();
        let reader = StoreReader::beside_writer(config, writer.clone())?;
        Ok(Self { writer, reader, closing: Arc::new(closing), zone, quality })
    }

    /// [`Store::open`] for a database that must be there already.
    pub async fn open_existing(config: Config) -> Result<Self, StoreError> {
        match config.location {
            Location::Sqlite(path) if !path.is_file() => Err(StoreError::NotThere(path)),
            _ => Self::open(config).await,
        }
    }

    /// What is asked of values.
    pub const fn quality(&self) -> &Arc<QualityRules> {
        &self.quality
    }

    /// The values found doubtful since this store was opened.
    pub fn doubtful(&self) -> Doubtful {
        self.writer.doubtful()
    }

    /// What only reads.
    pub const fn reader(&self) -> &StoreReader {
        &self.reader
    }

    /// Takes the right to ingest into a PostgreSQL database for as long as the store is open;
    /// [`StoreError::IngestElsewhere`] if another process has it. For an SQLite file there is nothing to take.
    pub async fn claim_ingest(&self) -> Result<(), StoreError> {
        self.writer.claim().await
    }

    /// Commits a batch in one durable transaction and says what became of each arrival, in order.
    ///
    /// An arrival that cannot be stored for a reason of its own (data error) never fails the batch: it
    /// ends in quarantine. An `Err` means nothing of the batch is known to be committed; committing it
    /// again is safe.
    pub async fn commit(&self, batch: Vec<Arrival>) -> Result<Vec<Outcome>, StoreError> {
        self.writer.commit(batch).await
    }

    /// Waits until no quarter-hour is dirty. For tests and for filling history.
    pub async fn settle(&self) -> Result<(), StoreError> {
        self.writer.settle().await
    }

    /// Computes all buckets again from the readings and compares them with those that are stored. In short
    /// transactions, so that another process may ingest meanwhile.
    pub async fn rebuild(&self, mode: RebuildMode) -> Result<RebuildReport, StoreError> {
        self.settle().await?;
        self.writer.rebuild(self.zone.clone(), mode).await
    }

    /// Compares uplinks that were decoded again with their readings, and replaces those that are others. They come newest
    /// first, in the order of [`StoreReader::stored_uplinks`]. `subject` says in the log of changes what is decoded again.
    ///
    /// In short transactions, so that another process may ingest meanwhile. Each uplink is replaced whole or not at all;
    /// whoever was interrupted begins anew.
    pub async fn redecode(
        &self,
        uplinks: Vec<Redecoded>,
        subject: &str,
        mode: RedecodeMode,
    ) -> Result<Vec<RedecodeOutcome>, StoreError> {
        self.writer.redecode(uplinks, subject.to_owned(), mode, Arc::clone(&self.quality)).await
    }

    /// Compares what all stored values were said to be worth with the rules of today, and replaces it where it is
    /// something else. A value that counts now or no longer has its buckets computed again. What contradicts itself, or
    /// has a wrong time, stays as it was found when it was decoded.
    ///
    /// In short transactions, so that another process may ingest meanwhile.
    pub async fn reassess(&self, mode: ReassessMode) -> Result<ReassessReport, StoreError> {
        self.writer.reassess(Arc::clone(&self.quality), mode).await
    }

    /// Removes what is older than it is kept, a few rows in each transaction so that commits go on, and says what
    /// that was; or only counts it. Buckets stay when the readings they followed from go.
    pub async fn retain(
        &self,
        kept: Retention,
        now: Timestamp,
        mode: RetentionMode,
    ) -> Result<Vec<Removed>, StoreError> {
        self.writer.retain(kept, now, mode).await
    }

    /// Creates or updates devices and their Things in one transaction.
    pub async fn import_devices(&self, devices: Vec<NewDevice>) -> Result<ImportReport, StoreError> {
        self.writer.import_devices(devices).await
    }

    /// Ends a device's time on its Thing. `false` if there is no such device.
    pub async fn retire_device(&self, dev_eui: DevEui, until: Timestamp) -> Result<bool, StoreError> {
        self.writer.retire_device(dev_eui, until).await
    }

    /// Finishes what is queued and closes the database.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.closing.send_replace(true);
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
        let config = Config::sqlite(folder.path().join("city.sqlite"), TimeZone::UTC);
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
