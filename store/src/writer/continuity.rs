//! What a value is worth beside those before it, as it is written.
//!
//! A device's newest values are remembered, so that data in time order is assessed without a look into the database. What
//! comes late is noted and assessed at the end of the transaction, [with all that follows it](super::reassess).

use domain::{Continuity, DeviceId, Plausibility, Quality, QualityRules, ThingId};

use super::{
    measurement::present,
    slots::Slots,
    tables::{DbError, ReadingRow, Tables},
};
use crate::{Doubtful, by_slot::BySlot};

/// What is known of the values of each slot of one device up to some time.
pub(super) type Known = BySlot<Continuity>;

/// How many expected intervals are looked back at first; every next stretch is so many times as long.
const FIRST_LOOK: i64 = 8;
const LONGER: i64 = 4;
const HOUR_MS: i64 = 3_600_000;

/// One device on one Thing, and what is asked of its values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) thing: ThingId,
    pub(super) device: DeviceId,
    pub(super) interval_ms: i64,
    pub(super) slots: &'a Slots,
    pub(super) rules: &'a QualityRules,
}

impl<'a> Place<'a> {
    /// What is asked of the values of a slot beside those before them; `None` if nothing is.
    pub(super) fn rule(self, slot: u8) -> Option<&'a Plausibility> {
        Some(self.rules.of(self.slots.get(slot)?.property)).filter(|rule| rule.looks_back())
    }

    /// How much is read at first.
    pub(super) fn first_look_ms(self) -> i64 {
        self.interval_ms.saturating_mul(FIRST_LOOK).clamp(HOUR_MS, 24 * HOUR_MS)
    }

    /// The slots of a reading whose values are compared with those before them.
    pub(super) fn compared(self, row: &ReadingRow) -> impl Iterator<Item = (u8, &'a Plausibility, f64)> {
        present(row).filter_map(move |slot| {
            let (rule, value) = self.compared_in(row, slot)?;
            Some((slot, rule, value))
        })
    }

    fn compared_in(self, row: &ReadingRow, slot: u8) -> Option<(&'a Plausibility, f64)> {
        let rule = self.rule(slot)?;
        let is_comparable = Quality::from_code(row.quality.get(slot)).is_some_and(Quality::is_comparable);
        row.values.get(slot).filter(|_| is_comparable).map(|value| (rule, value))
    }

    /// Assesses a reading beside those before it, which it is the next of; returns the slots whose quality is another one.
    pub(super) fn assess(self, row: &mut ReadingRow, known: &mut Known) -> Vec<u8> {
        let mut changed = Vec::new();
        for (slot, _) in (0..=u8::MAX).zip(0..row.quality.as_slice().len()) {
            let Some((rule, value)) = self.compared_in(row, slot) else { continue };
            let mut continuity = known.get(slot);
            let doubt = continuity.assess(rule, row.time_ms, value);
            known.set(slot, continuity);
            let is_doubted =
                Quality::from_code(row.quality.get(slot)).is_some_and(|old| old.doubt().is_some());
            let code = match doubt {
                Some(doubt) => Quality::Suspect(doubt).code(),
                None if is_doubted => rule.undoubted().code(),
                None => continue,
            };
            if row.quality.get(slot) != code {
                row.quality.set(slot, code);
                changed.push(slot);
            }
        }
        changed
    }

    /// What is known of the values before a time. Mostly a few readings say all that matters.
    pub(super) fn known_before(
        self,
        tables: &mut (impl Tables + ?Sized),
        before_ms: i64,
    ) -> Result<Known, DbError> {
        let ruled: Vec<(u8, &Plausibility, i64)> = self
            .slots
            .iter()
            .filter_map(|(slot, stream)| Some((slot, self.rule(slot)?, stream.first_ms)))
            .filter(|(_, _, first_ms)| *first_ms < before_ms)
            .collect();
        let Some(first_ms) = ruled.iter().map(|(_, _, first_ms)| *first_ms).min() else {
            return Ok(Known::default());
        };
        let reach_ms = ruled.iter().map(|(_, rule, _)| rule.silence_ms() + rule.memory_ms()).max();
        let end_ms = first_ms.max(before_ms - reach_ms.unwrap_or_default());
        let mut look_ms = self.first_look_ms();
        loop {
            let from_ms = (before_ms - look_ms).max(end_ms);
            let mut known = Known::default();
            // Time of the first value of each slot, and how many there are.
            let mut seen: BySlot<Option<(i64, u32)>> = BySlot::default();
            for row in tables.readings_of_device(self.thing, self.device, from_ms, before_ms)? {
                for (slot, rule, value) in self.compared(&row) {
                    let mut continuity = known.get(slot);
                    continuity.assess(rule, row.time_ms, value);
                    known.set(slot, continuity);
                    let (since_ms, n) = seen.get(slot).unwrap_or((row.time_ms, 0));
                    seen.set(slot, Some((since_ms, n + 1)));
                }
            }
            let is_enough = |&(slot, rule, first_ms): &(u8, &Plausibility, i64)| {
                first_ms >= from_ms
                    || match seen.get(slot) {
                        Some((since_ms, n)) => known.get(slot).is_independent(rule, since_ms, n),
                        None => look_ms > rule.silence_ms(),
                    }
            };
            if from_ms == end_ms || ruled.iter().all(is_enough) {
                return Ok(known);
            }
            look_ms = look_ms.saturating_mul(LONGER);
        }
    }

    /// Counts the doubts of these slots of a reading.
    pub(super) fn count(self, row: &ReadingRow, slots: impl IntoIterator<Item = u8>, counts: &mut Doubtful) {
        for slot in slots {
            let quality = Quality::from_code(row.quality.get(slot));
            let doubt = quality.and_then(Quality::doubt);
            if let Some((stream, doubt)) = self.slots.get(slot).zip(doubt) {
                *counts.entry((stream.property, doubt)).or_default() += 1;
            }
        }
    }
}
