//! What comes into the store: one arrival for each message a source handed over.

use std::sync::Arc;

use bytes::Bytes;
use domain::{Channel, DevEui, DeviceId, EventId, ObservedProperty, Quality, ThingId, Uplink, Value};
use jiff::Timestamp;

use crate::{QuarantineId, QuarantineReason};

/// One received message, examined and ready to be committed.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The configured name of the source it came from.
    pub source: Arc<str>,
    /// Delivery identity, the ledger's key.
    pub event_id: EventId,
    /// When we received it.
    pub received_at: Timestamp,
    /// The quarantined message this is another attempt at; it is marked as solved if this one is stored.
    pub retry_of: Option<QuarantineId>,
    /// The message as it came; kept if it ends in quarantine, whoever puts it there.
    pub original: Original,
    /// What it is.
    pub content: Content,
}

/// A message as it came. Its payload is shared with the source, not copied.
#[derive(Clone, Debug, Default)]
pub struct Original {
    /// MQTT topic or HTTP path with query.
    pub topic: Arc<str>,
    /// The whole message; of one above the size limit only its head.
    pub payload: Bytes,
    /// Size of the message as received, in bytes.
    pub n_bytes: u64,
}

/// What a message turned out to be.
#[derive(Clone, Debug)]
pub enum Content {
    /// An uplink of a known device, decoded.
    Uplink(Box<DecodedUplink>),
    /// Something to keep raw and look at later.
    Quarantine(Box<QuarantinedMessage>),
    /// Not an uplink (join, status, MAC commands only); the word says what.
    Ignored(&'static str),
}

/// A decoded uplink of a known device.
#[derive(Clone, Debug)]
pub struct DecodedUplink {
    /// The device.
    pub device: DeviceId,
    /// The Thing it is mounted on.
    pub thing: ThingId,
    /// The uplink itself.
    pub uplink: Uplink,
    /// The instant its values belong to unless a reading says otherwise; frames are compared within
    /// ten minutes of it.
    pub time: Timestamp,
    /// What it measured; one reading per instant. Empty for frames with device facts only.
    pub readings: Vec<NewReading>,
}

/// The values of one instant.
#[derive(Clone, Debug)]
pub struct NewReading {
    /// When it was measured.
    pub time: Timestamp,
    /// The values, each channel of a property at most once.
    pub values: Vec<NewValue>,
}

/// One value with its assessment.
#[derive(Clone, Copy, Debug)]
pub struct NewValue {
    /// What was observed.
    pub property: ObservedProperty,
    /// Which channel.
    pub channel: Channel,
    /// The number or why there is none.
    pub value: Value,
    /// What it is worth.
    pub quality: Quality,
    /// Where a running total starts again from zero.
    pub wraps_at: Option<f64>,
}

/// Why a message is kept raw instead of being stored as a measurement.
#[derive(Clone, Debug)]
pub struct QuarantinedMessage {
    /// The kind of trouble.
    pub reason: QuarantineReason,
    /// One sentence: what was expected, what was found, where.
    pub detail: String,
    /// The device, if the message names one.
    pub dev_eui: Option<DevEui>,
    /// The device's name at the network server, cleaned and cut.
    pub device_name: Option<String>,
}
