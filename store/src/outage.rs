//! Gaps of many devices at one time: an outage of the network server, of the way to us or of our own, and no trouble of
//! the radio.

use std::collections::HashMap;

use domain::{DeviceId, TimeRange};
use jiff::{SignedDuration, Timestamp};

use crate::{Gap, Reception};

const QUARTER_MS: i64 = 900_000;
/// So many devices more than usual have a gap at one time when a gateway or more fails in a large city. Radio loses
/// something always, the more the more devices there are: they have to be three times the usual number, too.
const MANY: u32 = 20;
/// In a small one so many, if they are most of all and twice the usual number.
const SEVERAL: u32 = 5;
/// A device that says nothing for longer is broken, and its silence no sign of an outage.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_hours(24);

/// A time in which many devices have a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// From which quarter-hour.
    pub from: Timestamp,
    /// To the end of which quarter-hour.
    pub to: Timestamp,
    /// Most devices with a gap in one quarter-hour.
    pub n_devices: u32,
    /// Uplinks that are missing in this time.
    pub n_missing: u64,
}

impl Outage {
    /// The time it lasted.
    pub fn range(&self) -> TimeRange {
        TimeRange::new(self.from, self.to).unwrap_or_else(|_| unreachable!("an outage has a quarter-hour"))
    }
}

/// The outages of a range, in order: quarter-hours in whose middle many devices have a gap, adjoining ones taken
/// together. `gaps` are all that meet the range, those that go on among them.
pub fn outages(range: TimeRange, receptions: &[Reception], gaps: &[Gap]) -> Vec<Outage> {
    let quarters = Quarters::of(range);
    let ended: HashMap<DeviceId, Timestamp> = gaps
        .iter()
        .filter(|gap| gap.is_open)
        .map(|gap| (gap.device, gap.from.saturating_add(LONGEST_SILENCE).unwrap_or(Timestamp::MAX)))
        .collect();
    let expected = quarters.count(receptions.iter().map(|reception| {
        let silent = ended.get(&reception.device).copied();
        let end = [silent, reception.until].into_iter().flatten().min().unwrap_or(Timestamp::MAX);
        (reception.device, reception.first_heard_at.as_millisecond(), end.as_millisecond())
    }));
    let with_gap = quarters.count(gaps.iter().map(|gap| {
        let (from, to) = gap.cover_ms();
        let end = ended.get(&gap.device).map_or(i64::MAX, |end| end.as_millisecond());
        (gap.device, from, to.min(end))
    }));
    let usual = lower_quartile(&with_gap);
    let is_outage = |n: u32, all: u32| {
        let are_many = n >= usual + MANY && n > 3 * usual;
        let are_most = n >= SEVERAL && 3 * n >= 2 * all && n > 2 * usual;
        are_many || are_most
    };
    let mut found: Vec<Outage> = Vec::new();
    for (at, (&n_devices, &all)) in with_gap.iter().zip(&expected).enumerate() {
        if !is_outage(n_devices, all) {
            continue;
        }
        let (from, to) = quarters.bounds(at);
        let (from, to) = (from.max(range.from()), to.min(range.to()));
        match found.last_mut() {
            Some(last) if last.to == from => (last.to, last.n_devices) = (to, last.n_devices.max(n_devices)),
            _ => found.push(Outage { from, to, n_devices, n_missing: 0 }),
        }
    }
    for outage in &mut found {
        outage.n_missing = gaps.iter().map(|gap| gap.n_missing_in(outage.range())).sum();
    }
    found
}

/// The quarter-hours of a range.
#[derive(Clone, Copy, Debug)]
struct Quarters {
    first_ms: i64,
    n: usize,
}

impl Quarters {
    fn of(range: TimeRange) -> Self {
        let first_ms = range.from().as_millisecond().div_euclid(QUARTER_MS) * QUARTER_MS;
        let length_ms = range.to().as_millisecond() - first_ms;
        let n = usize::try_from((length_ms + QUARTER_MS - 1).div_euclid(QUARTER_MS)).unwrap_or(0);
        Self { first_ms, n }
    }

    fn bounds(self, at: usize) -> (Timestamp, Timestamp) {
        let instant = |at: usize| {
            let ms = self.first_ms.saturating_add(i64::try_from(at).unwrap_or(0) * QUARTER_MS);
            Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
        };
        (instant(at), instant(at + 1))
    }

    /// The quarter-hour whose middle is the first not before an instant.
    fn first_middle(self, at_ms: i64) -> usize {
        let steps =
            (at_ms.saturating_sub(self.first_ms) - QUARTER_MS / 2 + QUARTER_MS - 1).div_euclid(QUARTER_MS);
        usize::try_from(steps.max(0)).unwrap_or(0).min(self.n)
    }

    /// How many devices have an interval `[from, to)` over the middle of each quarter-hour.
    fn count(self, intervals: impl Iterator<Item = (DeviceId, i64, i64)>) -> Vec<u32> {
        let mut intervals: Vec<_> = intervals
            .map(|(device, from, to)| (device, self.first_middle(from), self.first_middle(to)))
            .collect();
        intervals.sort_unstable();
        // Where devices come and go.
        let mut changes = vec![0_i64; self.n + 1];
        let mut counted: (Option<DeviceId>, usize) = (None, 0);
        for (device, from, to) in intervals {
            let from = if counted.0 == Some(device) { from.max(counted.1) } else { from };
            if from < to {
                for (at, change) in [(from, 1), (to, -1)] {
                    if let Some(place) = changes.get_mut(at) {
                        *place += change;
                    }
                }
                counted = (Some(device), to);
            }
        }
        let mut n = 0;
        changes
            .iter()
            .take(self.n)
            .map(|change| {
                n += change;
                u32::try_from(n).unwrap_or(0)
            })
            .collect()
    }
}

/// What a quarter of the quarter-hours do not exceed: unlike the mean it does not know of an outage until it lasts for
/// three quarters of the range.
fn lower_quartile(counts: &[u32]) -> u32 {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 4).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests;
