//! The one task that turns messages into committed rows.
//!
//! It takes whatever is queued, examines it, and commits it in one transaction; while the store writes one
//! batch, the next one is examined. A store that cannot be reached is tried again with the same messages
//! until it answers; nothing of them is acknowledged meanwhile, so the brokers hold the rest. A store that
//! was closed never answers again: the worker ends, and the sources with it.

use std::{mem, sync::Arc};

use decoders::Catalogue;
use domain::ErrorChain;
use futures::{StreamExt as _, stream::FuturesUnordered};
use store::{Outcome, Store, StoreError};
use tokio::{
    sync::{Mutex, mpsc},
    time::{Duration, Instant},
};
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::{debug, error, info, warn};

use crate::{
    delivery::{Backoff, Batch, Batches, Failure, Uptime, wake},
    metrics::Metrics,
    pipeline::{Directory, Examined, Notes, Received, examine, examine_all},
    source::Message,
};

/// How often the registry is looked at for changes; an unknown device has it looked at with each batch.
const REGISTRY_CHECK_EVERY: Duration = Duration::from_secs(1);

/// The worker.
pub(crate) struct Worker {
    pub(crate) store: Store,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) metrics: Metrics,
    pub(crate) batch_max: usize,
    pub(crate) backoff: Backoff,
    /// Cancelled: take what is queued, then end.
    pub(crate) stop: CancellationToken,
    /// Tells the sources that everything taken is settled, also if this task panics.
    pub(crate) finished: DropGuard,
}

/// A batch with the answer of the store.
type Tried = (Batch<Message>, Result<Vec<Outcome>, StoreError>);

impl Worker {
    /// Works until it is stopped and its queue is empty, until the store is closed, or until the store fails
    /// while stopping. What it takes and tries again is decided by [`Batches`].
    pub(crate) async fn run(self, mut messages: mpsc::Receiver<Message>) {
        let began = Instant::now();
        let known = Mutex::new(Known::default());
        let codecs = Arc::new(Mutex::new(()));
        let mut batches = Batches::new(self.backoff.clone());
        let mut taken = Vec::new();
        let mut in_work = FuturesUnordered::new();
        while !batches.have_ended() {
            tokio::select! {
                n = messages.recv_many(&mut taken, self.batch_max), if batches.may_begin() => {
                    if n == 0 {
                        batches.drained();
                    } else {
                        in_work.push(self.work(batches.begin(mem::take(&mut taken)), &known, &codecs));
                    }
                }
                Some((batch, answer)) = in_work.next() => match answer {
                    Ok(outcomes) => settle(&mut batches, batch, outcomes),
                    Err(error) => self.retry_later(&mut batches, batch, &error, began.elapsed()),
                },
                () = wake(began, batches.wake_at()) => {
                    if let Some(batch) = batches.due(began.elapsed()) {
                        in_work.push(self.work(batch, &known, &codecs));
                    }
                }
                () = self.stop.cancelled(), if !batches.is_stopping() => {
                    batches.stop();
                    messages.close();
                }
            }
            if batches.is_closed() {
                messages.close();
            }
        }
        info!("ingest worker ended");
        drop(in_work);
        drop(messages);
        drop(self.finished);
    }

    fn retry_later(
        &self,
        batches: &mut Batches<Message>,
        batch: Batch<Message>,
        error: &StoreError,
        now: Uptime,
    ) {
        self.metrics.commit_failures.inc();
        let failure = if matches!(error, StoreError::Closed) { Failure::Final } else { Failure::Passing };
        if failure == Failure::Final {
            error!(error = %ErrorChain(error), "commit failed for good; ingest ends");
        } else if batch.n_failures() > 0 {
            debug!(error = %ErrorChain(error), "commit failed again");
        } else if error.is_transient() {
            warn!(error = %ErrorChain(error), "commit failed; trying again, brokers hold further messages");
        } else {
            error!(error = %ErrorChain(error), "commit failed and will fail again until somebody acts");
        }
        if let Some(given_up) = batches.failed(batch, failure, now) {
            warn!(n_messages = given_up.len(), "ended without the store; messages stay with the broker");
        }
    }

    /// Examines and commits a batch. Examined anew at each try: the messages are kept, not their results, and a
    /// device may have been provisioned meanwhile.
    async fn work(&self, batch: Batch<Message>, known: &Mutex<Known>, codecs: &Arc<Mutex<()>>) -> Tried {
        let answer = self.try_commit(batch.messages(), known, codecs).await;
        (batch, answer)
    }

