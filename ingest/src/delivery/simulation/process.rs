//! Our process: the state machines of sources and worker and the channels between them.

use std::{collections::VecDeque, time::Duration};

use super::{
    broker::EventNo,
    client::Client,
    oracle::{Entry, Oracle},
    turn::Turn,
};
use crate::{
    delivery::{Backoff, Batches, Limits, Pass, Phase, Session, Uptime},
    metrics::{InFlight, Metrics, Tally},
};

#[derive(Debug)]
pub(super) struct Process {
    pub(super) sources: Vec<Source>,
    pub(super) queue: VecDeque<Message>,
    pub(super) queue_max: usize,
    pub(super) is_queue_closed: bool,
    pub(super) batches: Batches<Message>,
    pub(super) batch_max: usize,
    pub(super) is_stopping: bool,
    /// The worker has ended.
    pub(super) is_finished: bool,
    pub(super) began: Duration,
}

#[derive(Debug)]
pub(super) struct Source {
    pub(super) session: Session,
    pub(super) client: Client,
    pub(super) passes: VecDeque<(Pass, Entry)>,
    pub(super) tally: Tally,
    pub(super) oracle: Oracle,
    pub(super) n_places: usize,
}

#[derive(Debug)]
pub(super) struct Message {
    pub(super) source: usize,
    pub(super) event: EventNo,
    pub(super) pass: Pass,
    pub(super) entry: Entry,
    pub(super) in_flight: InFlight,
}

/// The settings of a process and its sources.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) batch_max: usize,
    pub(super) sources: Vec<SourceSettings>,
}

#[derive(Clone, Debug)]
pub(super) struct SourceSettings {
    pub(super) message_bytes_max: usize,
    pub(super) buffer_bytes: usize,
    pub(super) unacknowledged_max: u16,
    pub(super) requests_max: usize,
}

impl Process {
    pub(super) fn start(settings: &Settings, metrics: &Metrics, turn: &mut Turn<'_>) -> Self {
        let sources: Vec<_> = settings
            .sources
            .iter()
            .enumerate()
            .map(|(no, source)| {
                let (bytes, buffer, qos0) =
                    (source.message_bytes_max, source.buffer_bytes, source.unacknowledged_max);
                let limits = Limits::new(bytes, buffer, qos0);
                Source {
                    session: Session::new(limits, Backoff::new(turn.dice.number())),
                    client: Client::new(source.requests_max),
                    passes: VecDeque::new(),
                    tally: Tally::new(metrics.source(&format!("source {no}").into())),
                    oracle: Oracle::new(bytes, buffer, qos0),
                    n_places: limits.n_places(),
                }
            })
            .collect();
        Self {
            queue_max: sources.iter().map(|source| source.n_places).sum(),
            sources,
            queue: VecDeque::new(),
            is_queue_closed: false,
            batches: Batches::new(Backoff::new(turn.dice.number())),
            batch_max: settings.batch_max,
            is_stopping: false,
            is_finished: false,
            began: turn.now,
        }
    }

    pub(super) fn stop(&mut self) {
        self.is_stopping = true;
    }

    /// All tasks have ended.
    pub(super) fn has_ended(&self) -> bool {
        self.is_finished && self.sources.iter().all(|source| source.session.phase() == Phase::Stopped)
    }

    /// Nothing is in work, and everything may come.
    pub(super) fn is_at_rest(&self) -> bool {
        let is_at_rest = |source: &Source| {
            source.session.phase() == Phase::Subscribed
                && source.oracle.is_empty()
                && source.passes.is_empty()
        };
        self.queue.is_empty() && self.sources.iter().all(is_at_rest)
    }

    /// The next moment one of its tasks waits for.
    pub(super) fn wake_at(&self) -> Option<Duration> {
        let sessions = self.sources.iter().filter_map(|source| source.session.wake_at());
        sessions.chain(self.batches.wake_at()).min().map(|at| self.began + at)
    }

    pub(super) fn check_counts(&self) {
        for source in &self.sources {
            source.oracle.check_counts(&source.tally.counts());
        }
    }

    pub(super) fn uptime(&self, turn: &Turn<'_>) -> Uptime {
        turn.now.saturating_sub(self.began)
    }
}
