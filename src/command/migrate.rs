//! `stadtfunk migrate`: the store's schema.

use super::say;
use crate::config::Config;

/// Brings the store to this program's schema; a store that is already there stays as it is.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    config.migrate_store().await?;
    let store = config.open_reader().await?;
    let version = store.schema_version().await;
    store.close().await;
    say(format!("{} has schema {}", config.store.location(), version?))
}
