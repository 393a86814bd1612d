//! `stadtfunk quarantine`: messages that could not be stored.

use domain::Truncated;
use serde_json::json;
use store::{QuarantineFilter, QuarantinedRow, StoreReader};

use super::say;
use crate::{
    cli::{QuarantineArgs, QuarantineCommand},
    config::Config,
};

/// Rows read at once.
const PAGE: usize = 500;

/// Lists or retries quarantined messages of the configured store.
pub(crate) async fn run(config: Config, action: QuarantineCommand) -> anyhow::Result<()> {
    match action {
        QuarantineCommand::List { filter, json, limit } => {
            let store = config.open_reader().await?;
            let listed = list(&store, &to_filter(&filter), json, limit).await;
            store.close().await;
            listed
        }
        QuarantineCommand::Retry { filter } => {
            let store = config.open_existing_store().await?;
            let catalogue = config.profiles.catalogue()?;
            let (protocols, filter) = (config.protocols(), to_filter(&filter));
            let report =
                ingest::retry_quarantine(&store, &catalogue, &protocols, &filter, &domain::SystemClock)
                    .await?;
            store.settle().await?;
            store.close().await?;
            say(format!(
                "{} tried, {} stored now, {} still in quarantine",
                report.n_tried, report.n_stored, report.n_still
            ))
        }
    }
}

async fn list(
    store: &StoreReader,
    filter: &QuarantineFilter,
    as_json: bool,
    limit: usize,
) -> anyhow::Result<()> {
    let mut after = None;
    let mut n_left = limit;
    while n_left > 0 {
        let rows = store.quarantined(filter.clone(), after, n_left.min(PAGE)).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        n_left -= rows.len();
        for row in &rows {
            say(if as_json { to_json(row).to_string() } else { to_line(row) })?;
        }
    }
    Ok(())
}

fn to_filter(args: &QuarantineArgs) -> QuarantineFilter {
    QuarantineFilter { reason: args.reason, dev_eui: args.device, with_solved: false }
}

fn to_line(row: &QuarantinedRow) -> String {
    let device = row.dev_eui.map_or_else(|| "-".repeat(16), |dev_eui| dev_eui.to_string());
    format!(
        "{:>6}  {}  {device}  {:<15} {}",
        row.id.0,
        row.received_at,
        row.reason.key(),
        Truncated::new(&row.detail)
    )
}

fn to_json(row: &QuarantinedRow) -> serde_json::Value {
    json!({
        "id": row.id.0,
        "received_at": row.received_at.to_string(),
        "source": row.source,
        "reason": row.reason.key(),
        "detail": row.detail,
        "dev_eui": row.dev_eui,
        "device_name": row.device_name,
        "topic": row.topic,
        "n_bytes": row.n_bytes,
        "payload": String::from_utf8_lossy(&row.payload),
    })
}
