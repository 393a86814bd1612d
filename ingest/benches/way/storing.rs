//! The program's own way: decode, commit, acknowledge.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::SystemClock;
use ingest::{Config, Ingest, Metrics, Phase, Protocol, SourceConfig};
use jiff::tz::TimeZone;
use store::Store;
use tokio_util::sync::CancellationToken;

use crate::{
    brokers::{Broker, Kind},
    load::{self, Load},
    publisher,
};

/// The time from the first publish until the last message was committed, and from then until all buckets were current.
pub(crate) fn run(kind: Kind, load: &Load) -> (Duration, Duration) {
    let broker = Broker::start(kind);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(store_all(broker.port(), load))
}

#[expect(clippy::disallowed_methods, reason = "a measurement")]
async fn store_all(port: u16, load: &Load) -> (Duration, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let store = Store::open(store::Config { path: folder.path().join("city.sqlite"), zone }).await.unwrap();
    store.import_devices(load::devices()).await.unwrap();
    let source = SourceConfig::new(Protocol::Chirpstack, format!("mqtt://127.0.0.1:{port}").parse().unwrap());
    let config = Config { sources: [("city".to_owned(), source)].into(), ..Config::default() };
    let metrics = Metrics::register(&prometheus::Registry::new()).unwrap();
    let stop = CancellationToken::new();
    let ingest = Ingest::start(config, store.clone(), Arc::new(SystemClock), &metrics, stop).unwrap();
    let handle = ingest.handle();
    while handle.source_states().iter().any(|source| source.phase != Phase::Subscribed) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let n = u64::try_from(load.len()).unwrap();
    let began = Instant::now();
    let committed = std::thread::scope(|scope| {
        scope.spawn(|| publisher::publish(port, load));
        while handle.counts().values().map(ingest::Counts::n_settled).sum::<u64>() < n {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        began.elapsed()
    });
    store.settle().await.unwrap();
    let settled = began.elapsed().saturating_sub(committed);
    let n_stored: u64 = store
        .accounting()
        .await
        .unwrap()
        .rows
        .iter()
        .filter(|row| row.outcome == "stored")
        .map(|row| row.n)
        .sum();
    assert_eq!(n_stored, n, "every uplink must be stored");
    ingest.stop().await;
    store.close().await.unwrap();
    (committed, settled)
}
