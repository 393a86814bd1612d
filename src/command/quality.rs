//! `stadtfunk quality`: what stored values are worth by the settings of today.

use domain::Quality;
use store::ReassessMode;

use super::say;
use crate::config::Config;

/// Assesses all values of the configured store again and tells of how many the quality is another; replaces it, or not.
pub(crate) async fn run(config: Config, apply: bool) -> anyhow::Result<()> {
    let mode = if apply { ReassessMode::Apply } else { ReassessMode::DryRun };
    let store = config.open_existing_store().await?;
    let report = store.reassess(mode).await;
    let settled = if apply { store.settle().await } else { Ok(()) };
    store.close().await?;
    let report = report?;
    for ((property, stored, assessed), n) in &report.changes {
        say(format!("{n:>10} {property}: {} -> {}", name(*stored), name(*assessed)))?;
    }
    let (n_values, n_changed) = (report.n_values, report.n_changed());
    match mode {
        ReassessMode::DryRun if n_changed > 0 => {
            say(format!(
                "{n_values} values, {n_changed} differ; nothing was changed: `--apply` replaces their quality"
            ))?;
        }
        ReassessMode::DryRun => say(format!("{n_values} values, nothing is to be changed"))?,
        ReassessMode::Apply => say(format!("{n_values} values, {n_changed} replaced"))?,
    }
    Ok(settled?)
}

fn name(quality: Quality) -> String {
    match quality.doubt() {
        Some(doubt) => format!("{} ({doubt})", quality.key()),
        None => quality.key().to_owned(),
    }
}
