//! The one task that turns messages into committed rows.
//!
//! It takes whatever is queued, examines it, and commits it in one transaction; while the store writes one
//! batch, the next one is examined. A store that cannot be reached is tried again with the same messages
//! until it answers; nothing of them is acknowledged meanwhile, so the brokers hold the rest. A store that
//! was closed never answers again: the worker ends, and the sources with it.

use std::{mem, sync::Arc};

use domain::ErrorChain;
use futures::{StreamExt as _, stream::FuturesUnordered};
use store::{Outcome, Store, StoreError};
use tokio::{
    sync::{Mutex, mpsc},
    time::{Duration, Instant, sleep},
};
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::{debug, error, info, warn};

use crate::{
    backoff::Backoff,
    metrics::Metrics,
    pipeline::{Directory, Examined, Notes, examine},
    source::Message,
};

/// How often the registry is looked at for changes; an unknown device has it looked at with each batch.
const REGISTRY_CHECK_EVERY: Duration = Duration::from_secs(1);
/// Batches in work: the store writes one, the next one is examined or waits for it.
const BATCHES_IN_WORK: usize = 2;

/// The worker.
pub(crate) struct Worker {
    pub(crate) store: Store,
    pub(crate) metrics: Metrics,
    pub(crate) batch_max: usize,
    pub(crate) backoff: Backoff,
    /// Cancelled: take what is queued, then end.
    pub(crate) stop: CancellationToken,
    /// Tells the sources that everything taken is settled, also if this task panics.
    pub(crate) finished: DropGuard,
}

/// A batch could not be settled: the worker cannot go on.
struct WithoutStore;

impl Worker {
    /// Works until it is stopped and its queue is empty, until the store is closed, or until the store fails
    /// while stopping.
    pub(crate) async fn run(self, mut messages: mpsc::Receiver<Message>) {
        let known = Mutex::new(Known::default());
        let mut batch = Vec::new();
        let mut in_work = FuturesUnordered::new();
        let mut is_drained = false;
        loop {
            tokio::select! {
                n = messages.recv_many(&mut batch, self.batch_max),
                    if !is_drained && in_work.len() < BATCHES_IN_WORK =>
                {
                    if n == 0 {
                        is_drained = true;
                    } else {
                        in_work.push(self.settle(mem::take(&mut batch), &known));
                    }
                }
                Some(settled) = in_work.next() => if let Err(WithoutStore) = settled {
                    // Another batch may still be written: whoever sent it must hear of it.
                    messages.close();
                    is_drained = true;
                },
                () = self.stop.cancelled(), if !messages.is_closed() => messages.close(),
                else => break,
            }
        }
        info!("ingest worker ended");
        drop(in_work);
        drop(messages);
        drop(self.finished);
    }

    /// Commits a batch and tells everybody concerned.
    async fn settle(&self, batch: Vec<Message>, known: &Mutex<Known>) -> Result<(), WithoutStore> {
        let Some(outcomes) = self.commit(&batch, known).await else {
            warn!(n_messages = batch.len(), "ended without the store; messages stay with the broker");
            return Err(WithoutStore);
        };
        for (message, outcome) in batch.into_iter().zip(outcomes) {
            message.settle(outcome);
        }
        Ok(())
    }

    /// Commits the batch, trying until it succeeds. `None` if the store is closed, or fails while stopping.
    async fn commit(&self, batch: &[Message], known: &Mutex<Known>) -> Option<Vec<Outcome>> {
        let mut backoff = self.backoff.clone();
        loop {
            // Examined anew at each try: the messages are kept, not their results, and a device may have
            // been provisioned meanwhile.
            let failure = match self.try_commit(batch, known).await {
                Ok(outcomes) => {
                    if backoff.n_tries() > 0 {
                        info!(n_tries = backoff.n_tries(), "the store accepts messages again");
                    }
                    return Some(outcomes);
                }
                Err(failure) => failure,
            };
            self.metrics.commit_failures.inc();
            if matches!(failure, StoreError::Closed) {
                error!(error = %ErrorChain(&failure), "commit failed for good; ingest ends");
                return None;
            }
            if backoff.n_tries() > 0 {
                debug!(error = %ErrorChain(&failure), "commit failed again");
            } else if failure.is_transient() {
                warn!(error = %ErrorChain(&failure), "commit failed; trying again, brokers hold further messages");
            } else {
                error!(error = %ErrorChain(&failure), "commit failed and will fail again until somebody acts");
            }
            if self.stop.is_cancelled() {
                return None;
            }
            tokio::select! {
                () = sleep(backoff.next_delay()) => {}
                () = self.stop.cancelled() => {} // one last try
            }
        }
    }

