//! What a payload gave: readings, facts about the device, warnings.

use std::{borrow::Cow, fmt};

use domain::{ObservedProperty, Reading, Truncated, Value};

use crate::{DecodeError, layout::field::Clock, object::Path};

/// The content of one payload.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// The values, in the order of the payload. A sender may name the same quantity twice (Elsys devices with a
    /// double tag do); of readings with equal property, channel and time the last one counts.
    pub readings: Vec<Reading>,
    /// What an operator should know about how the payload was read.
    pub warnings: Vec<Warning>,
    /// What the device says about itself: ids, firmware, configuration. Keys are stable; of facts with
    /// one key the last one counts.
    pub device: Vec<(Cow<'static, str>, DeviceFact)>,
    /// Settings of the profile the readings depend on, as a set of their places.
    pub(crate) used_settings: u64,
}

/// One thing a device says about itself.
#[derive(Clone, Debug, PartialEq)]
pub enum DeviceFact {
    /// A number, in the unit its key names.
    Number(f64),
    /// A text, such as a firmware version.
    Text(String),
}

/// Something worth knowing about a payload that was read nevertheless.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// A setting the values depend on was not given.
    #[error("default parameter used: `{key}` is not set, `{value}` assumed")]
    DefaultParameter {
        /// The parameter.
        key: Cow<'static, str>,
        /// Its default.
        value: Cow<'static, str>,
    },
    /// The payload goes on with something the decoder does not know.
    #[error("{length} bytes from byte {offset} on are not understood: block `{block}` is unknown")]
    Unparsed {
        /// Where the unknown part begins.
        offset: usize,
        /// Its first byte or bytes in hexadecimal.
        block: String,
        /// How many bytes were not read.
        length: usize,
    },
    /// The last block of the payload is cut off.
    #[error("payload of {found} bytes ends inside the block at byte {offset}: expected {expected} bytes")]
    Truncated {
        /// Where the block begins.
        offset: usize,
        /// Length the payload needs to hold the block.
        expected: usize,
        /// Length it has.
        found: usize,
    },
    /// The device's clock shows no time of day.
    #[error("device clock shows `{hour}:{minute}`: expected hours to 23 and minutes to 59")]
    InvalidClock {
        /// As sent.
        hour: u8,
        /// As sent.
        minute: u8,
    },
    /// The device reports that its sensor does not work.
    #[error("device reports sensor error `{code:#04x}`")]
    SensorError {
        /// The device's error code.
        code: u8,
    },
    /// A field of an object is no number.
    #[error("`{path}` is `{found}`: expected a number")]
    NotANumber {
        /// The way to it.
        path: String,
        /// What stands there.
        found: Truncated,
    },
    /// Values of an object that should have a time have none that can be read. They are left out.
    #[error("`{path}` is {found}: expected {expected}; the values with it are left out")]
    NoTime {
        /// The way to the time.
        path: String,
        /// What stands there.
        found: FoundTime,
        /// How a time is written there.
        expected: &'static str,
    },
    /// No field of the profile is in an object.
    #[error("the object has {found}, and no field of the profile is in it: expected {expected}")]
    NothingFound {
        /// The first keys it has.
        found: String,
        /// The first paths of the profile.
        expected: String,
    },
    /// What a maker's codec says about the payload.
    #[error("the codec warns: {0}")]
    OfCodec(Truncated),
    /// A value has no observed property here; it is kept among the device facts or left out.
    #[error("`{0}` has no observed property and is not stored")]
    NotMapped(&'static str),
}

/// What stands in the place of a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundTime {
    /// Nothing, or null.
    Absent,
    /// Something that is no time.
    Other(Truncated),
}

impl fmt::Display for FoundTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("not there"),
            Self::Other(found) => write!(f, "`{found}`"),
        }
    }
}

