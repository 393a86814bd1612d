//! What network servers send, read into an [`Uplink`].
//!
//! Only this module knows JSON. It reads what it needs, skips the network server's own decoding of the
//! payload without parsing it, and says precisely what is wrong with a message it cannot read.

mod chirpstack;
mod identity;
mod lenient;
mod object;
mod the_things_stack;

use domain::{DevEui, EventId, Truncated, Uplink};
use jiff::Timestamp;
use serde_json::value::RawValue;
use store::QuarantineReason;

pub(crate) use identity::{of_raw_message, sha256};

/// The message format of a network server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// ChirpStack v4, JSON over MQTT 5 or HTTP.
    Chirpstack,
    /// The Things Stack v3, JSON over MQTT 3.1.1 or webhooks.
    TheThingsStack,
}

/// A message as it came in.
#[derive(Clone, Copy, Debug)]
pub struct RawMessage<'a> {
    /// The configured name of the source.
    pub source: &'a str,
    /// MQTT topic or HTTP path with query.
    pub topic: &'a str,
    /// The message body.
    pub payload: &'a [u8],
    /// When we received it.
    pub received_at: Timestamp,
}

/// What a message turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Envelope {
    /// An application uplink.
    Uplink(Box<ReceivedUplink>),
    /// Something else: the word says what.
    Other {
        /// Delivery identity.
        event_id: EventId,
        /// `join`, `status`, `mac_only`, `simulated`, ...
        kind: &'static str,
    },
}

/// An uplink and what its network server calls the device.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedUplink {
    /// The uplink.
    pub uplink: Uplink,
    /// The device's name at the network server, cleaned and cut; for people only.
    pub device_name: Option<String>,
}

/// What the network server decoded, unless that is nothing.
fn kept_object(object: Option<&RawValue>) -> Option<Box<str>> {
    object.map(RawValue::get).filter(|text| *text != "null").map(Box::from)
}

/// A message that is no readable envelope.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct EnvelopeError {
    /// What is wrong, and where.
    pub problem: EnvelopeProblem,
    /// The device, as far as the message names one.
    pub dev_eui: Option<DevEui>,
    /// The device's name at the network server.
    pub device_name: Option<String>,
}

/// What is wrong with an envelope.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeProblem {
    /// No JSON at all, or cut off.
    #[error("no JSON at line {line}, column {column}: {what}")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// The parser's words.
        what: Truncated,
    },
    /// JSON of another shape.
    #[error("not of the documented form at line {line}, column {column}: {what}")]
    Shape {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// The parser's words.
        what: Truncated,
    },
    /// A field that must be there is not.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A field holds something else than it should.
    #[error("`{field}`: expected {expected}, found `{found}`")]
    Field {
        /// Name of the field, with the path to it.
        field: &'static str,
        /// What is right.
        expected: &'static str,
        /// What is there.
        found: Truncated,
    },
    /// The device's identity cannot be read.
    #[error("the device cannot be identified")]
    DevEui(#[source] domain::eui::ParseEuiError),
    /// Not an application port.
    #[error("the port cannot be used")]
    FPort(#[from] domain::lorawan::FPortError),
    /// The payload's text form is broken.
    #[error("`{field}` is no base64")]
    Base64 {
        /// Name of the field.
        field: &'static str,
        /// Where it breaks.
        #[source]
        source: base64::DecodeError,
    },
    /// The payload is still encrypted with the application session key.
    #[error("the payload is still encrypted: the application session key is kept by the join server")]
    Encrypted,
    /// A topic that belongs to no kind of event.
    #[error("`{0}`, the last part of the topic, is no known kind of event")]
    Topic(Truncated),
}

impl EnvelopeProblem {
    /// The quarantine's word for it.
    pub const fn reason(&self) -> QuarantineReason {
        match self {
            Self::NotJson { .. } => QuarantineReason::NotJson,
            Self::Encrypted => QuarantineReason::Encrypted,
            Self::Topic(_) => QuarantineReason::ForbiddenTopic,
            _ => QuarantineReason::Schema,
        }
    }
}

impl From<serde_json::Error> for EnvelopeProblem {
    fn from(error: serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let what = Truncated::new(&error.to_string());
        match error.classify() {
            serde_json::error::Category::Data => Self::Shape { line, column, what },
            _ => Self::NotJson { line, column, what },
        }
    }
}

impl From<EnvelopeProblem> for EnvelopeError {
    fn from(problem: EnvelopeProblem) -> Self {
        Self { problem, dev_eui: None, device_name: None }
    }
}

/// Reads a message of the given network server.
pub fn parse(protocol: Protocol, message: RawMessage<'_>) -> Result<Envelope, EnvelopeError> {
    match protocol {
        Protocol::Chirpstack => chirpstack::parse(message),
        Protocol::TheThingsStack => the_things_stack::parse(message),
    }
}

impl Protocol {
    /// Stable name, as configured.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Chirpstack => "chirpstack",
            Self::TheThingsStack => "the_things_stack",
        }
    }

    /// The network server a kept message most likely came from, where its source is no longer configured.
    pub fn guess(topic: &str, payload: &[u8]) -> Self {
        let names_end_device =
            payload.windows(b"\"end_device_ids\"".len()).any(|w| w == b"\"end_device_ids\"");
        // ChirpStack's HTTP integration says in the path what kind of event it sends; the other does not.
        let is_other_webhook = topic.starts_with('/') && !topic.contains(['?', '&']);
        if topic.starts_with("v3/") || names_end_device || is_other_webhook {
            Self::TheThingsStack
        } else {
            Self::Chirpstack
        }
    }
}

/// A device name for operators: cleaned, cut, `None` if empty.
fn device_name(name: Option<&str>) -> Option<String> {
    name.filter(|name| !name.is_empty()).map(|name| Truncated::new(name).into_string())
}

#[cfg(test)]
mod tests;
