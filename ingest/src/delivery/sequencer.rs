//! Which acknowledgements may be sent: in the order of receipt, on the connection they belong to.
//!
//! MQTT demands acknowledgements in the order in which the messages came (MQTT 3.1.1, 4.6.0-2), while a
//! batch may be committed at any time. And a packet id means something only on the connection that carried
//! it: after a reconnect the same number names another message, so an old acknowledgement would confirm a
//! message nobody has stored.

use std::collections::VecDeque;

/// The place of one message in the order of receipt, counted over all connections. Whoever commits the message
/// gives it back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ticket(u64);

/// Holds back acknowledgements until all messages received before have been committed.
#[derive(Debug, Default)]
pub(crate) struct AckSequencer {
    /// Place of the front slot. No message of an earlier connection has this place or a later one.
    first_place: u64,
    slots: VecDeque<Slot>,
}

#[derive(Debug)]
struct Slot {
    packet_id: u16,
    is_committed: bool,
}

impl AckSequencer {
    /// Notes a message received now.
    pub(crate) fn received(&mut self, packet_id: u16) -> Ticket {
        let ticket = Ticket(self.first_place + self.slots.len() as u64);
        self.slots.push_back(Slot { packet_id, is_committed: false });
        ticket
    }

    /// Notes that the message of this ticket is committed. A ticket of an earlier connection changes nothing.
    pub(crate) fn committed(&mut self, ticket: &Ticket) {
        if let Some(index) = ticket.0.checked_sub(self.first_place)
            && let Some(slot) = usize::try_from(index).ok().and_then(|index| self.slots.get_mut(index))
        {
            slot.is_committed = true;
        }
    }

    /// The packet id that may be acknowledged next.
    pub(crate) fn front_committed(&self) -> Option<u16> {
        self.slots.front().filter(|slot| slot.is_committed).map(|slot| slot.packet_id)
    }

    /// Takes out the message whose acknowledgement is on its way: the one of [`AckSequencer::front_committed`].
    pub(crate) fn release(&mut self) {
        if self.slots.pop_front_if(|slot| slot.is_committed).is_some() {
            self.first_place += 1;
        }
    }

    /// Begins a new connection: the broker delivers again whatever it saw no acknowledgement for.
    pub(crate) fn begin_connection(&mut self) {
        self.first_place += self.slots.len() as u64;
        self.slots.clear();
    }

    /// Messages received on this connection and not yet released.
    pub(crate) fn n_waiting(&self) -> usize {
        self.slots.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All packet ids that may be acknowledged now, taken out.
    fn released(sequencer: &mut AckSequencer) -> Vec<u16> {
        let next = || {
            let id = sequencer.front_committed();
            sequencer.release();
            id
        };
        std::iter::from_fn(next).collect()
    }

    /// What this commit releases.
    fn commit(sequencer: &mut AckSequencer, ticket: &Ticket) -> Vec<u16> {
        sequencer.committed(ticket);
        released(sequencer)
    }

    #[test]
    fn acknowledgements_wait_for_the_message_before() {
        let mut sequencer = AckSequencer::default();
        let first = sequencer.received(11);
        let second = sequencer.received(12);
        assert_eq!(commit(&mut sequencer, &second), [0_u16; 0]);
        assert_eq!(commit(&mut sequencer, &first), [11, 12]);
        assert_eq!(sequencer.n_waiting(), 0);
    }

    #[test]
    fn an_acknowledgement_of_an_earlier_connection_is_dropped() {
        let mut sequencer = AckSequencer::default();
        let old = sequencer.received(1);
        sequencer.begin_connection();
        let new = sequencer.received(1);
        assert_eq!(commit(&mut sequencer, &old), [0_u16; 0]);
        assert_eq!(commit(&mut sequencer, &new), [1]);
    }

    #[test]
    fn a_ticket_given_back_twice_releases_once() {
        let mut sequencer = AckSequencer::default();
        let ticket = sequencer.received(5);
        assert_eq!(commit(&mut sequencer, &ticket), [5]);
        assert_eq!(commit(&mut sequencer, &ticket), [0_u16; 0]);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Receive,
        Commit(prop::sample::Index),
        Reconnect,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            5 => Just(Step::Receive),
            5 => any::<prop::sample::Index>().prop_map(Step::Commit),
            1 => Just(Step::Reconnect),
        ]
    }

    proptest! {
        /// A model in plain lists: the released packet ids of each connection are exactly the longest
        /// prefix of its received messages that is committed.
        #[test]
        fn released_is_the_longest_committed_prefix_of_each_connection(steps in prop::collection::vec(step(), 0..200)) {
            let mut sequencer = AckSequencer::default();
            let mut tickets = Vec::new(); // all that were ever given, with connection and place
            let mut connection = 0;
            let mut received: Vec<(u16, bool)> = Vec::new(); // of this connection
            let mut released: Vec<u16> = Vec::new(); // of this connection
            for (n, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Receive => {
                        let packet_id = u16::try_from(n + 1).unwrap();
                        tickets.push((connection, received.len(), sequencer.received(packet_id)));
                        received.push((packet_id, false));
                    }
                    Step::Commit(index) if !tickets.is_empty() => {
                        let (of, place, ticket) = index.get(&tickets);
                        released.extend(commit(&mut sequencer, ticket));
                        if *of == connection {
                            received[*place].1 = true;
                        }
                    }
                    Step::Commit(_) => {}
                    Step::Reconnect => {
                        sequencer.begin_connection();
                        connection += 1;
                        received.clear();
                        released.clear();
                    }
                }
                let prefix: Vec<u16> =
                    received.iter().take_while(|(_, committed)| *committed).map(|(id, _)| *id).collect();
                prop_assert_eq!(&released, &prefix);
                prop_assert_eq!(sequencer.n_waiting(), received.len() - prefix.len());
            }
        }
    }
}
