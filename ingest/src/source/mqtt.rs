//! One MQTT source: polls its broker, hands messages over, acknowledges what is committed.
//!
//! The rules that keep a message from being lost or confirmed too early:
//!
//! - A message is acknowledged after its commit, in the order of receipt, on the connection that carried
//!   it ([`AckSequencer`]).
//! - Acknowledgements and the end of a connection are handled by this one task, so none can slip onto the
//!   next connection.
//! - The task never waits for anything but its broker: messages go into a channel with room for all
//!   that may be taken, acknowledgements come back through another.
//! - Back-pressure is not acknowledging. The broker keeps the rest (`receive_maximum`), the connection
//!   stays alive.
//! - The poll future is polled until it gives an event, for it may hold half a packet. It is dropped
//!   before that in two places: where the connection is given up because the subscription is not
//!   confirmed, and where the source stops. A message that was half read then is not acknowledged.

use std::{collections::VecDeque, error::Error, future::Future, pin::pin, sync::Arc, time::Duration};

use bytes::Bytes;
use domain::{Clock, ErrorChain};
use jiff::Timestamp;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, debug, info, info_span, warn};

use super::{Committed, Message, Phase, Receipt, SharedState, SourceName, mqtt3, mqtt5};
use crate::{
    backoff::Backoff,
    config::{Config, SourceConfig},
    envelope::Protocol,
    metrics::{Redelivery, Tally},
    pipeline::{Body, Received},
    window::AckSequencer,
};

/// Longest wait for the broker's answer to a subscription.
const SUBACK_WITHIN: Duration = Duration::from_secs(10);
/// Longest wait for the last acknowledgements and the DISCONNECT to go out and the broker to close.
const DISCONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Most units of room: what a semaphore's permits can count, 1 TiB.
const ROOM_MAX: usize = u32::MAX as usize;

/// What a connection reports, whatever the MQTT version.
#[derive(Debug)]
pub(super) enum Event {
    Connected { has_session: bool },
    Subscribed,
    SubscriptionRefused(SubscriptionRefused),
    Publish(Publish),
    AckSent,
    Other,
}

/// An incoming message; `packet_id` is `None` for QoS 0.
#[derive(Debug)]
pub(super) struct Publish {
    pub(super) topic: Arc<str>,
    pub(super) payload: Bytes,
    pub(super) packet_id: Option<u16>,
}

/// The broker refuses to deliver what we ask for.
#[derive(Debug, thiserror::Error)]
#[error("broker refuses the subscription to `{filters}`: {codes}")]
pub(super) struct SubscriptionRefused {
    pub(super) filters: String,
    pub(super) codes: String,
}

#[derive(Debug, thiserror::Error)]
#[error("broker did not confirm the subscription within 10 s")]
struct SubscriptionUnanswered;

pub(super) type PollError = Box<dyn Error + Send + Sync>;

/// The receiving half of an MQTT client.
pub(super) trait Connection: Send + 'static {
    /// Waits for the next event; connects first if there is no connection.
    fn poll(&mut self) -> impl Future<Output = Result<Event, PollError>> + Send;

    /// Ends the connection without a word and gives the messages that were read from it but not yet
    /// reported. Whoever left them in the client would meet them on the next connection.
    fn abandon(&mut self) -> Vec<Publish>;
}

/// The sending half. Never waits: `false` means that there is no room for the request now.
pub(super) trait Requests: Send + 'static {
    fn try_subscribe(&self, filters: &[String]) -> bool;
    fn try_ack(&self, packet_id: u16) -> bool;
    fn try_disconnect(&self) -> bool;
}

/// What ties a source to the rest of the ingest.
pub(crate) struct Environment {
    pub(crate) messages: mpsc::Sender<Message>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Cancelled: take no more messages.
    pub(crate) stop_taking: CancellationToken,
    /// Cancelled: everything taken is settled; acknowledge and disconnect.
    pub(crate) finish: CancellationToken,
    pub(crate) tally: Tally,
    pub(crate) state: SharedState,
}

/// The unit in which room for messages is counted, in bytes.
const ROOM_UNIT: usize = 256;

