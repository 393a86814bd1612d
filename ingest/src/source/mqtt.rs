//! One MQTT source: polls its broker, hands messages over, acknowledges what is committed.
//!
//! What is decided stands in [`Session`]; this task carries it out. What only a task can get wrong:
//!
//! - Acknowledgements and the end of a connection are handled by this one task, so none can slip onto the
//!   next connection.
//! - The task never waits for anything but its broker: messages go into a channel with room for all
//!   that may be taken, passes come back through another.
//! - The poll future is polled until it gives an event, for it may hold half a packet. It is dropped
//!   before that only with its connection. A message that was half read then is not acknowledged.

use std::{error::Error, future::Future, pin::pin, sync::Arc};

use bytes::Bytes;
use domain::{Clock, ErrorChain};
use tokio::{sync::mpsc, task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, debug, info, info_span, warn};

use super::{Message, Receipt, SharedState, SourceName, mqtt3, mqtt5};
use crate::{
    config::{Config, SourceConfig},
    delivery::{Action, Backoff, Limits, Pass, Phase, Session, Uptime, Verdict, wake},
    envelope::Protocol,
    metrics::{Redelivery, Tally},
    pipeline::{Body, Received},
};

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

/// How much of the source may be in work.
pub(crate) fn limits(config: &SourceConfig, ingest: &Config) -> Limits {
    Limits::new(ingest.message_bytes_max, config.buffer_bytes, config.unacknowledged_max)
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
    let limits = limits(config, ingest);
    let (settled, passes) = mpsc::channel(limits.n_places());
    let source = Source {
        topics: config.topic_filters(),
        message_bytes_max: ingest.message_bytes_max,
        protocol: config.protocol,
        session: Session::new(limits, Backoff::new(seed)),
        phase: Phase::Connecting,
        began: Instant::now(),
        passes,
        settled,
        environment,
        name: Arc::clone(name),
    };
    let span = info_span!("source", name = %name);
    let client_id = config.client_id(name);
    match config.protocol {
        Protocol::Chirpstack => {
            let (requests, connection) = mqtt5::connect(&client_id, config, tls);
            tokio::spawn(source.run(requests, connection).instrument(span))
        }
        Protocol::TheThingsStack => {
            let (requests, connection) = mqtt3::connect(&client_id, config, tls);
            tokio::spawn(source.run(requests, connection).instrument(span))
        }
    }
}

struct Source {
    name: SourceName,
    protocol: Protocol,
    topics: Vec<String>,
    message_bytes_max: usize,
    session: Session,
    /// As last told to [`SharedState`].
    phase: Phase,
    began: Instant,
    /// Passes of committed messages, and the sender that goes along with each message.
    passes: mpsc::Receiver<Pass>,
    settled: mpsc::Sender<Pass>,
    environment: Environment,
}

impl Source {
    async fn run<R: Requests, C: Connection>(mut self, requests: R, mut connection: C) {
        loop {
            self.tell_phase();
            match self.phase {
                Phase::Stopped => return,
                Phase::Waiting => self.wait().await,
                Phase::Connecting | Phase::Connected | Phase::Subscribed => {
                    match self.next_event(&requests, &mut connection).await {
                        Ok(Some(event)) => self.handle(event, &mut connection),
                        Ok(None) => {}
                        Err(failure) => self.end_connection(&mut connection, &failure),
                    }
                }
            }
        }
    }

    /// Polls until the next event; sends acknowledgements meanwhile. `None` if the source has stopped.
    async fn next_event<R: Requests, C: Connection>(
        &mut self,
        requests: &R,
        connection: &mut C,
    ) -> Result<Option<Event>, PollError> {
        let finish = self.environment.finish.clone();
        let mut finished = pin!(finish.cancelled());
        let mut poll = pin!(connection.poll());
        loop {
            // Under load there is always an event, so what else may have happened is looked at first.
            self.look_around();
            self.act(requests)?;
            if self.session.phase() == Phase::Stopped {
                return Ok(None);
            }
            let wake = wake(self.began, self.session.wake_at());
            tokio::select! {
                biased;
                event = &mut poll => return event.map(Some),
                Some(pass) = self.passes.recv() => self.session.settled(pass),
                () = &mut finished, if !self.session.is_leaving() => {}
                () = wake => {}
            }
        }
    }

