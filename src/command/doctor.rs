//! `stadtfunk doctor`: can this machine do its work?

mod broker;
mod clock;
mod codecs;
mod disk;
mod finding;
mod server;
mod store;

use ::store::Location;
use domain::{Clock, SystemClock};

use self::finding::{Finding, Level};
use super::say;
use crate::{config::Config, plausible_clock};

/// Checks store, clock and brokers; prints a line for each finding and fails if something does not work.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    let mut n_failed = 0;
    let mut report = |findings: Vec<Finding>| {
        n_failed += findings.iter().filter(|finding| finding.level == Level::Fail).count();
        findings.iter().try_for_each(|finding| say(finding.to_string()))
    };
    let (findings, newest) = store::look(&config).await;
    report(findings)?;
    // The disk of a server is not ours to see.
    if let Location::Sqlite(path) = config.store.location() {
        report(vec![disk::look(&path)])?;
    }
    report(vec![clock::judge(SystemClock.now(), plausible_clock::built_at(), newest, &config.zone.0)])?;
    let profiles = config.profiles.clone();
    report(tokio::task::spawn_blocking(move || codecs::look(&profiles)).await?)?;
    if config.ingest.sources.is_empty() && config.webhooks.is_empty() {
        report(vec![Finding::fail(
            "sources",
            "none configured, so that nothing can arrive",
            "add `[ingest.sources.<name>]` or `[webhooks.<name>]`",
        )])?;
    }
    for (name, source) in &config.ingest.sources {
        report(broker::look(name, source, config.ingest.message_bytes_max).await)?;
    }
    anyhow::ensure!(n_failed == 0, "{n_failed} of the checks failed");
    Ok(())
}
