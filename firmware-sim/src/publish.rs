//! Brings messages to an MQTT broker, at least once.

use std::{sync::Arc, time::Duration};

use domain::{Secret, Truncated};
use rumqttc::{
    NetworkOptions, TlsConfiguration, Transport,
    tokio_rustls::rustls::ClientConfig,
    v5::{
        AsyncClient, Event, EventLoop, MqttOptions,
        mqttbytes::{
            QoS,
            v5::{Packet, PubAckReason},
        },
    },
};
use tokio::{sync::watch, task::JoinHandle, time::Instant};

use crate::Message;

/// How to reach the broker.
#[derive(Clone, Debug)]
pub struct PublisherOptions {
    /// Host name or address.
    pub host: String,
    /// Port; 0 is none.
    pub port: u16,
    /// MQTT client id. A broker disconnects a client when another one comes with the same id.
    pub client_id: String,
    /// User name and password.
    pub credentials: Option<(String, Secret)>,
    /// TLS; `None` is plain TCP.
    pub tls: Option<Arc<ClientConfig>>,
    /// For how long the broker may be away or silent before publishing fails.
    pub patience: Duration,
}

impl PublisherOptions {
    /// Plain TCP without credentials, a minute of patience.
    pub fn new(host: impl Into<String>, port: u16, client_id: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port,
            client_id: client_id.into(),
            credentials: None,
            tls: None,
            patience: Duration::from_mins(1),
        }
    }
}

/// A connection to a broker that waits for acknowledgements.
///
/// MQTT 5, quality of service 1. The publisher keeps its own outbox: whatever happens to the connection, to the
/// broker or to its memory of us, the messages handed over since the last complete acknowledgement are sent
/// again over a new connection, in their order. A message may therefore arrive twice, and none is missing once
/// [`Publisher::publish_all`] has returned.
///
/// The client library's own resumption is not used: it sends what was in flight in the order of packet ids,
/// which wrap around, and drops it when the broker has forgotten the session (rumqttc 0.25).
#[derive(Debug)]
pub struct Publisher {
    options: PublisherOptions,
    connection: Connection,
}

/// Why messages did not reach the broker.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// No connection, or no acknowledgement, for as long as the options allow.
    #[error("broker `{broker}` acknowledged nothing for {seconds} s; last trouble: {trouble}")]
    Unavailable {
        /// Host and port.
        broker: String,
        /// The patience that ran out.
        seconds: u64,
        /// What the client reported last.
        trouble: Truncated,
    },
    /// The broker took a message and refused it.
    #[error("broker `{broker}` refused a message: `{reason}`")]
    Refused {
        /// Host and port.
        broker: String,
        /// The broker's reason code by its name in MQTT 5.
        reason: Truncated,
    },
}

/// Messages handed to the client at once: the outbox. All are acknowledged before the next are handed over.
const WINDOW: usize = 512;

/// Messages in flight. The client library reserves memory for every possible one, so the limit must be set.
const IN_FLIGHT: u16 = 256;

/// Largest packet we let the broker send us; we subscribe to nothing.
const MAX_PACKET: u32 = 256 * 1024;

/// Pauses between attempts to connect.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// One network connection: a client and the task that drives it until the connection breaks. Dropping it ends
/// both.
#[derive(Debug)]
struct Connection {
    client: AsyncClient,
    state: watch::Receiver<State>,
    driver: JoinHandle<()>,
}

/// What the driver has seen.
#[derive(Clone, Debug, Default)]
struct State {
    is_connected: bool,
    n_acknowledged: usize,
    refused: Option<PubAckReason>,
    /// Why the connection broke; nothing more happens on it.
    broken: Option<Truncated>,
}

impl Publisher {
    /// Connects; must be called inside a Tokio runtime.
    pub async fn connect(options: PublisherOptions) -> Result<Self, PublishError> {
        let connection = Connection::open(&options);
        let mut publisher = Self { options, connection };
        publisher.send_until_acknowledged(&[]).await?;
        Ok(publisher)
    }

    /// Publishes all messages in order and returns their number once the broker has acknowledged every one.
    ///
    /// Fails when the broker refuses a message or is away for longer than the options' patience; then part of the
    /// messages may have arrived, and publishing the same again is safe.
    pub async fn publish_all(
        &mut self,
        messages: impl IntoIterator<Item = Message>,
    ) -> Result<u64, PublishError> {
        let mut messages = messages.into_iter();
        let mut n_published = 0;
        loop {
            let window: Vec<Message> = messages.by_ref().take(WINDOW).collect();
            if window.is_empty() {
                return Ok(n_published);
            }
            self.send_until_acknowledged(&window).await?;
            n_published += window.len() as u64;
        }
    }