    /// Waits until the next connection may be tried, or until the source stops.
    async fn wait(&mut self) {
        let (stop, finish) = (&self.environment.stop_taking, &self.environment.finish);
        tokio::select! {
            () = stop.cancelled() => self.session.stop(),
            () = finish.cancelled() => {}
            // Of earlier connections: they give back their room.
            Some(pass) = self.passes.recv() => self.session.settled(pass),
            () = wake(self.began, self.session.wake_at()) => {}
        }
        self.look_around();
    }

    fn look_around(&mut self) {
        // Looked at before the passes: once this is so, all of them are there.
        let is_finished = self.environment.finish.is_cancelled();
        while let Ok(pass) = self.passes.try_recv() {
            self.session.settled(pass);
        }
        if is_finished && !self.session.is_leaving() {
            self.session.finish(self.uptime());
        }
        if self.session.wake_at().is_some() {
            self.session.tick(self.uptime());
        }
    }

    /// Carries out what the session asks, as far as the client has room.
    fn act<R: Requests>(&mut self, requests: &R) -> Result<(), PollError> {
        while let Some(action) = self.session.next_action() {
            let is_taken = match action {
                Action::Subscribe => requests.try_subscribe(&self.topics),
                Action::Acknowledge(packet_id) => requests.try_ack(packet_id),
                Action::Disconnect => requests.try_disconnect(),
                Action::Abandon(complaint) => return Err(complaint.into()),
            };
            if !is_taken {
                break; // the next event is a request leaving the queue
            }
            self.session.handed_over(action);
        }
        Ok(())
    }

    fn handle<C: Connection>(&mut self, event: Event, connection: &mut C) {
        match event {
            Event::Publish(publish) => self.take(publish),
            Event::AckSent => self.session.ack_sent(),
            Event::Connected { has_session } => {
                info!(has_session, "connected to broker");
                self.session.connected(self.uptime());
            }
            Event::Subscribed => self.session.subscribed(),
            Event::SubscriptionRefused(refused) if !self.session.is_leaving() => {
                self.end_connection(connection, &refused.into());
            }
            Event::SubscriptionRefused(_) | Event::Other => {}
        }
    }

    /// Hands a message to the worker, if the session takes it.
    fn take(&mut self, publish: Publish) {
        let now = self.environment.clock.now();
        self.environment.state.heard(now);
        if self.environment.stop_taking.is_cancelled() {
            self.session.stop();
        }
        let redelivery = match publish.packet_id {
            None => Redelivery::Never,
            Some(_) => Redelivery::Expected,
        };
        let in_flight = self.environment.tally.received(redelivery);
        let n_bytes = Body::n_bytes_kept(publish.payload.len(), self.message_bytes_max);
        let pass = match self.session.published(publish.packet_id, n_bytes) {
            Verdict::Take(pass) => pass,
            Verdict::LetGo | Verdict::Lose => return, // counted as such by `in_flight`
        };
        let message = Message {
            received: Received {
                source: Arc::clone(&self.name),
                protocol: self.protocol,
                topic: publish.topic,
                body: Body::new(publish.payload, self.message_bytes_max),
                received_at: now,
                retry_of: None,
            },
            receipt: Receipt::Source(pass, self.settled.clone()),
            in_flight,
        };
        // There is a place for all that may be taken; the channel is closed once the worker stops, and then
        // the message is delivered again, or counted as lost (QoS 0).
        if self.environment.messages.try_send(message).is_err() {
            debug!("message given up: the worker has stopped");
        }
    }

    /// Closes the books of a connection.
    fn end_connection<C: Connection>(&mut self, connection: &mut C, failure: &PollError) {
        if self.session.is_leaving() {
            debug!(error = %ErrorChain(failure.as_ref()), "broker closed the connection after the goodbye");
        } else {
            let text = ErrorChain(failure.as_ref()).to_string();
            warn!(error = %text, "connection to broker lost");
            self.environment.state.fail(text, self.environment.clock.now());
            self.phase = Phase::Waiting;
        }
        // Messages read from the old connection but not yet reported: they are stored, for the broker may
        // have lost our session or never send them again (QoS 0), but they cannot be acknowledged.
        for publish in connection.abandon() {
            self.take(publish);
        }
        self.session.lost(self.uptime());
    }

    fn tell_phase(&mut self) {
        let phase = self.session.phase();
        if phase != self.phase {
            self.phase = phase;
            self.environment.state.enter(phase, self.environment.clock.now());
        }
    }

    fn uptime(&self) -> Uptime {
        self.began.elapsed()
    }
}
