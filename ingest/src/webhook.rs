//! Messages that come by HTTP: the same way into the store, the answer after the commit.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use domain::Clock;
use store::Outcome;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    envelope::Protocol,
    error::IngestError,
    metrics::{Counts, Metrics, Redelivery, Tally},
    pipeline::{Body, Received},
    source::{Message, Receipt, SourceName},
};

/// The HTTP side of the ingest.
#[derive(Debug)]
pub(crate) struct Webhooks {
    messages: mpsc::Sender<Message>,
    stop: CancellationToken,
    places: Arc<Semaphore>,
    message_bytes_max: usize,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    tallies: Mutex<BTreeMap<SourceName, Tally>>,
}

impl Webhooks {
    pub(crate) fn new(
        messages: mpsc::Sender<Message>,
        stop: CancellationToken,
        clock: Arc<dyn Clock>,
        metrics: Metrics,
        config: &Config,
    ) -> Self {
        Self {
            messages,
            stop,
            places: Arc::new(Semaphore::new(config.webhook_waiting_max)),
            message_bytes_max: config.message_bytes_max,
            clock,
            metrics,
            tallies: Mutex::default(),
        }
    }

    pub(crate) async fn accept(
        &self,
        source: &str,
        protocol: Protocol,
        path: &str,
        body: Bytes,
    ) -> Result<Outcome, IngestError> {
        if self.stop.is_cancelled() {
            return Err(IngestError::Stopping);
        }
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| IngestError::Busy)?;
        let (name, tally) = self.tally(source);
        let (reply, outcome) = oneshot::channel();
        let message = Message {
            received: Received {
                source: name,
                protocol,
                topic: path.into(),
                body: Body::new(body, self.message_bytes_max),
                received_at: self.clock.now(),
                retry_of: None,
            },
            receipt: Receipt::Reply(reply, place),
            in_flight: tally.received(Redelivery::Expected),
        };
        // There is a place in the channel for each that may wait, so a failure means that the worker has stopped. If the request
        // goes away while waiting, the message is stored all the same.
        self.messages.try_send(message).map_err(|_| IngestError::Stopping)?;
        outcome.await.map_err(|_| IngestError::Stopping)
    }

    pub(crate) fn counts(&self) -> BTreeMap<SourceName, Counts> {
        self.tallies().iter().map(|(name, tally)| (Arc::clone(name), tally.counts())).collect()
    }

    fn tally(&self, source: &str) -> (SourceName, Tally) {
        let mut tallies = self.tallies();
        if let Some((name, tally)) = tallies.get_key_value(source) {
            return (Arc::clone(name), tally.clone());
        }
        let name: SourceName = source.into();
        let tally = Tally::new(self.metrics.source(&name));
        tallies.insert(Arc::clone(&name), tally.clone());
        (name, tally)
    }

    fn tallies(&self) -> MutexGuard<'_, BTreeMap<SourceName, Tally>> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
