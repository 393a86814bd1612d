//! A broker with one session for us, by the rules of MQTT 5: packet ids are used again once acknowledged, what is
//! not acknowledged is delivered again in order on the next connection, as long as the session is kept.

use std::collections::VecDeque;

use super::turn::Turn;

/// The number of a published message; its identity wherever it goes.
pub(super) type EventNo = usize;

#[derive(Clone, Copy, Debug)]
pub(super) enum ToClient {
    Connack { has_session: bool },
    Suback { is_granted: bool },
    Publish { packet_id: Option<u16>, event: EventNo },
}

#[derive(Clone, Copy, Debug)]
pub(super) enum ToBroker {
    Connect,
    Subscribe,
    Ack(u16),
    Disconnect,
}

/// One connection. What stands in a queue is written by one side and not yet read by the other.
#[derive(Debug, Default)]
pub(super) struct Link {
    pub(super) to_client: VecDeque<ToClient>,
    pub(super) to_broker: VecDeque<ToBroker>,
    /// Broken: the client reads what arrived before, then learns of it.
    pub(super) is_cut: bool,
    /// The broker has let the client in.
    has_connected: bool,
}

#[derive(Debug)]
pub(super) struct Broker {
    /// Most unacknowledged messages it sends. The window, or more: not every broker keeps to it.
    in_flight_max: usize,
    /// Packet ids run from 1 to this and begin again, so that they are used again soon.
    packet_id_max: u16,
    last_packet_id: u16,
    /// Whether it can be reached.
    pub(super) is_up: bool,
    pub(super) link: Option<Link>,
    has_session: bool,
    is_subscribed: bool,
    in_flight: VecDeque<(u16, EventNo)>,
    /// Those of `in_flight`, from the front, that were sent on this connection.
    n_sent: usize,
    queue: VecDeque<EventNo>,
}

impl Broker {
    pub(super) fn new(in_flight_max: usize, packet_id_max: u16) -> Self {
        Self {
            in_flight_max,
            packet_id_max,
            last_packet_id: 0,
            is_up: true,
            link: None,
            has_session: false,
            is_subscribed: false,
            in_flight: VecDeque::new(),
            n_sent: 0,
            queue: VecDeque::new(),
        }
    }

    /// Whether a message published now is kept for us.
    pub(super) fn keeps(&self) -> bool {
        self.has_session && self.is_subscribed
    }

    /// Whether the connection is broken.
    pub(super) fn is_cut(&self) -> bool {
        self.link.as_ref().is_none_or(|link| link.is_cut)
    }

    /// Messages it still has for us.
    pub(super) fn n_kept(&self) -> usize {
        self.in_flight.len() + self.queue.len()
    }

    pub(super) fn publish(&mut self, event: EventNo) {
        self.queue.push_back(event);
    }

    /// A message with QoS 0: sent at once or never.
    pub(super) fn publish_unacknowledged(&mut self, event: EventNo) {
        if self.is_subscribed
            && let Some(link) = self.link.as_mut().filter(|link| !link.is_cut && link.has_connected)
        {
            link.to_client.push_back(ToClient::Publish { packet_id: None, event });
        }
    }

    /// A client has opened a connection.
    pub(super) fn open(&mut self) {
        self.n_sent = 0;
        self.link = Some(Link::default());
    }

    /// The connection breaks. What was under way arrives in part.
    pub(super) fn cut(&mut self, turn: &mut Turn<'_>, mut acknowledged: impl FnMut(EventNo)) {
        let Some(link) = self.link.as_mut().filter(|link| !link.is_cut) else { return };
        link.is_cut = true;
        link.to_client.truncate(turn.dice.between(0, link.to_client.len()));
        let n_arriving = turn.dice.between(0, link.to_broker.len());
        let arriving: Vec<_> = link.to_broker.drain(..).take(n_arriving).collect();
        for packet in arriving {
            self.receive(packet, turn, &mut acknowledged);
        }
    }

    /// Forgets the session. Gives the messages that are gone with it.
    pub(super) fn lose_session(&mut self) -> Vec<EventNo> {
        (self.has_session, self.is_subscribed) = (false, false);
        self.n_sent = 0;
        let in_flight = self.in_flight.drain(..).map(|(_, event)| event);
        in_flight.chain(self.queue.drain(..)).collect()
    }

    /// Reads one packet or sends one message. `false` if there is nothing to do.
    pub(super) fn step(&mut self, turn: &mut Turn<'_>, mut acknowledged: impl FnMut(EventNo)) -> bool {
        if self.is_cut() {
            return false;
        }
        if (turn.dice.coin() || !self.can_send())
            && let Some(packet) = self.link.as_mut().and_then(|link| link.to_broker.pop_front())
        {
            self.receive(packet, turn, &mut acknowledged);
            return true;
        }
        self.can_send() && self.send()
    }

    fn can_send(&self) -> bool {
        let may_begin = self.in_flight.len() < self.in_flight_max && !self.queue.is_empty();
        self.link.as_ref().is_some_and(|link| link.has_connected)
            && self.is_subscribed
            && (self.n_sent < self.in_flight.len() || may_begin)
    }

    fn send(&mut self) -> bool {
        if self.n_sent == self.in_flight.len() {
            let Some(event) = self.queue.pop_front() else { return false };
            let packet_id = self.free_packet_id();
            self.in_flight.push_back((packet_id, event));
        }
        let (packet_id, event) = self.in_flight[self.n_sent];
        self.n_sent += 1;
        let packet = ToClient::Publish { packet_id: Some(packet_id), event };
        self.link.as_mut().unwrap().to_client.push_back(packet);
        true
    }

    fn free_packet_id(&mut self) -> u16 {
        loop {
            self.last_packet_id = self.last_packet_id % self.packet_id_max + 1;
            if self.in_flight.iter().all(|(id, _)| *id != self.last_packet_id) {
                return self.last_packet_id;
            }
        }
    }

    fn receive(&mut self, packet: ToBroker, turn: &mut Turn<'_>, acknowledged: &mut impl FnMut(EventNo)) {
        let link = self.link.as_mut().unwrap();
        match packet {
            ToBroker::Connect => {
                link.to_client.push_back(ToClient::Connack { has_session: self.has_session });
                link.has_connected = true;
                self.has_session = true;
            }
            ToBroker::Subscribe => {
                if turn.dice.in_a_million(turn.faults.unanswered) {
                    return;
                }
                let is_granted = !turn.dice.in_a_million(turn.faults.refused);
                self.is_subscribed |= is_granted;
                link.to_client.push_back(ToClient::Suback { is_granted });
            }
            ToBroker::Ack(packet_id) => {
                assert!(self.n_sent > 0, "packet id {packet_id} acknowledged, nothing was sent");
                let (expected, event) = self.in_flight.pop_front().unwrap();
                assert_eq!(packet_id, expected, "acknowledged out of order or of another connection");
                self.n_sent -= 1;
                acknowledged(event);
            }
            ToBroker::Disconnect => link.is_cut = true,
        }
    }
}
