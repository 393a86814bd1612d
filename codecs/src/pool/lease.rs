//! What a call holds while it runs: the right to run, and a worker.

use std::time::Instant;

use super::{
    process::{NoAnswer, Worker},
    queue::Key,
    shared::{Shared, Slot},
};
use crate::wire::{Answer, Request};

/// The right of one call to run.
pub(super) struct Place<'a> {
    shared: &'a Shared,
    key: Key,
}

impl<'a> Place<'a> {
    pub(super) fn new(shared: &'a Shared, key: Key) -> Self {
        Self { shared, key }
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.shared.lock().queue.finish(&self.key);
        self.shared.changed.notify_all();
    }
}

/// A worker for one call. Unless given back, its process is ended and replaced.
pub(super) struct Lease<'a> {
    shared: &'a Shared,
    slot: usize,
    /// Nothing only while it is being dropped.
    worker: Option<Worker>,
}

impl<'a> Lease<'a> {
    pub(super) fn new(shared: &'a Shared, slot: usize, worker: Worker) -> Self {
        Self { shared, slot, worker: Some(worker) }
    }

    pub(super) fn ask(
        &mut self,
        request: &mut Request,
        source: &str,
        until: Instant,
    ) -> Result<Answer, NoAnswer> {
        match &mut self.worker {
            Some(worker) => worker.ask(request, source, until),
            None => Err(NoAnswer::NotAsked),
        }
    }

    /// Sends many calls at once, the source with the first if the worker has not run this script lately.
    pub(super) fn send_all(
        &mut self,
        requests: Vec<Request>,
        source: &str,
        until: Instant,
    ) -> Result<(), NoAnswer> {
        self.worker
            .as_mut()
            .map_or(Err(NoAnswer::NotAsked), |worker| worker.send_all(requests, source, until))
    }

    pub(super) fn answer(&mut self, until: Instant) -> Result<Answer, NoAnswer> {
        self.worker.as_mut().map_or(Err(NoAnswer::NotAsked), |worker| worker.next_answer(until))
    }

    pub(super) fn give_back(mut self) {
        if let Some(worker) = self.worker.take() {
            self.shared.lock().set(self.slot, Slot::Idle(worker));
            self.shared.changed.notify_all();
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let Some(worker) = self.worker.take() else { return };
        {
            let mut state = self.shared.lock();
            state.set(self.slot, Slot::Empty);
            state.n_ended = state.n_ended.saturating_add(1);
        }
        // A new one is started while this one is ended and waited for.
        self.shared.emptied.notify_all();
        drop(worker);
    }
}
