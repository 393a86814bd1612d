//! What readers and writer can be asked, by name.

use std::collections::BTreeMap;

use domain::{BucketWidth, DatastreamId, Quality, ReadingId, ThingId, TimeRange};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    Readers, buckets, dirty, migrate, missing, qualities, quarantine, reception, series, things, totals,
    uplinks,
};
use crate::{
    Accounting, Bucket, CommittedReading, Cursor, Datastream, Gap, HeardHour, Latest, Observation, Page,
    QuarantineFilter, QuarantineId, QuarantinedRow, Reception, Registry, StoreError, StoredUplink, Thing,
    UplinkFilter, UplinkPosition,
};

impl Readers {
    pub(crate) async fn readings_after(
        &self,
        after: ReadingId,
        limit: usize,
    ) -> Result<Vec<CommittedReading>, StoreError> {
        self.read("read new readings", move |r| series::readings_after(r, after, limit)).await
    }

    pub(crate) async fn registry(&self) -> Result<Registry, StoreError> {
        self.read("read the device registry", |r| things::registry(&mut r.db)).await
    }

    pub(crate) async fn registry_version(&self) -> Result<u64, StoreError> {
        self.read("read the registry's version", |r| things::registry_version(&r.db)).await
    }

    pub(crate) async fn things(&self) -> Result<Vec<Thing>, StoreError> {
        self.read("read the Things", |r| things::things(&r.db, None)).await
    }

    pub(crate) async fn thing(&self, key: &str) -> Result<Option<Thing>, StoreError> {
        let key = key.to_owned();
        self.read("read a Thing", move |r| things::things(&r.db, Some(&key)).map(|mut found| found.pop()))
            .await
    }

    pub(crate) async fn datastreams(&self, thing: Option<ThingId>) -> Result<Vec<Datastream>, StoreError> {
        self.read("read the Datastreams", move |r| things::datastreams(&r.db, thing, None)).await
    }

    pub(crate) async fn datastream(&self, id: DatastreamId) -> Result<Option<Datastream>, StoreError> {
        self.read("read a Datastream", move |r| {
            things::datastreams(&r.db, None, Some(id)).map(|mut found| found.pop())
        })
        .await
    }

    pub(crate) async fn latest(&self, thing: Option<ThingId>) -> Result<Vec<Latest>, StoreError> {
        self.read("read the latest values", move |r| series::latest(r, thing)).await
    }

    pub(crate) async fn observations(
        &self,
        datastream: DatastreamId,
        range: TimeRange,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<Observation>, StoreError> {
        self.read("read observations", move |r| series::observations(r, datastream, range, after, limit))
            .await
    }

    pub(crate) async fn buckets(
        &self,
        zone: TimeZone,
        datastream: DatastreamId,
        width: BucketWidth,
        range: TimeRange,
    ) -> Result<Vec<Bucket>, StoreError> {
        self.read("read buckets", move |r| buckets::list(&r.db, &zone, datastream, width, range)).await
    }

    pub(crate) async fn all_buckets(
        &self,
        width: BucketWidth,
        range: TimeRange,
    ) -> Result<Vec<(DatastreamId, Bucket)>, StoreError> {
        self.read("read the buckets of all Things", move |r| buckets::of_all(r, width, range)).await
    }

    pub(crate) async fn missing(
        &self,
        datastream: Datastream,
        ranges: Vec<TimeRange>,
    ) -> Result<Vec<Option<Quality>>, StoreError> {
        self.read("read why values are missing", move |r| missing::reasons(&r.db, &datastream, &ranges)).await
    }

    pub(crate) async fn qualities(
        &self,
        thing: ThingId,
        range: TimeRange,
    ) -> Result<BTreeMap<Quality, u64>, StoreError> {
        self.read("count values by quality", move |r| qualities::count(&r.db, thing, range)).await
    }

    pub(crate) async fn receptions(&self, thing: Option<ThingId>) -> Result<Vec<Reception>, StoreError> {
        self.read("read the sessions", move |r| reception::receptions(&r.db, thing)).await
    }

    pub(crate) async fn gaps(
        &self,
        thing: Option<ThingId>,
        range: TimeRange,
    ) -> Result<Vec<Gap>, StoreError> {
        self.read("read the gaps", move |r| reception::gaps(&r.db, thing, range)).await
    }

    pub(crate) async fn heard(&self, thing: ThingId, from: Timestamp) -> Result<Vec<HeardHour>, StoreError> {
        self.read("read what was heard", move |r| reception::heard(&r.db, thing, from)).await
    }

    pub(crate) async fn accounting(&self) -> Result<Accounting, StoreError> {
        self.read("read the accounting", |r| totals::load(&mut r.db)).await
    }

    pub(crate) async fn quarantined(
        &self,
        filter: QuarantineFilter,
        after: Option<QuarantineId>,
        limit: usize,
    ) -> Result<Vec<QuarantinedRow>, StoreError> {
        self.read("read the quarantine", move |r| quarantine::list(&r.db, &filter, after, limit)).await
    }

    pub(crate) async fn stored_uplinks(
        &self,
        filter: UplinkFilter,
        before: Option<UplinkPosition>,
        limit: usize,
    ) -> Result<Vec<StoredUplink>, StoreError> {
        self.read("read raw uplinks", move |r| uplinks::list(&r.db, &filter, before, limit)).await
    }

    /// Refuses a database this program cannot read as it is.
    pub(crate) async fn verify(&self, zone: TimeZone) -> Result<(), StoreError> {
        self.read("read the schema", move |r| Ok(migrate::verify(&r.db, &zone))).await?
    }

    /// When the newest uplink or quarantined message was received.
    pub(crate) async fn newest_received_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read("read the newest message", |r| {
            let newest: Option<i64> = r.db.query_row(NEWEST_RECEIVED, [], |row| row.get(0))?;
            newest.map(series::timestamp).transpose()
        })
        .await
    }

    /// The id of the newest committed reading.
    pub(crate) async fn newest_reading(&self) -> Result<ReadingId, StoreError> {
        self.read("read the newest reading", |r| {
            let newest: Option<i64> =
                r.db.prepare_cached("SELECT max(id) FROM reading")?.query_row([], |row| row.get(0))?;
            Ok(ReadingId(newest.unwrap_or(0)))
        })
        .await
    }

    /// Version of the schema, and how many quarter-hours are dirty.
    pub(crate) async fn schema_and_dirty(&self) -> Result<(u32, u64), StoreError> {
        self.read("read the store's health", |r| {
            let version = r.db.pragma_query_value(None, "user_version", |row| row.get(0))?;
            Ok((version, dirty::count(&r.db)?))
        })
        .await
    }
}

/// Among the last rows, for another try at a quarantined message keeps the time of the first.
const NEWEST_RECEIVED: &str = "
    SELECT max(received_ms) FROM (
      SELECT received_ms FROM (SELECT received_ms FROM uplink ORDER BY id DESC LIMIT 1000)
      UNION ALL
      SELECT received_ms FROM (SELECT received_ms FROM quarantine ORDER BY id DESC LIMIT 1000))";
