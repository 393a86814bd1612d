//! The two brokers of the measurement.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;
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
    Mosquitto { child: Child, port: u16, _folder: TempDir },
    Embedded { broker: Option<ingest::broker::Broker>, runtime: Runtime },
}

impl Broker {
    pub(crate) fn start(kind: Kind) -> Self {
        match kind {
            Kind::Mosquitto => mosquitto(),
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
            Self::Mosquitto { port, .. } => *port,
            Self::Embedded { broker, .. } => broker.as_ref().unwrap().local_addr().port(),
        }
    }

    /// The broker's process, if it has one of its own.
    pub(crate) fn pid(&self) -> Option<u32> {
        match self {
            Self::Mosquitto { child, .. } => Some(child.id()),
            Self::Embedded { .. } => None,
        }
    }
}

fn mosquitto() -> Broker {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let settings = folder.path().join("mosquitto.conf");
    let text = format!(
        "listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 1000000\nmax_inflight_messages 1000\n\
         set_tcp_nodelay true\nlog_dest none\n"
    );
    std::fs::write(&settings, text).unwrap();
    let child = Command::new("/usr/sbin/mosquitto")
        .arg("-c")
        .arg(&settings)
        .stderr(Stdio::null())
        .spawn()
        .expect("Mosquitto is needed: `cargo xtask services` installs it");
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::yield_now();
    }
    Broker::Mosquitto { child, port, _folder: folder }
}

impl Drop for Broker {
    fn drop(&mut self) {
        match self {
            Self::Mosquitto { child, .. } => {
                let _ = child.kill();
                let _ = child.wait();
            }
            Self::Embedded { broker, runtime } => {
                if let Some(broker) = broker.take() {
                    runtime.block_on(broker.stop());
                }
            }
        }
    }
}
