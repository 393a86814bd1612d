//! The yardstick: a subscriber that only counts.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use ingest::{Protocol, SourceConfig};
use rumqttc::v5::{
    AsyncClient, Event, MqttOptions,
    mqttbytes::{QoS, v5::Packet},
};

use crate::{
    brokers::{Broker, Kind},
    load::Load,
    processor::Seconds,
    publisher::{self, thread},
};

/// The time from the first publish until the last message was counted, and the processor time of each.
#[expect(clippy::disallowed_methods, reason = "a measurement")]
pub(crate) fn run(kind: Kind, load: &Load) -> (Duration, String) {
    let broker = Broker::start(kind);
    let port = broker.port();
    let (ready, subscribed) = mpsc::channel();
    let n = load.len();
    let (counted, all_counted) = mpsc::channel();
    // The counter waits for `seen` to go, so that its thread is still there when its time is read.
    let (seen, wait) = mpsc::channel::<()>();
    let counter = thread("counter", move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(count(port, n, ready));
        counted.send(()).unwrap();
        let _ = wait.recv();
    });
    subscribed.recv().unwrap();
    let before = Seconds::now(broker.pid(), None);
    let began = Instant::now();
    let result = publisher::while_publishing(port, load, || {
        all_counted.recv().unwrap();
        (began.elapsed(), Seconds::now(broker.pid(), None).line(&before, n))
    });
    drop(seen);
    counter.join().unwrap();
    result
}

/// The same window and packet limit as the program's own sources.
async fn count(port: u16, n: usize, ready: mpsc::Sender<()>) {
    let url = format!("mqtt://127.0.0.1:{port}").parse().unwrap();
    let window = SourceConfig::new(Protocol::Chirpstack, url).window;
    let mut options = MqttOptions::new("counter", "127.0.0.1", port);
    options
        .set_clean_start(false)
        .set_session_expiry_interval(Some(3600))
        .set_receive_maximum(Some(window))
        .set_max_packet_size(Some(4 * 1024 * 1024))
        .set_outgoing_inflight_upper_limit(100);
    let mut network = rumqttc::NetworkOptions::new();
    network.set_tcp_nodelay(true);
    options.set_network_options(network);
    let (client, mut events) = AsyncClient::new(options, 16);
    client.subscribe("application/+/device/+/event/+", QoS::AtLeastOnce).await.unwrap();
    let mut n_counted = 0;
    while n_counted < n {
        match events.poll().await.unwrap() {
            Event::Incoming(Packet::SubAck(_)) => ready.send(()).unwrap(),
            Event::Incoming(Packet::Publish(_)) => n_counted += 1,
            _ => {}
        }
    }
}
