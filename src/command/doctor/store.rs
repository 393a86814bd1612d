//! The store: there, of this program's schema, and writable?

use std::path::Path;

use domain::ErrorChain;
use jiff::Timestamp;
use store::{Location, StoreError, StoreReader};

use super::finding::Finding;
use crate::{config::Config, ingest_lock::IngestLock};

const MIB: u64 = 1024 * 1024;

/// What there is to say of the store, and when its newest message was received.
pub(super) async fn look(config: &Config) -> (Vec<Finding>, Option<Timestamp>) {
    match (contents(config).await, config.store.location()) {
        (Ok((text, newest)), Location::Postgres { .. }) => (vec![Finding::ok("store", text)], newest),
        (Ok((text, newest)), Location::Sqlite(path)) => {
            let at = path.clone();
            let writing = tokio::task::spawn_blocking(move || store::try_writing(&at)).await;
            let writing = writing.unwrap_or(Err(StoreError::Closed));
            (vec![Finding::ok("store", text), writable(&path, &writing)], newest)
        }
        (Err(error), _) => {
            let remedy = match &error {
                StoreError::NotThere(_) => "check `store.path`",
                StoreError::OlderSchema { .. } => "stop the service first",
                StoreError::NewerSchema { .. } => "install the newer program again",
                StoreError::UnreleasedSchema(_) => "move the file away",
                StoreError::OtherZone { .. } => "set `zone` to that of the store",
                // Those about copies of a store cannot come from opening one.
                StoreError::Unavailable { .. }
                | StoreError::Closed
                | StoreError::IngestElsewhere
                | StoreError::AlreadyThere(_)
                | StoreError::Damaged { .. } => "check `store.path` or `store.url`, and the permissions",
            };
            (vec![Finding::fail("store", ErrorChain(&error).to_string(), remedy)], None)
        }
    }
}

async fn contents(config: &Config) -> Result<(String, Option<Timestamp>), StoreError> {
    let store = config.open_reader().await?;
    let read = read(&store, &config.store.location()).await;
    store.close().await;
    read
}

async fn read(store: &StoreReader, location: &Location) -> Result<(String, Option<Timestamp>), StoreError> {
    let text = format!(
        "{} has schema {}, {} devices, {} MiB",
        location,
        store.schema_version().await?,
        store.registry().await?.devices.len(),
        store.n_bytes().await? / MIB,
    );
    Ok((text, store.newest_received_at().await?))
}

fn writable(path: &Path, writing: &Result<(), StoreError>) -> Finding {
    match (writing, IngestLock::holder(path)) {
        (Ok(()), Ok(Some(holder))) => {
            Finding::ok("store", format!("can be written, {holder} ingests into it"))
        }
        (Ok(()), Ok(None)) => Finding::ok("store", "can be written, no stadtfunk ingests into it now"),
        (Ok(()), Err(error)) => Finding::warn(
            "store",
            format!("can be written, but whether a stadtfunk ingests into it cannot be seen: {error}"),
            "check owner and permissions of the file with the ending `.lock` beside it",
        ),
        (Err(error), _) => Finding::fail(
            "store",
            format!("cannot be written: {}", ErrorChain(error)),
            "check owner and permissions of the file and its folder, and whether another program holds it",
        ),
    }
}
