//! Which slot of a Thing's readings belongs to which Datastream.

use std::collections::HashMap;

use domain::{Channel, DatastreamId, DeviceId, ObservedProperty, ThingId};
use rusqlite::{Connection, params, types::FromSqlError};

use super::ledger::{Refusal, Refused};

/// One Datastream as the writer needs it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream {
    pub(super) id: DatastreamId,
    pub(super) property: ObservedProperty,
    pub(super) channel: Channel,
    /// Time of its first observation.
    pub(super) first_ms: i64,
}

/// The Datastreams of one Thing; the position is the slot.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots(Vec<Stream>);

/// The slots of every Thing written to so far.
#[derive(Debug, Default)]
pub(super) struct SlotCache(HashMap<ThingId, Slots>);

impl SlotCache {
    /// The slots of a Thing, read on first use.
    pub(super) fn of(&mut self, db: &Connection, thing: ThingId) -> rusqlite::Result<&mut Slots> {
        use std::collections::hash_map::Entry;
        match self.0.entry(thing) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => Ok(entry.insert(Slots::load(db, thing)?)),
        }
    }

    /// Forgets everything: after a rollback or a change by another process.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Slots {
    fn load(db: &Connection, thing: ThingId) -> rusqlite::Result<Self> {
        let mut statement = db.prepare_cached(
            "SELECT id, property, channel, first_ms FROM datastream WHERE thing_id = ?1 ORDER BY slot",
        )?;
        let streams = statement.query_map([thing.0], |row| {
            Ok(Stream {
                id: DatastreamId(row.get(0)?),
                property: parsed(&row.get_ref(1)?)?,
                channel: parsed(&row.get_ref(2)?)?,
                first_ms: row.get(3)?,
            })
        })?;
        streams.collect::<Result<_, _>>().map(Self)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The Datastream of a slot.
    pub(super) fn get(&self, slot: u8) -> Option<&Stream> {
        self.0.get(usize::from(slot))
    }

    /// All Datastreams with their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u8, &Stream)> {
        (0..=u8::MAX).zip(&self.0)
    }

    /// The slot of a property and channel.
    pub(super) fn find(&self, property: ObservedProperty, channel: Channel) -> Option<u8> {
        let at = self.0.iter().position(|s| s.property == property && s.channel == channel)?;
        u8::try_from(at).ok()
    }

    /// The slot of a property and channel; a new Datastream if there is none yet.
    pub(super) fn find_or_create(
        &mut self,
        db: &Connection,
        thing: ThingId,
        property: ObservedProperty,
        channel: Channel,
        time_ms: i64,
    ) -> Result<u8, Refusal> {
        if let Some(slot) = self.find(property, channel) {
            return Ok(slot);
        }
        let slot = u8::try_from(self.0.len()).map_err(|_| Refused::TooManyDatastreams)?;
        db.prepare_cached(
            "INSERT INTO datastream (thing_id, slot, property, unit, channel, first_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            thing.0,
            slot,
            property.key(),
            property.unit().ucum,
            channel.as_str(),
            time_ms
        ])?;
        let id = DatastreamId(db.last_insert_rowid());
        self.0.push(Stream { id, property, channel, first_ms: time_ms });
        Ok(slot)
    }

    /// Moves the first observation of a slot to an earlier time.
    pub(super) fn note_time(&mut self, db: &Connection, slot: u8, time_ms: i64) -> rusqlite::Result<()> {
        if let Some(stream) = self.0.get_mut(usize::from(slot))
            && time_ms < stream.first_ms
        {
            db.prepare_cached("UPDATE datastream SET first_ms = ?2 WHERE id = ?1")?
                .execute(params![stream.id.0, time_ms])?;
            stream.first_ms = time_ms;
        }
        Ok(())
    }
}

/// Notes that a device feeds a slot, and where its running total wraps.
pub(super) fn note_device_channel(
    db: &Connection,
    thing: ThingId,
    device: DeviceId,
    slot: u8,
    wraps_at: Option<f64>,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO device_channel (thing_id, device_id, slot, wraps_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET wraps_at = excluded.wraps_at WHERE wraps_at IS NOT excluded.wraps_at",
    )?
    .execute(params![thing.0, device.0, slot, wraps_at])?;
    Ok(())
}

/// Reads a column that holds one of our own words.
pub(super) fn parsed<T>(column: &rusqlite::types::ValueRef<'_>) -> rusqlite::Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text = column.as_str().map_err(rusqlite::Error::from)?;
    text.parse().map_err(|error: T::Err| FromSqlError::Other(error.into()).into())
}
