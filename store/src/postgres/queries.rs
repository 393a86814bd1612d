//! What readers can be asked, by name.

use std::collections::BTreeMap;

use domain::{BucketWidth, DatastreamId, Quality, ReadingId, ThingId, TimeRange};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    PgReaders, buckets, facts, latest, missing, qualities, quarantine, raw, reception, schema, series, tail,
    things, totals,
};
use crate::{
    Accounting, Bucket, CommittedReading, Cursor, Datastream, Gap, HeardHour, Latest, Observation, Page,
    QuarantineFilter, QuarantineId, QuarantinedRow, Reception, Registry, ServerFacts, StoreError,
    StoredUplink, Thing, UplinkFilter, UplinkPosition,
};

impl PgReaders {
    pub(crate) async fn readings_after(
        &self,
        after: ReadingId,
        limit: usize,
    ) -> Result<Vec<CommittedReading>, StoreError> {
        let (recent, streams) = (self.recent.clone(), self.streams.clone());
        self.read("read new readings", move |db| {
            Box::pin(async move { tail::readings_after(db, &recent, &streams, after, limit).await })
        })
        .await
    }

    pub(crate) async fn registry(&self) -> Result<Registry, StoreError> {
        self.read("read the device registry", |db| Box::pin(things::registry(db))).await
    }

    pub(crate) async fn registry_version(&self) -> Result<u64, StoreError> {
        self.read("read the registry's version", |db| Box::pin(things::registry_version(db))).await
    }

    pub(crate) async fn things(&self) -> Result<Vec<Thing>, StoreError> {
        self.read("read the Things", |db| Box::pin(things::things(db, None))).await
    }

    pub(crate) async fn thing(&self, key: &str) -> Result<Option<Thing>, StoreError> {
        let key = key.to_owned();
        self.read("read a Thing", move |db| {
            Box::pin(async move { things::things(db, Some(&key)).await.map(|mut found| found.pop()) })
        })
        .await
    }

    pub(crate) async fn datastreams(&self, thing: Option<ThingId>) -> Result<Vec<Datastream>, StoreError> {
        self.read("read the Datastreams", move |db| Box::pin(things::datastreams(db, thing, None))).await
    }

    pub(crate) async fn datastream(&self, id: DatastreamId) -> Result<Option<Datastream>, StoreError> {
        self.read("read a Datastream", move |db| {
            Box::pin(
                async move { things::datastreams(db, None, Some(id)).await.map(|mut found| found.pop()) },
            )
        })
        .await
    }

    pub(crate) async fn latest(&self, thing: Option<ThingId>) -> Result<Vec<Latest>, StoreError> {
        let streams = self.streams.clone();
        self.read("read the latest values", move |db| {
            Box::pin(async move { latest::values(db, &streams, thing).await })
        })
        .await
    }

    pub(crate) async fn observations(
        &self,
        datastream: DatastreamId,
        range: TimeRange,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<Observation>, StoreError> {
        self.read("read observations", move |db| {
            Box::pin(series::observations(db, datastream, range, after, limit))
        })
        .await
    }

    pub(crate) async fn buckets(
        &self,
        zone: TimeZone,
        datastream: DatastreamId,
        width: BucketWidth,
        range: TimeRange,
    ) -> Result<Vec<Bucket>, StoreError> {
        self.read("read buckets", move |db| {
            Box::pin(async move { buckets::list(db, &zone, datastream, width, range).await })
        })
        .await
    }

    pub(crate) async fn all_buckets(
        &self,
        width: BucketWidth,
        range: TimeRange,
    ) -> Result<Vec<(DatastreamId, Bucket)>, StoreError> {
        let streams = self.streams.clone();
        self.read("read the buckets of all Things", move |db| {
            Box::pin(async move { buckets::of_all(db, &streams, width, range).await })
        })
        .await
    }

    pub(crate) async fn missing(
        &self,
        datastream: Datastream,
        ranges: Vec<TimeRange>,
    ) -> Result<Vec<Option<Quality>>, StoreError> {
        self.read("read why values are missing", move |db| {
            Box::pin(async move { missing::reasons(db, &datastream, &ranges).await })
        })
        .await
    }

    pub(crate) async fn qualities(
        &self,
        thing: ThingId,
        range: TimeRange,
    ) -> Result<BTreeMap<Quality, u64>, StoreError> {
        self.read("count values by quality", move |db| Box::pin(qualities::count(db, thing, range))).await
    }

    pub(crate) async fn receptions(&self, thing: Option<ThingId>) -> Result<Vec<Reception>, StoreError> {
        self.read("read the sessions", move |db| Box::pin(reception::receptions(db, thing))).await
    }

    pub(crate) async fn gaps(
        &self,
        thing: Option<ThingId>,
        range: TimeRange,
    ) -> Result<Vec<Gap>, StoreError> {
        self.read("read the gaps", move |db| Box::pin(reception::gaps(db, thing, range))).await
    }

    pub(crate) async fn heard(&self, thing: ThingId, from: Timestamp) -> Result<Vec<HeardHour>, StoreError> {
        self.read("read what was heard", move |db| Box::pin(reception::heard(db, thing, from))).await
    }

    pub(crate) async fn accounting(&self) -> Result<Accounting, StoreError> {
        self.read("read the accounting", |db| Box::pin(totals::load(db))).await
    }

    pub(crate) async fn quarantined(
        &self,
        filter: QuarantineFilter,
        after: Option<QuarantineId>,
        limit: usize,
    ) -> Result<Vec<QuarantinedRow>, StoreError> {
        self.read("read the quarantine", move |db| {
            Box::pin(async move { quarantine::list(db, &filter, after, limit).await })
        })
        .await
    }

    pub(crate) async fn stored_uplinks(
        &self,
        filter: UplinkFilter,
        before: Option<UplinkPosition>,
        limit: usize,
    ) -> Result<Vec<StoredUplink>, StoreError> {
        self.read("read raw uplinks", move |db| {
            Box::pin(async move { raw::list(db, &filter, before, limit).await })
        })
        .await
    }

    /// Refuses a database this program cannot read as it is.
    pub(crate) async fn verify(&self, zone: TimeZone) -> Result<(), StoreError> {
        let found = self.read("read the schema", |db| Box::pin(schema::read(db))).await?;
        schema::verify(found, &zone)
    }

    /// When the newest uplink or quarantined message was received.
    pub(crate) async fn newest_received_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let recent = self.recent.clone();
        self.read("read the newest message", move |db| {
            Box::pin(async move { tail::newest_received_at(db, &recent).await })
        })
        .await
    }

    /// The id of the newest committed reading.
    pub(crate) async fn newest_reading(&self) -> Result<ReadingId, StoreError> {
        self.read("read the newest reading", |db| Box::pin(tail::newest_reading(db))).await
    }

    /// Version of the schema, and how many quarter-hours are dirty.
    pub(crate) async fn schema_and_dirty(&self) -> Result<(u32, u64), StoreError> {
        self.read("read the store's health", |db| Box::pin(schema::version_and_dirty(db))).await
    }

    /// What the server says of itself.
    pub(crate) async fn server_facts(&self) -> Result<ServerFacts, StoreError> {
        self.read("read the server's settings", |db| Box::pin(facts::read(db))).await
    }

    /// Bytes of the database on the server's disk.
    pub(crate) async fn n_bytes(&self) -> Result<u64, StoreError> {
        self.read("read the size of the database", |db| Box::pin(schema::n_bytes(db))).await
    }
}
