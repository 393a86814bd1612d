//! One round of the worker, in place of its task.

use store::Outcome;

use super::{
    broker::EventNo,
    process::{Message, Process},
    store::Store,
    turn::Turn,
};
use crate::delivery::{Batch, Failure};

impl Process {
    /// One round of the worker. `false` if there was nothing to do.
    pub(super) fn step_worker(&mut self, store: &mut Store, turn: &mut Turn<'_>) -> bool {
        if self.is_finished {
            return false;
        }
        let now = self.uptime(turn);
        let is_done = match turn.dice.below(4) {
            0 if self.is_stopping && !self.batches.is_stopping() => {
                self.batches.stop();
                self.is_queue_closed = true;
                true
            }
            1 => match self.batches.due(now) {
                Some(batch) => {
                    turn.tell(|| format!("worker tries again {:?}", events(batch.messages())));
                    store.begin(batch, turn);
                    true
                }
                None => false,
            },
            2 => match store.answer(turn) {
                Some((batch, Ok(outcomes))) => {
                    self.settle(batch, outcomes, turn);
                    true
                }
                Some((batch, Err(failure))) => {
                    turn.tell(|| format!("commit failed: {failure:?} {:?}", events(batch.messages())));
                    let given_up = self.batches.failed(batch, failure, now);
                    assert!(
                        given_up.is_none() || failure == Failure::Final || self.batches.is_stopping(),
                        "given up for no reason"
                    );
                    for message in given_up.into_iter().flatten() {
                        self.sources[message.source].oracle.given_up(message.entry);
                    }
                    true
                }
                None => false,
            },
            _ if self.batches.may_begin() && !self.queue.is_empty() => {
                let n = turn.dice.between(1, self.batch_max.min(self.queue.len()));
                let batch = self.batches.begin(self.queue.drain(..n).collect());
                check_order(batch.messages());
                turn.tell(|| format!("worker commits {:?}", events(batch.messages())));
                store.begin(batch, turn);
                assert!(store.work.len() <= 2, "more than two batches in work");
                true
            }
            _ if self.batches.may_begin() && self.is_queue_closed => {
                self.batches.drained();
                true
            }
            _ => false,
        };
        self.is_queue_closed |= self.batches.is_closed();
        if self.batches.have_ended() {
            turn.tell(|| "worker ends".to_owned());
            for message in self.queue.drain(..) {
                self.sources[message.source].oracle.given_up(message.entry);
            }
            for source in &self.sources {
                source.oracle.worker_ended();
            }
            self.is_finished = true;
        }
        is_done
    }

    fn settle(&mut self, batch: Batch<Message>, outcomes: Vec<Outcome>, turn: &mut Turn<'_>) {
        turn.tell(|| format!("committed {:?}", events(batch.messages())));
        let messages = self.batches.committed(batch);
        assert_eq!(messages.len(), outcomes.len());
        for (message, outcome) in messages.into_iter().zip(outcomes) {
            let source = &mut self.sources[message.source];
            source.oracle.settled(message.entry);
            message.in_flight.settle(outcome);
            source.passes.push_back((message.pass, message.entry));
            assert!(source.passes.len() <= source.n_places, "no place for a pass");
        }
    }
}

/// The store decides by the order of receipt which of two equal frames is the first.
fn check_order(messages: &[Message]) {
    for (i, message) in messages.iter().enumerate() {
        let later = messages.iter().skip(i + 1).find(|later| later.source == message.source);
        assert!(
            later.is_none_or(|later| message.entry.no < later.entry.no),
            "committed in another order than received"
        );
    }
}

/// Events with their sources.
fn events(messages: &[Message]) -> Vec<(usize, EventNo)> {
    messages.iter().map(|message| (message.source, message.event)).collect()
}
