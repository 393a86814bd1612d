//! Remembers what had to be stopped several times in a row, so that it does not take the workers' time for ever.

use std::{
    collections::HashMap,
    hash::Hash,
    time::{Duration, Instant},
};

/// The first pause; each further failure doubles it up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// Keys remembered. Only those that failed last are kept at all; beyond this the one that failed longest ago is forgotten.
const MAX_KEYS: usize = 4_096;

/// Suspends a key after `threshold` failures in a row. When the pause is over one call is a trial: good, and all is
/// forgotten; bad, and the pause doubles.
#[derive(Debug)]
pub(super) struct Breaker<K> {
    threshold: u32,
    failed: HashMap<K, Failed>,
}

#[derive(Debug, Clone, Copy)]
struct Failed {
    n_in_a_row: u32,
    last: Instant,
}

/// Why a key is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pause {
    pub n_in_a_row: u32,
    pub left: Duration,
}

impl<K: Eq + Hash + Clone> Breaker<K> {
    pub(super) fn new(threshold: u32) -> Self {
        Self { threshold, failed: HashMap::new() }
    }

    pub(super) fn check(&self, key: &K, now: Instant) -> Result<(), Pause> {
        let Some(failed) = self.failed.get(key) else { return Ok(()) };
        let pause = self.pause(failed.n_in_a_row);
        match pause.checked_sub(now.saturating_duration_since(failed.last)) {
            Some(left) if !left.is_zero() => Err(Pause { n_in_a_row: failed.n_in_a_row, left }),
            _ => Ok(()),
        }
    }

    fn pause(&self, n_in_a_row: u32) -> Duration {
        match n_in_a_row.checked_sub(self.threshold) {
            Some(n_doubled) => FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(n_doubled)).min(LONGEST_PAUSE),
            None => Duration::ZERO,
        }
    }

    pub(super) fn failed(&mut self, key: &K, now: Instant) {
        if self.failed.len() >= MAX_KEYS && !self.failed.contains_key(key) {
            let oldest = self.failed.iter().min_by_key(|(_, failed)| failed.last).map(|(key, _)| key.clone());
            oldest.map(|key| self.failed.remove(&key));
        }
        let failed = self.failed.entry(key.clone()).or_insert(Failed { n_in_a_row: 0, last: now });
        failed.n_in_a_row = failed.n_in_a_row.saturating_add(1);
        failed.last = now;
    }

    pub(super) fn succeeded(&mut self, key: &K) {
        self.failed.remove(key);
    }

    /// Keys that are in a pause.
    pub(super) fn n_suspended(&self, now: Instant) -> usize {
        self.failed.keys().filter(|key| self.check(key, now).is_err()).count()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a beginning to count from; nothing waits")]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_third_failure_in_a_row_suspends_for_ten_seconds() {
        let (mut breaker, began) = (Breaker::new(3), Instant::now());
        for _ in 0..2 {
            breaker.failed(&"a", began);
            assert_eq!(breaker.check(&"a", began), Ok(()));
        }
        breaker.failed(&"a", began);
        assert_eq!(breaker.check(&"a", began + 4 * SECOND), Err(Pause { n_in_a_row: 3, left: 6 * SECOND }));
        assert_eq!(breaker.check(&"b", began), Ok(()));
        assert_eq!(breaker.check(&"a", began + 10 * SECOND), Ok(()));
    }

    #[test]
    fn each_failed_trial_doubles_the_pause_up_to_an_hour() {
        let (mut breaker, mut now) = (Breaker::new(1), Instant::now());
        let mut pauses = Vec::new();
        for _ in 0..12 {
            breaker.failed(&"a", now);
            let pause = breaker.check(&"a", now).unwrap_err().left;
            pauses.push(pause.as_secs());
            now += pause;
        }
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]);
    }

    #[test]
    fn one_good_call_forgets_all_failures() {
        let (mut breaker, began) = (Breaker::new(2), Instant::now());
        breaker.failed(&"a", began);
        breaker.succeeded(&"a");
        breaker.failed(&"a", began);
        assert_eq!(breaker.check(&"a", began), Ok(()));
    }

    #[test]
    fn what_failed_longest_ago_is_forgotten_first() {
        let (mut breaker, began) = (Breaker::new(1), Instant::now());
        for n in 0..=4_096_u32 {
            breaker.failed(&n, began + Duration::from_millis(n.into()));
        }
        assert_eq!(breaker.n_suspended(began + 5 * SECOND), 4_096);
        assert_eq!(breaker.check(&0, began + 5 * SECOND), Ok(()));
    }
}
