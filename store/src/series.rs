//! Datastreams and what was observed on them.

use domain::{Channel, DatastreamId, ObservedProperty, Quality, ReadingId, ThingId, Value};
use jiff::{SignedDuration, Timestamp};

/// One observed property of one channel of one Thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Datastream {
    /// Row identity.
    pub id: DatastreamId,
    /// The Thing.
    pub thing: ThingId,
    /// Fixed place in the Thing's readings.
    pub slot: u8,
    /// What is observed, and in which unit.
    pub property: ObservedProperty,
    /// Which channel.
    pub channel: Channel,
    /// The channel's name for people, if it has one.
    pub channel_name: Option<String>,
    /// How often a value is expected.
    pub expected_interval: SignedDuration,
    /// Time of its first observation.
    pub first_at: Option<Timestamp>,
}

/// The newest value of a Datastream.
#[derive(Clone, Debug, PartialEq)]
pub struct Latest {
    /// The Datastream.
    pub datastream: DatastreamId,
    /// Its Thing.
    pub thing: ThingId,
    /// When it was measured.
    pub time: Timestamp,
    /// The number or why there is none.
    pub value: Value,
    /// What it is worth.
    pub quality: Quality,
}

/// One value of a Datastream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Reading id × 256 + slot.
    pub id: i64,
    /// When it was measured.
    pub time: Timestamp,
    /// The number or why there is none.
    pub value: Value,
    /// What it is worth.
    pub quality: Quality,
}

/// A committed reading, for the live stream.
#[derive(Clone, Debug, PartialEq)]
pub struct CommittedReading {
    /// Row identity, rising with every commit.
    pub id: ReadingId,
    /// The Thing.
    pub thing: ThingId,
    /// When it was measured.
    pub time: Timestamp,
    /// Each value it carries.
    pub values: Vec<(DatastreamId, Value, Quality)>,
}
