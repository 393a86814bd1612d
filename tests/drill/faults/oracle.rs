//! The judgement of a drill: sets, not counts.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    load::{EventKey, Frame},
    store::Kept,
};

/// What became of what was published.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// Distinct messages that the broker acknowledged to the publisher.
    pub(crate) published: usize,
    pub(crate) stored: usize,
    pub(crate) duplicates: usize,
    pub(crate) quarantined: usize,
    /// Published, and nowhere in the store; or a frame that nobody measured.
    pub(crate) lost: usize,
    /// Messages with two outcomes, frames measured twice, readings that belong to nothing or are too many.
    pub(crate) double: usize,
    /// Messages in the store that nobody published, or that are in quarantine and should be measured, or the other way round;
    /// sums of values that differ from the simulator's own account.
    pub(crate) wrong: usize,
}

impl Verdict {
    pub(crate) fn of(published: &BTreeMap<EventKey, Option<Frame>>, kept: &Kept) -> Self {
        let mut outcomes: BTreeMap<EventKey, usize> = BTreeMap::new();
        let measured = kept.measured.iter().map(|(event, _)| event);
        for event in measured.chain(&kept.duplicates).chain(&kept.quarantined) {
            *outcomes.entry(*event).or_default() += 1;
        }
        let ledger: BTreeSet<&EventKey> = kept.ledger.iter().collect();
        let mut times_measured: BTreeMap<Frame, usize> = BTreeMap::new();
        for (_, frame) in &kept.measured {
            *times_measured.entry(*frame).or_default() += 1;
        }
        let frames: BTreeSet<Frame> = published.values().copied().flatten().collect();
        let quarantined: BTreeSet<&EventKey> = kept.quarantined.iter().collect();

        let without_outcome = |event: &&EventKey| !outcomes.contains_key(*event) || !ledger.contains(event);
        let not_measured = |frame: &&Frame| !times_measured.contains_key(*frame);
        let misplaced = |(event, frame): &(&EventKey, &Option<Frame>)| {
            outcomes.contains_key(*event) && frame.is_some() == quarantined.contains(event)
        };
        let unheard_of = |event: &&EventKey| !published.contains_key(*event);
        Self {
            published: published.len(),
            stored: kept.measured.len(),
            duplicates: kept.duplicates.len(),
            quarantined: kept.quarantined.len(),
            lost: published.keys().filter(without_outcome).count()
                + frames.iter().filter(not_measured).count(),
            double: outcomes.values().filter(|n| **n > 1).count()
                + times_measured.values().filter(|n| **n > 1).count()
                + kept.ledger.len()
                - ledger.len()
                + kept.n_torn
                + kept.n_orphans,
            wrong: published.iter().filter(misplaced).count()
                + outcomes.keys().filter(unheard_of).count()
                + kept.ledger.iter().filter(unheard_of).count(),
        }
    }

    /// Everything published is in the store, once, where it belongs.
    pub(crate) fn is_right(&self) -> bool {
        self.lost == 0 && self.double == 0 && self.wrong == 0
    }
}
