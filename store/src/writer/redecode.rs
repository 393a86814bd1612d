//! Replaces the readings of uplinks that were decoded again.
//!
//! Uplinks come newest first. Of two uplinks with the same instant the newer one counts, so once the newer one has
//! let go of an instant, the older one, which comes after it, takes its place.

mod compare;
mod replace;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use domain::{DevEui, QualityRules};
use jiff::Timestamp;
use serde_json::json;
use tokio::time::Instant;

use super::{
    WriterHandle,
    measurement::{Refused, checked},
    reassess::Late,
    slots::Slots,
    tables::{DbError, Tables},
};
use crate::{
    StoreError,
    redecode::{RedecodeMode, RedecodeOutcome, Redecoded},
};
use compare::Fresh;

/// How long others who write may be kept waiting.
const SLICE: Duration = Duration::from_millis(20);

impl WriterHandle {
    /// Compares uplinks with their readings and replaces those that are others, a few whole uplinks in each
    /// transaction with a rest between them for others who write.
    pub(crate) async fn redecode(
        &self,
        uplinks: Vec<Redecoded>,
        subject: String,
        mode: RedecodeMode,
        rules: Arc<QualityRules>,
    ) -> Result<Vec<RedecodeOutcome>, StoreError> {
        let mut work = Redecode { left: uplinks.into_iter(), subject, mode, rules, outcomes: Vec::new() };
        loop {
            if work.left.len() == 0 {
                return Ok(work.outcomes);
            }
            let began = Instant::now();
            let slice = move |tables: &mut dyn Tables| {
                let has_written = work.slice(tables)?;
                Ok((work, has_written))
            };
            work = self.change_if("replace readings", slice).await?;
            tokio::time::sleep(began.elapsed()).await;
        }
    }
}

/// The work and where it stands.
#[derive(Debug)]
struct Redecode {
    left: std::vec::IntoIter<Redecoded>,
    /// What is decoded again, for the log of changes.
    subject: String,
    mode: RedecodeMode,
    rules: Arc<QualityRules>,
    outcomes: Vec<RedecodeOutcome>,
}

impl Redecode {
    /// Goes on until time has run out; says whether anything was written.
    fn slice(&mut self, tables: &mut dyn Tables) -> Result<bool, DbError> {
        let began = Instant::now();
        let mut written = Written::default();
        let mut late = Late::default();
        for uplink in self.left.by_ref() {
            let outcome = one(tables, &uplink, self.mode, &mut late)?;
            if self.mode == RedecodeMode::Apply && matches!(outcome, RedecodeOutcome::Changed(_)) {
                written.note(&uplink);
            }
            self.outcomes.push(outcome);
            if began.elapsed() >= SLICE {
                break;
            }
        }
        late.reassess(tables, &self.rules)?;
        written.audit(tables, &self.subject)
    }
}

/// The uplinks of one transaction whose readings were replaced.
#[derive(Debug, Default)]
struct Written {
    by_device: BTreeMap<DevEui, u64>,
    /// Time of the first and the last.
    span: Option<(Timestamp, Timestamp)>,
}

impl Written {
    fn note(&mut self, uplink: &Redecoded) {
        let time = uplink.decoded.time;
        *self.by_device.entry(uplink.decoded.uplink.dev_eui).or_default() += 1;
        self.span = Some(self.span.map_or((time, time), |(first, last)| (first.min(time), last.max(time))));
    }

    /// Notes them in the transaction that replaces them; says whether there were any.
    fn audit(self, tables: &mut dyn Tables, subject: &str) -> Result<bool, DbError> {
        let Some((first, last)) = self.span else { return Ok(false) };
        let by_device: BTreeMap<String, u64> =
            self.by_device.into_iter().map(|(dev_eui, n)| (dev_eui.to_string(), n)).collect();
        let detail = json!({ "uplinks": by_device, "first": first.to_string(), "last": last.to_string() });
        tables.audit("redecode", subject, &detail)?;
        Ok(true)
    }
}

/// Compares one uplink with its readings and replaces them if they are others.
fn one(
    tables: &mut dyn Tables,
    uplink: &Redecoded,
    mode: RedecodeMode,
    late: &mut Late,
) -> Result<RedecodeOutcome, DbError> {
    let decoded = &uplink.decoded;
    let (thing, device) = (decoded.thing, decoded.device);
    if let Err(refused) = checked(decoded) {
        return Ok(RedecodeOutcome::Refused(refused.to_string()));
    }
    let mut slots = Slots::load(tables, thing)?;
    if !slots.has_room_for(decoded) {
        return Ok(RedecodeOutcome::Refused(Refused::TooManyDatastreams.to_string()));
    }
    let Some(interval_ms) = tables.interval(device, thing)? else {
        return Ok(RedecodeOutcome::Refused(Refused::NoSuchDevice(device, thing).to_string()));
    };
    let stored = tables.readings_of(uplink.id.0)?;
    if let Some((other, _)) = stored.iter().find(|(of, _)| *of != thing) {
        let sentence =
            format!("its readings are those of Thing {other}, and the device is on Thing {thing} now");
        return Ok(RedecodeOutcome::Refused(sentence));
    }
    let stored: Vec<_> = stored.into_iter().map(|(_, row)| row).collect();
    let mut fresh = Fresh::of(tables, uplink, &slots)?;
    fresh.take_over_doubts(&stored, &slots);
    let changes = compare::changes(&stored, &fresh, &slots);
    let wraps = compare::wraps(tables, decoded, &fresh, &slots)?;
    if changes.is_empty() && wraps.is_empty() {
        return Ok(RedecodeOutcome::Unchanged);
    }
    if mode == RedecodeMode::Apply {
        let place = replace::Place { thing, device, interval_ms };
        for time_ms in replace::replace(tables, uplink, place, &mut slots, stored, fresh)? {
            late.note(thing, device, time_ms);
        }
        replace::note_wraps(tables, place, &wraps)?;
    }
    Ok(RedecodeOutcome::Changed(changes))
}
