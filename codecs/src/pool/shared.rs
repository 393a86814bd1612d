//! What the callers of a pool and its keeper share.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io, mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    PoolOptions, Status,
    breaker::{Breaker, Pause},
    now,
    process::{NoAnswer, Worker},
    queue::{Key, Queue},
};
use crate::{
    CodecError, Confinement, Outcome, ScriptId, Unavailable,
    wire::{Answer, Request},
};

/// Failures in a row, of one device and of all devices of one script, until no more calls are made for a while.
const FAILURES_OF_DEVICE: u32 = 3;
const FAILURES_OF_SCRIPT: u32 = 12;

/// Pauses between attempts to start a process, doubled up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

pub(super) struct Shared {
    pub options: PoolOptions,
    state: Mutex<State>,
    /// Anything in the state changed.
    changed: Condvar,
}

struct State {
    queue: Queue,
    slots: Vec<Slot>,
    devices: Breaker<Key>,
    scripts: Breaker<ScriptId>,
    confinement: Option<Confinement>,
    not_started: Option<String>,
    n_started: u64,
    n_ended: u64,
    is_closed: bool,
}

enum Slot {
    Empty,
    Idle(Worker),
    /// With the id of the process.
    Busy(u32),
}

impl Shared {
    pub(super) fn new(options: PoolOptions) -> Self {
        let n_workers = options.n_workers.max(1);
        let state = State {
            queue: Queue::new(n_workers),
            slots: (0..=n_workers).map(|_| Slot::Empty).collect(),
            devices: Breaker::new(FAILURES_OF_DEVICE),
            scripts: Breaker::new(FAILURES_OF_SCRIPT),
            confinement: None,
            not_started: None,
            n_started: 0,
            n_ended: 0,
            is_closed: false,
        };
        Self { options, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Waits until this call's turn has come.
    pub(super) fn wait_for_place(&self, key: Key, until: Instant) -> Result<Place<'_>, CodecError> {
        let mut state = self.lock();
        state.check_suspended(&key)?;
        let ticket = state.queue.join(key.clone());
        loop {
            // Calls of the same device may have failed while this one waited.
            let refused = state.check_suspended(&key).and_then(|()| Ok(state.check_available()?));
            if refused.is_ok() && state.queue.is_next(ticket) {
                state.queue.start(ticket);
                self.changed.notify_all();
                return Ok(Place { shared: self, key });
            }
            let waited = match refused {
                Ok(()) => self.wait(state, until, self.options.wait_limit).map_err(CodecError::from),
                Err(refused) => Err(refused),
            };
            match waited {
                Ok(woken) => state = woken,
                Err(error) => {
                    self.lock().queue.leave(ticket);
                    self.changed.notify_all();
                    return Err(error);
                }
            }
        }
    }

    /// Takes a worker, if possible the one that ran this device's codec before.
    pub(super) fn take_worker(&self, key: &Key, until: Instant) -> Result<Lease<'_>, Unavailable> {
        let mut state = self.lock();
        loop {
            state.check_available()?;
            if let Some((slot, worker)) = state.take_idle(key) {
                return Ok(Lease { shared: self, slot, worker: Some(worker) });
            }
            state = self.wait(state, until, self.options.wait_limit)?;
        }
    }

    pub(super) fn wait_until_ready(&self, until: Instant) -> Result<Confinement, Unavailable> {
        let limit = until.saturating_duration_since(now());
        let mut state = self.lock();
        loop {
            state.check_available()?;
            if let Some(confinement) = state.confinement {
                return Ok(confinement);
            }
            state = self.wait(state, until, limit)?;
        }
    }

