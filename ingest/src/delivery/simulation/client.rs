//! An MQTT client as ours behaves: requests wait in a bounded queue, reading and writing alternate as they please, and
//! when a connection breaks there may be messages that were read and not yet reported.

use std::collections::VecDeque;

use super::{
    broker::{Broker, EventNo, Link, ToBroker, ToClient},
    turn::Turn,
};

#[derive(Debug)]
pub(super) struct Client {
    requests: VecDeque<ToBroker>,
    requests_max: usize,
    is_connected: bool,
}

/// What a poll gives.
#[derive(Clone, Copy, Debug)]
pub(super) enum Polled {
    /// Nothing happened.
    Pending,
    Received(ToClient),
    Sent(ToBroker),
    /// The connection has ended or could not be made.
    Failed,
}

impl Client {
    pub(super) fn new(requests_max: usize) -> Self {
        Self { requests: VecDeque::new(), requests_max, is_connected: false }
    }

    /// `false` if there is no room for the request.
    pub(super) fn request(&mut self, request: ToBroker) -> bool {
        let has_room = self.requests.len() < self.requests_max;
        if has_room {
            self.requests.push_back(request);
        }
        has_room
    }

    pub(super) fn has_unsent_acks(&self) -> bool {
        self.requests.iter().any(|request| matches!(request, ToBroker::Ack(_)))
    }

    pub(super) fn poll(&mut self, broker: &mut Broker, turn: &mut Turn<'_>) -> Polled {
        if !self.is_connected {
            if !broker.is_up {
                return Polled::Failed;
            }
            broker.open();
            self.is_connected = true;
            broker.link.as_mut().unwrap().to_broker.push_back(ToBroker::Connect);
            return Polled::Pending;
        }
        let Some(link) = broker.link.as_mut() else { return Polled::Failed };
        let reads_first = turn.dice.coin();
        if link.is_cut && (link.to_client.is_empty() || turn.dice.below(4) == 0) {
            return Polled::Failed;
        }
        if reads_first && let Some(packet) = link.to_client.pop_front() {
            return Polled::Received(packet);
        }
        if let Some(request) = self.requests.pop_front() {
            if !link.is_cut {
                link.to_broker.push_back(request);
            }
            return Polled::Sent(request);
        }
        link.to_client.pop_front().map_or(Polled::Pending, Polled::Received)
    }

    /// Ends the connection. Gives the messages read from it and not yet reported.
    pub(super) fn abandon(&mut self, broker: &mut Broker) -> Vec<(Option<u16>, EventNo)> {
        self.requests.clear();
        self.is_connected = false;
        let read = broker.link.take().map_or_else(VecDeque::new, |Link { to_client, .. }| to_client);
        let publish = |packet| match packet {
            ToClient::Publish { packet_id, event } => Some((packet_id, event)),
            _ => None,
        };
        read.into_iter().filter_map(publish).collect()
    }
}
