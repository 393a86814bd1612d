//! The machine's clock, as far as it can be true.
//!
//! A machine without a clock of its own begins in 1970, or on the day its system was built. Such a time must not judge
//! those of the network. Whether it can be true is settled when it is read: a message that is tried again after an
//! update was received before that program was built, and rightly so.

use domain::Clock;
use jiff::Timestamp;

/// Shows another clock's time, or 1970 where that lies before this program was built: a time everybody knows to be none.
#[derive(Debug)]
pub(crate) struct PlausibleClock<C> {
    clock: C,
    built_at: Timestamp,
}

impl<C: Clock> PlausibleClock<C> {
    /// A clock that is not believed before `built_at`.
    pub(crate) const fn new(clock: C, built_at: Timestamp) -> Self {
        Self { clock, built_at }
    }
}

impl<C: Clock> Clock for PlausibleClock<C> {
    fn now(&self) -> Timestamp {
        let now = self.clock.now();
        if now < self.built_at { Timestamp::UNIX_EPOCH } else { now }
    }
}

/// When this program was built.
pub(crate) fn built_at() -> Timestamp {
    let seconds = env!("BUILT_AT_UNIX_SECONDS").parse().ok();
    seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use domain::ManualClock;
    use ingest::time::UplinkTime;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn shown(now: &str) -> Timestamp {
        PlausibleClock::new(ManualClock::new(at(now)), at("2026-11-20T08:00:00Z")).now()
    }

    #[test]
    fn a_clock_that_begins_when_the_system_was_built_judges_no_network_time() {
        let received = shown("2024-06-11T00:00:40Z");
        let network = at("2026-11-23T12:00:00Z");
        assert_eq!(UplinkTime::new(Some(network), received).unwrap().reference().time, network);
        assert!(UplinkTime::new(None, received).is_none(), "no time of an uplink itself");
    }

    #[test]
    fn a_clock_that_shows_a_time_since_the_build_is_believed() {
        assert_eq!(shown("2026-11-20T08:00:00Z"), at("2026-11-20T08:00:00Z"));
        assert_eq!(shown("2026-11-20T07:59:59Z"), at("1970-01-01T00:00:00Z"));
    }
}
