//! How a source is doing, for health checks and operators.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::SourceName;
use crate::{delivery::Phase, envelope::Protocol, metrics::SourceMetrics};

/// How a source is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceState {
    /// Its configured name.
    pub name: Arc<str>,
    /// The network server behind it.
    pub protocol: Protocol,
    /// Where it stands.
    pub phase: Phase,
    /// Since when.
    pub since: Timestamp,
    /// When its last message came.
    pub last_message_at: Option<Timestamp>,
    /// Why the last connection or subscription failed.
    pub last_error: Option<String>,
    /// Connections that were made and lost again, or failed.
    pub n_failures: u64,
}

/// The state of one source, written by its task and read by anyone.
#[derive(Clone, Debug)]
pub(crate) struct SharedState(Arc<Mutex<SourceState>>, SourceMetrics);

impl SharedState {
    pub(crate) fn new(
        name: SourceName,
        protocol: Protocol,
        since: Timestamp,
        metrics: SourceMetrics,
    ) -> Self {
        let state = SourceState {
            name,
            protocol,
            phase: Phase::Connecting,
            since,
            last_message_at: None,
            last_error: None,
            n_failures: 0,
        };
        Self(Arc::new(Mutex::new(state)), metrics)
    }

    pub(crate) fn get(&self) -> SourceState {
        self.lock().clone()
    }

    pub(crate) fn enter(&self, phase: Phase, now: Timestamp) {
        self.1.connected.set(i64::from(phase == Phase::Subscribed));
        let mut state = self.lock();
        if state.phase != phase {
            (state.phase, state.since) = (phase, now);
        }
    }

    pub(crate) fn fail(&self, error: String, now: Timestamp) {
        self.1.failures.inc();
        {
            let mut state = self.lock();
            state.last_error = Some(error);
            state.n_failures += 1;
        }
        self.enter(Phase::Waiting, now);
    }

    pub(crate) fn heard(&self, now: Timestamp) {
        self.1.last_message.set(now.as_second());
        self.lock().last_message_at = Some(now);
    }

    /// Plain assignments cannot leave the state half written, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, SourceState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
