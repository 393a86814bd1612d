//! How long to wait before the next try.

use std::time::Duration;

use super::random::SplitMix64;

/// Delays that double from [`Backoff::FIRST`] to [`Backoff::LAST`], each shortened at random by up to one
/// half, so that clients of a restarted broker do not come back all at once.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    n_tries: u32,
    random: SplitMix64,
}

impl Backoff {
    /// Longest delay after the first failure.
    pub(crate) const FIRST: Duration = Duration::from_millis(100);
    /// Longest delay of all.
    pub(crate) const LAST: Duration = Duration::from_secs(30);

    /// Begins with no failure; equal seeds give equal delays.
    pub(crate) const fn new(seed: u64) -> Self {
        Self { n_tries: 0, random: SplitMix64::new(seed) }
    }

    /// The delay after one more failure.
    pub(crate) fn next_delay(&mut self) -> Duration {
        let longest = Self::FIRST.saturating_mul(1 << self.n_tries.min(16)).min(Self::LAST);
        self.n_tries = self.n_tries.saturating_add(1);
        let half = longest / 2;
        half + half.mul_f64(self.next_share())
    }

    /// Forgets the failures: the next delay is short again.
    pub(crate) fn reset(&mut self) {
        self.n_tries = 0;
    }

    /// Failures since the last reset.
    pub(crate) const fn n_tries(&self) -> u32 {
        self.n_tries
    }

    /// A number from 0 to 1.
    fn next_share(&mut self) -> f64 {
        (self.random.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn delays_grow_from_fifty_milliseconds_to_thirty_seconds(seed: u64) {
            let mut backoff = Backoff::new(seed);
            let delays: Vec<_> = (0..20).map(|_| backoff.next_delay()).collect();
            prop_assert!((Duration::from_millis(50)..=Duration::from_millis(100)).contains(&delays[0]));
            prop_assert!((Duration::from_secs(15)..=Duration::from_secs(30)).contains(&delays[19]));
            // Doubling outgrows the random half.
            prop_assert!(delays.iter().zip(delays.iter().skip(1)).take(8).all(|(a, b)| a <= b));
        }
    }

    #[test]
    fn a_success_makes_the_next_delay_short_again() {
        let mut backoff = Backoff::new(7);
        for _ in 0..10 {
            backoff.next_delay();
        }
        backoff.reset();
        assert!(backoff.next_delay() <= Backoff::FIRST);
    }
}
