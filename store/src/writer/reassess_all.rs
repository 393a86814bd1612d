//! Assesses all stored values by the rules of today, in short slices.

use std::{sync::Arc, time::Duration};

use domain::{DeviceId, Quality, QualityRules, ThingId};
use serde_json::json;
use tokio::time::Instant;

use super::{
    WriterHandle,
    continuity::{Known, Place},
    measurement::present,
    slots::Slots,
    tables::{DbError, ReadingRow, Tables},
};
use crate::{
    StoreError,
    coverage::longest_step,
    reassess::{ReassessMode, ReassessReport},
};

/// How long others who write may be kept waiting.
const SLICE: Duration = Duration::from_millis(20);
/// Read at once.
const DAY_MS: i64 = 24 * 3_600_000;

impl WriterHandle {
    /// Compares the quality of all values with the rules, and replaces it or not, in short transactions with a rest
    /// between them for others who write.
    pub(crate) async fn reassess(
        &self,
        rules: Arc<QualityRules>,
        mode: ReassessMode,
    ) -> Result<ReassessReport, StoreError> {
        let begin = move |tables: &mut dyn Tables| Ok((Reassess::of_all(tables, rules, mode)?, false));
        let mut work = self.change_if("list the devices", begin).await?;
        while !work.devices.is_empty() {
            let began = Instant::now();
            let slice = move |tables: &mut dyn Tables| {
                let has_written = work.slice(tables)?;
                Ok((work, has_written))
            };
            work = self.change_if("assess values again", slice).await?;
            tokio::time::sleep(began.elapsed()).await;
        }
        Ok(work.report)
    }
}

/// The work and where it stands.
struct Reassess {
    rules: Arc<QualityRules>,
    mode: ReassessMode,
    /// Devices not yet done, the next one last.
    devices: Vec<(ThingId, DeviceId)>,
    /// Where to go on with the next device; `None` at its begin.
    at: Option<i64>,
    report: ReassessReport,
}

impl Reassess {
    fn of_all(
        tables: &mut dyn Tables,
        rules: Arc<QualityRules>,
        mode: ReassessMode,
    ) -> Result<Self, DbError> {
        let mut devices = Vec::new();
        for (thing, _) in tables.things()? {
            devices.extend(tables.feeds(thing)?.into_iter().map(|feed| (thing, feed.device)));
        }
        Ok(Self { rules, mode, devices, at: None, report: ReassessReport::default() })
    }

    /// Goes on until time has run out; says whether anything was written.
    fn slice(&mut self, tables: &mut dyn Tables) -> Result<bool, DbError> {
        let began = Instant::now();
        let mut has_written = false;
        while let Some(&(thing, device)) = self.devices.last() {
            has_written |= self.device(tables, thing, device, began)?;
            if began.elapsed() >= SLICE {
                break;
            }
        }
        Ok(has_written)
    }

    /// Goes on with one device until it is done or time has run out.
    fn device(
        &mut self,
        tables: &mut dyn Tables,
        thing: ThingId,
        device: DeviceId,
        began: Instant,
    ) -> Result<bool, DbError> {
        let slots = Slots::load(tables, thing)?;
        let mut latest = tables.latest(thing, device)?.unwrap_or_default();
        let first_ms = slots.iter().map(|(_, stream)| stream.first_ms).min();
        let (Some(interval_ms), Some(first_ms), Some(newest_ms)) =
            (tables.interval(device, thing)?, first_ms, latest.newest_ms())
        else {
            self.devices.pop();
            return Ok(false);
        };
        let rules = Arc::clone(&self.rules);
        let place = Place { thing, device, interval_ms, slots: &slots, rules: &rules };
        // Between two slices values may have come from before.
        let (mut from_ms, mut known) = match self.at.take() {
            Some(from_ms) => (from_ms, place.known_before(tables, from_ms)?),
            None => (first_ms, Known::default()),
        };
        let (mut n_changed, mut is_recounted) = (0_u64, false);
        while from_ms <= newest_ms {
            for old in tables.readings_of_device(thing, device, from_ms, from_ms + DAY_MS)? {
                let new = assessed(place, &old, &mut known);
                let changed = self.compare(place, &old, &new);
                if changed.is_empty() || self.mode == ReassessMode::DryRun {
                    continue;
                }
                tables.update_reading(&new)?;
                for slot in changed {
                    n_changed += 1;
                    is_recounted |= old.counted(slot) != new.counted(slot);
                    latest.requalify(slot, new.time_ms, new.quality.get(slot));
                }
            }
            from_ms += DAY_MS;
            // After a day, so that each slice gets on however slow the database is.
            if from_ms <= newest_ms && began.elapsed() >= SLICE {
                self.at = Some(from_ms);
                break;
            }
        }
        if self.at.is_none() {
            self.devices.pop();
        }
        if n_changed > 0 {
            tables.save_latest(thing, device, &latest)?;
            let subject = format!("device {device} on Thing {thing}");
            tables.audit("reassess", &subject, &json!({ "values": n_changed }))?;
        }
        if is_recounted {
            tables.mark_all(thing, longest_step(interval_ms))?;
        }
        Ok(n_changed > 0)
    }

    /// Notes which values of a reading are worth something else.
    fn compare(&mut self, place: Place<'_>, old: &ReadingRow, new: &ReadingRow) -> Vec<u8> {
        let mut changed = Vec::new();
        for slot in present(old).filter(|&slot| old.values.get(slot).is_some()) {
            self.report.n_values += 1;
            let of = |row: &ReadingRow| Quality::from_code(row.quality.get(slot));
            if let (Some(stream), Some(is), Some(should)) = (place.slots.get(slot), of(old), of(new))
                && is != should
            {
                *self.report.changes.entry((stream.property, is, should)).or_default() += 1;
                changed.push(slot);
            }
        }
        changed
    }
}

/// A reading as it should be. What was wrong beside itself, or in its time, stays so: only the decoder could tell.
fn assessed(place: Place<'_>, old: &ReadingRow, known: &mut Known) -> ReadingRow {
    let mut new = old.clone();
    for slot in present(old) {
        let Some((stream, value)) = place.slots.get(slot).zip(old.values.get(slot)) else { continue };
        let rule = place.rules.of(stream.property);
        match Quality::from_code(old.quality.get(slot)) {
            Some(Quality::Bad | Quality::Good | Quality::NotEvaluated) => {
                new.quality.set(slot, rule.assess(value).code());
            }
            Some(Quality::Suspect(_)) if rule.assess(value) == Quality::Bad => {
                new.quality.set(slot, Quality::Bad.code());
            }
            // A rule that is off takes its doubts with it.
            Some(quality) if quality.is_comparable() && !rule.looks_back() => {
                new.quality.set(slot, rule.undoubted().code());
            }
            _ => {}
        }
    }
    place.assess(&mut new, known);
    new
}
