//! How far a worker process is shut in.

use serde::{Deserialize, Serialize};

/// How far a worker process is shut in, as the worker reports it. What the kernel does not allow is missing; the rest holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent facts, each a line of the doctor's report"
)]
pub struct Confinement {
    /// Memory, processor time, files and processes are limited (`setrlimit`).
    pub resources: bool,
    /// Only the system calls that reading, writing and memory need are allowed (`seccomp`): no file, no network, no process.
    pub system_calls: bool,
    /// The worker has a network of its own with nothing in it (a user and a network namespace).
    pub network: bool,
    /// The worker ends with the program, and cannot gain rights (`prctl`).
    pub process: bool,
}

impl Confinement {
    /// Whether a codec that took over its worker could reach files, the network or other processes.
    pub fn is_tight(self) -> bool {
        self.resources && self.system_calls && self.process
    }
}