impl Warning {
    /// Stable name of the kind of warning.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DefaultParameter { .. } => "default_parameter",
            Self::Unparsed { .. } => "unparsed",
            Self::Truncated { .. } => "truncated",
            Self::InvalidClock { .. } => "invalid_clock",
            Self::SensorError { .. } => "sensor_error",
            Self::NotANumber { .. } => "not_a_number",
            Self::NoTime { .. } => "no_time",
            Self::NothingFound { .. } => "nothing_found",
            Self::OfCodec(_) => "of_codec",
            Self::NotMapped(_) => "not_mapped",
        }
    }

    /// The error of a block that could not be read, as a warning about the rest of the payload.
    pub(crate) fn about_rest(error: DecodeError, begin: usize, payload: &[u8]) -> Self {
        match error {
            DecodeError::TooShort { expected, found } => Self::Truncated { offset: begin, expected, found },
            DecodeError::UnknownBlock { offset, block } => {
                Self::Unparsed { offset, block, length: payload.len().saturating_sub(offset) }
            }
            _ => Self::unparsed(begin, 1, payload),
        }
    }

    /// What stands in an object in the place of a number.
    pub(crate) fn not_a_number(path: &Path, found: &serde_json::Value) -> Self {
        let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
        Self::NotANumber { path: path.to_string(), found: Truncated::new(&found) }
    }

    /// What stands in an object in the place of a time; `part` is the way to what has the time.
    pub(crate) fn no_time(
        part: Option<&Path>,
        path: &Path,
        found: Option<&serde_json::Value>,
        clock: Clock,
    ) -> Self {
        let expected = match clock {
            Clock::Seconds => "the seconds since 1970",
            Clock::Milliseconds => "the milliseconds since 1970",
            Clock::HourMinute | Clock::Rfc3339 => {
                "date and time with an offset such as `Z`: `2026-10-23T06:00:00Z`"
            }
        };
        let found = found.map_or(FoundTime::Absent, |found| {
            let text = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
            FoundTime::Other(Truncated::new(&text))
        });
        let path = part.map_or_else(|| path.to_string(), |part| part.then(path));
        Self::NoTime { path, found, expected }
    }

    /// About an object in which no field of the profile is; of an empty one there is nothing to say.
    pub(crate) fn nothing_found(object: &serde_json::Value, paths: &[String]) -> Option<Self> {
        use serde_json::Value as Json;
        let of_first = |object: &serde_json::Map<String, Json>| first(object.keys());
        let found = match object {
            Json::Object(object) if !object.is_empty() => of_first(object),
            Json::Array(list) if !list.is_empty() => match list.first() {
                Some(Json::Object(object)) => {
                    format!("a list of {}, the first with {}", list.len(), of_first(object))
                }
                _ => format!("a list of {}", list.len()),
            },
            _ => return None,
        };
        Some(Self::NothingFound { found, expected: first(paths.iter()) })
    }

    /// The payload from `offset` on, named by its first `n_named` bytes.
    pub(crate) fn unparsed(offset: usize, n_named: usize, payload: &[u8]) -> Self {
        let rest = payload.get(offset..).unwrap_or_default();
        let block = hex::encode(rest.get(..n_named).unwrap_or(rest));
        Self::Unparsed { offset, block, length: rest.len() }
    }
}

/// The first five, and whether there are more.
fn first<'a>(names: impl ExactSizeIterator<Item = &'a String>) -> String {
    let more = if names.len() > 5 { ", ..." } else { "" };
    let shown: Vec<String> = names.take(5).map(|name| format!("`{}`", Truncated::new(name))).collect();
    format!("{}{more}", shown.join(", "))
}

impl Decoded {
    /// Room for the readings of a usual payload, so that the list does not grow step by step.
    pub(crate) fn with_room() -> Self {
        Self { readings: Vec::with_capacity(20), ..Self::default() }
    }

    /// Adds a reading.
    pub(crate) fn push(&mut self, reading: Reading) {
        self.readings.push(reading);
    }

    /// Adds a value of the main channel at the time of the uplink.
    pub(crate) fn value(&mut self, property: ObservedProperty, value: impl Into<Value>) {
        self.push(Reading::new(property, value.into()));
    }

    /// Adds a device fact.
    pub(crate) fn fact(&mut self, key: impl Into<Cow<'static, str>>, fact: impl Into<DeviceFact>) {
        self.device.push((key.into(), fact.into()));
    }

    /// Adds a warning.
    pub(crate) fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
}

impl FromIterator<Reading> for Decoded {
    fn from_iter<I: IntoIterator<Item = Reading>>(readings: I) -> Self {
        Self { readings: readings.into_iter().collect(), ..Self::default() }
    }
}

impl From<f64> for DeviceFact {
    fn from(n: f64) -> Self {
        Self::Number(n)
    }
}

impl From<u8> for DeviceFact {
    fn from(n: u8) -> Self {
        Self::Number(n.into())
    }
}

impl From<u16> for DeviceFact {
    fn from(n: u16) -> Self {
        Self::Number(n.into())
    }
}

impl From<u32> for DeviceFact {
    fn from(n: u32) -> Self {
        Self::Number(n.into())
    }
}

impl From<String> for DeviceFact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for DeviceFact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
