//! Removes what is older than it is kept, a few rows in each transaction.

use std::time::Duration;

use domain::{Quality, ThingId};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::{
    WriterHandle,
    slots::Slots,
    tables::{DbError, Tables},
};
use crate::{
    Retention, StoreError,
    retention::{Level, Removed, RetentionMode},
};

/// Rows removed in one transaction.
const BATCH: u64 = 2_000;
/// The writer rests this many times as long as a transaction took: commits come first.
const REST: u32 = 4;
/// Time of readings looked through for values in one transaction.
const STRETCH_MS: i64 = 24 * 3_600_000;
/// Hours are whole in every level, so that no hour is left with a part of its quarter-hours.
const HOUR_MS: i64 = 3_600_000;

impl WriterHandle {
    /// Removes what is older than it is kept, or counts it.
    pub(crate) async fn retain(
        &self,
        kept: Retention,
        now: Timestamp,
        mode: RetentionMode,
    ) -> Result<Vec<Removed>, StoreError> {
        let mut report = Vec::new();
        // Everything later may still be read to compute what is dirty.
        let computed_ms =
            self.change_if("look for dirty quarter-hours", |t| Ok((t.oldest_mark()?, false))).await?;
        let before = move |level: Level, age: SignedDuration| {
            let before = (now - age).as_millisecond();
            let before =
                if level.feeds_buckets() { before.min(computed_ms.unwrap_or(i64::MAX)) } else { before };
            before.div_euclid(HOUR_MS) * HOUR_MS
        };
        report.extend(self.retain_values(&kept, before, mode).await?);
        for level in Level::TABLES {
            let Some(age) = kept.of(level) else { continue };
            let before_ms = before(level, age);
            let n = match mode {
                RetentionMode::DryRun => {
                    self.change_if("count what is old", move |t| Ok((t.count_old(level, before_ms)?, false)))
                        .await?
                }
                RetentionMode::Remove => self.remove(level, before_ms).await?,
            };
            let oldest =
                self.change_if("look for the oldest", move |t| Ok((t.oldest(level)?, false))).await?;
            let removed = Removed { level, before: moment(before_ms), n, oldest: oldest.map(moment) };
            if mode == RetentionMode::Remove {
                self.note(removed).await?;
            }
            report.push(removed);
        }
        Ok(report)
    }

    async fn remove(&self, level: Level, before_ms: i64) -> Result<u64, StoreError> {
        let operation = "remove what is old";
        // From the first removal on, buckets that followed from it stay as they are.
        match level {
            Level::Readings => self.change(operation, move |t| t.keep_values_from(None, before_ms)).await?,
            Level::Buckets15m => self.change(operation, move |t| t.keep_buckets_from(before_ms)).await?,
            _ => {}
        }
        let mut n = self.change(operation, move |t| t.drop_old(level, before_ms)).await?;
        loop {
            let began = Instant::now();
            let step = move |t: &mut dyn Tables| {
                let n = t.remove_old(level, before_ms, BATCH)?;
                Ok((n, n > 0))
            };
            let removed = self.change_if(operation, step).await?;
            n += removed;
            if removed < BATCH {
                return Ok(n);
            }
            rest(began).await;
        }
    }

    async fn note(&self, removed: Removed) -> Result<(), StoreError> {
        if removed.n == 0 {
            return Ok(());
        }
        let detail = serde_json::json!({
            "before": removed.before.to_string(),
            "removed": removed.n,
            "oldest": removed.oldest.map(|at| at.to_string()),
        });
        self.change("note what was removed", move |t| t.audit("retention", removed.level.key(), &detail))
            .await
    }

    /// Takes single values out of readings that stay.
    async fn retain_values(
        &self,
        kept: &Retention,
        before: impl Fn(Level, SignedDuration) -> i64,
        mode: RetentionMode,
    ) -> Result<Option<Removed>, StoreError> {
        if !kept.ends_for_values() {
            return Ok(None);
        }
        let (mut total, mut newest_ms) = (0, i64::MIN);
        let things = self.change_if("list the Things", |t| Ok((t.things()?, false))).await?;
        for (thing, _) in things {
            let list = move |t: &mut dyn Tables| Ok(((Slots::load(t, thing)?, t.profiles(thing)?), false));
            let (slots, profiles) = self.change_if("list Datastreams", list).await?;
            for (slot, stream) in slots.iter() {
                let profiles = profiles.iter().filter(|(fed, _)| *fed == slot).map(|(_, profile)| &**profile);
                let Some(age) = kept.of_values(stream.id, stream.property, profiles) else { continue };
                let (id, before_ms) = (stream.id, before(Level::Values, age));
                newest_ms = newest_ms.max(before_ms);
                // Values that come later than this are not taken in, so what was done once stays done.
                let mut from_ms = stream.values_from_ms.unwrap_or(i64::MIN).max(stream.first_ms);
                while from_ms < before_ms {
                    let to_ms = before_ms.min(from_ms + STRETCH_MS);
                    let began = Instant::now();
                    let removes = mode == RetentionMode::Remove;
                    let step = move |t: &mut dyn Tables| {
                        let n = blank(t, thing, slot, (from_ms, to_ms), removes)?;
                        if removes {
                            // From now on the buckets that followed from them stay as they are.
                            t.keep_values_from(Some(id), to_ms)?;
                        }
                        Ok((n, removes))
                    };
                    total += self.change_if("remove values", step).await?;
                    rest(began).await;
                    from_ms = to_ms;
                }
                if mode == RetentionMode::Remove {
                    self.change_if("remove values", move |t| blank_latest(t, thing, slot, before_ms)).await?;
                }
            }
        }
        let removed = Removed { level: Level::Values, before: moment(newest_ms), n: total, oldest: None };
        if mode == RetentionMode::Remove {
            self.note(removed).await?;
        }
        Ok(Some(removed))
    }
}

/// Takes the values of a slot out of the readings of a stretch, or counts them.
fn blank(
    tables: &mut dyn Tables,
    thing: ThingId,
    slot: u8,
    (from_ms, to_ms): (i64, i64),
    removes: bool,
) -> Result<u64, DbError> {
    let mut n = 0;
    for mut row in tables.readings_between(thing, from_ms, to_ms)? {
        if row.quality.get(slot) == Quality::ABSENT_CODE {
            continue;
        }
        n += 1;
        if removes {
            row.values.set(slot, None);
            row.quality.set(slot, Quality::ABSENT_CODE);
            tables.update_reading(&row)?;
        }
    }
    Ok(n)
}

/// Takes a value that is too old out of the newest values of each device; says whether there was one.
fn blank_latest(
    tables: &mut dyn Tables,
    thing: ThingId,
    slot: u8,
    before_ms: i64,
) -> Result<((), bool), DbError> {
    let mut any = false;
    for feed in tables.feeds(thing)? {
        let Some(mut row) = tables.latest(thing, feed.device)? else { continue };
        if row.times_ms.get(slot).is_some_and(|at| at < before_ms) {
            row.values.set(slot, None);
            row.quality.set(slot, Quality::ABSENT_CODE);
            row.times_ms.set(slot, None);
            tables.save_latest(thing, feed.device, &row)?;
            any = true;
        }
    }
    Ok(((), any))
}

async fn rest(began: Instant) {
    tokio::time::sleep((began.elapsed() * REST).min(Duration::from_secs(1))).await;
}

fn moment(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or_default()
}
