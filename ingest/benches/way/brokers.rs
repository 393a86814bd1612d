//! The two brokers of the measurement.

use std::net::SocketAddr;

use testbed::Mosquitto;
use tokio::runtime::Runtime;

/// Which broker carries the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Debian's Mosquitto as a process of its own.
    Mosquitto,
    /// The broker of the demo, in this process.
    Embedded,
}

/// A running broker.
pub(crate) enum Broker {
    Mosquitto(Mosquitto),
    Embedded { broker: Option<ingest::broker::Broker>, runtime: Runtime },
}

impl Broker {
    pub(crate) fn start(kind: Kind) -> Self {
        match kind {
            Kind::Mosquitto => Self::Mosquitto(Mosquitto::start()),
            Kind::Embedded => {
                let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
                let any = SocketAddr::from(([127, 0, 0, 1], 0));
                let broker = runtime.block_on(ingest::broker::Broker::start(any)).unwrap();
                Self::Embedded { broker: Some(broker), runtime }
            }
        }
    }

    pub(crate) fn port(&self) -> u16 {
        match self {
            Self::Mosquitto(broker) => broker.port(),
            Self::Embedded { broker, .. } => broker.as_ref().unwrap().local_addr().port(),
        }
    }

    /// The broker's process, if it has one of its own.
    pub(crate) fn pid(&self) -> Option<u32> {
        match self {
            Self::Mosquitto(broker) => broker.pid(),
            Self::Embedded { .. } => None,
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        if let Self::Embedded { broker, runtime } = self
            && let Some(broker) = broker.take()
        {
            runtime.block_on(broker.stop());
        }
    }
}
