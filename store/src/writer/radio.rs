//! The radio facts of an uplink as SQL users read them.

use domain::Uplink;
use serde::Serialize;

/// Which gateways heard an uplink, and how. `null` members are left out.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RadioFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_hz: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spreading_factor: Option<u8>,
    heard: Vec<Heard>,
}

#[derive(Clone, Debug, Serialize)]
struct Heard {
    gateway: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rssi_dbm: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snr_db: Option<f32>,
}

impl RadioFacts {
    /// Those of an uplink.
    pub(crate) fn of(uplink: &Uplink) -> Self {
        let radio = &uplink.radio;
        let heard = radio
            .heard
            .iter()
            .map(|h| Heard { gateway: without_nul(&h.gateway), rssi_dbm: h.rssi_dbm, snr_db: h.snr_db })
            .collect();
        Self { frequency_hz: radio.frequency_hz, spreading_factor: radio.spreading_factor, heard }
    }
}

/// A text without the one character that PostgreSQL cannot keep; it becomes U+FFFD.
pub(crate) fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
