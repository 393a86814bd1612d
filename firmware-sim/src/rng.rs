//! Randomness as a pure function of what it is for.
//!
//! Nothing in the simulation keeps a running random stream: every draw is derived from the seed, the
//! purpose, the device and the tick. That is why history can be asked for in any order and in pieces, and why
//! live operation continues it without a seam.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a random stream is for; streams of different purposes are independent.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(crate) enum Purpose {
    /// Passages of one flow on one day.
    Passages = 1,
    /// What happens to one frame in the air and at the network server.
    Radio,
    /// Session keys and addresses.
    Session,
    /// Scatter of measured values.
    Measurement,
    /// A device's own constant traits: phase of its schedule, offset of its probe.
    Traits,
    /// Delivery of replayed counts.
    Replay,
}

/// The random stream for one purpose, device and instant (tick, day, row: whatever the purpose counts).
pub(crate) fn stream(seed: u64, purpose: Purpose, who: u64, when: u64) -> ChaCha8Rng {
    let mut key = [0_u8; 32];
    for (slot, word) in key.chunks_exact_mut(8).zip([seed, purpose as u64, who, when]) {
        slot.copy_from_slice(&word.to_le_bytes());
    }
    ChaCha8Rng::from_seed(key)
}

/// Smooth noise in -1 to 1: independent values at whole `x`, eased in between.
pub(crate) fn noise(seed: u64, purpose: u64, x: f64) -> f64 {
    let left = x.floor();
    let fraction = x - left;
    let ease = fraction * fraction * (3.0 - 2.0 * fraction);
    #[expect(clippy::cast_possible_truncation, reason = "x counts minutes to days since 1970")]
    let node = left as i64;
    let (a, b) = (lattice(seed, purpose, node), lattice(seed, purpose, node + 1));
    a + (b - a) * ease
}

/// An independent uniform value in -1 to 1 for each node.
pub(crate) fn lattice(seed: u64, purpose: u64, node: i64) -> f64 {
    let mixed = mix(seed ^ mix(purpose ^ mix(node.cast_unsigned())));
    (mixed >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014): every input bit changes half of the output bits.
fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

/// A Poisson-distributed count. Large means are drawn in parts: a sum of Poisson counts is one again.
pub(crate) fn poisson(rng: &mut impl Rng, mean: f64) -> u32 {
    const PART: f64 = 24.0;
    let mut rest = mean.max(0.0);
    let mut count = 0;
    while rest > PART {
        count += poisson_by_inversion(rng, PART);
        rest -= PART;
    }
    count + poisson_by_inversion(rng, rest)
}

fn poisson_by_inversion(rng: &mut impl Rng, mean: f64) -> u32 {
    let target: f64 = rng.random();
    let mut probability = (-mean).exp();
    let mut cumulated = probability;
    let mut count = 0_u32;
    // The bound lies far beyond any count with a probability above 1e-30 for means up to 24.
    while target > cumulated && count < 200 {
        count += 1;
        probability *= mean / f64::from(count);
        cumulated += probability;
    }
    count
}

/// A standard normal deviate (Box and Muller 1958).
pub(crate) fn normal(rng: &mut impl Rng) -> f64 {
    let radius: f64 = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_and_variance_of_poisson(mean: f64) -> (f64, f64) {
        let n = 4000_u64;
        let counts: Vec<f64> =
            (0..n).map(|i| f64::from(poisson(&mut stream(7, Purpose::Passages, 1, i), mean))).collect();
        let average = counts.iter().sum::<f64>() / n as f64;
        let variance = counts.iter().map(|c| (c - average).powi(2)).sum::<f64>() / n as f64;
        (average, variance)
    }

    #[test]
    fn poisson_counts_have_their_mean_as_mean_and_variance() {
        for mean in [0.3, 5.0, 60.0] {
            let (average, variance) = mean_and_variance_of_poisson(mean);
            // Four standard errors of the mean; the variance of a variance estimate is about 2 m^2 / n + m / n.
            assert!((average - mean).abs() < 4.0 * (mean / 4000.0_f64).sqrt(), "mean {average} for {mean}");
            assert!((variance - mean).abs() < 0.15 * mean, "variance {variance} for {mean}");
        }
    }

    #[test]
    fn no_passages_are_expected_where_the_mean_is_zero() {
        assert!((0..100).all(|i| poisson(&mut stream(7, Purpose::Passages, 1, i), 0.0) == 0));
    }

    #[test]
    fn noise_stays_in_its_range_and_is_continuous() {
        let mut last = noise(3, 4, 0.0);
        for step in 1..5000 {
            let value = noise(3, 4, f64::from(step) / 100.0);
            assert!((-1.0..=1.0).contains(&value));
            assert!((value - last).abs() < 0.05);
            last = value;
        }
    }

    #[test]
    fn streams_of_different_purposes_differ() {
        let a: u64 = stream(1, Purpose::Radio, 2, 3).random();
        let b: u64 = stream(1, Purpose::Session, 2, 3).random();
        assert_ne!(a, b);
        assert_eq!(a, stream(1, Purpose::Radio, 2, 3).random::<u64>());
    }
}
