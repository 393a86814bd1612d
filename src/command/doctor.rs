//! `stadtfunk doctor`: can this machine do its work?

use std::time::Duration;

use domain::{Clock, ErrorChain, SystemClock};
use jiff::SignedDuration;
use tokio::net::TcpStream;

use super::say;
use crate::config::Config;

/// Longest wait for a broker to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A clock that shows less than this program's own build date is wrong.
const BUILT_AFTER: &str = "2026-01-01T00:00:00Z";

/// Checks store, brokers and clock; prints a line each and fails if one is not well.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    let mut n_ill = 0;
    let mut report = |what: &str, finding: Result<String, String>| {
        let (mark, text) = match finding {
            Ok(text) => ("ok  ", text),
            Err(text) => {
                n_ill += 1;
                ("FAIL", text)
            }
        };
        say(format!("{mark} {what}: {text}"))
    };
    report("store", store(&config).await)?;
    report("clock", clock(&config).await)?;
    if config.ingest.sources.is_empty() && config.webhooks.is_empty() {
        report(
            "sources",
            Err("none configured: add `[ingest.sources.<name>]` or `[webhooks.<name>]`".into()),
        )?;
    }
    for (name, source) in &config.ingest.sources {
        report(&format!("source `{name}`"), broker(source.url.host(), source.url.port()).await)?;
    }
    anyhow::ensure!(n_ill == 0, "{n_ill} of the checks failed");
    Ok(())
}

async fn store(config: &Config) -> Result<String, String> {
    let look = async {
        let store = config.open_reader().await?;
        let n_devices = store.registry().await.map(|registry| registry.devices.len());
        let n_bytes = store.n_bytes();
        store.close().await;
        Ok::<_, store::StoreError>((n_devices?, n_bytes))
    };
    let path = config.store.path.display();
    match look.await {
        Ok((n_devices, n_bytes)) => {
            Ok(format!("`{path}` opens, {n_devices} devices, {} MiB", n_bytes / (1024 * 1024)))
        }
        Err(error) => Err(format!("`{path}`: {}", ErrorChain(&error))),
    }
}

/// Compares the clock with what the store has seen: time does not run backwards.
async fn clock(config: &Config) -> Result<String, String> {
    let now = SystemClock.now();
    let mut newest: jiff::Timestamp = BUILT_AFTER.parse().map_err(|error| format!("{error}"))?;
    if let Ok(store) = config.open_reader().await {
        if let Ok(Some(received_at)) = store.newest_received_at().await {
            newest = newest.max(received_at);
        }
        store.close().await;
    }
    if newest.duration_since(now) > SignedDuration::from_mins(2) {
        return Err(format!("it shows {now}, but there is data of {newest}: set the clock (NTP)"));
    }
    Ok(format!("{now}, in the city {}", now.to_zoned(config.zone.0.clone()).datetime()))
}

async fn broker(host: &str, port: u16) -> Result<String, String> {
    let address = (host.trim_matches(['[', ']']), port);
    match tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Ok(format!("{host}:{port} takes connections")),
        Ok(Err(error)) => Err(format!("{host}:{port}: {error}")),
        Err(_) => Err(format!("{host}:{port} does not answer within {} s", PATIENCE.as_secs())),
    }
}
