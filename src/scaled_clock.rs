//! A clock that runs faster than the machine's.

use domain::Clock;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// Starts at an instant and runs `speed` times as fast: the time of an accelerated demo city.
#[derive(Debug)]
pub(crate) struct ScaledClock {
    start: Timestamp,
    since: Instant,
    speed: f64,
}

impl ScaledClock {
    /// A clock that shows `start` now.
    pub(crate) fn new(start: Timestamp, speed: f64) -> Self {
        Self { start, since: Instant::now(), speed }
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> Timestamp {
        let passed = self.since.elapsed().as_secs_f64() * self.speed;
        SignedDuration::try_from_secs_f64(passed)
            .ok()
            .and_then(|passed| self.start.checked_add(passed).ok())
            .unwrap_or(self.start)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_minute_at_speed_60_is_an_hour() {
        let clock = ScaledClock::new(Timestamp::UNIX_EPOCH, 60.0);
        let before = clock.now();
        tokio::time::advance(Duration::from_mins(1)).await;
        assert_eq!(clock.now().duration_since(before), SignedDuration::from_hours(1));
    }
}
