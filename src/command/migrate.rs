//! `stadtfunk migrate`: the store's schema.

use super::say;
use crate::config::Config;

/// Brings the store to this program's schema; a store that is already there stays as it is.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    let store = config.open_store().await?;
    let health = store.health().await?;
    store.close().await?;
    say(format!("`{}` has schema {}", config.store.path.display(), health.schema_version))
}
