//! `stadtfunk export`: the pages as plain files.

use std::{path::Path, sync::Arc};

use anyhow::bail;
use domain::{Clock, SystemClock};
use tokio_util::sync::CancellationToken;

use super::say;
use crate::{config::Config, serve::state};

/// Writes all pages of the configured store into a folder.
pub(crate) async fn run(config: Config, folder: &Path) -> anyhow::Result<()> {
    let store = config.open_reader().await?;
    let clock = Arc::new(SystemClock);
    let (now, stop) = (clock.now(), CancellationToken::new());
    let state =
        state(&config, store.clone(), clock, prometheus::Registry::new(), Arc::new(Vec::new), stop.clone());
    let exported =
        dashboard_api::export::export(dashboard_api::router(state), folder, now, &config.zone.0).await;
    stop.cancel();
    store.close().await;
    let exported = exported?;
    let (n, megabytes) = (exported.n_files, exported.n_bytes as f64 / 1e6);
    say(format!("{n} files, {megabytes:.1} MB: open {}", folder.join("index.html").display()))?;
    if exported.n_removed > 0 {
        say(format!("{} files of the export before are gone", exported.n_removed))?;
    }
    if !exported.failed.is_empty() {
        bail!("{} addresses could not be shown: {}", exported.failed.len(), exported.failed.join(", "));
    }
    Ok(())
}
