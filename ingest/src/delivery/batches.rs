//! What the worker has in work: which messages are committed together, when a failed batch is tried again, when the
//! worker ends.

use super::{Backoff, Uptime};

/// Batches in work: the store writes one, the next one is examined or waits for it.
const IN_WORK_MAX: usize = 2;

/// The batches of messages `M` in work.
///
/// A batch is handed out to be committed and comes back with its result; whoever holds it holds its messages.
#[derive(Debug)]
pub(crate) struct Batches<M> {
    /// As each batch begins.
    backoff: Backoff,
    /// Batches handed out.
    n_committing: usize,
    /// Batches whose commit failed.
    waiting: Vec<Waiting<M>>,
    is_stopping: bool,
    /// No message comes any more, or none is taken any more.
    is_closed: bool,
}

/// Messages that are committed together.
#[derive(Debug)]
pub(crate) struct Batch<M> {
    messages: Vec<M>,
    backoff: Backoff,
}

#[derive(Debug)]
struct Waiting<M> {
    batch: Batch<M>,
    until: Uptime,
}

/// Whether a store that failed may succeed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It may; somebody may have to act first.
    Passing,
    /// It was closed.
    Final,
}

impl<M> Batches<M> {
    /// Begins with no work.
    pub(crate) const fn new(backoff: Backoff) -> Self {
        Self { backoff, n_committing: 0, waiting: Vec::new(), is_stopping: false, is_closed: false }
    }

    /// Whether another batch may be begun.
    pub(crate) fn may_begin(&self) -> bool {
        !self.is_closed && self.n_committing + self.waiting.len() < IN_WORK_MAX
    }

    /// Makes a batch of these messages, to be committed now.
    pub(crate) fn begin(&mut self, messages: Vec<M>) -> Batch<M> {
        self.n_committing += 1;
        Batch { messages, backoff: self.backoff.clone() }
    }

    /// A batch is committed. Gives its messages, to tell everybody concerned.
    pub(crate) fn committed(&mut self, batch: Batch<M>) -> Vec<M> {
        self.n_committing -= 1;
        // A success after failures: the store is back. One at the first try says nothing about a batch that
        // fails by itself, and would have it tried again without end.
        if batch.n_failures() > 0 {
            self.try_waiting_at_once();
        }
        batch.messages
    }

    /// A commit failed, or so it was reported: what is tried again may be there already. Gives the messages if
    /// they are not tried again, because the store is closed or because it failed while we stop.
    pub(crate) fn failed(&mut self, mut batch: Batch<M>, failure: Failure, now: Uptime) -> Option<Vec<M>> {
        self.n_committing -= 1;
        if failure == Failure::Final || self.is_stopping {
            self.is_closed = true;
            return Some(batch.messages);
        }
        let until = now + batch.backoff.next_delay();
        self.waiting.push(Waiting { batch, until });
        None
    }

    /// When to ask for a batch that is [`Batches::due`], if nothing else happens before.
    pub(crate) fn wake_at(&self) -> Option<Uptime> {
        self.waiting.iter().map(|waiting| waiting.until).min()
    }

    /// A batch whose delay is over, to be committed now.
    pub(crate) fn due(&mut self, now: Uptime) -> Option<Batch<M>> {
        let place = self.waiting.iter().position(|waiting| waiting.until <= now)?;
        self.n_committing += 1;
        Some(self.waiting.remove(place).batch)
    }

    /// Stops: what fails now is not tried again, what waits is tried at once for the last time.
    pub(crate) fn stop(&mut self) {
        self.is_stopping = true;
        self.try_waiting_at_once();
    }

    /// No message comes any more.
    pub(crate) fn drained(&mut self) {
        self.is_closed = true;
    }

    /// Whether all messages that are still to come are to be refused.
    pub(crate) const fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Whether [`Batches::stop`] was called.
    pub(crate) const fn is_stopping(&self) -> bool {
        self.is_stopping
    }

    /// Whether all work is done for good.
    pub(crate) fn have_ended(&self) -> bool {
        self.is_closed && self.n_committing == 0 && self.waiting.is_empty()
    }

    fn try_waiting_at_once(&mut self) {
        for waiting in &mut self.waiting {
            waiting.until = Uptime::ZERO;
        }
    }
}

impl<M> Batch<M> {
    /// Its messages, in the order received.
    pub(crate) fn messages(&self) -> &[M] {
        &self.messages
    }

    /// How often its commit has failed.
    pub(crate) const fn n_failures(&self) -> u32 {
        self.backoff.n_tries()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Uptime = Duration::from_secs(100);

    /// Two batches whose commits have failed this often.
    fn waiting(n_failures: u32) -> Batches<u8> {
        let mut batches = Batches::new(Backoff::new(1));
        let mut in_work = vec![batches.begin(vec![1]), batches.begin(vec![2])];
        for _ in 0..n_failures {
            for batch in in_work.drain(..) {
                assert!(batches.failed(batch, Failure::Passing, NOW).is_none());
            }
            in_work.extend(std::iter::from_fn(|| batches.due(NOW + Backoff::LAST)));
        }
        for batch in in_work {
            assert!(batches.failed(batch, Failure::Passing, NOW).is_none());
        }
        batches
    }

    #[test]
    fn while_two_batches_are_in_work_no_third_is_begun() {
        let mut batches = Batches::new(Backoff::new(1));
        let first = batches.begin(vec![1]);
        assert!(batches.may_begin());
        let _second = batches.begin(vec![2]);
        assert!(!batches.may_begin());
        batches.failed(first, Failure::Passing, NOW);
        assert!(!batches.may_begin(), "the failed one is still in work");
    }

    #[test]
    fn a_failed_batch_is_tried_again_after_its_delay() {
        let mut batches = waiting(0);
        let at = batches.wake_at().unwrap();
        assert!((NOW + Backoff::FIRST / 2..=NOW + Backoff::FIRST).contains(&at));
        assert!(batches.due(at.checked_sub(Duration::from_millis(1)).unwrap()).is_none());
        assert_eq!(batches.due(at).unwrap().messages(), [1]);
    }

    #[test]
    fn once_the_store_is_back_nothing_waits_any_longer() {
        let mut batches = waiting(10);
        let first = batches.due(NOW + Backoff::LAST).unwrap();
        assert!(batches.due(NOW).is_none());
        batches.committed(first);
        assert_eq!(batches.due(NOW).unwrap().messages(), [2]);
    }

    #[test]
    fn a_batch_that_fails_by_itself_keeps_its_delay_while_others_succeed() {
        let mut batches = Batches::new(Backoff::new(1));
        let bad = batches.begin(vec![1]);
        let good = batches.begin(vec![2]);
        batches.failed(bad, Failure::Passing, NOW);
        batches.committed(good);
        assert!(batches.due(NOW).is_none());
    }

    #[test]
    fn a_stop_tries_what_waits_once_more_and_then_gives_up() {
        let mut batches = waiting(3);
        batches.stop();
        let last_tries: Vec<_> = std::iter::from_fn(|| batches.due(NOW)).collect();
        assert_eq!(last_tries.len(), 2);
        for (batch, message) in last_tries.into_iter().zip([1, 2]) {
            assert_eq!(batches.failed(batch, Failure::Passing, NOW), Some(vec![message]));
        }
        assert!(batches.have_ended());
    }
}
