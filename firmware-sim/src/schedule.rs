//! When a device measures, sends and joins: a pure function of its number and of time.

use domain::TimeRange;
use jiff::{SignedDuration, Timestamp};
use rand::Rng;

use crate::{
    rng::{Purpose, stream},
    scenario::{Power, SimDevice},
    world::{DAY, EPOCH_SECOND},
};

/// Street lights are on from 21 h to 4 h UTC in this city, all year.
const LIGHTS_ON: i64 = 21 * 3600;
const LIGHTS_LENGTH: i64 = 7 * 3600;

/// A device's rhythm. Tick k is the end of its k-th measuring interval since the epoch of the world; the first
/// is 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    /// End of interval 0, seconds of the Unix epoch.
    origin: i64,
    /// Seconds.
    interval: i64,
    /// Ticks between two joins of a device that is always on.
    session_ticks: u64,
    /// Milliseconds between the interval's end and the first frame.
    lag: i64,
    power: Power,
}

/// One LoRaWAN session of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    /// Rises with every join.
    pub(crate) number: u64,
    /// The tick at which the device joined.
    pub(crate) first_tick: u64,
}

impl Schedule {
    pub(crate) fn new(seed: u64, number: u32, device: &SimDevice) -> Self {
        let mut rng = stream(seed, Purpose::Traits, u64::from(number), 0);
        let interval = device.interval.as_secs().max(60);
        let phase = if device.model.is_clocked() { 0 } else { rng.random_range(0..interval) };
        let days_between_joins = rng.random_range(20..60);
        Self {
            origin: EPOCH_SECOND + phase,
            interval,
            session_ticks: u64::try_from(days_between_joins * DAY / interval).unwrap_or(1).max(1),
            lag: rng.random_range(1_500..9_000),
            power: device.power,
        }
    }

    /// The ticks whose intervals end in `range`.
    pub(crate) fn ticks(&self, range: TimeRange) -> std::ops::Range<u64> {
        let first_at_or_after = |at: Timestamp| {
            let milliseconds = at.as_millisecond() - self.origin * 1000;
            let ticks = milliseconds.div_euclid(self.interval * 1000)
                + i64::from(milliseconds.rem_euclid(self.interval * 1000) > 0);
            u64::try_from(ticks).unwrap_or(0).max(1)
        };
        first_at_or_after(range.from())..first_at_or_after(range.to())
    }

    /// The end of a measuring interval.
    pub(crate) fn at(&self, tick: u64) -> Timestamp {
        let second = self.origin + self.interval * i64::try_from(tick).unwrap_or(i64::MAX / self.interval);
        Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
    }

    /// The start of a measuring interval.
    pub(crate) fn since(&self, tick: u64) -> Timestamp {
        self.at(tick.saturating_sub(1))
    }

    /// When the `slot`-th transmission of a tick begins; devices leave about six seconds between two.
    pub(crate) fn sends_at(&self, tick: u64, slot: u32) -> Timestamp {
        // The crystal's scatter: some hundred milliseconds, different at every tick.
        let scatter = i64::try_from(tick.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55).unwrap_or(0);
        self.at(tick) + SignedDuration::from_millis(self.lag + scatter + 6_000 * i64::from(slot))
    }

    /// The session a tick belongs to; `None` while the device has no power.
    pub(crate) fn session(&self, tick: u64) -> Option<Session> {
        match self.power {
            Power::Always => {
                let number = (tick - 1) / self.session_ticks;
                Some(Session { number, first_tick: number * self.session_ticks + 1 })
            }
            Power::StreetLight => {
                let end = self.at(tick).as_second();
                let night = (end - EPOCH_SECOND - LIGHTS_ON).div_euclid(DAY);
                let on = EPOCH_SECOND + night * DAY + LIGHTS_ON;
                let start = self.since(tick).as_second();
                if start < on || end > on + LIGHTS_LENGTH {
                    return None;
                }
                // The first interval that lies wholly after the lights came on.
                let first_start = (on - self.origin).div_euclid(self.interval)
                    + i64::from((on - self.origin).rem_euclid(self.interval) > 0);
                let first_tick = u64::try_from(first_start + 1).ok()?;
                Some(Session { number: u64::try_from(night).ok()?, first_tick })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scenario;

    fn schedule_of(name: &str) -> Schedule {
        let scenario = Scenario::oldenburg();
        let number = scenario.devices().iter().position(|device| device.name == name).unwrap();
        Schedule::new(1, u32::try_from(number).unwrap(), &scenario.devices()[number])
    }

    fn range(from: &str, to: &str) -> TimeRange {
        TimeRange::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn ticks_of_adjoining_ranges_adjoin() {
        let schedule = schedule_of("Schlossgarten");
        let morning = schedule.ticks(range("2026-03-01T00:00:00Z", "2026-03-01T09:17:03.5Z"));
        let rest = schedule.ticks(range("2026-03-01T09:17:03.5Z", "2026-03-02T00:00:00Z"));
        assert_eq!(morning.end, rest.start);
        assert_eq!(rest.end - morning.start, 288, "every five minutes");
    }

    #[test]
    fn a_clocked_radar_measures_whole_intervals_of_the_clock() {
        let schedule = schedule_of("Ammerländer Heerstraße");
        let ticks = schedule.ticks(range("2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z"));
        let ends: Vec<_> = ticks.map(|tick| schedule.at(tick).to_string()).collect();
        let quarters = ["12:00", "12:15", "12:30", "12:45"];
        assert_eq!(ends, quarters.map(|time| format!("2026-03-01T{time}:00Z")));
    }

    #[test]
    fn sessions_begin_at_their_first_tick_and_follow_one_another() {
        let schedule = schedule_of("Damm");
        let mut last = schedule.session(1).unwrap();
        assert_eq!(last, Session { number: 0, first_tick: 1 });
        for tick in 2..20_000 {
            let session = schedule.session(tick).unwrap();
            if session.number != last.number {
                assert_eq!(session, Session { number: last.number + 1, first_tick: tick });
            }
            last = session;
        }
        assert!(last.number >= 2, "20 000 ticks of ten minutes are 139 days");
    }

    #[test]
    fn the_device_on_the_street_light_circuit_is_silent_by_day_and_joins_every_evening() {
        let schedule = schedule_of("Nadorster Straße");
        let by_day = schedule.ticks(range("2026-03-01T05:00:00Z", "2026-03-01T20:00:00Z"));
        assert!(by_day.clone().count() > 50);
        assert!(by_day.into_iter().all(|tick| schedule.session(tick).is_none()));
        let night: Vec<_> = schedule
            .ticks(range("2026-03-01T20:00:00Z", "2026-03-02T05:00:00Z"))
            .filter_map(|tick| schedule.session(tick).map(|session| (tick, session)))
            .collect();
        // Intervals ending 21:15 to 04:00.
        assert_eq!(night.len(), 28);
        assert_eq!(schedule.at(night[0].0).to_string(), "2026-03-01T21:15:00Z");
        assert!(night.iter().all(|(_, session)| session.first_tick == night[0].0));
    }
}
