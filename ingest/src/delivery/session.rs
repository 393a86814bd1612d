//! One source and its broker: what is taken, what is acknowledged, when to leave and when to come back.
//!
//! - A message is acknowledged after its commit, in the order of receipt, on the connection that carried it
//!   ([`AckSequencer`]).
//! - Back-pressure is not acknowledging: the broker keeps the rest (`receive_maximum`), the connection stays alive.
//! - A broker that keeps to the window always finds room. Not every broker does: MQTT 3.1.1 has no window, and
//!   Mosquitto 2.0.11 answers each acknowledgement with a whole window of queued messages. Such a one is told in the
//!   only way there is: from the first message without room on, all further ones of this connection are let go,
//!   what was taken is acknowledged, and a new connection brings the rest again.
//! - Such a connection is not given up before the broker has read the acknowledgements: it still sends, and closing a
//!   connection with unread bytes makes the system throw away what we sent. Subscribing once more tells: the answer comes after
//!   the broker has read everything before it.
//! - While messages come, the broker is alive, however late its answer: Mosquitto sends all that has queued up first.

use std::time::Duration;

use super::{
    Backoff, Phase, Uptime,
    sequencer::{AckSequencer, Ticket},
};

/// Longest wait for the broker's answer to a subscription.
const CONFIRM_WITHIN: Duration = Duration::from_secs(10);
/// Longest wait for the last acknowledgements and the DISCONNECT to go out and the broker to close.
const GOODBYE_WITHIN: Duration = Duration::from_secs(5);
/// The unit in which room for messages is counted, in bytes.
const ROOM_UNIT: usize = 256;
/// Most room, 1 TiB: what nobody has must not be beyond what a channel can count.
const ROOM_MAX: usize = u32::MAX as usize;

/// One source's conversation with its broker.
#[derive(Debug)]
pub(crate) struct Session {
    limits: Limits,
    state: State,
    /// No more messages are taken.
    is_stopping: bool,
    sequencer: AckSequencer,
    /// Acknowledgements handed to the client and not yet on the wire.
    n_unsent_acks: usize,
    /// The broker sent more than there is room for on this connection.
    is_overflowed: bool,
    /// Whether the broker has read what we sent on a connection that is to be given up.
    farewell: Farewell,
    /// Subscriptions asked for and not yet confirmed.
    n_unconfirmed: usize,
    /// Something came since the last look at the clock.
    has_heard: bool,
    /// Room of the messages taken, of this connection and of earlier ones.
    room_taken: usize,
    /// Messages with QoS 0 in work.
    n_unacknowledged: usize,
    backoff: Backoff,
}

/// How far a connection is that is given up because of too many messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Farewell {
    None,
    /// The broker must answer, or send messages, until then; not yet known right after asking.
    Asked {
        until: Option<Uptime>,
    },
    Answered,
}

/// How much of a source may be in work at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Room for messages with acknowledgement, in units of [`ROOM_UNIT`].
    room: usize,
    /// Most messages with QoS 0.
    unacknowledged_max: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Connecting,
    /// The broker must confirm the subscription until then.
    Connected {
        has_subscribed: bool,
        until: Uptime,
    },
    /// It did not.
    Unconfirmed,
    Subscribed,
    /// Until then, or, if that is over, until there is room.
    Waiting {
        until: Option<Uptime>,
    },
    /// The broker must have closed the connection until then.
    Leaving {
        has_disconnected: bool,
        until: Uptime,
    },
    Stopped,
}

/// The place of a taken message. Comes back through [`Session::settled`] when the message is committed.
#[derive(Debug)]
pub(crate) struct Pass {
    /// `None` for QoS 0.
    ticket: Option<Ticket>,
    room: usize,
}

/// What happens to a message that was received.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It goes to the worker.
    Take(Pass),
    /// It is let go without acknowledgement; the broker delivers it again.
    LetGo,
    /// It had QoS 0 and is lost.
    Lose,
}

/// What the session asks of its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Subscribe,
    Acknowledge(u16),
    Disconnect,
    /// End the connection without a word, then report [`Session::lost`].
    Abandon(Complaint),
}

/// Why a connection that still stands is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Complaint {
    #[error("broker did not confirm the subscription within 10 s")]
    Unconfirmed,
    #[error("broker sent more messages than the window allows")]
    Overflowed,
}

