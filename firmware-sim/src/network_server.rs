//! What a network server makes of a frame: MQTT topics and JSON.

pub(crate) mod chirpstack;
pub(crate) mod json;
pub(crate) mod the_things_stack;

use std::sync::Arc;

use domain::{DevEui, FCnt};
use jiff::{SignedDuration, Timestamp};
use serde_json::value::RawValue;

use crate::{
    SimDevice,
    radio::{Gateway, Reception},
};

/// Which network server a city runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NetworkServer {
    /// ChirpStack v4 with the JSON marshaler.
    #[default]
    ChirpStack,
    /// The Things Stack v3.
    TheThingsStack,
}

/// Both servers wait this long for further gateways before they publish.
pub(crate) const DEDUPLICATION: SignedDuration = SignedDuration::from_millis(200);

/// A device as the network server knows it.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    pub(crate) dev_eui: DevEui,
    /// `<vendor>/<model>`.
    pub(crate) profile: &'static str,
    pub(crate) position: domain::Position,
    /// ChirpStack's description of it.
    pub(crate) device_info: Box<RawValue>,
    /// ChirpStack's description of each gateway's place.
    pub(crate) gateway_locations: Arc<[Box<RawValue>]>,
    /// Topic of uplinks.
    pub(crate) up_topic: String,
    /// Topic of joins.
    pub(crate) join_topic: String,
}

/// A received frame.
#[derive(Clone, Debug)]
pub(crate) struct Received<'a> {
    pub(crate) device: &'a Registration,
    pub(crate) gateways: &'a [Gateway],
    pub(crate) reception: &'a Reception,
    pub(crate) session: SessionKeys,
    pub(crate) f_cnt: FCnt,
    pub(crate) f_port: u8,
    pub(crate) payload: &'a [u8],
    /// End of the transmission.
    pub(crate) heard_at: Timestamp,
    /// When the network server had it from the first gateway.
    pub(crate) served_at: Timestamp,
    /// When it publishes.
    pub(crate) published_at: Timestamp,
    /// Randomness for ids.
    pub(crate) entropy: Entropy,
}

/// What a join gave the device.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionKeys {
    pub(crate) dev_addr: u32,
    /// The Things Stack's session key id.
    pub(crate) key_id: [u8; 16],
}

/// Random bits for the ids of one message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entropy {
    pub(crate) uuid: [u8; 16],
    pub(crate) word: u64,
}

impl NetworkServer {
    /// Registers a device in a network with these gateways.
    pub(crate) fn register(self, device: &SimDevice, gateways: &[Gateway]) -> Registration {
        let topic = |event: &str| match self {
            Self::ChirpStack => chirpstack::topic(device.dev_eui, event),
            Self::TheThingsStack => the_things_stack::topic(device.dev_eui, event),
        };
        Registration {
            dev_eui: device.dev_eui,
            profile: device.profile,
            position: device.position,
            device_info: chirpstack::device_info(device),
            gateway_locations: gateways.iter().map(chirpstack::location).collect(),
            up_topic: topic("up"),
            join_topic: topic("join"),
        }
    }

    /// The message body of an uplink.
    pub(crate) fn uplink(self, received: &Received<'_>) -> Vec<u8> {
        match self {
            Self::ChirpStack => chirpstack::uplink(received),
            Self::TheThingsStack => the_things_stack::uplink(received),
        }
    }

    /// The message body of a join.
    pub(crate) fn join(
        self,
        device: &Registration,
        session: SessionKeys,
        at: Timestamp,
        entropy: Entropy,
    ) -> Vec<u8> {
        match self {
            Self::ChirpStack => chirpstack::join(device, session, at, entropy),
            Self::TheThingsStack => the_things_stack::join(device, session, at, entropy),
        }
    }
}