    /// Says good-bye and ends the connection.
    pub async fn close(mut self) {
        let goodbye = async {
            if self.connection.client.disconnect().await.is_ok() {
                // The driver ends when the connection does.
                let _ = (&mut self.connection.driver).await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(2), goodbye).await;
    }

    /// Sends a window, over new connections if need be, until one of them has acknowledged all of it.
    async fn send_until_acknowledged(&mut self, window: &[Message]) -> Result<(), PublishError> {
        let mut pause = FIRST_PAUSE;
        let deadline = Instant::now() + self.options.patience;
        loop {
            let trouble = match self.send(window).await? {
                Ok(()) => return Ok(()),
                Err(trouble) => trouble,
            };
            if Instant::now() + pause > deadline {
                return Err(self.unavailable(trouble));
            }
            tracing::warn!(broker = self.broker(), n_messages = window.len(), trouble = %trouble, "sending again");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            self.connection = Connection::open(&self.options);
        }
    }

    /// Sends a window over the present connection; the inner error is why the connection broke.
    async fn send(&mut self, window: &[Message]) -> Result<Result<(), Truncated>, PublishError> {
        let before = self.connection.state.borrow().n_acknowledged;
        for Message { topic, payload, .. } in window {
            // The queue holds a whole window, so this never waits; it fails if the driver has ended.
            let queued =
                self.connection.client.publish(topic, QoS::AtLeastOnce, false, payload.clone()).await;
            if queued.is_err() {
                break;
            }
        }
        let wanted = before + window.len();
        loop {
            let state = self.connection.state.borrow_and_update().clone();
            if let Some(reason) = state.refused {
                let reason = Truncated::new(&format!("{reason:?}"));
                return Err(PublishError::Refused { broker: self.broker(), reason });
            }
            if state.is_connected && state.n_acknowledged >= wanted {
                return Ok(Ok(()));
            }
            if let Some(trouble) = state.broken {
                return Ok(Err(trouble));
            }
            // The state changes with every acknowledgement, which renews the patience.
            let patience = self.options.patience;
            match tokio::time::timeout(patience, self.connection.state.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Ok(Err(Truncated::new("the connection ended"))),
                Err(_) => return Err(self.unavailable(Truncated::new("no answer"))),
            }
        }
    }

    fn unavailable(&self, trouble: Truncated) -> PublishError {
        PublishError::Unavailable { broker: self.broker(), seconds: self.options.patience.as_secs(), trouble }
    }

    fn broker(&self) -> String {
        format!("{}:{}", self.options.host, self.options.port)
    }
}

impl Connection {
    fn open(options: &PublisherOptions) -> Self {
        let (client, event_loop) = AsyncClient::new(mqtt_options(options), WINDOW);
        let (sender, state) = watch::channel(State::default());
        let driver = tokio::spawn(drive(event_loop, sender));
        Self { client, state, driver }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

fn mqtt_options(options: &PublisherOptions) -> MqttOptions {
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true);
    let mut mqtt = MqttOptions::new(&options.client_id, &options.host, options.port);
    mqtt.set_keep_alive(Duration::from_secs(30))
        .set_clean_start(true)
        .set_max_packet_size(Some(MAX_PACKET))
        .set_outgoing_inflight_upper_limit(IN_FLIGHT)
        .set_network_options(network);
    if let Some((user, password)) = &options.credentials {
        mqtt.set_credentials(user, password.expose());
    }
    if let Some(tls) = &options.tls {
        mqtt.set_transport(Transport::tls_with_config(TlsConfiguration::Rustls(Arc::clone(tls))));
    }
    mqtt
}

/// Does nothing but poll and note: polling must neither wait for anything else nor be interrupted.
async fn drive(mut event_loop: EventLoop, state: watch::Sender<State>) {
    loop {
        match event_loop.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => state.send_modify(|state| state.is_connected = true),
            Ok(Event::Incoming(Packet::PubAck(ack))) => state.send_modify(|state| match ack.reason {
                PubAckReason::Success | PubAckReason::NoMatchingSubscribers => state.n_acknowledged += 1,
                reason => state.refused = Some(reason),
            }),
            Ok(Event::Outgoing(rumqttc::Outgoing::Disconnect)) => return,
            Ok(_) => {}
            Err(error) => {
                state.send_modify(|state| state.broken = Some(Truncated::new(&error.to_string())));
                return;
            }
        }
    }
}