impl Limits {
    /// At least two of the largest messages fit. Two, because after a reconnect the broker delivers the
    /// unacknowledged messages again while their first copies may still be on their way to the store.
    pub(crate) fn new(message_bytes_max: usize, buffer_bytes: usize, unacknowledged_max: u16) -> Self {
        let needed = 2 * units(message_bytes_max);
        let room = needed.max(buffer_bytes / ROOM_UNIT).min(ROOM_MAX);
        Self { room, unacknowledged_max: unacknowledged_max.into() }
    }

    /// Most messages at once: places they need in a channel.
    pub(crate) const fn n_places(self) -> usize {
        self.room / units(0) + self.unacknowledged_max
    }
}

/// Units a message takes; two for its topic and its places in the queues, so that many empty ones are bounded too.
const fn units(n_bytes: usize) -> usize {
    2 + n_bytes.div_ceil(ROOM_UNIT)
}

impl Session {
    /// Begins with a first connection.
    pub(crate) fn new(limits: Limits, backoff: Backoff) -> Self {
        Self {
            limits,
            state: State::Connecting,
            is_stopping: false,
            sequencer: AckSequencer::default(),
            n_unsent_acks: 0,
            is_overflowed: false,
            farewell: Farewell::None,
            n_unconfirmed: 0,
            has_heard: false,
            room_taken: 0,
            n_unacknowledged: 0,
            backoff,
        }
    }

    /// A new connection stands.
    pub(crate) fn connected(&mut self, now: Uptime) {
        // On every connection: a broker that lost our session would otherwise send nothing.
        self.state = State::Connected { has_subscribed: false, until: now + CONFIRM_WITHIN };
    }

    /// The broker confirmed the subscription.
    pub(crate) fn subscribed(&mut self) {
        self.n_unconfirmed = self.n_unconfirmed.saturating_sub(1);
        if self.n_unconfirmed == 0 && matches!(self.farewell, Farewell::Asked { .. }) {
            self.farewell = Farewell::Answered;
        }
        if let State::Connected { .. } = self.state {
            self.state = State::Subscribed;
            self.backoff.reset();
        }
    }

    /// A message came; no packet id with QoS 0. `n_bytes` is what is kept of it.
    pub(crate) fn published(&mut self, packet_id: Option<u16>, n_bytes: usize) -> Verdict {
        self.has_heard = true;
        let Some(packet_id) = packet_id else {
            if self.is_stopping || self.n_unacknowledged == self.limits.unacknowledged_max {
                return Verdict::Lose;
            }
            self.n_unacknowledged += 1;
            return Verdict::Take(Pass { ticket: None, room: 0 });
        };
        let room = units(n_bytes);
        self.is_overflowed |= self.room_taken + room > self.limits.room;
        if self.is_overflowed || self.is_stopping {
            return Verdict::LetGo;
        }
        self.room_taken += room;
        Verdict::Take(Pass { ticket: Some(self.sequencer.received(packet_id)), room })
    }

    /// A message that was taken is committed.
    pub(crate) fn settled(&mut self, pass: Pass) {
        let Pass { ticket, room } = pass;
        match ticket {
            Some(ticket) => self.sequencer.committed(&ticket),
            None => self.n_unacknowledged -= 1,
        }
        self.room_taken -= room;
        self.connect_if_there_is_room();
    }

    /// What to ask of the client now. Ask again once it was [`Session::handed_over`]; what the client has no room
    /// for stays.
    pub(crate) fn next_action(&self) -> Option<Action> {
        match self.state {
            State::Connected { has_subscribed: false, .. } => return Some(Action::Subscribe),
            State::Connected { .. } | State::Subscribed | State::Leaving { has_disconnected: false, .. } => {}
            State::Unconfirmed => return Some(Action::Abandon(Complaint::Unconfirmed)),
            State::Connecting | State::Waiting { .. } | State::Leaving { .. } | State::Stopped => {
                return None;
            }
        }
        if let Some(packet_id) = self.sequencer.front_committed() {
            return Some(Action::Acknowledge(packet_id));
        }
        if let State::Leaving { .. } = self.state {
            return Some(Action::Disconnect);
        }
        let is_acknowledged = self.sequencer.n_waiting() == 0 && self.n_unsent_acks == 0;
        if !self.is_overflowed || !is_acknowledged {
            return None;
        }
        match self.farewell {
            Farewell::None => Some(Action::Subscribe),
            Farewell::Asked { .. } => None,
            Farewell::Answered => Some(Action::Abandon(Complaint::Overflowed)),
        }
    }

