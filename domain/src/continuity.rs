//! What a value is worth beside those before it: whether it jumped, whether it is stuck.
//!
//! The answer follows from the values alone, a few of them and a limited time back, never from what was answered before.
//! Whoever comes late therefore changes the answers for a short time after it and no others.

use crate::{Doubt, Plausibility, Step, Stuck};

/// What is known of the values of one Datastream of one device up to some time: all that the next one is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Continuity {
    last: Option<Seen>,
    /// The value before that, unless there was a gap between them.
    before: Option<Seen>,
    run: Option<Run>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Seen {
    at_ms: i64,
    value: f64,
    /// Too far from the value before it, whether that was an outlier or this one is.
    has_jumped: bool,
}

/// Equal values, one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    since_ms: i64,
    n: u8,
}

/// Values further apart are not compared: over more than an hour of silence weather may do what it likes.
const COMPARED_WITHIN_MS: i64 = 3_600_000;

/// So many equal values make a run. Time alone would doubt the second of two equal values of a device that reports once
/// in three hours. The limits stand for values every five minutes, where the shortest time holds thirteen values.
const RUN_OF: u8 = 6;

/// So many values after it, a value has no part in what is said of steps.
const STEP_REACHES: u32 = 3;

impl Continuity {
    /// Assesses the next value in time.
    pub fn assess(&mut self, rule: &Plausibility, at_ms: i64, value: f64) -> Option<Doubt> {
        let previous = self.last.filter(|last| at_ms - last.at_ms <= COMPARED_WITHIN_MS);
        let is_far = |step: &Step, from: &Seen| (value - from.value).abs() > step.largest(at_ms - from.at_ms);
        let has_jumped = rule.step.zip(previous).is_some_and(|(step, last)| is_far(&step, &last));
        // The value after a single outlier jumps, too, but back to where the one before was.
        let outlier = previous.filter(|last| last.has_jumped);
        let has_returned = rule.step.zip(self.before.filter(|_| outlier.is_some()));
        let has_returned =
            has_returned.is_some_and(|(step, before)| !before.has_jumped && !is_far(&step, &before));
        self.run = rule.stuck.and_then(|stuck| self.run_with(&stuck, at_ms, value));
        let is_stuck = rule.stuck.is_some_and(|stuck| self.run.is_some_and(|run| run.is_long(&stuck, at_ms)));
        self.before = previous;
        self.last = Some(Seen { at_ms, value, has_jumped });
        if has_jumped && !has_returned {
            Some(Doubt::Step)
        } else if is_stuck {
            Some(Doubt::Stuck)
        } else {
            None
        }
    }

    /// The run that a value goes on with or begins. A silence longer than the time ends it: nobody knows what the quantity
    /// did meanwhile.
    fn run_with(&self, stuck: &Stuck, at_ms: i64, value: f64) -> Option<Run> {
        if stuck.is_exempt(value) {
            return None;
        }
        let is_same =
            |last: &Seen| (last.value - value).abs() < f64::EPSILON && at_ms - last.at_ms <= stuck.after_ms;
        let run = self.run.filter(|_| self.last.is_some_and(|last| is_same(&last)));
        Some(match run {
            Some(Run { since_ms, n }) => Run { since_ms, n: n.saturating_add(1) },
            None => Run { since_ms: at_ms, n: 1 },
        })
    }

    /// When the newest value was measured.
    pub fn last_ms(&self) -> Option<i64> {
        self.last.map(|last| last.at_ms)
    }

    /// Whether what came before a value can no longer matter for those after this one: `since_ms` is the time of that
    /// value, and this one is the `n`th from it, itself counted.
    pub fn is_independent(&self, rule: &Plausibility, since_ms: i64, n: u32) -> bool {
        let of_steps = rule.step.is_none() || n >= STEP_REACHES;
        let of_runs = rule.stuck.is_none_or(|stuck| {
            n > 0
                && self.run.is_none_or(|run| {
                    let is_long = |since_ms, n| {
                        self.last.is_some_and(|last| Run { since_ms, n }.is_long(&stuck, last.at_ms))
                    };
                    run.since_ms > since_ms || is_long(since_ms, u8::try_from(n).unwrap_or(u8::MAX))
                })
        });
        of_steps && of_runs
    }
}

impl Run {
    const fn is_long(self, stuck: &Stuck, at_ms: i64) -> bool {
        self.n >= RUN_OF && at_ms - self.since_ms >= stuck.after_ms
    }
}

impl Plausibility {
    /// After so many milliseconds without a value nothing before them matters.
    pub fn silence_ms(&self) -> i64 {
        let of_steps = self.step.map_or(0, |_| COMPARED_WITHIN_MS);
        of_steps.max(self.stuck.map_or(0, |stuck| stuck.after_ms))
    }

    /// How far back values may lie that say something of one, at most, in milliseconds.
    pub fn memory_ms(&self) -> i64 {
        let of_steps = self.step.map_or(0, |_| i64::from(STEP_REACHES) * COMPARED_WITHIN_MS);
        let of_runs = self.stuck.map_or(0, |stuck| i64::from(RUN_OF - 1).saturating_mul(stuck.after_ms));
        of_steps.max(of_runs)
    }
}

#[cfg(test)]
mod tests;
