//! Datastreams, devices, Things and who changed them, as the writer sees them.

use std::collections::{BTreeMap, HashMap};

use domain::{Channel, DatastreamId, DevEui, DeviceId, Params, ThingId};
use sqlx::{PgConnection, types::Json};

use super::{
    row::{parsed, row_id},
    time::Ms,
};
use crate::writer::{
    radio::without_nul,
    tables::{Feed, NewStream, StoredDevice, Stream, ThingFacts},
};

/// The Datastreams of a Thing by slot.
pub(super) async fn streams(db: &mut PgConnection, thing: ThingId) -> sqlx::Result<Vec<Stream>> {
    type Row = (i64, String, String, Ms, Option<Ms>, Option<Ms>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id::bigint, property, channel, first_at, values_from, buckets_from FROM datastream WHERE thing_id = $1 ORDER BY slot",
    )
    .bind(row_id(thing.0))
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|(id, property, channel, first_at, values_from, buckets_from)| {
            Ok(Stream {
                id: DatastreamId(id),
                property: parsed(&property)?,
                channel: parsed(&channel)?,
                first_ms: first_at.0,
                values_from_ms: values_from.map(|at| at.0),
                buckets_from_ms: buckets_from.map(|at| at.0),
            })
        })
        .collect()
}

/// Makes a Datastream.
pub(super) async fn create_stream(
    db: &mut PgConnection,
    thing: ThingId,
    slot: u8,
    new: &NewStream,
) -> sqlx::Result<DatastreamId> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO datastream (thing_id, slot, property, unit, channel, first_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id::bigint",
    )
    .bind(row_id(thing.0))
    .bind(i16::from(slot))
    .bind(new.property.key())
    .bind(new.property.unit().ucum)
    .bind(new.channel.as_str())
    .bind(Ms(new.first_ms))
    .fetch_one(db)
    .await?;
    Ok(DatastreamId(id))
}

/// Moves the first observation of a Datastream.
pub(super) async fn set_first(
    db: &mut PgConnection,
    datastream: DatastreamId,
    first_ms: i64,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE datastream SET first_at = $2 WHERE id = $1")
        .bind(row_id(datastream.0))
        .bind(Ms(first_ms))
        .execute(db)
        .await?;
    Ok(())
}

/// The devices that feed each of these Things, or once did.
pub(super) async fn feeds_of(
    db: &mut PgConnection,
    things: &[ThingId],
) -> sqlx::Result<HashMap<ThingId, Vec<Feed>>> {
    let ids: Vec<i32> = things.iter().map(|thing| row_id(thing.0)).collect();
    let rows: Vec<(i64, i64, i64, i16, Option<f64>)> = sqlx::query_as(
        "SELECT c.thing_id::bigint, c.device_id::bigint, d.interval_ms, c.slot, c.wraps_at
         FROM device_channel c JOIN device d ON d.id = c.device_id
         WHERE c.thing_id = ANY ($1) ORDER BY c.thing_id, c.device_id, c.slot",
    )
    .bind(ids)
    .fetch_all(db)
    .await?;
    // A Thing without any is known, too.
    let mut feeds: HashMap<ThingId, Vec<Feed>> = things.iter().map(|thing| (*thing, Vec::new())).collect();
    for (thing, device, interval_ms, slot, wraps_at) in rows {
        let of_thing = feeds.entry(ThingId(thing)).or_default();
        let device = DeviceId(device);
        let slot = (u8::try_from(slot).unwrap_or_default(), wraps_at);
        match of_thing.last_mut().filter(|feed| feed.device == device) {
            Some(feed) => feed.slots.push(slot),
            None => of_thing.push(Feed { device, interval_ms, slots: vec![slot] }),
        }
    }
    Ok(feeds)
}

/// Which profiles the devices have that feed a Thing, or once did, by slot.
pub(super) async fn profiles(db: &mut PgConnection, thing: ThingId) -> sqlx::Result<Vec<(u8, String)>> {
    let rows: Vec<(i16, String)> = sqlx::query_as(
        "SELECT DISTINCT c.slot, d.profile
         FROM device_channel c JOIN device d ON d.id = c.device_id WHERE c.thing_id = $1",
    )
    .bind(row_id(thing.0))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(slot, profile)| (u8::try_from(slot).unwrap_or_default(), profile)).collect())
}

/// The expected interval of a device; `None` if there is no such device or no such Thing.
pub(super) async fn interval(
    db: &mut PgConnection,
    device: DeviceId,
    thing: ThingId,
) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar(
        "SELECT interval_ms FROM device WHERE id = $1 AND EXISTS (SELECT FROM thing WHERE id = $2)",
    )
    .bind(row_id(device.0))
    .bind(row_id(thing.0))
    .fetch_optional(db)
    .await
}

/// Marks all that a Thing's readings can reach.
pub(super) async fn mark_all(db: &mut PgConnection, thing: ThingId, reach_ms: i64) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO dirty
         SELECT $1, quarter FROM generate_series(
           date_bin('15 minutes', (SELECT min(first_at) FROM datastream WHERE thing_id = $1)
                                  - $2 * interval '1 millisecond', timestamptz '2000-01-01 00:00:00Z'),
           (SELECT max(time) FROM latest WHERE thing_id = $1), interval '15 minutes') quarter
         ON CONFLICT DO NOTHING",
    )
    .bind(row_id(thing.0))
    .bind(reach_ms)
    .execute(db)
    .await?;
    Ok(())
}

