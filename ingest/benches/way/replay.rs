//! Without a broker: messages in memory, examined and committed, against examined alone.

use decoders::Catalogue;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{Clock as _, SystemClock};
use ingest::{
    Protocol,
    pipeline::{Body, Directory, Received, examine},
};
use store::{Arrival, Outcome};
use tokio::sync::mpsc;

use crate::{
    decoding::Decoding,
    load::{self, Load},
    place::{Kind, Place},
};

/// Messages committed together, as by the worker.
const BATCH: usize = 1000;

/// How long the messages took to be examined alone, and until they were committed.
pub(crate) fn run(kind: Kind, load: &Load) -> (Duration, Duration) {
    let place = Place::new(kind);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(replay(&place, load))
}

#[expect(clippy::disallowed_methods, reason = "a measurement")]
async fn replay(place: &Place, load: &Load) -> (Duration, Duration) {
    let store = place.open().await;
    store.import_devices(load::devices(Decoding::Native.profile())).await.unwrap();
    let directory =
        Directory::new(store.registry().await.unwrap(), Catalogue::built_in(), Arc::clone(store.quality()));
    let messages = messages(load);

    let began = Instant::now();
    for message in &messages {
        std::hint::black_box(examine(message, &directory));
    }
    let examined = began.elapsed();

    // Two batches in work: the next one is examined while one is committed.
    let (sender, mut batches) = mpsc::channel::<Vec<Arrival>>(1);
    let began = Instant::now();
    let examining = tokio::task::spawn_blocking(move || {
        for batch in messages.chunks(BATCH) {
            let arrivals = batch.iter().map(|message| examine(message, &directory).arrival).collect();
            sender.blocking_send(arrivals).unwrap();
        }
    });
    let mut n_stored = 0;
    while let Some(batch) = batches.recv().await {
        let outcomes = store.commit(batch).await.unwrap();
        n_stored += outcomes.iter().filter(|outcome| **outcome == Outcome::Stored).count();
    }
    let committed = began.elapsed();
    examining.await.unwrap();
    assert_eq!(n_stored, load.len(), "every uplink must be stored");
    store.close().await.unwrap();
    (examined, committed)
}

fn messages(load: &Load) -> Vec<Received> {
    let received_at = SystemClock.now();
    let source: Arc<str> = "city".into();
    let message = |(topic, payload): &(String, String)| Received {
        source: Arc::clone(&source),
        protocol: Protocol::Chirpstack,
        topic: topic.as_str().into(),
        body: Body::new(payload.clone().into(), 256 * 1024),
        received_at,
        retry_of: None,
    };
    load.messages().iter().map(message).collect()
}
