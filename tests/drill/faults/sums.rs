//! What was measured, summed up: by the simulator's own account, and in the store.

use std::collections::{BTreeMap, BTreeSet};

use super::load::{Frame, Load};

/// Number of values and their sum, for each device, observed property and channel.
pub(crate) type Sums = BTreeMap<(u64, String, String), Sum>;

/// Some values.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Sum {
    pub(crate) n: usize,
    pub(crate) sum: f64,
}

/// What these frames say, each counted once.
pub(crate) fn expected(load: &Load, frames: &BTreeSet<Frame>) -> Sums {
    let whole = Load { is_wanted: |_| true, ..*load };
    let mut sums = Sums::new();
    let mut counted = BTreeSet::new();
    whole.give(|uplinks| {
        for uplink in uplinks {
            let Some(frame) = uplink.frame.filter(|frame| frames.contains(frame)) else { continue };
            if !counted.insert(frame) {
                continue;
            }
            for observed in &uplink.observed {
                let key = (frame.0, observed.property.to_string(), observed.channel.to_string());
                let sum: &mut Sum = sums.entry(key).or_default();
                if let Some(value) = observed.value.as_number() {
                    sum.n += 1;
                    sum.sum += value;
                }
            }
        }
    });
    sums
}

/// How many sums the store does not have as they should be. What the simulator does not speak of is left out.
pub(crate) fn n_unequal(expected: &Sums, found: &Sums) -> usize {
    let is_equal = |(key, expected): &(&(u64, String, String), &Sum)| {
        let found = found.get(*key).copied().unwrap_or_default();
        let tolerance = 1e-9 * (expected.n as f64) * (1.0 + expected.sum.abs());
        found.n == expected.n && (found.sum - expected.sum).abs() <= tolerance
    };
    expected.iter().filter(|entry| !is_equal(entry)).count()
}
