//! What a decoder finds in a payload.

use jiff::Timestamp;

use crate::{Channel, Missing, ObservedProperty};

/// One value of one payload, in the unit of its observed property.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// What was observed.
    pub property: ObservedProperty,
    /// Which of several like quantities of the device.
    pub channel: Channel,
    /// The value, or why there is none.
    pub value: Value,
    /// When the device says it measured.
    pub time: DeviceTime,
    /// For a running total: the value at which it starts again from zero (2^16 for a 16-bit counter of
    /// single events), in the property's unit.
    pub wraps_at: Option<f64>,
}

/// A number or the reason why there is none. Never `NaN` or infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A finite number.
    Number(f64),
    /// No value.
    Missing(Missing),
}

/// What the device itself says about the time of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceTime {
    /// Nothing: the value belongs to the time of the uplink.
    #[default]
    Uplink,
    /// A full date and time, as in datalog entries.
    At(Timestamp),
    /// The end of the measuring interval by a clock without date whose zone is not stated.
    ClockTime {
        /// 0 to 23.
        hour: u8,
        /// 0 to 59.
        minute: u8,
    },
}

impl Reading {
    /// A value of the main channel, at the time of the uplink.
    pub const fn new(property: ObservedProperty, value: Value) -> Self {
        Self { property, channel: Channel::MAIN, value, time: DeviceTime::Uplink, wraps_at: None }
    }

    /// A number of the main channel; what is not finite counts as a sensor error.
    pub fn number(property: ObservedProperty, value: f64) -> Self {
        Self::new(property, Value::from(value))
    }

    /// The same value on another channel.
    #[must_use]
    pub const fn on(self, channel: Channel) -> Self {
        Self { channel, ..self }
    }

    /// The same value with the device's own time.
    #[must_use]
    pub const fn at(self, time: DeviceTime) -> Self {
        Self { time, ..self }
    }

    /// The same value as a running total that starts again from zero at `limit`.
    #[must_use]
    pub const fn wrapping_at(self, limit: f64) -> Self {
        Self { wraps_at: Some(limit), ..self }
    }
}

impl Value {
    /// The number, if there is one.
    pub const fn as_number(self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(n),
            Self::Missing(_) => None,
        }
    }
}

impl From<f64> for Value {
    fn from(n: f64) -> Self {
        if n.is_finite() { Self::Number(n) } else { Self::Missing(Missing::SensorError) }
    }
}
