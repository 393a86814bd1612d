//! What must hold at one source, kept beside it in the plainest way.

use super::broker::EventNo;
use crate::metrics::Counts;

/// A message's place in the books of its source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Number in the order of receipt.
    pub(super) no: u64,
    connection: u64,
    /// Place among the messages of the connection; `None` for QoS 0.
    place: Option<usize>,
    room: usize,
}

/// The books of one source since the process began.
#[derive(Debug)]
pub(super) struct Oracle {
    room_max: usize,
    unacknowledged_max: usize,
    connection: u64,
    /// Of this connection, in order, with QoS 1.
    received: Vec<Received>,
    n_acknowledged: usize,
    has_disconnected: bool,
    is_overflowed: bool,
    is_stopping: bool,
    room: usize,
    n_unacknowledged: usize,
    n_received: u64,
    n_settled: u64,
    pub(super) n_superseded: u64,
    n_dropped: u64,
}

#[derive(Clone, Copy, Debug)]
struct Received {
    packet_id: u16,
    event: EventNo,
    fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    LetGo,
    Taken,
    Settled,
}

impl Oracle {
    pub(super) fn new(message_bytes_max: usize, buffer_bytes: usize, unacknowledged_max: u16) -> Self {
        Self {
            room_max: (buffer_bytes / 256).max(2 * Self::room(message_bytes_max)),
            unacknowledged_max: unacknowledged_max.into(),
            connection: 0,
            received: Vec::new(),
            n_acknowledged: 0,
            has_disconnected: false,
            is_overflowed: false,
            is_stopping: false,
            room: 0,
            n_unacknowledged: 0,
            n_received: 0,
            n_settled: 0,
            n_superseded: 0,
            n_dropped: 0,
        }
    }

    fn room(n_bytes: usize) -> usize {
        2 + n_bytes.div_ceil(256)
    }

    /// A message was let go. With good reason: there is no room, or was none for one before, or we stop.
    pub(super) fn let_go(&mut self, packet_id: u16, event: EventNo, n_bytes: usize) {
        self.is_overflowed |= self.room + Self::room(n_bytes) > self.room_max;
        assert!(self.is_overflowed || self.is_stopping, "a message let go for no reason");
        self.n_received += 1;
        self.n_superseded += 1;
        self.received.push(Received { packet_id, event, fate: Fate::LetGo });
    }

    pub(super) fn lost(&mut self) {
        let is_full = self.n_unacknowledged == self.unacknowledged_max;
        assert!(is_full || self.is_stopping, "a message with QoS 0 lost for no reason");
        self.n_received += 1;
        self.n_dropped += 1;
    }

    pub(super) fn taken(&mut self, packet_id: Option<u16>, event: EventNo, n_bytes: usize) -> Entry {
        assert!(!self.is_stopping, "a message taken while stopping");
        self.n_received += 1;
        let Some(packet_id) = packet_id else {
            self.n_unacknowledged += 1;
            assert!(self.n_unacknowledged <= self.unacknowledged_max, "too many messages with QoS 0");
            return Entry { no: self.n_received, connection: self.connection, place: None, room: 0 };
        };
        let room = Self::room(n_bytes);
        self.room += room;
        assert!(self.room <= self.room_max, "more in work than there is room for");
        self.received.push(Received { packet_id, event, fate: Fate::Taken });
        Entry { no: self.n_received, connection: self.connection, place: Some(self.received.len() - 1), room }
    }

    /// The worker told the outcome of a message.
    pub(super) fn settled(&mut self, entry: Entry) {
        self.n_settled += 1;
        if let Some(place) = entry.place.filter(|_| entry.connection == self.connection) {
            assert_eq!(self.received[place].fate, Fate::Taken, "one message, two outcomes");
            self.received[place].fate = Fate::Settled;
        }
    }

    /// The worker gave a message up: its outcome is to come again, or it is lost.
    pub(super) fn given_up(&mut self, entry: Entry) {
        match entry.place {
            Some(_) => self.n_superseded += 1,
            None => self.n_dropped += 1,
        }
    }

    /// The source has taken the pass of a settled message.
    pub(super) fn returned(&mut self, entry: Entry) {
        match entry.place {
            Some(_) => self.room -= entry.room,
            None => self.n_unacknowledged -= 1,
        }
    }

    /// The source acknowledges. Gives the message, which must be committed.
    pub(super) fn acknowledges(&mut self, packet_id: u16) -> EventNo {
        let Some(next) = self.received.get(self.n_acknowledged) else {
            panic!("packet id {packet_id} acknowledged, no such message came on this connection");
        };
        assert_eq!(packet_id, next.packet_id, "acknowledged out of order or of another connection");
        assert_eq!(next.fate, Fate::Settled, "acknowledged a message without outcome");
        assert!(!self.has_disconnected, "acknowledged after the goodbye");
        self.n_acknowledged += 1;
        next.event
    }

    pub(super) fn disconnects(&mut self) {
        self.has_disconnected = true;
        let next = self.received.get(self.n_acknowledged);
        assert!(
            next.is_none_or(|next| next.fate != Fate::Settled),
            "left without acknowledging what is committed"
        );
    }

    pub(super) fn connection_ended(&mut self) {
        self.connection += 1;
        self.received.clear();
        self.n_acknowledged = 0;
        self.has_disconnected = false;
        self.is_overflowed = false;
    }

    pub(super) fn check_room(&self, room_taken: usize) {
        assert_eq!(room_taken, self.room, "room of messages settled or not taken");
    }

    /// Nothing is in work.
    pub(super) fn is_empty(&self) -> bool {
        self.room == 0
            && self.n_unacknowledged == 0
            && self.received.len() == self.n_acknowledged
            && self.n_in_flight() == 0
    }

    pub(super) fn stops(&mut self) {
        self.is_stopping = true;
    }

    /// The worker has ended: each message taken has come to something.
    pub(super) fn worker_ended(&self) {
        assert_eq!(self.n_in_flight(), 0, "messages left by the worker");
    }

    fn n_in_flight(&self) -> u64 {
        self.n_received - self.n_settled - self.n_superseded - self.n_dropped
    }

    /// What the program counts is what happened: each message under exactly one heading.
    pub(super) fn check_counts(&self, counts: &Counts) {
        let counted = [
            counts.n_received,
            counts.n_settled(),
            counts.n_superseded,
            counts.n_dropped_qos0,
            counts.n_in_flight,
        ];
        let happened =
            [self.n_received, self.n_settled, self.n_superseded, self.n_dropped, self.n_in_flight()];
        assert_eq!(counted, happened, "received, settled, superseded, dropped, in flight");
    }
}