    async fn try_commit(
        &self,
        batch: &[Message],
        known: &Mutex<Known>,
        codecs: &Arc<Mutex<()>>,
    ) -> Result<Vec<Outcome>, StoreError> {
        let directory =
            known.lock().await.refreshed(&self.store, &self.catalogue, REGISTRY_CHECK_EVERY).await?;
        let messages = batch.iter().map(|message| &message.received).collect();
        let mut examined = examine_batch(messages, &directory, codecs).await;
        if examined.iter().any(Examined::is_unknown_device) {
            let newer = known.lock().await.refreshed(&self.store, &self.catalogue, Duration::ZERO).await?;
            if newer.version() != directory.version() {
                let unknown =
                    batch.iter().zip(&examined).filter(|(_, examined)| examined.is_unknown_device());
                let unknown = unknown.map(|(message, _)| &message.received).collect();
                let again = examine_batch(unknown, &newer, codecs).await;
                let places = examined.iter_mut().filter(|examined| examined.is_unknown_device());
                places.zip(again).for_each(|(place, again)| *place = again);
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
            self.metrics.warned(&notes.profile, warning.code(), 1);
            debug!(profile = &*notes.profile, %warning, "payload read with a warning");
        }
        if notes.n_crowded_out > 0 {
            self.metrics.warned(&notes.profile, "crowded_out", notes.n_crowded_out);
            debug!(
                profile = &*notes.profile,
                n_values = notes.n_crowded_out,
                "values of one instant left out"
            );
        }
        if notes.n_outside_mounting > 0 {
            self.metrics.warned(&notes.profile, "outside_mounting", notes.n_outside_mounting);
            debug!(
                profile = &*notes.profile,
                n_values = notes.n_outside_mounting,
                "values from before or after the device's mounting left out"
            );
        }
    }
}

/// Codecs are waited for on a thread that may wait, and for one batch at a time: two would compete for the processes.
async fn examine_batch(
    messages: Vec<&Received>,
    directory: &Arc<Directory>,
    codecs: &Arc<Mutex<()>>,
) -> Vec<Examined> {
    if !directory.runs_codecs() {
        return messages.into_iter().map(|message| examine(message, directory)).collect();
    }
    let turn = Arc::clone(codecs).lock_owned().await;
    let messages: Vec<Received> = messages.into_iter().cloned().collect();
    let directory = Arc::clone(directory);
    let examined = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        examine_all(&messages, &directory)
    });
    examined.await.unwrap_or_else(|ended| std::panic::resume_unwind(ended.into_panic()))
}

/// Tells everybody concerned.
fn settle(batches: &mut Batches<Message>, batch: Batch<Message>, outcomes: Vec<Outcome>) {
    if batch.n_failures() > 0 {
        info!(n_tries = batch.n_failures(), "the store accepts messages again");
    }
    for (message, outcome) in batches.committed(batch).into_iter().zip(outcomes) {
        message.settle(outcome);
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
    async fn refreshed(
        &mut self,
        store: &Store,
        catalogue: &Catalogue,
        every: Duration,
    ) -> Result<Arc<Directory>, StoreError> {
        if self.checked_at.is_none_or(|at| at.elapsed() >= every) {
            if self.checked_at.is_none() || store.registry_version().await? != self.directory.version() {
                self.directory =
                    Arc::new(Directory::new(store.registry().await?, catalogue, Arc::clone(store.quality())));
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
    use tokio::{
        sync::{Semaphore, oneshot},
        time::timeout,
    };

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
            catalogue: Arc::default(),
            store: store.clone(),
            metrics: metrics.clone(),
            batch_max: 1,
            backoff: Backoff::new(1),
            stop: CancellationToken::new(),
            finished: finish.clone().drop_guard(),
        };
        store.close().await.unwrap();
        let tally = Tally::new(metrics.source(&"city".into()));
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        let message = Message {
            received: Received {
                source: "city".into(),
                protocol: Protocol::Chirpstack,
                topic: "application/a/device/b/event/up".into(),
                body: Body::new("{}".into(), 100),
                received_at: Timestamp::UNIX_EPOCH,
                retry_of: None,
            },
            receipt: Receipt::Reply(oneshot::channel().0, place),
            in_flight: tally.received(Redelivery::Expected),
        };
        messages.try_send(message).unwrap();
        let ended = timeout(Duration::from_secs(30), worker.run(queue)).await;
        assert!(ended.is_ok(), "still trying");
        assert!(finish.is_cancelled(), "the sources were not told");
        assert!(messages.is_closed(), "webhooks would wait for ever");
        assert_eq!((tally.counts().n_superseded, metrics.commit_failures.get()), (1, 1));
    }
}
