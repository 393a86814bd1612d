//! The program's own way: decode, commit, acknowledge.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::SystemClock;
use ingest::{Config, Ingest, Metrics, Phase, Protocol, SourceConfig};
use tokio_util::sync::CancellationToken;

use crate::{
    brokers::{Broker, Kind},
    decoding::Decoding,
    load::{self, Load},
    place::{self, Place},
    processor::Seconds,
    publisher,
};

/// What a turn took.
#[derive(Debug)]
pub(crate) struct Turn {
    /// From the first publish until the last message was committed.
    pub(crate) committed: Duration,
    /// From then until all buckets were current.
    pub(crate) settled: Duration,
    /// Processor time of each message until it was committed, and how many shared a commit.
    pub(crate) processor: String,
}

/// Sends the load through the program's own way.
pub(crate) fn run(kind: Kind, store: place::Kind, decoding: Decoding, load: &Load) -> Turn {
    let broker = Broker::start(kind);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("ingest-rt").build().unwrap();
    let place = Place::new(store);
    runtime.block_on(store_all(&broker, &place, decoding, load))
}

#[expect(clippy::disallowed_methods, reason = "a measurement")]
async fn store_all(broker: &Broker, place: &Place, decoding: Decoding, load: &Load) -> Turn {
    let port = broker.port();
    let store = place.open().await;
    store.import_devices(load::devices(decoding.profile())).await.unwrap();
    let source = SourceConfig::new(Protocol::Chirpstack, format!("mqtt://127.0.0.1:{port}").parse().unwrap());
    let config = Config { sources: [("city".to_owned(), source)].into(), ..Config::default() };
    let registry = prometheus::Registry::new();
    let metrics = Metrics::register(&registry).unwrap();
    let stop = CancellationToken::new();
    let ingest = Ingest::start(
        config,
        store.clone(),
        Arc::new(decoding.catalogue()),
        Arc::new(SystemClock),
        &metrics,
        stop,
    )
    .unwrap();
    let handle = ingest.handle();
    while handle.source_states().iter().any(|source| source.phase != Phase::Subscribed) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let n = u64::try_from(load.len()).unwrap();
    let before = Seconds::now(broker.pid(), place.server_folder());
    let began = Instant::now();
    let (committed, processor) = publisher::while_publishing(port, load, || {
        while handle.counts().values().map(ingest::Counts::n_settled).sum::<u64>() < n {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        (began.elapsed(), Seconds::now(broker.pid(), place.server_folder()).line(&before, load.len()))
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
    let processor = format!("{processor}; {:.0} messages a batch", mean_batch(&registry));
    Turn { committed, settled, processor }
}

/// Messages committed together, on average.
fn mean_batch(registry: &prometheus::Registry) -> f64 {
    let families = registry.gather();
    let batches = families.iter().find(|family| family.name().ends_with("batch_messages")).unwrap();
    let histogram = batches.get_metric()[0].get_histogram();
    histogram.get_sample_sum() / histogram.get_sample_count() as f64
}