    /// The client took what [`Session::next_action`] asked.
    pub(crate) fn handed_over(&mut self, action: Action) {
        match (action, &mut self.state) {
            (Action::Subscribe, State::Connected { has_subscribed, .. }) if !*has_subscribed => {
                *has_subscribed = true;
                self.n_unconfirmed += 1;
            }
            (Action::Subscribe, _) => {
                self.farewell = Farewell::Asked { until: None };
                self.n_unconfirmed += 1;
            }
            (Action::Acknowledge(_), _) => {
                self.sequencer.release();
                self.n_unsent_acks += 1;
            }
            (Action::Disconnect, State::Leaving { has_disconnected, .. }) => *has_disconnected = true,
            _ => {}
        }
    }

    /// The client wrote an acknowledgement.
    pub(crate) fn ack_sent(&mut self) {
        self.n_unsent_acks = self.n_unsent_acks.saturating_sub(1);
    }

    /// The connection has ended, or could not be made. Its packet ids mean nothing any more.
    pub(crate) fn lost(&mut self, now: Uptime) {
        self.sequencer.begin_connection();
        self.n_unsent_acks = 0;
        self.is_overflowed = false;
        self.farewell = Farewell::None;
        self.n_unconfirmed = 0;
        self.state = if self.is_stopping {
            State::Stopped
        } else {
            State::Waiting { until: Some(now + self.backoff.next_delay()) }
        };
    }

    /// When to call [`Session::tick`], if nothing else happens before.
    pub(crate) const fn wake_at(&self) -> Option<Uptime> {
        match self.farewell {
            Farewell::Asked { until: None } => return Some(Uptime::ZERO),
            Farewell::Asked { until } => return until,
            Farewell::None | Farewell::Answered => {}
        }
        match self.state {
            State::Connected { until, .. } | State::Leaving { until, .. } => Some(until),
            State::Waiting { until } => until,
            _ => None,
        }
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self, now: Uptime) {
        if self.wake_at().is_none_or(|at| now < at) {
            return;
        }
        let has_heard = std::mem::take(&mut self.has_heard);
        if let Farewell::Asked { until } = &mut self.farewell {
            if has_heard || until.is_none() {
                *until = Some(now + CONFIRM_WITHIN);
            } else {
                self.farewell = Farewell::Answered;
            }
            return;
        }
        match &mut self.state {
            State::Connected { until, .. } if has_heard => *until = now + CONFIRM_WITHIN,
            State::Connected { .. } => self.state = State::Unconfirmed,
            State::Leaving { .. } => self.state = State::Stopped,
            State::Waiting { .. } => {
                self.state = State::Waiting { until: None };
                self.connect_if_there_is_room();
            }
            _ => {}
        }
    }

    /// Takes no more messages.
    pub(crate) fn stop(&mut self) {
        self.is_stopping = true;
        if let State::Waiting { .. } = self.state {
            self.state = State::Stopped;
        }
    }

    /// Nothing more will be settled: acknowledges the rest and says goodbye.
    pub(crate) fn finish(&mut self, now: Uptime) {
        self.is_stopping = true;
        self.farewell = Farewell::None;
        self.state = match self.state {
            State::Connected { .. } | State::Unconfirmed | State::Subscribed => {
                State::Leaving { has_disconnected: false, until: now + GOODBYE_WITHIN }
            }
            State::Connecting | State::Waiting { .. } => State::Stopped,
            State::Leaving { .. } | State::Stopped => return,
        };
    }

    #[cfg(test)]
    pub(super) const fn room_taken(&self) -> usize {
        self.room_taken
    }

    /// Where the source stands.
    pub(crate) const fn phase(&self) -> Phase {
        match self.state {
            State::Connecting => Phase::Connecting,
            State::Connected { .. } | State::Unconfirmed | State::Leaving { .. } => Phase::Connected,
            State::Subscribed => Phase::Subscribed,
            State::Waiting { .. } => Phase::Waiting,
            State::Stopped => Phase::Stopped,
        }
    }

    /// Whether [`Session::finish`] still has to be called when the worker has ended.
    pub(crate) const fn is_leaving(&self) -> bool {
        matches!(self.state, State::Leaving { .. } | State::Stopped)
    }

    /// The next connection begins with room for half of everything: for as much as a broker may send at once.
    fn connect_if_there_is_room(&mut self) {
        if self.state == (State::Waiting { until: None })
            && self.room_taken + self.limits.room / 2 <= self.limits.room
        {
            self.state = State::Connecting;
        }
    }
}

#[cfg(test)]
mod tests;
