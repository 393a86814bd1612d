//! What the Barani transmitters share.
//!
//! Bit fields from the most significant bit on, without byte alignment, on port 1. A field of all ones means
//! "sensor error or not available", except in counters, where it is the last value before the counter starts
//! again. The type of a message is safe only by its length.
//!
//! Source: message format pages of baranidesign.com.

use domain::{Missing, Value};

use crate::{DecodeError, ParamInfo};

/// Rain for each click of the connected gauge.
pub(super) static MM_PER_CLICK: ParamInfo = ParamInfo::of_decoder(
    "mm_per_click",
    Some("0.2"),
    "a number of millimetres above 0 with at most six digits, such as 0.2",
    "rain that makes the connected gauge click once, as written on the gauge",
);

/// Everything is sent on port 1.
pub(super) fn check_port(f_port: u8) -> Result<(), DecodeError> {
    if f_port == 1 { Ok(()) } else { Err(DecodeError::WrongFPort { expected: "1".into(), found: f_port }) }
}

/// A measurand that may be in its error state.
pub(super) fn value(measurand: Option<f64>) -> Value {
    measurand.map_or(Value::Missing(Missing::SensorError), Value::from)
}

/// Two measurands combined; without one of them there is nothing.
pub(super) fn both(a: Option<f64>, b: Option<f64>, combine: impl Fn(f64, f64) -> f64) -> Value {
    value(a.zip(b).map(|(a, b)| combine(a, b)))
}