/// Room for messages with acknowledgement, in units of [`ROOM_UNIT`]: at least two of the largest. Two, because
/// after a reconnect the broker delivers the unacknowledged messages again while their first copies may still be
/// on their way to the store.
fn room(config: &SourceConfig, ingest: &Config) -> usize {
    let needed = 2 * units(ingest.message_bytes_max);
    needed.max(config.buffer_bytes / ROOM_UNIT).min(ROOM_MAX)
}

/// Units a message takes; two for its topic and its places in the queues, so that many empty ones are bounded too.
const fn units(n_bytes: usize) -> usize {
    2 + n_bytes.div_ceil(ROOM_UNIT)
}

/// Most messages of a source on their way at once: places it needs in the message channel.
pub(crate) fn n_places(config: &SourceConfig, ingest: &Config) -> usize {
    room(config, ingest) + usize::from(config.unacknowledged_max)
}

/// Starts the source's task.
pub(crate) fn start(
    name: &SourceName,
    config: &SourceConfig,
    tls: Option<rustls::ClientConfig>,
    ingest: &Config,
    environment: Environment,
    seed: u64,
) -> JoinHandle<()> {
    let room = room(config, ingest);
    let (committed, acks) = mpsc::channel(room);
    let source = Source {
        topics: config.topic_filters(),
        room_for_window: u32::try_from(room / 2).unwrap_or(u32::MAX),
        room: Arc::new(Semaphore::new(room)),
        unacknowledged_slots: Arc::new(Semaphore::new(config.unacknowledged_max.into())),
        message_bytes_max: ingest.message_bytes_max,
        protocol: config.protocol,
        sequencer: AckSequencer::default(),
        released: VecDeque::new(),
        n_unsent_acks: 0,
        is_overflowed: false,
        committed,
        backoff: Backoff::new(seed),
        environment,
        name: Arc::clone(name),
    };
    let span = info_span!("source", name = %name);
    let client_id = config.client_id(name);
    match config.protocol {
        Protocol::Chirpstack => {
            let (requests, connection) = mqtt5::connect(&client_id, config, tls);
            tokio::spawn(source.run(requests, connection, acks).instrument(span))
        }
        Protocol::TheThingsStack => {
            let (requests, connection) = mqtt3::connect(&client_id, config, tls);
            tokio::spawn(source.run(requests, connection, acks).instrument(span))
        }
    }
}

struct Source {
    name: SourceName,
    protocol: Protocol,
    topics: Vec<String>,
    message_bytes_max: usize,
    /// Room for messages with acknowledgement, in units of [`ROOM_UNIT`].
    room: Arc<Semaphore>,
    /// What a new connection needs before it begins.
    room_for_window: u32,
    unacknowledged_slots: Arc<Semaphore>,
    sequencer: AckSequencer,
    /// Acknowledgements that may be sent but found no room yet.
    released: VecDeque<u16>,
    /// Acknowledgements handed to the client and not yet on the wire.
    n_unsent_acks: usize,
    /// The broker sent more than the window on this connection; see [`Source::take`].
    is_overflowed: bool,
    committed: mpsc::Sender<Committed>,
    backoff: Backoff,
    environment: Environment,
}

enum Step {
    Event(Event),
    Failed(PollError),
    Finish,
}