    /// The keeper's life: fills empty slots.
    pub(super) fn keep_workers(&self) {
        let mut pause = FIRST_PAUSE;
        let mut state = self.lock();
        while !state.is_closed {
            let Some(slot) = state.empty_slot() else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(state);
            let started = Worker::start(&self.options.worker);
            state = self.lock();
            match started {
                Ok(worker) => {
                    pause = FIRST_PAUSE;
                    state.fill(slot, worker);
                    self.changed.notify_all();
                }
                Err(error) => {
                    state.not_started = Some(error.to_string());
                    self.changed.notify_all();
                    let wait = self.changed.wait_timeout_while(state, pause, |state| !state.is_closed);
                    (state, _) = wait.unwrap_or_else(PoisonError::into_inner);
                    pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    pub(super) fn cannot_start(&self, error: &io::Error) {
        self.lock().not_started = Some(error.to_string());
    }

    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    pub(super) fn status(&self) -> Status {
        let (state, now) = (self.lock(), now());
        Status {
            confinement: state.confinement,
            processes: state.processes().collect(),
            n_started: state.n_started,
            n_ended: state.n_ended,
            n_suspended: state.devices.n_suspended(now).saturating_add(state.scripts.n_suspended(now)),
            not_started: state.not_started.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing is left half done where a panic can happen.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(
        &self,
        state: MutexGuard<'a, State>,
        until: Instant,
        limit: Duration,
    ) -> Result<MutexGuard<'a, State>, Unavailable> {
        let left = until.saturating_duration_since(now());
        if left.is_zero() {
            return Err(Unavailable::Busy(limit));
        }
        let (state, _) = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        Ok(state)
    }
}

impl State {
    fn check_suspended(&self, key: &Key) -> Result<(), CodecError> {
        let (device, script) = (self.devices.check(key, now()), self.scripts.check(&key.script, now()));
        device
            .and(script)
            .map_err(|Pause { n_in_a_row, for_ }| CodecError::Suspended { n_stopped: n_in_a_row, for_ })
    }

    fn check_available(&self) -> Result<(), Unavailable> {
        if self.is_closed {
            return Err(Unavailable::Closed);
        }
        match &self.not_started {
            Some(reason) if self.processes().next().is_none() => Err(Unavailable::NotStarted(reason.clone())),
            _ => Ok(()),
        }
    }

    fn empty_slot(&self) -> Option<usize> {
        self.slots.iter().position(|slot| matches!(slot, Slot::Empty))
    }

    fn processes(&self) -> impl Iterator<Item = u32> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Empty => None,
            Slot::Idle(worker) => Some(worker.id()),
            Slot::Busy(id) => Some(*id),
        })
    }

    fn take_idle(&mut self, key: &Key) -> Option<(usize, Worker)> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let preferred =
            usize::try_from(hasher.finish() >> 32).unwrap_or_default().checked_rem(self.slots.len())?;
        let mut slots: Vec<(usize, &mut Slot)> = self.slots.iter_mut().enumerate().collect();
        slots.rotate_left(preferred);
        slots.into_iter().find_map(|(at, slot)| {
            let Slot::Idle(worker) = slot else { return None };
            let busy = Slot::Busy(worker.id());
            match mem::replace(slot, busy) {
                Slot::Idle(worker) => Some((at, worker)),
                Slot::Empty | Slot::Busy(_) => None,
            }
        })
    }

    fn fill(&mut self, slot: usize, worker: Worker) {
        self.confinement = Some(worker.confinement);
        self.not_started = None;
        self.n_started = self.n_started.saturating_add(1);
        self.set(slot, Slot::Idle(worker));
    }

    fn set(&mut self, at: usize, content: Slot) {
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = content;
        }
    }
}

/// The right of one call to run.
pub(super) struct Place<'a> {
    shared: &'a Shared,
    key: Key,
}

impl Place<'_> {
    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    /// Counts failures in a row. What says nothing about the codec counts for nothing.
    pub(super) fn learn(&self, outcome: &Result<Outcome, CodecError>) {
        let mut state = self.shared.lock();
        match outcome {
            Err(CodecError::Unavailable(_)) => {}
            Err(error) if error.was_stopped() => {
                state.devices.failed(&self.key, now());
                state.scripts.failed(&self.key.script, now());
            }
            Ok(_) | Err(_) => {
                state.devices.succeeded(&self.key);
                state.scripts.succeeded(&self.key.script);
            }
        }
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

impl Lease<'_> {
    pub(super) fn ask(
        &mut self,
        request: &mut Request<'_>,
        source: &str,
        until: Instant,
    ) -> Result<Answer, NoAnswer> {
        match &mut self.worker {
            Some(worker) => worker.ask(request, source, until),
            None => Err(NoAnswer::Gone(io::ErrorKind::NotConnected.into())),
        }
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
        // Others go on while the process is ended and waited for.
        self.shared.changed.notify_all();
        drop(worker);
    }
}
