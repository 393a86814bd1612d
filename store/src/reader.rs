//! Reading a store, with or without a writer in the same process.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use domain::{BucketWidth, DatastreamId, Quality, ReadingId, ThingId, TimeRange};
use jiff::{Timestamp, tz::TimeZone};
use tokio::sync::watch;

use crate::{
    Accounting, Bucket, CommittedReading, Config, Cursor, Datastream, Gap, Health, HeardHour, Latest,
    Location, Observation, Page, QuarantineFilter, QuarantineId, QuarantinedRow, Reception, Registry,
    ServerFacts, StoreError, StoredUplink, Thing, UplinkFilter, UplinkPosition,
    postgres::PgReaders,
    sqlite::{Access, Readers, path_with},
    writer::WriterHandle,
};

/// How often a reader without a writer looks for what others have committed.
const LOOK: Duration = Duration::from_millis(500);

/// A handle that only reads; cheap to clone.
#[derive(Clone, Debug)]
pub struct StoreReader {
    backend: Backend,
    zone: TimeZone,
    newest: watch::Receiver<ReadingId>,
    /// The writer of the same process, if there is one.
    writer: Option<WriterHandle>,
}

/// Which database is read.
#[derive(Clone, Debug)]
enum Backend {
    Sqlite(Readers, Arc<Path>),
    Postgres(PgReaders),
}

/// Asks whichever database it is.
macro_rules! ask {
    ($self:ident.$question:ident($($argument:expr),*)) => {
        match &$self.backend {
            Backend::Sqlite(readers, _) => readers.$question($($argument),*).await,
            Backend::Postgres(readers) => readers.$question($($argument),*).await,
        }
    };
}

impl StoreReader {
    /// Opens a database that is there and has this program's schema. Nothing is created, migrated or written, now
    /// or later. Of PostgreSQL the replica is read, where there is one.
    pub async fn open(config: Config) -> Result<Self, StoreError> {
        if let Location::Sqlite(path) = &config.location
            && !path.is_file()
        {
            return Err(StoreError::NotThere(path.clone()));
        }
        let (news, newest) = watch::channel(ReadingId(0));
        let backend = Backend::start(&config, None)?;
        let reader = Self { backend, zone: config.zone, newest, writer: None };
        let opened = match ask!(reader.verify(reader.zone.clone())) {
            Ok(()) => ask!(reader.newest_reading()),
            Err(error) => Err(error),
        };
        match opened {
            Ok(id) => {
                news.send_replace(id);
                tokio::spawn(reader.backend.clone().follow(news));
                Ok(reader)
            }
            Err(error) => {
                reader.close().await;
                Err(error)
            }
        }
    }

    /// Reads beside the writer of the same process, which has opened the database.
    pub(crate) fn beside_writer(config: Config, writer: WriterHandle) -> Result<Self, StoreError> {
        let backend = Backend::start(&config, Some(Access::BesideWriter))?;
        Ok(Self { backend, zone: config.zone, newest: writer.newest(), writer: Some(writer) })
    }

    /// The id of the newest committed reading; changes wake the live stream.
    pub fn newest(&self) -> watch::Receiver<ReadingId> {
        self.newest.clone()
    }

    /// How the store is doing; [`StoreError::Closed`] also where it can be read but no longer written.
    pub async fn health(&self) -> Result<Health, StoreError> {
        if self.writer.as_ref().is_some_and(|writer| !writer.is_open()) {
            return Err(StoreError::Closed);
        }
        let (schema_version, n_dirty) = ask!(self.schema_and_dirty())?;
        let n_bytes = self.n_bytes().await?;
        let last_commit_at = self.writer.as_ref().and_then(WriterHandle::last_commit_at);
        Ok(Health { schema_version, n_dirty, n_bytes, last_commit_at })
    }

    /// Committed readings with an id above `after`, oldest first, at most `limit`: the live stream's tail.
    pub async fn readings_after(
        &self,
        after: ReadingId,
        limit: usize,
    ) -> Result<Vec<CommittedReading>, StoreError> {
        ask!(self.readings_after(after, limit))
    }

    /// All devices by DevEUI, with a version that changes whenever any of them does.
    pub async fn registry(&self) -> Result<Registry, StoreError> {
        ask!(self.registry())
    }

    /// The version [`StoreReader::registry`] would carry now; cheap.
    pub async fn registry_version(&self) -> Result<u64, StoreError> {
        ask!(self.registry_version())
    }

    /// All Things, by name.
    pub async fn things(&self) -> Result<Vec<Thing>, StoreError> {
        ask!(self.things())
    }

    /// The Thing with this public key.
    pub async fn thing(&self, key: &str) -> Result<Option<Thing>, StoreError> {
        ask!(self.thing(key))
    }

    /// Datastreams of one Thing or of all, by Thing and slot.
    pub async fn datastreams(&self, thing: Option<ThingId>) -> Result<Vec<Datastream>, StoreError> {
        ask!(self.datastreams(thing))
    }

    /// One Datastream.
    pub async fn datastream(&self, id: DatastreamId) -> Result<Option<Datastream>, StoreError> {
        ask!(self.datastream(id))
    }

    /// The latest value of each Datastream of one Thing or of all. From a kept table, never by a scan.
    pub async fn latest(&self, thing: Option<ThingId>) -> Result<Vec<Latest>, StoreError> {
        ask!(self.latest(thing))
    }