impl Source {
    async fn run<R: Requests, C: Connection>(
        mut self,
        requests: R,
        mut connection: C,
        mut acks: mpsc::Receiver<Committed>,
    ) {
        let mut suback_until = None;
        loop {
            let failure: PollError =
                match self.step(&requests, &mut connection, &mut acks, suback_until).await {
                    Step::Finish => break,
                    Step::Failed(error) => error,
                    Step::Event(Event::Connected { has_session }) => {
                        info!(has_session, "connected to broker");
                        self.environment.state.enter(Phase::Connected, self.environment.clock.now());
                        // On every connection: a broker that lost our session would otherwise send nothing.
                        requests.try_subscribe(&self.topics);
                        suback_until = Some(Instant::now() + SUBACK_WITHIN);
                        continue;
                    }
                    Step::Event(Event::Subscribed) => {
                        suback_until = None;
                        self.backoff.reset();
                        self.environment.state.enter(Phase::Subscribed, self.environment.clock.now());
                        continue;
                    }
                    Step::Event(Event::SubscriptionRefused(refused)) => refused.into(),
                    Step::Event(Event::Publish(publish)) => {
                        self.take(publish);
                        continue;
                    }
                    Step::Event(Event::AckSent) => {
                        self.n_unsent_acks = self.n_unsent_acks.saturating_sub(1);
                        continue;
                    }
                    Step::Event(Event::Other) => continue,
                };
            suback_until = None;
            self.end_connection(&mut connection, &failure);
            if self.wait_to_reconnect(&mut acks).await {
                self.environment.state.enter(Phase::Stopped, self.environment.clock.now());
                return;
            }
        }
        self.finish(&requests, &mut connection, &mut acks).await;
    }

    /// Polls until the next event; sends acknowledgements meanwhile.
    async fn step<R: Requests, C: Connection>(
        &mut self,
        requests: &R,
        connection: &mut C,
        acks: &mut mpsc::Receiver<Committed>,
        suback_until: Option<Instant>,
    ) -> Step {
        // Under load there is always an event, so what else may have happened is looked at first.
        if self.environment.finish.is_cancelled() {
            return Step::Finish;
        }
        while let Ok(committed) = acks.try_recv() {
            self.released.extend(self.sequencer.committed(&committed.ticket));
        }
        self.send_released(requests);
        if suback_until.is_some_and(|until| Instant::now() >= until) {
            return Step::Failed(SubscriptionUnanswered.into());
        }
        if self.is_overflowed && self.sequencer.n_waiting() == 0 && self.n_unsent_acks == 0 {
            return Step::Failed("broker sent more messages than the window allows".into());
        }
        let finish = self.environment.finish.clone();
        let mut finished = pin!(finish.cancelled());
        let mut poll = pin!(connection.poll());
        loop {
            tokio::select! {
                biased;
                event = &mut poll => return event.map_or_else(Step::Failed, Step::Event),
                Some(committed) = acks.recv() => {
                    self.released.extend(self.sequencer.committed(&committed.ticket));
                    self.send_released(requests);
                }
                () = &mut finished => return Step::Finish,
                () = sleep_until(suback_until.unwrap_or_else(Instant::now)), if suback_until.is_some() => {
                    return Step::Failed(SubscriptionUnanswered.into());
                }
            }
        }
    }

    /// Hands a message to the worker.
    ///
    /// A broker that keeps to the window always finds room. Not every broker does: MQTT 3.1.1 has no
    /// window, and Mosquitto 2.0.11 answers each acknowledgement with a whole window of queued messages.
    /// Such a one is told in the only way there is: from the first message without room on, all further
    /// ones of this connection are let go, what was taken is acknowledged, and a new connection brings
    /// the rest again.
    fn take(&mut self, publish: Publish) {
        let now = self.environment.clock.now();
        self.environment.state.heard(now);
        let Some(packet_id) = publish.packet_id else {
            match Arc::clone(&self.unacknowledged_slots).try_acquire_owned() {
                Ok(slot) => {
                    let body = Body::new(publish.payload, self.message_bytes_max);
                    self.hand_over(publish.topic, body, Receipt::None, slot, now);
                }
                Err(_) => self.environment.tally.dropped_qos0(),
            }
            return;
        };
        let body = Body::new(publish.payload, self.message_bytes_max);
        let units = u32::try_from(units(body.n_bytes_kept())).unwrap_or(u32::MAX);
        let slot = match Arc::clone(&self.room).try_acquire_many_owned(units) {
            Ok(slot) if !self.is_overflowed && !self.environment.stop_taking.is_cancelled() => slot,
            result => {
                self.is_overflowed |= result.is_err();
                drop(self.environment.tally.received(Redelivery::Expected));
                return;
            }
        };
        let ticket = self.sequencer.received(packet_id);
        let receipt = Receipt::Ack(ticket, self.committed.clone());
        self.hand_over(publish.topic, body, receipt, slot, now);
    }

