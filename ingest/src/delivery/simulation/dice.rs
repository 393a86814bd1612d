use std::time::Duration;

use crate::delivery::random::SplitMix64;

/// Everything that happens by chance, from one seed.
#[derive(Clone, Debug)]
pub(super) struct Dice(SplitMix64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(SplitMix64::new(seed))
    }

    pub(super) const fn number(&mut self) -> u64 {
        self.0.next()
    }

    /// A number below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        usize::try_from((u128::from(self.number()) * n as u128) >> 64).unwrap()
    }

    /// A number from `least` to `most`.
    pub(super) fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    /// True `n` times in a million.
    pub(super) fn in_a_million(&mut self, n: u32) -> bool {
        n > 0 && self.below(1_000_000) < n as usize
    }

    pub(super) fn coin(&mut self) -> bool {
        self.number() & 1 == 0
    }

    pub(super) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// A time up to `most`.
    pub(super) fn time(&mut self, most: Duration) -> Duration {
        let micros = usize::try_from(most.as_micros()).unwrap();
        Duration::from_micros(self.below(micros + 1) as u64)
    }
}
