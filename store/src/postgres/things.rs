//! Reading Things, Datastreams and the registry of devices.

use std::collections::BTreeMap;

use domain::{Channel, DatastreamId, DevEui, DeviceId, Params, Position, ThingId};
use jiff::SignedDuration;
use sqlx::{FromRow, PgConnection, types::Json};

use super::{
    row::{parsed, row_id},
    time::Ms,
};
use crate::{Datastream, Device, Registry, Thing};

/// Interval of a Thing without a device: nothing is expected of it soon.
const NO_DEVICE_MS: i64 = 24 * 3_600_000;

#[derive(Debug, FromRow)]
struct ThingRow {
    id: i64,
    key: String,
    name: String,
    description: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
    channel_names: Json<BTreeMap<String, String>>,
    interval_ms: i64,
    last_heard_at: Option<Ms>,
}

#[derive(Debug, FromRow)]
struct DatastreamRow {
    id: i64,
    thing_id: i64,
    slot: i16,
    property: String,
    channel: String,
    channel_name: Option<String>,
    interval_ms: i64,
    first_at: Ms,
}

#[derive(Debug, FromRow)]
struct DeviceRow {
    registry_version: i64,
    id: Option<i64>,
    dev_eui: Option<String>,
    thing_id: Option<i64>,
    thing_name: Option<String>,
    profile: Option<String>,
    params: Option<Json<Params>>,
    interval_ms: Option<i64>,
    since: Option<Ms>,
    until: Option<Ms>,
}

/// All Things by name, or the one with this key.
pub(super) async fn things(db: &mut PgConnection, key: Option<&str>) -> sqlx::Result<Vec<Thing>> {
    let rows: Vec<ThingRow> = sqlx::query_as(
        r#"SELECT t.id::bigint, t.key, t.name, t.description, t.latitude, t.longitude, t.channel_names,
                  coalesce((SELECT min(interval_ms) FROM device d WHERE d.thing_id = t.id AND until IS NULL),
                           (SELECT min(interval_ms) FROM device d WHERE d.thing_id = t.id), $2) AS interval_ms,
                  (SELECT max(heard_at) FROM latest l WHERE l.thing_id = t.id) AS last_heard_at
           FROM thing t WHERE $1::text IS NULL OR t.key = $1 ORDER BY t.name COLLATE "C""#,
    )
    .bind(key)
    .bind(NO_DEVICE_MS)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(ThingRow::thing).collect()
}

impl ThingRow {
    fn thing(self) -> sqlx::Result<Thing> {
        let position = self.latitude.zip(self.longitude).map(|(lat, lon)| Position::new(lat, lon));
        let named = |(channel, name): (String, String)| Ok((parsed(&channel)?, name));
        Ok(Thing {
            id: ThingId(self.id),
            key: self.key,
            name: self.name,
            description: self.description,
            position: position.transpose().map_err(|error| sqlx::Error::Decode(error.into()))?,
            channel_names: self.channel_names.0.into_iter().map(named).collect::<sqlx::Result<_>>()?,
            expected_interval: SignedDuration::from_millis(self.interval_ms),
            last_heard_at: self.last_heard_at.map(Ms::timestamp).transpose()?,
        })
    }
}

/// Datastreams of one Thing or of all, or the one with an id, by Thing and slot.
pub(super) async fn datastreams(
    db: &mut PgConnection,
    thing: Option<ThingId>,
    id: Option<DatastreamId>,
) -> sqlx::Result<Vec<Datastream>> {
    // The interval is that of the devices which feed the Datastream; else that of the Thing.
    let rows: Vec<DatastreamRow> = sqlx::query_as(
        "SELECT s.id::bigint, s.thing_id::bigint, s.slot, s.property, s.channel, s.first_at,
                t.channel_names ->> s.channel AS channel_name,
                coalesce((SELECT min(d.interval_ms) FROM device_channel c JOIN device d ON d.id = c.device_id
                          WHERE c.thing_id = s.thing_id AND c.slot = s.slot AND d.until IS NULL
                            AND d.thing_id = s.thing_id),
                         (SELECT min(interval_ms) FROM device d WHERE d.thing_id = s.thing_id), $3) AS interval_ms
         FROM datastream s JOIN thing t ON t.id = s.thing_id
         WHERE ($1::integer IS NULL OR s.thing_id = $1) AND ($2::integer IS NULL OR s.id = $2)
         ORDER BY s.thing_id, s.slot",
    )
    .bind(thing.map(|thing| row_id(thing.0)))
    .bind(id.map(|id| row_id(id.0)))
    .bind(NO_DEVICE_MS)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(DatastreamRow::datastream).collect()
}

impl DatastreamRow {
    fn datastream(self) -> sqlx::Result<Datastream> {
        let channel: Channel = parsed(&self.channel)?;
        Ok(Datastream {
            id: DatastreamId(self.id),
            thing: ThingId(self.thing_id),
            slot: u8::try_from(self.slot).map_err(|error| sqlx::Error::Decode(error.into()))?,
            property: parsed(&self.property)?,
            channel,
            channel_name: self.channel_name,
            expected_interval: SignedDuration::from_millis(self.interval_ms),
            first_at: Some(self.first_at.timestamp()?),
        })
    }
}

/// All devices with the version of the registry, as they were at one moment.
pub(super) async fn registry(db: &mut PgConnection) -> sqlx::Result<Registry> {
    let rows: Vec<DeviceRow> = sqlx::query_as(
        "SELECT w.registry_version, d.*
         FROM writer w LEFT JOIN
              (SELECT d.id::bigint, d.dev_eui, d.thing_id::bigint, t.name AS thing_name, d.profile, d.params,
                      d.interval_ms, d.since, d.until
               FROM device d JOIN thing t ON t.id = d.thing_id) AS d ON true",
    )
    .fetch_all(db)
    .await?;
    let version = rows.first().map_or(0, |row| row.registry_version.unsigned_abs());
    let devices = rows.into_iter().filter_map(DeviceRow::device);
    let devices = devices.map(|device| device.map(|device| (device.dev_eui, device)));
    Ok(Registry { version, devices: devices.collect::<Result<_, _>>()? })
}

impl DeviceRow {
    /// `None` where there is no device at all.
    fn device(self) -> Option<sqlx::Result<Device>> {
        let (id, thing, thing_name) = (DeviceId(self.id?), ThingId(self.thing_id?), self.thing_name?);
        let (dev_eui, profile, params) = (self.dev_eui?, self.profile?, self.params?.0);
        let expected_interval = SignedDuration::from_millis(self.interval_ms?);
        let device = move |(dev_eui, since, until)| Device {
            id,
            dev_eui,
            thing,
            thing_name,
            profile,
            params,
            expected_interval,
            since,
            until,
        };
        let parts = || {
            let dev_eui: DevEui = parsed(&dev_eui)?;
            Ok((
                dev_eui,
                self.since.map(Ms::timestamp).transpose()?,
                self.until.map(Ms::timestamp).transpose()?,
            ))
        };
        Some(parts().map(device))
    }
}

/// The version [`registry`] would carry.
pub(super) async fn registry_version(db: &mut PgConnection) -> sqlx::Result<u64> {
    let version: i64 = sqlx::query_scalar("SELECT registry_version FROM writer").fetch_one(db).await?;
    Ok(version.unsigned_abs())
}
