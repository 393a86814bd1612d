//! The contexts a worker keeps warm, those used least recently go first.

use super::sandbox::Sandbox;
use crate::ScriptId;

/// Contexts kept. A codec takes about a quarter of a MiB.
const MAX_SANDBOXES: usize = 64;

/// Bytes of all contexts together, as counted when they were last used.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Bytes of one context between calls. One that grew beyond starts afresh at the next call.
const MAX_SANDBOX_BYTES: usize = 4 * 1024 * 1024;

/// To count the bytes takes as long as a call, and what a script leaves behind is little. The engine's own limit holds meanwhile.
const CALLS_BETWEEN_COUNTS: u32 = 64;

/// One context for each script.
#[derive(Default)]
pub(super) struct Sandboxes {
    /// The least recently used first.
    kept: Vec<Kept>,
}

pub(super) struct Kept {
    script: ScriptId,
    n_bytes: usize,
    /// Calls since its bytes were counted.
    n_calls: u32,
    pub(super) sandbox: Sandbox,
}

impl Kept {
    pub(super) fn new(script: ScriptId, sandbox: Sandbox) -> Self {
        Self { script, n_bytes: 0, n_calls: 0, sandbox }
    }
}

impl Sandboxes {
    /// The context of a script, taken out: it comes back only after a call that went well.
    pub(super) fn take(&mut self, script: ScriptId) -> Option<Kept> {
        let at = self.kept.iter().position(|kept| kept.script == script)?;
        Some(self.kept.remove(at))
    }

    pub(super) fn keep(&mut self, mut kept: Kept) {
        if kept.n_calls.is_multiple_of(CALLS_BETWEEN_COUNTS) {
            kept.n_bytes = kept.sandbox.n_bytes();
        }
        kept.n_calls = kept.n_calls.wrapping_add(1);
        if kept.n_bytes > MAX_SANDBOX_BYTES {
            return;
        }
        self.kept.push(kept);
        while self.kept.len() > MAX_SANDBOXES || self.n_bytes() > MAX_BYTES {
            self.kept.remove(0);
        }
    }

    fn n_bytes(&self) -> usize {
        self.kept.iter().map(|kept| kept.n_bytes).sum()
    }
}
