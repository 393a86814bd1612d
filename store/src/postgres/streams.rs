//! Which Datastream each slot of a Thing is.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{DatastreamId, ThingId};
use sqlx::PgConnection;

/// Datastream of each Thing and slot, kept by all readers; Datastreams are only ever added.
#[derive(Clone, Debug, Default)]
pub(super) struct StreamIds(Arc<Mutex<Arc<Known>>>);

/// The Datastreams known at some moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    ids: HashMap<ThingId, Vec<DatastreamId>>,
    newest: i32,
}

impl StreamIds {
    /// All Datastreams there are. To be asked after rows were read: then those of the rows are among them.
    pub(super) async fn refreshed(&self, db: &mut PgConnection) -> sqlx::Result<Arc<Known>> {
        let known = Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let newest: Option<i32> =
            sqlx::query_scalar("SELECT max(id) FROM datastream").fetch_one(&mut *db).await?;
        if newest.unwrap_or(0) == known.newest {
            return Ok(known);
        }
        let rows: Vec<(i64, i32)> = sqlx::query_as(
            "SELECT thing_id::bigint, id FROM datastream
             WHERE thing_id IN (SELECT thing_id FROM datastream WHERE id > $1) ORDER BY thing_id, slot",
        )
        .bind(known.newest)
        .fetch_all(db)
        .await?;
        let mut changed: HashMap<ThingId, Vec<DatastreamId>> = HashMap::new();
        let mut refreshed = Known::clone(&known);
        for (thing, id) in rows {
            changed.entry(ThingId(thing)).or_default().push(DatastreamId(id.into()));
            refreshed.newest = refreshed.newest.max(id);
        }
        refreshed.ids.extend(changed);
        let refreshed = Arc::new(refreshed);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&refreshed);
        Ok(refreshed)
    }
}

impl Known {
    /// The Datastreams of a Thing by slot.
    pub(super) fn of(&self, thing: ThingId) -> &[DatastreamId] {
        self.ids.get(&thing).map_or(&[], Vec::as_slice)
    }
}
