//! What is decided on the way of a message from its broker to its commit, without the way itself.
//!
//! Two state machines, each with a method for every event: [`Session`] is one source and its broker (which message
//! is taken, which is acknowledged, when a connection is given up and tried again), [`Batches`] is what the worker
//! has in work (what is committed together, what is tried again and when, what is given up). They know no socket,
//! no task, no clock and no chance but the seed of their delays: time is told to them. `source::mqtt` and `worker`
//! carry out what they decide.
//!
//! Two and not one, because sources and worker are tasks of their own, joined by channels. In the tests both run
//! together with model brokers, clients and a model store (`simulation`), which choose the order of everything that
//! happens at the same time.

mod backoff;
mod batches;
mod phase;
mod random;
mod sequencer;
mod session;
#[cfg(test)]
mod simulation;
mod wake;

pub(crate) use backoff::Backoff;
pub(crate) use batches::{Batch, Batches, Failure};
pub use phase::Phase;
pub(crate) use session::{Action, Limits, Pass, Session, Verdict};
pub(crate) use wake::wake;

/// Time since the task began: what a state machine is told instead of reading a clock.
pub(crate) type Uptime = std::time::Duration;
