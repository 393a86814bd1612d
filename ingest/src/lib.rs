//! From the broker to the store: MQTT and HTTP sources, envelopes, the pipeline, quarantine.
//!
//! The promise: every message the broker handed to us and we acknowledged is stored once and counted
//! once, over any crash of ours. So a message is acknowledged only after the commit that contains it, and
//! whatever comes twice has the same identity twice.
//!
//! ```text
//! source::mqtt ─┐                                              ┌─ acknowledge, in order
//!               ├─ bounded channel ─ worker ─ pipeline ─ store ─┤
//! webhook ──────┘                    (batch)  (pure)   (commit) └─ answer the request
//! ```
//!
//! What sources and worker decide stands in `delivery`, pure; what a message means stands in [`pipeline`], pure too.

pub mod broker;
pub mod config;
mod delivery;
pub mod envelope;
pub mod error;
pub mod metrics;
pub mod pipeline;
pub mod quarantine;
pub mod redecode;
mod source;
pub mod time;
mod webhook;
mod worker;

use std::{
    collections::BTreeMap,
    hash::{BuildHasher as _, RandomState},
    sync::Arc,
};

use decoders::Catalogue;
use domain::Clock;
use store::Store;
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

pub use config::{BrokerUrl, Config, SourceConfig};
pub use delivery::Phase;
pub use envelope::Protocol;
pub use error::{ConfigError, IngestError};
pub use metrics::{Counts, Metrics};
pub use quarantine::{RetryReport, retry_quarantine};
pub use redecode::{RedecodeError, RedecodeReport, Selection, redecode};
pub use source::{
    SourceState,
    probe::{Answer, Grant, Limits, ProbeError, Refused, probe},
};

use delivery::Backoff;
use metrics::Tally;
use source::{SharedState, SourceName, mqtt};
use webhook::Webhooks;
use worker::Worker;

/// The running ingest: one task per source and one worker.
#[derive(Debug)]
pub struct Ingest {
    handle: Handle,
    sources: Vec<JoinHandle<()>>,
    worker: JoinHandle<()>,
    stop: CancellationToken,
    stop_within: std::time::Duration,
}

/// Access to the running ingest; cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle {
    sources: Arc<BTreeMap<SourceName, (SharedState, Tally)>>,
    webhooks: Arc<Webhooks>,
}

impl Ingest {
    /// Checks the settings, then starts all sources and the worker on the current tokio runtime.
    ///
    /// It stops when `shutdown` is cancelled: what was taken is committed and acknowledged, the rest stays
    /// with the brokers. [`Ingest::stop`] does the same and waits for it.
    #[expect(clippy::needless_pass_by_value, reason = "the caller is done with its settings and its token")]
    pub fn start(
        config: Config,
        store: Store,
        catalogue: Arc<Catalogue>,
        clock: Arc<dyn Clock>,
        metrics: &Metrics,
        shutdown: CancellationToken,
    ) -> Result<Self, ConfigError> {
        config.check()?;
        // Whatever can fail comes before the first task, so that an error leaves none behind.
        let tls = config.tls()?;
        let random = RandomState::new();
        let n_places: usize =
            config.sources.values().map(|source| mqtt::limits(source, &config).n_places()).sum();
        let (messages, queue) = mpsc::channel(n_places + config.webhook_waiting_max);
        // A parent cancels its children, not the other way round: stopping us does not stop the program.
        let stop = shutdown.child_token();
        let finish = CancellationToken::new();
        let mut states = BTreeMap::new();
        let mut sources = Vec::new();
        for ((name, source), tls) in config.sources.iter().zip(tls) {
            let name: SourceName = name.as_str().into();
            let source_metrics = metrics.source(&name);
            metrics.bounded(&name, source.messages_in_work_max());
            let tally = Tally::new(source_metrics.clone());
            let state = SharedState::new(Arc::clone(&name), source.protocol, clock.now(), source_metrics);
            states.insert(Arc::clone(&name), (state.clone(), tally.clone()));
            let environment = mqtt::Environment {
                messages: messages.clone(),
                clock: Arc::clone(&clock),
                stop_taking: stop.clone(),
                finish: finish.clone(),
                tally,
                state,
            };
            let seed = random.hash_one(&name);
            sources.push(mqtt::start(&name, source, tls, &config, environment, seed));
        }
        let worker = Worker {
            store,
            catalogue,
            metrics: metrics.clone(),
            batch_max: config.batch_max,
            backoff: Backoff::new(random.hash_one("worker")),
            stop: stop.clone(),
            finished: finish.drop_guard(),
        };
        let worker = tokio::spawn(worker.run(queue));
        let webhooks = Webhooks::new(messages, stop.clone(), clock, metrics.clone(), &config);
        let handle = Handle { sources: Arc::new(states), webhooks: Arc::new(webhooks) };
        info!(n_sources = sources.len(), "ingest started");
        Ok(Self { handle, sources, worker, stop, stop_within: config.stop_within })
    }

    /// Access for webhooks, health checks and metrics.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Stops taking messages, commits and acknowledges what was taken, disconnects. After the configured
    /// limit the rest is given up; the brokers deliver it again.
    pub async fn stop(self) {
        self.stop.cancel();
        let mut tasks = self.sources;
        tasks.push(self.worker);
        let aborts: Vec<_> = tasks.iter().map(JoinHandle::abort_handle).collect();
        let all = async {
            for task in tasks {
                if let Err(error) = task.await {
                    warn!(%error, "ingest task ended badly");
                }
            }
        };
        if timeout(self.stop_within, all).await.is_err() {
            warn!("ingest did not stop in time; messages not committed stay with the brokers");
            for task in aborts {
                task.abort();
            }
        }
    }
}

impl Handle {
    /// Takes a message that came by HTTP and answers once it is committed.
    ///
    /// `source` names the webhook in accounting and metrics (a configured name, no source's and never one
    /// from the request), `path` is the request's path with query:
    /// ChirpStack says there what kind of event it is (`?event=up`). A message that is not readable is
    /// stored too, in quarantine, so `Ok` means that the sender is done with it. After `Err` nothing is
    /// stored and the sender should try again (HTTP 503).
    pub async fn accept(
        &self,
        source: &str,
        protocol: Protocol,
        path: &str,
        body: bytes::Bytes,
    ) -> Result<store::Outcome, IngestError> {
        self.webhooks.accept(source, protocol, path, body).await
    }

    /// How each MQTT source is doing, by name.
    pub fn source_states(&self) -> Vec<SourceState> {
        self.sources.values().map(|(state, _)| state.get()).collect()
    }

    /// What became of the messages of each source since the start of the process, webhooks included.
    pub fn counts(&self) -> BTreeMap<Arc<str>, Counts> {
        let mqtt = self.sources.iter().map(|(name, (_, tally))| (Arc::clone(name), tally.counts()));
        self.webhooks.counts().into_iter().chain(mqtt).collect()
    }
}