/// A device as it is stored.
pub(super) async fn device(db: &mut PgConnection, dev_eui: DevEui) -> sqlx::Result<Option<StoredDevice>> {
    type Row = (i64, String, Json<Params>, i64, Option<Ms>);
    let found: Option<Row> = sqlx::query_as(
        "SELECT thing_id::bigint, profile, params, interval_ms, since FROM device WHERE dev_eui = $1",
    )
    .bind(dev_eui.to_string())
    .fetch_optional(db)
    .await?;
    Ok(found.map(|(thing, profile, Json(params), interval_ms, since)| StoredDevice {
        thing: ThingId(thing),
        profile,
        params,
        interval_ms,
        since_ms: since.map(|at| at.0),
    }))
}

/// Creates or updates a device. One that is mounted elsewhere or anew is in use again; any other stays as retired
/// as it was.
pub(super) async fn save_device(
    db: &mut PgConnection,
    dev_eui: DevEui,
    device: &StoredDevice,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO device AS d (dev_eui, thing_id, profile, params, interval_ms, since)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (dev_eui) DO UPDATE SET
           until = CASE WHEN d.thing_id <> excluded.thing_id OR d.since IS DISTINCT FROM excluded.since
                        THEN NULL ELSE d.until END,
           thing_id = excluded.thing_id, profile = excluded.profile, params = excluded.params,
           interval_ms = excluded.interval_ms, since = excluded.since",
    )
    .bind(dev_eui.to_string())
    .bind(row_id(device.thing.0))
    .bind(&device.profile)
    .bind(Json(&device.params))
    .bind(device.interval_ms)
    .bind(device.since_ms.map(Ms))
    .execute(db)
    .await?;
    Ok(())
}

/// Ends a device's time on its Thing; `false` if there is no such device.
pub(super) async fn retire(db: &mut PgConnection, dev_eui: DevEui, until_ms: i64) -> sqlx::Result<bool> {
    let done = sqlx::query("UPDATE device SET until = $2 WHERE dev_eui = $1")
        .bind(dev_eui.to_string())
        .bind(Ms(until_ms))
        .execute(db)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// All Things with their names.
pub(super) async fn things(db: &mut PgConnection) -> sqlx::Result<Vec<(ThingId, String)>> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT id::bigint, name FROM thing ORDER BY id").fetch_all(db).await?;
    Ok(rows.into_iter().map(|(id, name)| (ThingId(id), name)).collect())
}

/// The Thing of this name.
pub(super) async fn thing_named(
    db: &mut PgConnection,
    name: &str,
) -> sqlx::Result<Option<(ThingId, ThingFacts)>> {
    type Row = (i64, String, Option<f64>, Option<f64>, Json<BTreeMap<String, String>>);
    let found: Option<Row> = sqlx::query_as(
        "SELECT id::bigint, description, latitude, longitude, channel_names FROM thing WHERE name = $1",
    )
    .bind(name)
    .fetch_optional(db)
    .await?;
    found
        .map(|(id, description, latitude, longitude, Json(names))| {
            let named = |(channel, name): (String, String)| Ok((parsed::<Channel>(&channel)?, name));
            let channel_names = names.into_iter().map(named).collect::<sqlx::Result<_>>()?;
            Ok((ThingId(id), ThingFacts { description, latitude, longitude, channel_names }))
        })
        .transpose()
}

/// Whether a Thing has this key.
pub(super) async fn has_key(db: &mut PgConnection, key: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM thing WHERE key = $1)").bind(key).fetch_one(db).await
}

/// Makes a Thing.
pub(super) async fn create_thing(
    db: &mut PgConnection,
    key: &str,
    name: &str,
    facts: &ThingFacts,
) -> sqlx::Result<ThingId> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO thing (key, name, description, latitude, longitude, channel_names)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id::bigint",
    )
    .bind(key)
    .bind(name)
    .bind(&facts.description)
    .bind(facts.latitude)
    .bind(facts.longitude)
    .bind(names_of(facts))
    .fetch_one(db)
    .await?;
    Ok(ThingId(id))
}

/// Changes a Thing.
pub(super) async fn update_thing(
    db: &mut PgConnection,
    thing: ThingId,
    facts: &ThingFacts,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE thing SET description = $2, latitude = $3, longitude = $4, channel_names = $5 WHERE id = $1",
    )
    .bind(row_id(thing.0))
    .bind(&facts.description)
    .bind(facts.latitude)
    .bind(facts.longitude)
    .bind(names_of(facts))
    .execute(db)
    .await?;
    Ok(())
}

/// Has every process read its registry of devices again.
pub(super) async fn bump_registry(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("UPDATE writer SET registry_version = registry_version + 1").execute(db).await?;
    Ok(())
}

/// Notes who changed what.
pub(super) async fn audit(
    db: &mut PgConnection,
    action: &str,
    subject: &str,
    detail: &serde_json::Value,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO audit (action, subject, detail) VALUES ($1, $2, $3)")
        .bind(action)
        .bind(without_nul(subject))
        .bind(Json(detail))
        .execute(db)
        .await?;
    Ok(())
}

fn names_of(facts: &ThingFacts) -> Json<BTreeMap<&str, &String>> {
    Json(facts.channel_names.iter().map(|(channel, name)| (channel.as_str(), name)).collect())
}
