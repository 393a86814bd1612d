//! A store that keeps the event id of everything committed, and may fail in any way.

use std::time::Duration;

use store::Outcome;

use super::{broker::EventNo, process::Message, turn::Turn};
use crate::delivery::{Batch, Failure};

#[derive(Debug, Default)]
pub(super) struct Store {
    /// Of each event: whether it is in the ledger.
    is_committed: Vec<bool>,
    pub(super) work: Vec<Work>,
    is_closed: bool,
}

/// A commit under way.
#[derive(Debug)]
pub(super) struct Work {
    batch: Batch<Message>,
    end: End,
    pub(super) done_at: Duration,
}

/// A batch with what the store says of it.
pub(super) type Answer = (Batch<Message>, Result<Vec<Outcome>, Failure>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Success,
    FailsWithoutEffect,
    AppliedAndReportedFailed,
}

impl Store {
    pub(super) fn is_committed(&self, event: EventNo) -> bool {
        self.is_committed.get(event).copied().unwrap_or(false)
    }

    /// What is acknowledged must be there.
    pub(super) fn check_committed(&self, event: EventNo) {
        assert!(self.is_committed(event), "message {event} acknowledged without a commit");
    }

    pub(super) fn n_committed(&self) -> u64 {
        self.is_committed.iter().filter(|is_committed| **is_committed).count() as u64
    }

    pub(super) fn open(&mut self) {
        self.is_closed = false;
    }

    pub(super) fn begin(&mut self, batch: Batch<Message>, turn: &mut Turn<'_>) {
        let end = if turn.dice.in_a_million(turn.faults.commit_fails) {
            End::FailsWithoutEffect
        } else if turn.dice.in_a_million(turn.faults.commit_reported_wrong) {
            End::AppliedAndReportedFailed
        } else {
            End::Success
        };
        self.work.push(Work { batch, end, done_at: turn.now + turn.dice.time(turn.faults.commit_within) });
    }

    /// Ends one commit that is due, any of them: an earlier batch may still be examined.
    pub(super) fn answer(&mut self, turn: &mut Turn<'_>) -> Option<Answer> {
        let first = turn.dice.below(self.work.len().max(1));
        let n = self.work.len();
        let place = (0..n).map(|i| (first + i) % n).find(|&place| self.work[place].done_at <= turn.now)?;
        let work = self.work.swap_remove(place);
        self.is_closed |= turn.dice.in_a_million(turn.faults.store_closes);
        let answer = match work.end {
            _ if self.is_closed => Err(Failure::Final),
            End::FailsWithoutEffect => Err(Failure::Passing),
            End::AppliedAndReportedFailed => {
                self.apply(&work.batch);
                Err(Failure::Passing)
            }
            End::Success => Ok(self.apply(&work.batch)),
        };
        Some((work.batch, answer))
    }

    /// The process is killed: a commit under way is in the store or it is not.
    pub(super) fn crash(&mut self, turn: &mut Turn<'_>) {
        for work in std::mem::take(&mut self.work) {
            if turn.dice.coin() {
                self.apply(&work.batch);
            }
        }
    }

    fn apply(&mut self, batch: &Batch<Message>) -> Vec<Outcome> {
        let commit = |message: &Message| {
            if self.is_committed.len() <= message.event {
                self.is_committed.resize(message.event + 1, false);
            }
            if std::mem::replace(&mut self.is_committed[message.event], true) {
                Outcome::DuplicateDelivery
            } else {
                Outcome::Stored
            }
        };
        batch.messages().iter().map(commit).collect()
    }
}
