//! One uplink, as a network server handed it over.

use jiff::Timestamp;

use crate::{DevEui, EventId, FCnt, FPort, SessionKey};

/// An application uplink of one device, independent of the network server it came through.
#[derive(Clone, Debug, PartialEq)]
pub struct Uplink {
    /// Delivery identity: the same for a second delivery of this message.
    pub event_id: EventId,
    /// The device.
    pub dev_eui: DevEui,
    /// Its LoRaWAN session.
    pub session: SessionKey,
    /// Frame counter.
    pub f_cnt: FCnt,
    /// Application port.
    pub f_port: FPort,
    /// Decrypted application payload.
    pub payload: Vec<u8>,
    /// Best time of gateway or network server; `None` if the message names none that can be true.
    pub network_time: Option<Timestamp>,
    /// When we received it.
    pub received_at: Timestamp,
    /// How it travelled.
    pub radio: Radio,
    /// What the network server decoded itself, as JSON; kept for devices that have no decoder of ours.
    pub object: Option<Box<str>>,
}

/// Radio facts of an uplink, for operators only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Radio {
    /// Each gateway that heard the frame.
    pub heard: Vec<Heard>,
    /// Carrier frequency in Hz.
    pub frequency_hz: Option<u32>,
    /// LoRa spreading factor, 5 to 12.
    pub spreading_factor: Option<u8>,
}

/// One gateway's reception of a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// The gateway's own name for itself.
    pub gateway: String,
    /// Received signal strength in dBm.
    pub rssi_dbm: Option<f32>,
    /// Signal to noise ratio in dB.
    pub snr_db: Option<f32>,
}
