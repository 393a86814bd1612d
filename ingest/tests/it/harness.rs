//! An ingest with a store in a folder of its own, and a publisher.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use decoders::Catalogue;
use domain::{Channel, DevEui, ManualClock, ObservedProperty, TimeRange};
use ingest::{Config, Handle, Ingest, Metrics, Phase, Protocol, SourceConfig};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rumqttc::v5::{
    AsyncClient, Event, MqttOptions,
    mqttbytes::{QoS, v5::Packet},
};
use store::{Interval, NewDevice, Outcome, Store};
use tempfile::TempDir;
use tokio::{
    runtime::Runtime,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// When all tests take place.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";

/// Longest wait for anything that must happen.
const LIMIT: Duration = Duration::from_secs(30);

/// Waits until the condition holds; fails after [`LIMIT`].
pub(crate) async fn eventually(what: &str, condition: impl AsyncFn() -> bool) {
    let holds = async {
        while !condition().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(timeout(LIMIT, holds).await.is_ok(), "not within {LIMIT:?}: {what}");
}

/// The database, living longer than any ingest that works with it.
pub(crate) struct City {
    pub(crate) store: Store,
    dir: TempDir,
}

impl City {
    /// A city with one thermometer (Cayenne LPP) for each DevEUI.
    pub(crate) async fn new(devices: &[&str]) -> Self {
        let dir = TempDir::new().unwrap();
        let config =
            store::Config::sqlite(dir.path().join("city.db"), TimeZone::get("Europe/Berlin").unwrap());
        let city = Self { store: Store::open(config).await.unwrap(), dir };
        for eui in devices {
            city.provision(eui).await;
        }
        city
    }

    /// Puts up one thermometer.
    pub(crate) async fn provision(&self, eui: &str) {
        let device = NewDevice {
            dev_eui: eui.parse().unwrap(),
            profile: "mydevices/cayenne-lpp".to_owned(),
            params: None,
            expected_interval: Interval::Given(SignedDuration::from_mins(10)),
            since: None,
            thing_name: format!("Thermometer {eui}"),
            description: String::new(),
            position: None,
            channel_names: vec![(Channel::number(1), "Dach".to_owned())],
        };
        self.store.import_devices(vec![device]).await.unwrap();
    }

    /// Keeps everybody from writing until the connection is dropped: commits wait, then fail.
    pub(crate) fn lock_database(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.dir.path().join("city.db")).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        connection
    }

    /// All stored temperatures in tenths of a degree, sorted.
    pub(crate) async fn temperatures(&self) -> Vec<i64> {
        let now: Timestamp = NOW.parse().unwrap();
        let day = SignedDuration::from_hours(24 * 40);
        let range = TimeRange::new(now - day, now + day).unwrap();
        let mut values = Vec::new();
        for datastream in self.store.datastreams(None).await.unwrap() {
            assert_eq!(datastream.property, ObservedProperty::AirTemperature);
            let mut after = None;
            loop {
                let page = self.store.observations(datastream.id, range, after, 10_000).await.unwrap();
                values.extend(page.items.iter().map(|item| {
                    #[expect(clippy::cast_possible_truncation, reason = "tenths of a degree")]
                    let tenths = (item.value.as_number().unwrap() * 10.0).round() as i64;
                    tenths
                }));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        values.sort_unstable();
        values
    }

    /// How often each outcome was counted in the store, as `outcome/reason`.
    pub(crate) async fn outcomes(&self) -> BTreeMap<String, u64> {
        let mut outcomes = BTreeMap::new();
        for row in self.store.accounting().await.unwrap().rows {
            if row.n > 0 {
                *outcomes.entry(format!("{}/{}", row.outcome, row.reason)).or_default() += row.n;
            }
        }
        outcomes
    }

    /// Starts an ingest with one source named `city`.
    pub(crate) fn ingest(&self, source: SourceConfig) -> Running {
        let config = Config { sources: [("city".to_owned(), source)].into(), ..Config::default() };
        Running::start(config, self.store.clone())
    }
}

/// An ingest on a runtime of its own, so that it can end as in a crash.
pub(crate) struct Running {
    pub(crate) handle: Handle,
    ingest: Ingest,
    registry: prometheus::Registry,
    runtime: Runtime,
}

impl Running {
    pub(crate) fn start(config: Config, store: Store) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
        let registry = prometheus::Registry::new();
        let metrics = Metrics::register(&registry).unwrap();
        let ingest = {
            let _inside = runtime.enter();
            Ingest::start(
                config,
                store,
                Arc::new(Catalogue::built_in().clone()),
                clock,
                &metrics,
                CancellationToken::new(),
            )
            .unwrap()
        };
        Self { handle: ingest.handle(), ingest, registry, runtime }
    }

    /// Waits until all sources are subscribed.
    pub(crate) async fn subscribed(&self) {
        eventually("subscribed", async || {
            self.handle.source_states().iter().all(|state| state.phase == Phase::Subscribed)
        })
        .await;
    }

    /// Leaves a session with a subscription at the broker.
    pub(crate) async fn stop_once_subscribed(self) {
        self.subscribed().await;
        self.stop().await;
    }

    /// Ends all its tasks where they are.
    pub(crate) fn crash(self) {
        drop(self.ingest);
        self.runtime.shutdown_background();
    }

    /// Stops as the program does.
    pub(crate) async fn stop(self) {
        let stopped = self.runtime.spawn(self.ingest.stop());
        stopped.await.unwrap();
        self.runtime.shutdown_background();
    }

    /// The sum of a counter over all its labels.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        let families = self.registry.gather();
        let family = families.iter().find(|family| family.name() == name);
        let metrics = family.into_iter().flat_map(prometheus::proto::MetricFamily::get_metric);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of messages")]
        metrics.map(|metric| metric.get_counter().get_value() as u64).sum()
    }

    /// Settled messages of the source `city` with this outcome.
    pub(crate) fn n(&self, outcome: Outcome) -> u64 {
        self.counts().outcomes.get(&outcome).copied().unwrap_or(0)
    }

    /// The counts of the source `city`, which must add up at any moment.
    pub(crate) fn counts(&self) -> ingest::Counts {
        let counts = self.handle.counts().remove("city").unwrap_or_default();
        let sum = counts.n_settled() + counts.n_in_flight + counts.n_dropped_qos0 + counts.n_superseded;
        assert_eq!(counts.n_received, sum, "{counts:?}");
        counts
    }

    /// Waits until this many messages of the source `city` are settled.
    pub(crate) async fn settled(&self, n: u64) {
        eventually(&format!("{n} messages settled"), async || self.counts().n_settled() >= n).await;
    }
}

/// A ChirpStack source at a broker on this machine.
pub(crate) fn chirpstack_at(port: u16) -> SourceConfig {
    SourceConfig::new(Protocol::Chirpstack, format!("mqtt://127.0.0.1:{port}").parse().unwrap())
}

/// Publishes with QoS 1 and returns when the broker has confirmed every message.
pub(crate) async fn publish(port: u16, messages: Vec<(String, Vec<u8>)>) {
    publish_at(port, QoS::AtLeastOnce, messages).await;
}

/// Publishes with the given quality of service; with QoS 0 returns when everything is written.
pub(crate) async fn publish_at(port: u16, qos: QoS, messages: Vec<(String, Vec<u8>)>) {
    let mut options = MqttOptions::new(format!("publisher-{port}"), "127.0.0.1", port);
    options.set_max_packet_size(Some(1 << 26)).set_outgoing_inflight_upper_limit(100);
    let n = messages.len();
    let (client, mut event_loop) = AsyncClient::new(options, 10);
    let sender = tokio::spawn(async move {
        for (topic, payload) in messages {
            client.publish(topic, qos, false, payload).await.unwrap();
        }
        client
    });
    let mut n_done = 0;
    let done = async {
        while n_done < n {
            match event_loop.poll().await.unwrap() {
                Event::Incoming(Packet::PubAck(_)) => n_done += 1,
                Event::Outgoing(rumqttc::Outgoing::Publish(_)) if qos == QoS::AtMostOnce => n_done += 1,
                _ => {}
            }
        }
    };
    timeout(LIMIT, done).await.expect("the broker confirms what is published");
    let client = sender.await.unwrap();
    client.try_disconnect().unwrap();
    while event_loop.poll().await.is_ok() {}
}

/// The DevEUI as a type, for filters.
pub(crate) fn eui(text: &str) -> DevEui {
    text.parse().unwrap()
}
