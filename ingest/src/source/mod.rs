//! Where messages come from.

pub(crate) mod mqtt;
mod mqtt3;
mod mqtt5;
pub(crate) mod probe;
mod state;
pub(crate) mod tls;

use std::sync::Arc;

pub(crate) use state::SharedState;
pub use state::{Phase, SourceState};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use crate::{metrics::InFlight, pipeline::Received, window::Ticket};

/// A message on its way to the worker, with all that must be given back when it is settled.
#[derive(Debug)]
pub(crate) struct Message {
    /// What was received.
    pub(crate) received: Received,
    /// Who wants to know about the commit.
    pub(crate) receipt: Receipt,
    /// Counts the message; tells the tally if it is dropped without an outcome.
    pub(crate) in_flight: InFlight,
    /// The room the message takes at its source, free again when this is dropped.
    pub(crate) slot: OwnedSemaphorePermit,
}

/// Who is told when a message is committed.
#[derive(Debug)]
pub(crate) enum Receipt {
    /// Nobody: MQTT QoS 0.
    None,
    /// The MQTT source, which acknowledges it.
    Ack(Ticket, mpsc::Sender<Committed>),
    /// A waiting webhook request.
    Reply(oneshot::Sender<store::Outcome>),
}

/// A committed message, on its way back to its source.
#[derive(Debug)]
pub(crate) struct Committed {
    pub(crate) ticket: Ticket,
    /// Held until the source has taken the ticket, so that tickets on their way are bounded too.
    pub(crate) _slot: OwnedSemaphorePermit,
}

impl Message {
    /// Tells everybody concerned that the message is committed with this outcome.
    pub(crate) fn settle(self, outcome: store::Outcome) {
        self.in_flight.settle(outcome);
        match self.receipt {
            Receipt::None => {}
            // There is a place in the channel for each message there is room for, so it is never full; it is
            // closed if the source has ended, and then the broker delivers again.
            Receipt::Ack(ticket, source) => {
                let _ = source.try_send(Committed { ticket, _slot: self.slot });
            }
            // The request may have gone away: the message is stored all the same.
            Receipt::Reply(request) => {
                let _ = request.send(outcome);
            }
        }
    }
}

/// The name of a source, shared by all its messages.
pub(crate) type SourceName = Arc<str>;
