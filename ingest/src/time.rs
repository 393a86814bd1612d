//! Which instant a value belongs to.
//!
//! Three clocks take part: the device's, the network's and ours. None is trusted alone. Gateways without
//! GPS report none or the wrong time ("0001-01-01", 1980, half an hour ahead; known from ChirpStack and
//! The Things Stack installations), device clocks run off, and ours may be late by days when the broker
//! held messages back. A machine without a clock of its own may even begin in 1970, and the program reads
//! any time before its own build as 1970: then ours says nothing of the others, and a message without another
//! time has none that can be true.

use decoders::ClockTolerance;
use domain::DeviceTime;
use jiff::{SignedDuration, Timestamp};

/// How far ahead of our own clock another clock may be.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(2);
/// How far back a clock that shows only hour and minute may lie.
const CLOCK_TIME_BACK: SignedDuration = SignedDuration::from_mins(-10);
/// 2015-01-01T00:00:00Z, the year of the first LoRaWAN specification: nothing was sent before.
const LORAWAN_BEGAN: i64 = 1_420_070_400;

/// The instant of a value, and whether a clock had to be overruled to find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// When the value was measured, to the millisecond.
    pub time: Timestamp,
    /// No clock that could be true was there, or the device's contradicted the network's.
    pub is_suspect: bool,
}

/// The reference of one uplink: when the network heard it.
#[derive(Clone, Copy, Debug)]
pub struct UplinkTime {
    network_time: Option<Timestamp>,
    received_at: Timestamp,
    /// The network's time, or ours if the message names none that can be true; to the millisecond.
    heard_at: Timestamp,
}

impl UplinkTime {
    /// Takes both times of an uplink; `None` if neither can be true.
    pub fn new(network_time: Option<Timestamp>, received_at: Timestamp) -> Option<Self> {
        let received_at = if can_be_true(received_at) { received_at } else { network_time? };
        let heard_at = to_millisecond(network_time.unwrap_or(received_at));
        Some(Self { network_time, received_at, heard_at })
    }

    /// The times of an uplink that was stored as heard at `heard_at`. Our own clock was finer than what is kept of it.
    pub fn of_stored(
        heard_at: Timestamp,
        network_time: Option<Timestamp>,
        received_at: Timestamp,
    ) -> Option<Self> {
        Some(Self { heard_at, ..Self::new(network_time, received_at)? })
    }

    /// When the uplink was heard: the network's time, or ours if the message names none that can be true.
    pub fn reference(self) -> Resolved {
        Resolved { time: self.heard_at, is_suspect: self.network_time.is_none() }
    }

    /// The instant of one value.
    pub fn resolve(self, device: DeviceTime, tolerance: ClockTolerance) -> Resolved {
        let reference = self.reference();
        let overruled = Resolved { is_suspect: true, ..reference };
        match device {
            DeviceTime::Uplink => reference,
            DeviceTime::At(at) => {
                let (back, _) = tolerance.bounds();
                let at = to_millisecond(at);
                if at >= shifted(reference.time, back) && at <= self.latest() {
                    Resolved { time: at, is_suspect: false }
                } else {
                    overruled
                }
            }
            // The zone of the device's clock is not stated, but zones differ by whole hours: the minute
            // of the hour tells the instant.
            DeviceTime::ClockTime { minute, .. } => {
                let latest = self.latest().as_second();
                let behind = (latest - i64::from(minute) * 60).rem_euclid(3600);
                // The clock shows no seconds: the whole minute is meant.
                match Timestamp::from_second(latest - behind) {
                    Ok(at) if at >= shifted(reference.time, CLOCK_TIME_BACK) => {
                        Resolved { time: at, is_suspect: false }
                    }
                    _ => overruled,
                }
            }
        }
    }

    /// No measurement lies later than this.
    fn latest(self) -> Timestamp {
        shifted(self.reference().time.min(self.received_at), AHEAD_MAX)
    }
}

/// The first of the message's times, in order of trust, that can be true: not before LoRaWAN existed and
/// not ahead of our clock, if that can be true itself. It may be days old: brokers hold messages back.
pub(crate) fn network_time<'a>(
    candidates: impl Iterator<Item = &'a str>,
    received_at: Timestamp,
) -> Option<Timestamp> {
    let latest = if can_be_true(received_at) { shifted(received_at, AHEAD_MAX) } else { Timestamp::MAX };
    after_lorawan_began(candidates).find(|time| *time <= latest)
}

/// The time that goes into a message's identity. Unlike [`network_time`] it must not depend on when we
/// received the message, or a second delivery would get another identity.
pub(crate) fn identity_time<'a>(candidates: impl Iterator<Item = &'a str>) -> Option<Timestamp> {
    after_lorawan_began(candidates).next()
}

fn after_lorawan_began<'a>(candidates: impl Iterator<Item = &'a str>) -> impl Iterator<Item = Timestamp> {
    candidates
        .filter_map(|text| text.parse::<Timestamp>().ok())
        .filter(|time| can_be_true(*time))
        .map(to_millisecond)
}

fn can_be_true(time: Timestamp) -> bool {
    time.as_second() >= LORAWAN_BEGAN
}

/// Half a millisecond counts up, so that two renderings of one instant meet.
fn to_millisecond(time: Timestamp) -> Timestamp {
    let milliseconds = (i64::from(time.subsec_nanosecond()) + 500_000).div_euclid(1_000_000);
    Timestamp::from_millisecond(time.as_second() * 1000 + milliseconds).unwrap_or(time)
}

fn shifted(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.saturating_add(by).unwrap_or(time)
}

#[cfg(test)]
mod tests;
