//! `stadtfunk serve`: production.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use dashboard_api::{AppState, Further, SourceStatus};
use decoders::Catalogue;
use domain::{Clock, ErrorChain, SystemClock};
use ingest::{Ingest, Phase};
use store::{Location, Store, StoreError, StoreReader};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Config, Role, broken_codecs},
    doubt_metrics,
    export_job::{self, ExportJob},
    ingest_lock::IngestLock,
    machine_metrics,
    plausible_clock::{PlausibleClock, built_at},
    retention_job, shutdown, web,
};

/// Runs until SIGTERM or Ctrl-C, then ends in order within ten seconds.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    config.log.start()?;
    let stop = shutdown::on_signal()?;
    let Some(opened) = stop.run_until_cancelled(open(&config)).await else { return Ok(()) };
    let opened = opened?;
    let clock = Arc::new(PlausibleClock::new(SystemClock, built_at()));
    let city = City::start(config, opened, clock, stop.clone()).await?;
    tracing::info!(address = %city.address, "serving");
    let failed = city.until_stopped_or_failed().await;
    city.stop().await?;
    failed.map_or(Ok(()), |part| Err(anyhow::anyhow!("{part} ended by itself; see the log")))
}

/// The store as a process of this role needs it.
#[derive(Debug)]
pub(crate) enum Opened {
    /// To ingest and to read.
    ToIngest(Store, Option<IngestLock>),
    /// To read alone.
    ToRead(StoreReader),
}

/// Opens the store. A database server that does not answer yet is waited for: after a power cut, nobody knows which machine
/// starts first.
async fn open(config: &Config) -> anyhow::Result<Opened> {
    let lock = match (config.role, config.store.location()) {
        (Role::All | Role::Ingest, Location::Sqlite(path)) => Some(IngestLock::take(&path).await?),
        _ => None,
    };
    let is_server = matches!(config.store.location(), Location::Postgres { .. });
    loop {
        let opened = match config.role {
            Role::Api => config.open_reader().await.map(Opened::ToRead),
            Role::All | Role::Ingest => {
                open_to_ingest(config).await.map(|store| Opened::ToIngest(store, None))
            }
        };
        match opened {
            Ok(Opened::ToIngest(store, _)) => return Ok(Opened::ToIngest(store, lock)),
            Err(error) if is_server && error.is_transient() => {
                tracing::warn!(error = %ErrorChain(&error), "the store does not answer, trying again");
                tokio::time::sleep(TRY_AGAIN).await;
            }
            opened => return opened.context("cannot open the store"),
        }
    }
}

/// One broken codec must not keep a city from starting, so it is only told. Its uplinks wait in quarantine.
fn name_broken_codecs(catalogue: &Catalogue) {
    for (profile, error) in broken_codecs(catalogue) {
        let error = ErrorChain(&error);
        tracing::error!(profile, %error, "no uplink of this profile can be read; see `stadtfunk profiles check`");
    }
}

async fn open_to_ingest(config: &Config) -> Result<Store, StoreError> {
    let store = config.open_store().await?;
    if let Err(error) = store.claim_ingest().await {
        store.close().await?;
        return Err(error);
    }
    Ok(store)
}

/// Between two tries to reach a database server.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// How often the parts are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// A running city: ingest, store and web in one process.
#[derive(Debug)]
pub(crate) struct City {
    /// Where pages and data are served.
    pub address: SocketAddr,
    /// The running ingest, unless this process only serves.
    pub ingest: Option<Ingest>,
    store: Opened,
    stop: CancellationToken,
    web: JoinHandle<std::io::Result<()>>,
}