    fn hand_over(
        &self,
        topic: Arc<str>,
        body: Body,
        receipt: Receipt,
        slot: OwnedSemaphorePermit,
        received_at: Timestamp,
    ) {
        let redelivery = match receipt {
            Receipt::None => Redelivery::Never,
            Receipt::Ack(..) | Receipt::Reply(_) => Redelivery::Expected,
        };
        let message = Message {
            received: Received {
                source: Arc::clone(&self.name),
                protocol: self.protocol,
                topic,
                body,
                received_at,
                retry_of: None,
            },
            receipt,
            in_flight: self.environment.tally.received(redelivery),
            slot,
        };
        // There is a place for every unit of room; the channel is closed once the worker stops, and then the
        // message is delivered again, or counted as lost (QoS 0).
        if self.environment.messages.try_send(message).is_err() {
            debug!("message given up: the worker has stopped");
        }
    }

    fn send_released<R: Requests>(&mut self, requests: &R) {
        while let Some(&packet_id) = self.released.front() {
            if !requests.try_ack(packet_id) {
                return; // the next event is a request leaving the queue
            }
            self.released.pop_front();
            self.n_unsent_acks += 1;
        }
    }

    /// Closes the books of a connection: its packet ids mean nothing any more.
    fn end_connection<C: Connection>(&mut self, connection: &mut C, failure: &PollError) {
        let now = self.environment.clock.now();
        let text = ErrorChain(failure.as_ref()).to_string();
        warn!(error = %text, "connection to broker lost");
        self.environment.state.fail(text, now);
        // Messages read from the old connection but not yet reported: they are stored, for the broker may
        // have lost our session or never send them again (QoS 0), but they cannot be acknowledged.
        for publish in connection.abandon() {
            self.take(publish);
        }
        self.sequencer.begin_connection();
        self.released.clear();
        self.n_unsent_acks = 0;
        self.is_overflowed = false;
    }

    /// Waits out the delay and until there is room for a whole window again. Says whether to stop.
    async fn wait_to_reconnect(&mut self, acks: &mut mpsc::Receiver<Committed>) -> bool {
        let until = Instant::now() + self.backoff.next_delay();
        let stop = self.environment.stop_taking.clone();
        let finish = self.environment.finish.clone();
        let free = Arc::clone(&self.room);
        let room = async {
            sleep_until(until).await;
            let _ = free.acquire_many(self.room_for_window).await;
        };
        let mut room = pin!(room);
        loop {
            tokio::select! {
                () = stop.cancelled() => return true,
                () = finish.cancelled() => return true,
                () = &mut room => break,
                // Acknowledgements of the old connection: taking them frees their slots.
                Some(_) = acks.recv() => {}
            }
        }
        self.environment.state.enter(Phase::Connecting, self.environment.clock.now());
        false
    }

    /// Acknowledges what was committed last and says goodbye.
    async fn finish<R: Requests, C: Connection>(
        &mut self,
        requests: &R,
        connection: &mut C,
        acks: &mut mpsc::Receiver<Committed>,
    ) {
        while let Ok(committed) = acks.try_recv() {
            self.released.extend(self.sequencer.committed(&committed.ticket));
        }
        if !matches!(self.environment.state.get().phase, Phase::Connected | Phase::Subscribed) {
            self.environment.state.enter(Phase::Stopped, self.environment.clock.now());
            return;
        }
        let goodbye = async {
            let mut is_requested = false;
            loop {
                self.send_released(requests);
                is_requested = is_requested || (self.released.is_empty() && requests.try_disconnect());
                // Read on until the broker closes: a socket closed with unread data is reset, and a reset
                // takes the last acknowledgements with it.
                if connection.poll().await.is_err() {
                    return;
                }
            }
        };
        if timeout(DISCONNECT_WITHIN, goodbye).await.is_err() {
            debug!("broker did not take the goodbye in time");
        }
        self.environment.state.enter(Phase::Stopped, self.environment.clock.now());
    }
}
