//! What of each device arrived and what did not: sessions, gaps, silence.

use std::sync::Arc;

use domain::{DeviceId, ThingId, TimeRange};
use jiff::{SignedDuration, Timestamp};

/// What is known of the uplinks of one device, over all its LoRaWAN sessions.
#[derive(Clone, Debug, PartialEq)]
pub struct Reception {
    /// The device.
    pub device: DeviceId,
    /// The Thing it is mounted on.
    pub thing: ThingId,
    /// Its profile.
    pub profile: Arc<str>,
    /// How often it should report.
    pub expected_interval: SignedDuration,
    /// Mounted until; `None` for still.
    pub until: Option<Timestamp>,
    /// First uplink whose frame counter was noted.
    pub first_heard_at: Timestamp,
    /// Newest uplink.
    pub last_heard_at: Timestamp,
    /// Distinct frame counters that arrived.
    pub n_received: u64,
    /// Frame counters between them that did not.
    pub n_missing: u64,
    /// How often the counter fell back within a session of the network server: the device was restarted.
    pub n_resets: u64,
}

/// Uplinks of a device that did not arrive, between two that did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The device.
    pub device: DeviceId,
    /// The Thing it is mounted on.
    pub thing: ThingId,
    /// When the last one before was heard.
    pub from: Timestamp,
    /// When the first one after was heard; of a silence that goes on, when the next one is due.
    pub to: Timestamp,
    /// How many are missing, at least one.
    pub n_missing: u64,
    /// Whether it goes on: the number is what the reporting interval makes us expect.
    pub is_open: bool,
}

/// How much was heard of a device in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeardHour {
    /// The device.
    pub device: DeviceId,
    /// When the hour begins.
    pub hour: Timestamp,
    /// Distinct frame counters.
    pub n: u64,
}

impl Reception {
    /// The silence of a device that is late by more than half an interval, as a gap that goes on.
    pub fn silence(&self, now: Timestamp) -> Option<Gap> {
        if self.until.is_some_and(|until| until <= now) {
            return None;
        }
        let interval_ms = self.interval_ms();
        let silent_ms = now.as_millisecond() - self.last_heard_at.as_millisecond();
        let n_missing = (silent_ms - interval_ms / 2).div_euclid(interval_ms);
        if n_missing < 1 {
            return None;
        }
        let until_next = SignedDuration::from_millis(interval_ms.saturating_mul(n_missing + 1));
        Some(Gap {
            device: self.device,
            thing: self.thing,
            from: self.last_heard_at,
            to: self.last_heard_at.saturating_add(until_next).unwrap_or(Timestamp::MAX),
            n_missing: n_missing.unsigned_abs(),
            is_open: true,
        })
    }

    /// Whether nothing was heard for more than six intervals of a device that is still mounted.
    pub fn is_silent(&self, now: Timestamp) -> bool {
        let is_mounted = self.until.is_none_or(|until| until > now);
        let silent_ms = now.as_millisecond() - self.last_heard_at.as_millisecond();
        is_mounted && silent_ms > self.interval_ms().saturating_mul(6)
    }

    fn interval_ms(&self) -> i64 {
        i64::try_from(self.expected_interval.as_millis()).unwrap_or(i64::MAX / 16).max(1)
    }
}

impl Gap {
    /// How many of the missing uplinks were due in a range. A device sends at even intervals, so they are taken to lie
    /// evenly between those that arrived.
    pub fn n_missing_in(&self, range: TimeRange) -> u64 {
        let before = |instant: Timestamp| self.n_before(instant.as_millisecond());
        before(range.to()).saturating_sub(before(range.from()))
    }

    /// When the missing ones were due: without half a step at each end, as far as one uplink stands for.
    pub(crate) fn cover_ms(&self) -> (i64, i64) {
        let half_a_step = self.length_ms() / (2 * self.n_steps());
        (self.from.as_millisecond() + half_a_step, self.to.as_millisecond() - half_a_step)
    }

    /// How many of the missing ones were due before an instant.
    fn n_before(&self, at_ms: i64) -> u64 {
        let (passed, length) = (at_ms - self.from.as_millisecond(), self.length_ms());
        if passed <= 0 {
            return 0;
        }
        if passed >= length {
            return self.n_missing;
        }
        // The i-th is due at i/(n+1) of the length; those with i/(n+1) < passed/length are before.
        let due = (i128::from(passed) * i128::from(self.n_steps()) - 1).div_euclid(i128::from(length));
        u64::try_from(due).unwrap_or(0).min(self.n_missing)
    }

    fn length_ms(&self) -> i64 {
        self.to.as_millisecond() - self.from.as_millisecond()
    }

    fn n_steps(&self) -> i64 {
        i64::try_from(self.n_missing).unwrap_or(i64::MAX / 4) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-06-01T{text}Z").parse().unwrap()
    }

    fn reception() -> Reception {
        Reception {
            device: DeviceId(1),
            thing: ThingId(1),
            profile: "elsys/ers".into(),
            expected_interval: SignedDuration::from_mins(10),
            until: None,
            first_heard_at: at("08:00:00"),
            last_heard_at: at("10:00:00"),
            n_received: 13,
            n_missing: 0,
            n_resets: 0,
        }
    }

    #[test]
    fn a_device_is_late_after_one_and_a_half_intervals() {
        assert_eq!(reception().silence(at("10:14:59")), None);
        let gap = reception().silence(at("10:15:00")).unwrap();
        assert_eq!((gap.n_missing, gap.from, gap.to), (1, at("10:00:00"), at("10:20:00")));
        assert_eq!(reception().silence(at("11:00:00")).unwrap().n_missing, 5);
    }

    #[test]
    fn a_device_is_silent_after_six_intervals() {
        assert!(!reception().is_silent(at("11:00:00")));
        assert!(reception().is_silent(at("11:00:01")));
    }

    #[test]
    fn nothing_is_expected_of_a_device_that_was_taken_down() {
        let retired = Reception { until: Some(at("10:05:00")), ..reception() };
        assert_eq!(retired.silence(at("12:00:00")), None);
        assert!(!retired.is_silent(at("12:00:00")));
    }

    #[test]
    fn missing_uplinks_lie_evenly_between_those_that_arrived() {
        // Due at 10:10, 10:20, 10:30, 10:40 and 10:50.
        let gap = Gap {
            device: DeviceId(1),
            thing: ThingId(1),
            from: at("10:00:00"),
            to: at("11:00:00"),
            n_missing: 5,
            is_open: false,
        };
        let missing = |from, to| gap.n_missing_in(TimeRange::new(at(from), at(to)).unwrap());
        assert_eq!(missing("09:00:00", "12:00:00"), 5);
        assert_eq!(missing("09:00:00", "10:30:00"), 2);
        assert_eq!(missing("10:30:00", "10:30:01"), 1);
        assert_eq!(missing("10:30:01", "10:40:00"), 0);
        assert_eq!(missing("10:50:00", "12:00:00"), 1);
        assert_eq!(missing("11:00:00", "12:00:00"), 0);
    }
}
