//! `stadtfunk retention`: removes what is older than it is kept.

use domain::{Clock as _, SystemClock};
use store::{Removed, RetentionMode};

use super::say;
use crate::config::Config;

/// Removes what is old from the configured store, or only counts it.
pub(crate) async fn run(config: Config, dry_run: bool) -> anyhow::Result<()> {
    let mode = if dry_run { RetentionMode::DryRun } else { RetentionMode::Remove };
    let store = config.open_existing_store().await?;
    let kept = config.retention.to_store(&config.profiles.catalogue()?);
    let removed = store.retain(kept, SystemClock.now(), mode).await;
    store.close().await?;
    let removed = removed?;
    if removed.is_empty() {
        return say("everything is kept for ever");
    }
    let verb = if dry_run { "would be removed" } else { "removed" };
    for Removed { level, before, n, oldest } in removed {
        let oldest = oldest.map_or_else(String::new, |at| format!(", oldest now {at}"));
        say(format!("{:<12} {n:>12} {verb}, older than {before}{oldest}", level.key()))?;
    }
    Ok(())
}
