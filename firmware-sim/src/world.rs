//! What the sensors sense: the weather over the city and the traffic in it.

pub(crate) mod traffic;
pub(crate) mod weather;

use jiff::Timestamp;

use self::{traffic::Traffic, weather::Weather};

/// The first instant of the simulated world, 2025-01-01T00:00:00Z, in seconds of the Unix epoch. Running totals
/// count from here; before it there are no messages.
pub(crate) const EPOCH_SECOND: i64 = 1_735_689_600;

/// Seconds of a UTC day.
pub(crate) const DAY: i64 = 86_400;

/// Weather and traffic of one seed. Both are pure functions of time; what is kept are caches.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) weather: Weather,
    pub(crate) traffic: Traffic,
}

/// Whole UTC days since the epoch of the world; instants before it belong to day 0.
pub(crate) fn day_of(at: Timestamp) -> usize {
    usize::try_from((at.as_second() - EPOCH_SECOND).div_euclid(DAY)).unwrap_or(0)
}

/// Seconds since the day's start, fractions included; 0 before the epoch.
pub(crate) fn seconds_into_day(at: Timestamp) -> f64 {
    let since = at.as_millisecond() - EPOCH_SECOND * 1000;
    if since < 0 { 0.0 } else { (since % (DAY * 1000)) as f64 / 1000.0 }
}
