//! Reading a store, with or without a writer in the same process.

use std::{path::Path, sync::Arc};

use domain::{BucketWidth, DatastreamId, Quality, ReadingId, ThingId, TimeRange};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    Accounting, Bucket, CommittedReading, Config, Cursor, Datastream, Latest, Observation, Page,
    QuarantineFilter, QuarantineId, QuarantinedRow, Registry, StoreError, Thing,
    sqlite::{Access, Readers, path_with},
};

/// A handle that only reads; cheap to clone.
#[derive(Clone, Debug)]
pub struct StoreReader {
    readers: Readers,
    path: Arc<Path>,
    zone: TimeZone,
}

impl StoreReader {
    /// Opens a database that is there and has this program's schema. Nothing is created, migrated or written, now
    /// or later.
    pub async fn open(config: Config) -> Result<Self, StoreError> {
        if !config.path.is_file() {
            return Err(StoreError::NotThere(config.path));
        }
        let access = Access::no_trace(&config.path);
        let reader = Self::start(config, access)?;
        if let Err(error) = reader.readers.verify(reader.zone.clone()).await {
            reader.close().await;
            return Err(error);
        }
        Ok(reader)
    }

    /// Reads beside the writer of the same process, which has opened and migrated the database.
    pub(crate) fn beside_writer(config: Config) -> Result<Self, StoreError> {
        Self::start(config, Access::BesideWriter)
    }

    fn start(config: Config, access: Access) -> Result<Self, StoreError> {
        let Config { path, zone } = config;
        let readers = Readers::start(&path, access)?;
        Ok(Self { readers, path: path.into(), zone })
    }

    /// Committed readings with an id above `after`, oldest first, at most `limit`: the live stream's tail.
    pub async fn readings_after(
        &self,
        after: ReadingId,
        limit: usize,
    ) -> Result<Vec<CommittedReading>, StoreError> {
        self.readers.readings_after(after, limit).await
    }

    /// All devices by DevEUI, with a version that changes whenever any of them does.
    pub async fn registry(&self) -> Result<Registry, StoreError> {
        self.readers.registry().await
    }

    /// The version [`StoreReader::registry`] would carry now; cheap.
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

    /// When the newest uplink or quarantined message was received.
    pub async fn newest_received_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.readers.newest_received_at().await
    }

    /// Version of the schema on disk.
    pub async fn schema_version(&self) -> Result<u32, StoreError> {
        Ok(self.schema_and_dirty().await?.0)
    }

    /// Bytes of the database file and its write-ahead log.
    pub fn n_bytes(&self) -> u64 {
        let size = |suffix| std::fs::metadata(path_with(&self.path, suffix)).map_or(0, |file| file.len());
        ["", "-wal"].into_iter().map(size).sum()
    }

    /// Version of the schema on disk, and how many quarter-hours wait to be recomputed.
    pub(crate) async fn schema_and_dirty(&self) -> Result<(u32, u64), StoreError> {
        self.readers.schema_and_dirty().await
    }

    /// Closes the database after the reads that are queued.
    pub async fn close(&self) {
        self.readers.close().await;
    }
}
