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
    lease::{Lease, Place},
    now,
    process::Worker,
    queue::{Key, Queue},
};
use crate::{CodecError, Confinement, Outcome, ScriptId, Unavailable};

/// Failures in a row, of one device and of all devices of one script, until no more calls are made for a while.
const FAILURES_OF_DEVICE: u32 = 3;
const FAILURES_OF_SCRIPT: u32 = 12;

/// Pauses between attempts to start a process, doubled up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

pub(super) struct Shared {
    pub options: PoolOptions,
    state: Mutex<State>,
    /// A worker or a place became free, or will never be: callers wait for it.
    pub changed: Condvar,
    /// Workers became wanted, a slot became empty, or the pool ends: the keeper waits for it.
    pub emptied: Condvar,
}

pub(super) struct State {
    pub queue: Queue,
    slots: Vec<Slot>,
    devices: Breaker<Key>,
    scripts: Breaker<ScriptId>,
    confinement: Option<Confinement>,
    not_started: Option<String>,
    n_started: u64,
    pub n_ended: u64,
    /// Somebody has asked for a worker: from then on they are kept.
    is_wanted: bool,
    is_closed: bool,
}

pub(super) enum Slot {
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
            is_wanted: false,
            is_closed: false,
        };
        Self { options, state: Mutex::new(state), changed: Condvar::new(), emptied: Condvar::new() }
    }

    /// Waits until this call's turn has come.
    pub(super) fn wait_for_place(&self, key: Key, until: Instant) -> Result<Place<'_>, CodecError> {
        let mut state = self.lock();
        state.check_suspended(&key)?;
        let ticket = state.queue.join(key.clone());
        loop {
            // Calls of the same device may have failed while this one waited.
            let suspended = state.check_suspended(&key);
            if suspended.is_ok() && state.queue.is_next(ticket) {
                state.queue.start(ticket);
                self.changed.notify_all();
                return Ok(Place::new(self, key));
            }
            let refused = suspended.and_then(|()| Ok(self.check_waiting(&state, until)?));
            if let Err(error) = refused {
                state.queue.leave(ticket);
                self.changed.notify_all();
                return Err(error);
            }
            state = self.wait(state, until);
        }
    }

    /// Takes a worker, if possible the one that ran this script before.
    pub(super) fn take_worker(&self, script: ScriptId, until: Instant) -> Result<Lease<'_>, Unavailable> {
        let mut state = self.lock();
        loop {
            if let Some((slot, worker)) = state.take_idle(script) {
                return Ok(Lease::new(self, slot, worker));
            }
            self.check_waiting(&state, until)?;
            state = self.wait(state, until);
        }
    }

    pub(super) fn is_suspended(&self, key: &Key) -> bool {
        self.lock().check_suspended(key).is_err()
    }

    /// Counts failures in a row. What says nothing about the codec counts for nothing.
    pub(super) fn learn(&self, key: &Key, outcome: &Result<Outcome, CodecError>) {
        let mut state = self.lock();
        match outcome {
            Err(CodecError::Unavailable(_)) => {}
            Err(error) if error.was_stopped() && !self.options.suspends => {}
            Err(error) if error.was_stopped() => {
                state.devices.failed(key, now());
                state.scripts.failed(&key.script, now());
            }
            Ok(_) | Err(_) => {
                state.devices.succeeded(key);
                state.scripts.succeeded(&key.script);
            }
        }
    }

    /// Waits until a worker has started; without this there is none.
    pub(super) fn wait_until_ready(&self, until: Instant) -> Result<Confinement, Unavailable> {
        let mut state = self.lock();
        if !state.is_wanted {
            state.is_wanted = true;
            self.emptied.notify_all();
        }
        loop {
            if let Some(confinement) = state.confinement {
                return Ok(confinement);
            }
            self.check_waiting(&state, until)?;
            state = self.wait(state, until);
        }
    }

    /// The keeper's life: fills empty slots, once workers are wanted.
    pub(super) fn keep_workers(&self) {
        let mut pause = FIRST_PAUSE;
        let mut state = self.lock();
        while !state.is_closed {
            let Some(slot) = state.empty_slot() else {
                state = self.emptied.wait(state).unwrap_or_else(PoisonError::into_inner);
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
                    let wait = self.emptied.wait_timeout_while(state, pause, |state| !state.is_closed);
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
        self.emptied.notify_all();
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

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing is left half done where a panic can happen.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it makes sense to wait for a worker.
    fn check_waiting(&self, state: &State, until: Instant) -> Result<(), Unavailable> {
        if state.is_closed {
            return Err(Unavailable::Closed);
        }
        match &state.not_started {
            Some(reason) if state.processes().next().is_none() => {
                Err(Unavailable::NotStarted(reason.clone()))
            }
            _ if now() >= until => Err(Unavailable::Busy(self.options.wait_limit)),
            _ => Ok(()),
        }
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, until: Instant) -> MutexGuard<'a, State> {
        let left = until.saturating_duration_since(now());
        self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
    }
}

impl State {
    fn check_suspended(&self, key: &Key) -> Result<(), CodecError> {
        let (device, script) = (self.devices.check(key, now()), self.scripts.check(&key.script, now()));
        device.and(script).map_err(|Pause { n_in_a_row, left }| CodecError::Suspended {
            n_stopped: n_in_a_row,
            retry_in: left,
        })
    }

    /// The slot to start a worker for.
    fn empty_slot(&self) -> Option<usize> {
        let empty = self.slots.iter().position(|slot| matches!(slot, Slot::Empty));
        empty.filter(|_| self.is_wanted)
    }

    fn processes(&self) -> impl Iterator<Item = u32> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Empty => None,
            Slot::Idle(worker) => Some(worker.id()),
            Slot::Busy(id) => Some(*id),
        })
    }

    fn take_idle(&mut self, script: ScriptId) -> Option<(usize, Worker)> {
        let mut hasher = DefaultHasher::new();
        script.hash(&mut hasher);
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

    pub(super) fn set(&mut self, at: usize, content: Slot) {
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = content;
        }
    }
}
