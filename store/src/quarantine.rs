//! Messages kept raw until somebody has provisioned the device or mended the decoder.

use domain::{DevEui, EventId, Truncated};
use jiff::Timestamp;

/// A row of the quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct QuarantineId(pub i64);

/// Why a message is in quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuarantineReason {
    /// Larger than the limit; only its head is kept.
    TooLarge,
    /// Not JSON.
    NotJson,
    /// JSON, but not of the form the network server documents.
    Schema,
    /// No such device is provisioned, or not at that time.
    UnknownDevice,
    /// The device's profile has no decoder in this program.
    UnknownProfile,
    /// The payload does not fit the profile.
    DecoderError,
    /// The maker's codec of the device took too long, or did so too often.
    DecoderTimeout,
    /// No time can be true: neither one in the message nor ours when it came.
    Clock,
    /// The payload is still encrypted (end-to-end encryption of a join server).
    Encrypted,
    /// A topic the source does not expect.
    ForbiddenTopic,
    /// The store itself refused the values.
    StoreRefused,
}

impl QuarantineReason {
    /// All reasons.
    pub const ALL: [Self; 11] = [
        Self::TooLarge,
        Self::NotJson,
        Self::Schema,
        Self::UnknownDevice,
        Self::UnknownProfile,
        Self::DecoderError,
        Self::DecoderTimeout,
        Self::Clock,
        Self::Encrypted,
        Self::ForbiddenTopic,
        Self::StoreRefused,
    ];

    /// Stable name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NotJson => "not_json",
            Self::Schema => "schema",
            Self::UnknownDevice => "unknown_device",
            Self::UnknownProfile => "unknown_profile",
            Self::DecoderError => "decoder_error",
            Self::DecoderTimeout => "decoder_timeout",
            Self::Clock => "clock",
            Self::Encrypted => "encrypted",
            Self::ForbiddenTopic => "forbidden_topic",
            Self::StoreRefused => "store_refused",
        }
    }
}

/// A text that is no quarantine reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no quarantine reason")]
pub struct UnknownReason(pub Truncated);

impl std::str::FromStr for QuarantineReason {
    type Err = UnknownReason;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|reason| reason.key() == s).ok_or_else(|| UnknownReason(Truncated::new(s)))
    }
}

/// Which quarantined messages are asked for.
#[derive(Clone, Debug, Default)]
pub struct QuarantineFilter {
    /// Only this reason.
    pub reason: Option<QuarantineReason>,
    /// Only this device.
    pub dev_eui: Option<DevEui>,
    /// Also those a later attempt has solved.
    pub with_solved: bool,
}

/// One quarantined message.
#[derive(Clone, Debug)]
pub struct QuarantinedRow {
    /// Its row.
    pub id: QuarantineId,
    /// Delivery identity.
    pub event_id: EventId,
    /// The configured name of the source.
    pub source: String,
    /// When we received it.
    pub received_at: Timestamp,
    /// The kind of trouble.
    pub reason: QuarantineReason,
    /// One sentence on it.
    pub detail: String,
    /// The device, if the message names one.
    pub dev_eui: Option<DevEui>,
    /// The device's name at the network server.
    pub device_name: Option<String>,
    /// MQTT topic or HTTP path.
    pub topic: String,
    /// The message as received; for `too_large` only its head.
    pub payload: Vec<u8>,
    /// Size of the message as received, in bytes.
    pub n_bytes: u64,
    /// When a later attempt stored it.
    pub solved_at: Option<Timestamp>,
}
