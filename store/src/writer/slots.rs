//! Which slot of a Thing's readings belongs to which Datastream.

use std::collections::HashMap;

use domain::{Channel, ObservedProperty, ThingId};

use super::tables::{DbError, NewStream, Stream, Tables};
use crate::DecodedUplink;

/// Slots of a Thing: a slot is one byte.
const N_SLOTS: usize = 256;

/// The Datastreams of one Thing; the position is the slot.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots(Vec<Stream>);

/// The slots of every Thing written to so far.
#[derive(Debug, Default)]
pub(super) struct SlotCache(HashMap<ThingId, Slots>);

impl SlotCache {
    /// The slots of a Thing, read on first use.
    pub(super) fn of(&mut self, tables: &mut impl Tables, thing: ThingId) -> Result<&mut Slots, DbError> {
        use std::collections::hash_map::Entry;
        match self.0.entry(thing) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => Ok(entry.insert(Slots::load(tables, thing)?)),
        }
    }
}

impl Slots {
    /// The slots of a Thing.
    pub(super) fn load(tables: &mut (impl Tables + ?Sized), thing: ThingId) -> Result<Self, DbError> {
        Ok(Self(tables.streams(thing)?))
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

    /// Before this time there are no quarter-hours any more, so nothing of it can be computed.
    pub(super) fn buckets_from_ms(&self) -> Option<i64> {
        self.0.iter().filter_map(|stream| stream.buckets_from_ms).max()
    }

    /// The slot of a property and channel.
    pub(super) fn find(&self, property: ObservedProperty, channel: Channel) -> Option<u8> {
        let at = self.0.iter().position(|s| s.property == property && s.channel == channel)?;
        u8::try_from(at).ok()
    }

    /// Whether every value of an uplink has a slot, or there is still one for it.
    pub(super) fn has_room_for(&self, decoded: &DecodedUplink) -> bool {
        let n_values: usize = decoded.readings.iter().map(|reading| reading.values.len()).sum();
        if self.len() + n_values <= N_SLOTS {
            return true;
        }
        let mut new: Vec<_> = decoded
            .readings
            .iter()
            .flat_map(|reading| &reading.values)
            .map(|value| (value.property, value.channel))
            .filter(|&(property, channel)| self.find(property, channel).is_none())
            .collect();
        new.sort_unstable();
        new.dedup();
        self.len() + new.len() <= N_SLOTS
    }

    /// The slot of a property and channel; a new Datastream if there is none yet.
    ///
    /// There is a slot left: [`Slots::has_room_for`] was asked before.
    pub(super) fn find_or_create(
        &mut self,
        tables: &mut (impl Tables + ?Sized),
        thing: ThingId,
        new: NewStream,
    ) -> Result<u8, DbError> {
        if let Some(slot) = self.find(new.property, new.channel) {
            return Ok(slot);
        }
        let slot = u8::try_from(self.0.len()).map_err(|error| DbError::Data(error.into()))?;
        let id = tables.create_stream(thing, slot, &new)?;
        let NewStream { property, channel, first_ms } = new;
        self.0.push(Stream { id, property, channel, first_ms, values_from_ms: None, buckets_from_ms: None });
        Ok(slot)
    }

    /// Moves the first observation of a slot to an earlier time.
    pub(super) fn note_time(
        &mut self,
        tables: &mut (impl Tables + ?Sized),
        slot: u8,
        time_ms: i64,
    ) -> Result<(), DbError> {
        if let Some(stream) = self.0.get_mut(usize::from(slot))
            && time_ms < stream.first_ms
        {
            tables.set_first(stream.id, time_ms)?;
            stream.first_ms = time_ms;
        }
        Ok(())
    }
}
