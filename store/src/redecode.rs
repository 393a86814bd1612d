//! Raw uplinks decoded again, and what became of their readings.

use domain::{Channel, DeviceId, EventId, ObservedProperty, Quality, Uplink};
use jiff::Timestamp;

use crate::DecodedUplink;

/// A row of the raw uplinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UplinkId(pub i64);

/// Which raw uplinks are asked for. Second copies of a frame are never among them: they have no readings.
#[derive(Clone, Debug, Default)]
pub struct UplinkFilter {
    /// Only those of these devices.
    pub devices: Vec<DeviceId>,
    /// Only those heard at this time or later.
    pub since: Option<Timestamp>,
}

/// A raw uplink as it was stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredUplink {
    /// Its row.
    pub id: UplinkId,
    /// The device.
    pub device: DeviceId,
    /// When it was heard, as decided when it came.
    pub time: Timestamp,
    /// The uplink itself. How it travelled is not read back.
    pub uplink: Uplink,
}

/// A position in the list of raw uplinks, which goes from new to old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UplinkPosition {
    /// Time of the last uplink seen.
    pub time: Timestamp,
    /// Its event: of two uplinks of one time the later one comes first.
    pub event_id: EventId,
}

impl StoredUplink {
    /// Its position in the list.
    pub const fn position(&self) -> UplinkPosition {
        UplinkPosition { time: self.time, event_id: self.uplink.event_id }
    }
}

impl UplinkFilter {
    /// No uplink asked for is older, in milliseconds since 1970.
    pub(crate) fn since_ms(&self) -> i64 {
        self.since.map_or(0, Timestamp::as_millisecond).max(0)
    }
}

impl UplinkPosition {
    /// Behind every uplink there can be: no plausible one is of the year 2100.
    const END_MS: i64 = 4_102_444_800_000;

    /// Time and event of a position; without one, of the begin of the list.
    pub(crate) fn key(before: Option<Self>) -> (i64, Vec<u8>) {
        before.map_or((Self::END_MS, Vec::new()), |position| {
            (position.time.as_millisecond(), position.event_id.as_bytes().to_vec())
        })
    }
}

/// An uplink with what it measured according to the decoders of today.
#[derive(Clone, Debug)]
pub struct Redecoded {
    /// Its row.
    pub id: UplinkId,
    /// What the store would be given if the uplink came now.
    pub decoded: DecodedUplink,
}

/// What is done with readings that are others today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedecodeMode {
    /// They are told.
    DryRun,
    /// They are told and replaced.
    Apply,
}

/// What became of an uplink that was decoded again.
#[derive(Clone, Debug, PartialEq)]
pub enum RedecodeOutcome {
    /// Its readings are as they were.
    Unchanged,
    /// These values are others, in order of time. There is none where only the limit of a running total is another.
    Changed(Vec<ValueChange>),
    /// Its readings stay as they were; the sentence says why.
    Refused(String),
}

/// One value that is another one today.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueChange {
    /// When it was measured.
    pub time: Timestamp,
    /// What was observed.
    pub property: ObservedProperty,
    /// Which channel.
    pub channel: Channel,
    /// As it was stored; `None` if there was none.
    pub old: Option<Assessed>,
    /// As it is decoded today; `None` if there is none any more.
    pub new: Option<Assessed>,
}

/// A number, if there is one, and what it is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assessed {
    /// The number.
    pub value: Option<f64>,
    /// What it is worth, or why there is none.
    pub quality: Quality,
}
