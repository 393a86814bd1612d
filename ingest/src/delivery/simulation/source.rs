//! One round of a source, in place of its task.

use super::{
    broker::{Broker, EventNo, ToBroker, ToClient},
    client::Polled,
    process::{Message, Process},
    store::Store,
    turn::{Published, Turn},
};
use crate::{
    delivery::{Action, Phase, Verdict, session::Complaint},
    metrics::Redelivery,
};

impl Process {
    /// One round of a source: what else may have happened, what the session asks, one event of the connection.
    pub(super) fn step_source(
        &mut self,
        no: usize,
        broker: &mut Broker,
        store: &Store,
        published: &[Published],
        turn: &mut Turn<'_>,
    ) -> bool {
        let now = self.uptime(turn);
        let source = &mut self.sources[no];
        if source.session.phase() == Phase::Stopped {
            return false;
        }
        let is_finished = self.is_finished;
        let n = source.passes.len();
        // A channel may show less than was put into it a moment ago.
        let n_taken = if is_finished { n } else { turn.dice.between(0, n) };
        for (pass, entry) in source.passes.drain(..n_taken) {
            source.session.settled(pass);
            source.oracle.returned(entry);
        }
        if is_finished && !source.session.is_leaving() {
            source.session.finish(now);
            source.oracle.stops();
        }
        if self.is_stopping && source.session.phase() == Phase::Waiting {
            source.session.stop();
        }
        let is_woken = source.session.wake_at().is_some_and(|at| at <= now);
        source.session.tick(now);
        source.oracle.check_room(source.session.room_taken());
        assert!(
            source.session.phase() != Phase::Subscribed || broker.is_cut() || broker.keeps(),
            "thinks it is subscribed and is not"
        );
        let mut is_done = n_taken > 0 || is_woken;
        while let Some(action) = source.session.next_action() {
            let is_taken = match action {
                Action::Subscribe => source.client.request(ToBroker::Subscribe),
                Action::Acknowledge(id) => source.client.request(ToBroker::Ack(id)),
                Action::Disconnect => source.client.request(ToBroker::Disconnect),
                Action::Abandon(complaint) => {
                    turn.tell(|| format!("source {no} abandons: {complaint}"));
                    assert!(
                        complaint != Complaint::Overflowed || !source.client.has_unsent_acks(),
                        "left with acknowledgements on the way: the same messages would come for ever"
                    );
                    self.end_connection(no, broker, store, published, turn);
                    return true;
                }
            };
            if !is_taken {
                break;
            }
            is_done = true;
            turn.tell(|| format!("source {no}: {action:?}"));
            match action {
                Action::Acknowledge(id) => {
                    let event = source.oracle.acknowledges(id);
                    store.check_committed(event);
                }
                Action::Disconnect => source.oracle.disconnects(),
                Action::Subscribe | Action::Abandon(_) => {}
            }
            source.session.handed_over(action);
        }
        if matches!(source.session.phase(), Phase::Waiting | Phase::Stopped) {
            return is_done;
        }
        match source.client.poll(broker, turn) {
            Polled::Pending => return is_done,
            Polled::Sent(ToBroker::Ack(_)) => source.session.ack_sent(),
            Polled::Sent(_) => {}
            Polled::Received(ToClient::Connack { has_session }) => {
                turn.tell(|| format!("source {no} connected, session {has_session}"));
                source.session.connected(now);
            }
            Polled::Received(ToClient::Suback { is_granted: true }) => source.session.subscribed(),
            Polled::Received(ToClient::Suback { .. }) if source.session.is_leaving() => {}
            Polled::Received(ToClient::Suback { .. }) | Polled::Failed => {
                self.end_connection(no, broker, store, published, turn);
            }
            Polled::Received(ToClient::Publish { packet_id, event }) => {
                self.take(no, packet_id, event, published, turn);
            }
        }
        true
    }

    fn take(
        &mut self,
        no: usize,
        packet_id: Option<u16>,
        event: EventNo,
        published: &[Published],
        turn: &mut Turn<'_>,
    ) {
        let source = &mut self.sources[no];
        if self.is_stopping {
            source.session.stop();
            source.oracle.stops();
        }
        let n_bytes = published[event].n_bytes;
        let redelivery = if packet_id.is_some() { Redelivery::Expected } else { Redelivery::Never };
        let in_flight = source.tally.received(redelivery);
        let verdict = source.session.published(packet_id, n_bytes);
        turn.tell(|| format!("source {no} received {event} as {packet_id:?}: {verdict:?}"));
        let pass = match (verdict, packet_id) {
            (Verdict::Take(pass), _) => pass,
            (Verdict::LetGo, Some(packet_id)) => return source.oracle.let_go(packet_id, event, n_bytes),
            (Verdict::Lose, None) => return source.oracle.lost(),
            (verdict, _) => panic!("{verdict:?} for a message with packet id {packet_id:?}"),
        };
        let entry = source.oracle.taken(packet_id, event, n_bytes);
        source.oracle.check_room(source.session.room_taken());
        if self.is_queue_closed {
            source.oracle.given_up(entry);
            return;
        }
        assert!(self.queue.len() < self.queue_max, "no place for a message");
        self.queue.push_back(Message { source: no, event, pass, entry, in_flight });
    }

    fn end_connection(
        &mut self,
        no: usize,
        broker: &mut Broker,
        store: &Store,
        published: &[Published],
        turn: &mut Turn<'_>,
    ) {
        turn.tell(|| format!("source {no}: the connection has ended"));
        // What was written may still arrive.
        broker.cut(turn, |event| store.check_committed(event));
        for (packet_id, event) in self.sources[no].client.abandon(broker) {
            self.take(no, packet_id, event, published, turn);
        }
        let now = self.uptime(turn);
        let source = &mut self.sources[no];
        source.session.lost(now);
        source.oracle.connection_ended();
        source.oracle.check_room(source.session.room_taken());
    }
}