impl City {
    /// Starts what the role asks for, and the ingest if this process has the right to. Ready when it returns.
    pub(crate) async fn start(
        config: Config,
        store: Opened,
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
    ) -> anyhow::Result<Self> {
        // First of all: a process that finds its port taken must not make a session at the broker.
        let listener = TcpListener::bind(config.http.listen).await.with_context(|| {
            format!(
                "cannot listen on {}: choose another address with --listen or `http.listen`",
                config.http.listen
            )
        })?;
        let address = listener.local_addr()?;
        let metrics = prometheus::Registry::new();
        machine_metrics::register(&metrics, config.store.location())?;
        let ingest = match &store {
            Opened::ToRead(_) => None,
            Opened::ToIngest(store, _) => {
                let catalogue = Arc::new(config.profiles.catalogue()?);
                let kept = config.retention.to_store(&catalogue);
                let removed = retention_job::counter(&metrics)?;
                doubt_metrics::register(&metrics, store)?;
                let ingest = Ingest::start(
                    config.ingest.clone(),
                    store.clone(),
                    Arc::clone(&catalogue),
                    Arc::clone(&clock),
                    &ingest::Metrics::register(&metrics)?,
                    stop.clone(),
                )?;
                tokio::task::spawn_blocking(move || name_broken_codecs(&catalogue));
                let job = retention_job::run(store.clone(), kept, Arc::clone(&clock), removed, stop.clone());
                tokio::spawn(job);
                Some(ingest)
            }
        };
        let handle = ingest.as_ref().map(Ingest::handle);
        let last_export = export_job::gauge(&metrics)?;
        let state = state(
            &config,
            store.reader().clone(),
            Arc::clone(&clock),
            metrics,
            sources(handle.clone()),
            stop.clone(),
        );
        let router = router(&config, state, handle);
        if let (Some(folder), Role::All | Role::Api) = (&config.export.dir, config.role) {
            let (zone, every) = (config.zone.0.clone(), config.export.every);
            let job = ExportJob { router: router.clone(), folder: folder.clone(), every, zone, clock };
            tokio::spawn(job.run(last_export, stop.clone()));
        }
        let web = tokio::spawn(dashboard_api::serve(
            listener,
            router,
            dashboard_api::ServeConfig::default(),
            stop.clone(),
        ));
        Ok(Self { address, ingest, store, stop, web })
    }

    /// Waits for the signal to stop. Returns early with the part that ended by itself: a process that no longer
    /// does its work must end, so that its service manager starts it again.
    pub(crate) async fn until_stopped_or_failed(&self) -> Option<&'static str> {
        let handle = self.ingest.as_ref().map(Ingest::handle);
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return None,
                () = tokio::time::sleep(LOOK) => {}
            }
            let is_stopped = |handle: &ingest::Handle| {
                handle.source_states().iter().any(|source| source.phase == Phase::Stopped)
            };
            if self.stop.is_cancelled() {
                return None;
            }
            if self.web.is_finished() {
                return Some("the web server");
            }
            if handle.as_ref().is_some_and(is_stopped) {
                return Some("the ingest");
            }
        }
    }

    /// Ends in order: no more messages, what is taken is committed and acknowledged, pages end, the store closes.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        let end = async {
            if let Some(ingest) = self.ingest {
                ingest.stop().await;
            }
            self.web.await??;
            self.store.close().await
        };
        tokio::time::timeout(shutdown::LIMIT, end)
            .await
            .context("the shutdown took longer than ten seconds")?
    }
}

impl Opened {
    const fn reader(&self) -> &StoreReader {
        match self {
            Self::ToIngest(store, _) => store.reader(),
            Self::ToRead(reader) => reader,
        }
    }

    /// Closes the store, and only then gives the right to ingest back.
    async fn close(self) -> anyhow::Result<()> {
        match self {
            Self::ToIngest(store, _lock) => store.close().await?,
            Self::ToRead(reader) => reader.close().await,
        }
        Ok(())
    }
}

/// What the pages are made from.
pub(crate) fn state(
    config: &Config,
    store: StoreReader,
    clock: Arc<dyn Clock>,
    metrics: prometheus::Registry,
    sources: Arc<dyn Fn() -> Vec<SourceStatus> + Send + Sync>,
    shutdown: CancellationToken,
) -> AppState {
    AppState {
        store,
        clock,
        zone: config.zone.0.clone(),
        config: Arc::new(config.site.clone()),
        display: Arc::new(config.display.clone()),
        reception: dashboard_api::Receptions::default(),
        metrics,
        sources,
        shutdown,
    }
}

/// The webhooks stand behind the same limits and headers as everything else.
fn router(config: &Config, state: AppState, handle: Option<ingest::Handle>) -> axum::Router {
    let webhooks = match handle {
        Some(handle) if !config.webhooks.is_empty() => web::webhooks(config.webhooks.clone(), handle),
        _ => Further::default(),
    };
    match config.role {
        Role::All | Role::Api => dashboard_api::router_with(state, webhooks),
        Role::Ingest => dashboard_api::health_router_with(state, webhooks),
    }
}

fn sources(handle: Option<ingest::Handle>) -> Arc<dyn Fn() -> Vec<SourceStatus> + Send + Sync> {
    match handle {
        Some(handle) => Arc::new(move || web::sources_of(&handle)),
        None => Arc::new(Vec::new),
    }
}
