//! `stadtfunk backup` and `stadtfunk restore`: copies of an SQLite store.

use std::path::{Path, PathBuf};

use anyhow::bail;
use domain::{Clock as _, SystemClock};
use store::Location;

use super::say;
use crate::{config::Config, ingest_lock::IngestLock};

/// Copies the configured store to a new file, beside a running service.
pub(crate) fn back_up(config: &Config, file: &Path) -> anyhow::Result<()> {
    let store = embedded(config)?;
    let manifest = store::backup(&store, file, env!("CARGO_PKG_VERSION"), SystemClock.now())?;
    say(format!("{} -> {}", store.display(), file.display()))?;
    tell(&manifest.content)
}

/// Puts a copy in the place of the configured store.
pub(crate) async fn restore(config: Config, file: &Path, replaces: bool) -> anyhow::Result<()> {
    let store = embedded(&config)?;
    let store = store.canonicalize().unwrap_or(store);
    let _lock = IngestLock::take(&store).await?;
    let (content, aside) = store::restore(file, &store, replaces, SystemClock.now())?;
    say(format!("{} -> {}", file.display(), store.display()))?;
    tell(&content)?;
    match aside {
        Some(aside) => say(format!("what was there is now {}", aside.display())),
        None => Ok(()),
    }
}

fn embedded(config: &Config) -> anyhow::Result<PathBuf> {
    match config.store.location() {
        Location::Sqlite(path) => Ok(path),
        Location::Postgres { .. } => bail!(
            "the store is in PostgreSQL, whose own tools back it up: `pg_dump -Fc` or `pg_basebackup`, \
             step by step under \"Backup\" in docs/operating.md"
        ),
    }
}

fn tell(content: &store::BackupContent) -> anyhow::Result<()> {
    let newest = content.newest_reading.map_or_else(|| "none".to_owned(), |at| at.to_string());
    say(format!("schema {}, days of {}, newest reading {newest}", content.schema, content.zone))?;
    for (table, n) in &content.rows {
        say(format!("{n:>12} {table}"))?;
    }
    Ok(())
}