    /// Observations of a Datastream in time order, at most `limit` (1 to 10,000) a page.
    pub async fn observations(
        &self,
        datastream: DatastreamId,
        range: TimeRange,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<Observation>, StoreError> {
        ask!(self.observations(datastream, range, after, limit))
    }

    /// The buckets of a Datastream that meet `range`, in time order; a bucket without any observation is
    /// not in the list. Weeks, months and years are merged from days.
    pub async fn buckets(
        &self,
        datastream: DatastreamId,
        width: BucketWidth,
        range: TimeRange,
    ) -> Result<Vec<Bucket>, StoreError> {
        ask!(self.buckets(self.zone.clone(), datastream, width, range))
    }

    /// The quarter-hours, hours or days of all Datastreams that begin in `range`, by Thing and time, in one
    /// pass. Longer widths are not stored, so there are none.
    pub async fn all_buckets(
        &self,
        width: BucketWidth,
        range: TimeRange,
    ) -> Result<Vec<(DatastreamId, Bucket)>, StoreError> {
        ask!(self.all_buckets(width, range))
    }

    /// Why each of these intervals has no value: the quality of the newest one received in it that does not
    /// count, which is bad or missing. `None` where nothing of the kind was received.
    pub async fn missing(
        &self,
        datastream: &Datastream,
        ranges: Vec<TimeRange>,
    ) -> Result<Vec<Option<Quality>>, StoreError> {
        ask!(self.missing(datastream.clone(), ranges))
    }

    /// How many values of a Thing in `range` there are of each quality, missing ones with their reasons among them.
    pub async fn qualities(
        &self,
        thing: ThingId,
        range: TimeRange,
    ) -> Result<BTreeMap<Quality, u64>, StoreError> {
        ask!(self.qualities(thing, range))
    }

    /// What became of every message since the store was created.
    pub async fn accounting(&self) -> Result<Accounting, StoreError> {
        ask!(self.accounting())
    }

    /// What arrived of the devices of one Thing or of all, and what did not; devices never heard are not in the list.
    pub async fn receptions(&self, thing: Option<ThingId>) -> Result<Vec<Reception>, StoreError> {
        ask!(self.receptions(thing))
    }

    /// The gaps of one Thing or of all that meet `range`, by device and time.
    pub async fn gaps(&self, thing: Option<ThingId>, range: TimeRange) -> Result<Vec<Gap>, StoreError> {
        ask!(self.gaps(thing, range))
    }

    /// How much was heard of each device of a Thing in each hour from that of `from` on, for a month at most. An hour
    /// without any uplink is not in the list.
    pub async fn heard(&self, thing: ThingId, from: Timestamp) -> Result<Vec<HeardHour>, StoreError> {
        ask!(self.heard(thing, from))
    }

    /// Quarantined messages, oldest first.
    pub async fn quarantined(
        &self,
        filter: QuarantineFilter,
        after: Option<QuarantineId>,
        limit: usize,
    ) -> Result<Vec<QuarantinedRow>, StoreError> {
        ask!(self.quarantined(filter, after, limit))
    }

    /// Raw uplinks with their payloads, newest first, from behind a position.
    pub async fn stored_uplinks(
        &self,
        filter: UplinkFilter,
        before: Option<UplinkPosition>,
        limit: usize,
    ) -> Result<Vec<StoredUplink>, StoreError> {
        ask!(self.stored_uplinks(filter, before, limit))
    }

    /// When the newest uplink or quarantined message was received.
    pub async fn newest_received_at(&self) -> Result<Option<Timestamp>, StoreError> {
        ask!(self.newest_received_at())
    }

    /// Version of the schema on disk.
    pub async fn schema_version(&self) -> Result<u32, StoreError> {
        Ok(ask!(self.schema_and_dirty())?.0)
    }

    /// What a PostgreSQL server says of itself; `None` for an SQLite file.
    pub async fn server_facts(&self) -> Result<Option<ServerFacts>, StoreError> {
        match &self.backend {
            Backend::Sqlite(..) => Ok(None),
            Backend::Postgres(readers) => readers.server_facts().await.map(Some),
        }
    }

    /// Bytes of the database; of SQLite with its write-ahead log.
    pub async fn n_bytes(&self) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(_, path) => {
                let size = |suffix| std::fs::metadata(path_with(path, suffix)).map_or(0, |file| file.len());
                Ok(["", "-wal"].into_iter().map(size).sum())
            }
            Backend::Postgres(readers) => readers.n_bytes().await,
        }
    }

    /// Closes the database after the reads that are queued.
    pub async fn close(&self) {
        ask!(self.close());
    }
}

impl Backend {
    fn start(config: &Config, access: Option<Access>) -> Result<Self, StoreError> {
        match &config.location {
            Location::Sqlite(path) => {
                let access = access.unwrap_or_else(|| Access::no_trace(path));
                Ok(Self::Sqlite(Readers::start(path, access)?, path.as_path().into()))
            }
            Location::Postgres { main, replica } => {
                let target = replica.as_ref().unwrap_or(main);
                Ok(Self::Postgres(PgReaders::start(target.clone())))
            }
        }
    }

    /// Looks for news for as long as somebody waits for them.
    async fn follow(self, news: watch::Sender<ReadingId>) {
        loop {
            tokio::select! {
                () = news.closed() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let found = match &self {
                Self::Sqlite(readers, _) => readers.newest_reading().await,
                Self::Postgres(readers) => readers.newest_reading().await,
            };
            match found {
                Ok(newest) => _ = news.send_if_modified(|known| std::mem::replace(known, newest) != newest),
                Err(StoreError::Closed) => return,
                // Whoever reads meets the same error and says so.
                Err(error) => tracing::debug!(%error, "no news from the store"),
            }
        }
    }
}
