//! An MQTT broker inside the program, for demonstrations and tests: loopback only, memory only.
//!
//! Why this one and how it sits behind an interface of our own: docs/adr/0005-embedded-broker.md.

use std::{fmt, net::SocketAddr, time::Duration};

use mqtt5::broker::{
    BrokerConfig, BrokerShutdownHandle, MqttBroker,
    config::{AuthConfig, StorageBackend, StorageConfig},
};
use tokio::{task::JoinHandle, time::timeout};
use tracing::warn;

/// Messages and bytes the broker keeps for one absent client.
const QUEUED_MESSAGES_MAX: usize = 100_000;
const QUEUED_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Messages a client may hold without having confirmed them. As many as an ingest source takes: with the broker's
/// own default of 20 each commit would hold 20 messages.
const IN_FLIGHT_MAX: u16 = 1000;
/// Longest wait for the broker to start or to stop.
const WITHIN: Duration = Duration::from_secs(5);

/// A running broker. Dropping it stops it without waiting.
pub struct Broker {
    local_addr: SocketAddr,
    shutdown: BrokerShutdownHandle,
    task: JoinHandle<()>,
}

/// Why there is no broker.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// It would let anybody in from the network.
    #[error(
        "the embedded broker knows no passwords and listens on loopback only: found `{0}`, expected 127.0.0.1 or [::1]"
    )]
    NotLoopback(SocketAddr),
    /// Somebody else has the port.
    #[error(
        "port {} is in use: stop the other broker, or choose another port (0 takes any free one)",
        .0.port()
    )]
    PortInUse(SocketAddr),
    /// The address cannot be used for another reason.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// As asked for.
        address: SocketAddr,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It did not come up.
    #[error("the embedded broker did not start within 5 s")]
    NotReady,
}

impl Broker {
    /// Starts a broker for MQTT 3.1.1 and 5 and returns when it takes connections. Port 0 takes any free
    /// port; see [`Broker::local_addr`].
    pub async fn start(address: SocketAddr) -> Result<Self, BrokerError> {
        if !address.ip().is_loopback() {
            return Err(BrokerError::NotLoopback(address));
        }
        // The broker's own error carries no kind, so the port is tried first. Between the two somebody
        // may still take it; then the general error says so in the broker's words.
        match std::net::TcpListener::bind(address) {
            Ok(listener) => drop(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                return Err(BrokerError::PortInUse(address));
            }
            Err(error) => return Err(BrokerError::Listen { address, source: error.into() }),
        }
        let mut broker = MqttBroker::with_config(settings(address))
            .await
            .map_err(|error| BrokerError::Listen { address, source: error.into() })?;
        let local_addr = broker.local_addr().ok_or(BrokerError::NotReady)?;
        let shutdown = broker.shutdown_handle();
        let mut ready = broker.ready_receiver();
        let task = tokio::spawn(async move {
            if let Err(error) = broker.run().await {
                warn!(%error, "embedded broker ended");
            }
        });
        let broker = Self { local_addr, shutdown, task };
        match timeout(WITHIN, ready.wait_for(|ready| *ready)).await {
            Ok(Ok(_)) => Ok(broker),
            _ => Err(BrokerError::NotReady),
        }
    }

    /// Where it listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Disconnects all clients and stops.
    pub async fn stop(mut self) {
        self.shutdown.shutdown();
        if timeout(WITHIN, &mut self.task).await.is_err() {
            warn!("embedded broker did not stop in time");
        }
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broker").field("local_addr", &self.local_addr).finish_non_exhaustive()
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.shutdown.shutdown();
        self.task.abort();
    }
}

fn settings(address: SocketAddr) -> BrokerConfig {
    BrokerConfig::default()
        .with_bind_addresses(vec![address])
        .with_max_outbound_inflight(IN_FLIGHT_MAX)
        .with_auth(AuthConfig::new().with_allow_anonymous(true))
        .with_storage(
            StorageConfig::new()
                .with_backend(StorageBackend::Memory)
                .with_max_queued_messages_per_client(QUEUED_MESSAGES_MAX)
                .with_max_queued_bytes_per_client(QUEUED_BYTES_MAX),
        )
        .with_sys_topics_enabled(false)
}
