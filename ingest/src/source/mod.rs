//! Where messages come from.

pub(crate) mod mqtt;
mod mqtt3;
mod mqtt5;
pub(crate) mod probe;
mod state;
pub(crate) mod tls;

use std::sync::Arc;

pub(crate) use state::SharedState;
pub use state::SourceState;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use crate::{delivery::Pass, metrics::InFlight, pipeline::Received};

/// A message on its way to the worker, with all that must be given back when it is settled.
#[derive(Debug)]
pub(crate) struct Message {
    /// What was received.
    pub(crate) received: Received,
    /// Who wants to know about the commit.
    pub(crate) receipt: Receipt,
    /// Counts the message; tells the tally if it is dropped without an outcome.
    pub(crate) in_flight: InFlight,
}

/// Who is told when a message is committed.
#[derive(Debug)]
pub(crate) enum Receipt {
    /// The MQTT source, which acknowledges it if it has QoS 1.
    Source(Pass, mpsc::Sender<Pass>),
    /// A waiting webhook request, and the place it holds among those that wait.
    Reply(oneshot::Sender<store::Outcome>, OwnedSemaphorePermit),
}

impl Message {
    /// Tells everybody concerned that the message is committed with this outcome.
    pub(crate) fn settle(self, outcome: store::Outcome) {
        self.in_flight.settle(outcome);
        match self.receipt {
            // There is a place in the channel for each message that may be taken, so it is never full; it is
            // closed if the source has ended, and then the broker delivers again.
            Receipt::Source(pass, source) => {
                let _ = source.try_send(pass);
            }
            // The request may have gone away: the message is stored all the same.
            Receipt::Reply(request, _place) => {
                let _ = request.send(outcome);
            }
        }
    }
}

/// The name of a source, shared by all its messages.
pub(crate) type SourceName = Arc<str>;