    async fn try_commit(&self, batch: &[Message], known: &Mutex<Known>) -> Result<Vec<Outcome>, StoreError> {
        let directory = known.lock().await.refreshed(&self.store, REGISTRY_CHECK_EVERY).await?;
        let mut examined: Vec<_> =
            batch.iter().map(|message| examine(&message.received, &directory)).collect();
        if examined.iter().any(Examined::is_unknown_device) {
            let newer = known.lock().await.refreshed(&self.store, Duration::ZERO).await?;
            if newer.version() != directory.version() {
                for (message, examined) in batch.iter().zip(&mut examined) {
                    if examined.is_unknown_device() {
                        *examined = examine(&message.received, &newer);
                    }
                }
            }
        }
        let (arrivals, notes): (Vec<_>, Vec<_>) =
            examined.into_iter().map(|examined| (examined.arrival, examined.notes)).unzip();
        let begun_at = Instant::now();
        let outcomes = self.store.commit(arrivals).await?;
        self.metrics.commit_seconds.observe(begun_at.elapsed().as_secs_f64());
        self.metrics.batch_messages.observe(batch.len() as f64);
        for notes in notes.iter().flatten() {
            self.report(notes);
        }
        Ok(outcomes)
    }

    fn report(&self, notes: &Notes) {
        for warning in &notes.warnings {
            self.metrics.warned(notes.profile, warning.code(), 1);
            debug!(profile = notes.profile, %warning, "payload read with a warning");
        }
        if notes.n_crowded_out > 0 {
            self.metrics.warned(notes.profile, "crowded_out", notes.n_crowded_out);
            debug!(profile = notes.profile, n_values = notes.n_crowded_out, "values of one instant left out");
        }
        if notes.n_outside_mounting > 0 {
            self.metrics.warned(notes.profile, "outside_mounting", notes.n_outside_mounting);
            debug!(
                profile = notes.profile,
                n_values = notes.n_outside_mounting,
                "values from before or after the device's mounting left out"
            );
        }
    }
}

/// The devices as last read from the store.
#[derive(Default)]
struct Known {
    directory: Arc<Directory>,
    checked_at: Option<Instant>,
}

impl Known {
    /// The directory, read again if the registry has changed, unless that was looked at less than `every`
    /// ago.
    async fn refreshed(&mut self, store: &Store, every: Duration) -> Result<Arc<Directory>, StoreError> {
        if self.checked_at.is_none_or(|at| at.elapsed() >= every) {
            if self.checked_at.is_none() || store.registry_version().await? != self.directory.version() {
                self.directory = Arc::new(store.registry().await?.into());
            }
            self.checked_at = Some(Instant::now());
        }
        Ok(Arc::clone(&self.directory))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, tz::TimeZone};
    use tempfile::TempDir;
    use tokio::{sync::Semaphore, time::timeout};

    use super::*;
    use crate::{
        envelope::Protocol,
        metrics::{Redelivery, Tally},
        pipeline::{Body, Received},
        source::Receipt,
    };

    #[tokio::test]
    async fn a_closed_store_ends_the_worker_and_its_sources() {
        let dir = TempDir::new().unwrap();
        let config = store::Config::sqlite(dir.path().join("city.db"), TimeZone::UTC);
        let store = Store::open(config).await.unwrap();
        let metrics = Metrics::register(&prometheus::Registry::new()).unwrap();
        let (messages, queue) = mpsc::channel(1);
        let finish = CancellationToken::new();
        let worker = Worker {
            store: store.clone(),
            metrics: metrics.clone(),
            batch_max: 1,
            backoff: Backoff::new(1),
            stop: CancellationToken::new(),
            finished: finish.clone().drop_guard(),
        };
        store.close().await.unwrap();
        let tally = Tally::new(metrics.source(&"city".into()));
        let message = Message {
            received: Received {
                source: "city".into(),
                protocol: Protocol::Chirpstack,
                topic: "application/a/device/b/event/up".into(),
                body: Body::new("{}".into(), 100),
                received_at: Timestamp::UNIX_EPOCH,
                retry_of: None,
            },
            receipt: Receipt::None,
            in_flight: tally.received(Redelivery::Expected),
            slot: Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap(),
        };
        messages.try_send(message).unwrap();
        let ended = timeout(Duration::from_secs(30), worker.run(queue)).await;
        assert!(ended.is_ok(), "still trying");
        assert!(finish.is_cancelled(), "the sources were not told");
        assert!(messages.is_closed(), "webhooks would wait for ever");
        assert_eq!((tally.counts().n_superseded, metrics.commit_failures.get()), (1, 1));
    }
}
