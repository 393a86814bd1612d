//! What a simulated network server publishes.

use domain::{Channel, DevEui, FCnt, ObservedProperty, Value};
use jiff::Timestamp;

/// One MQTT message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// When the network server publishes it.
    pub at: Timestamp,
    /// MQTT topic.
    pub topic: String,
    /// MQTT payload: JSON.
    pub payload: Vec<u8>,
    /// What the message was made from; `None` for a join.
    pub truth: Option<Truth>,
}

/// What an uplink was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// The device.
    pub dev_eui: DevEui,
    /// Frame counter of the session.
    pub f_cnt: FCnt,
    /// Application port.
    pub f_port: u8,
    /// Number of the session: it rises with every join.
    pub session: u64,
    /// End of the measuring interval.
    pub measured_at: Timestamp,
    /// Whether the network server delivers the frame a second time.
    pub is_duplicate: bool,
    /// The application payload as sent.
    pub payload: Vec<u8>,
    /// What the payload says, at its resolution; not every detail of it (tilt, firmware) is listed.
    pub observed: Vec<Observed>,
}

/// One value a payload says, in the unit of its property.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observed {
    /// What was observed.
    pub property: ObservedProperty,
    /// Which of several like quantities of the device.
    pub channel: Channel,
    /// The value as the payload can say it, or why there is none.
    pub value: Value,
}
