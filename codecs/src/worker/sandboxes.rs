//! The contexts a worker keeps warm, those used least recently go first.

use super::sandbox::Sandbox;
use crate::ScriptId;

/// Contexts kept. A codec takes about a quarter of a MiB.
const MAX_SANDBOXES: usize = 64;

/// Bytes of all contexts together, as counted when they were last used.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Bytes of one context between calls. One that grew beyond starts afresh at the next call.
const MAX_SANDBOX_BYTES: usize = 4 * 1024 * 1024;

/// One context for each script.
#[derive(Default)]
pub(super) struct Sandboxes {
    /// The least recently used first.
    kept: Vec<Kept>,
}

struct Kept {
    script: ScriptId,
    n_bytes: usize,
    sandbox: Sandbox,
}

impl Sandboxes {
    pub(super) fn take(&mut self, script: ScriptId) -> Option<Sandbox> {
        let at = self.kept.iter().position(|kept| kept.script == script)?;
        Some(self.kept.remove(at).sandbox)
    }

    pub(super) fn keep(&mut self, script: ScriptId, sandbox: Sandbox) {
        let n_bytes = sandbox.n_bytes();
        if n_bytes > MAX_SANDBOX_BYTES {
            return;
        }
        self.kept.push(Kept { script, n_bytes, sandbox });
        while self.kept.len() > MAX_SANDBOXES || self.n_bytes() > MAX_BYTES {
            self.kept.remove(0);
        }
    }

    fn n_bytes(&self) -> usize {
        self.kept.iter().map(|kept| kept.n_bytes).sum()
    }
}
