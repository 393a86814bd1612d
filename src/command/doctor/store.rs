//! The store: there, of this program's schema, and writable?

use std::path::Path;

use domain::ErrorChain;
use jiff::Timestamp;
use store::{StoreError, StoreReader};

use super::finding::Finding;
use crate::{config::Config, ingest_lock::IngestLock};

const MIB: u64 = 1024 * 1024;

/// What there is to say of the store, and when its newest message was received.
pub(super) async fn look(config: &Config) -> (Vec<Finding>, Option<Timestamp>) {
    let path = config.store.path.as_path();
    match contents(config).await {
        Ok((text, newest)) => {
            let at = path.to_owned();
            let writing = tokio::task::spawn_blocking(move || store::try_writing(&at)).await;
            let writing = writing.unwrap_or(Err(StoreError::Closed));
            (vec![Finding::ok("store", text), writable(path, &writing)], newest)
        }
        Err(error) => {
            let remedy = match &error {
                StoreError::NotThere(_) => "check `store.path`",
                StoreError::OlderSchema { .. } => "stop the service first",
                StoreError::NewerSchema { .. } => "install the newer program again",
                StoreError::UnreleasedSchema(_) => "move the file away",
                StoreError::OtherZone { .. } => "set `zone` to that of the store",
                StoreError::Unavailable { .. } | StoreError::Closed => {
                    "check `store.path`, and owner and permissions of the file and its folder"
                }
            };
            (vec![Finding::fail("store", ErrorChain(&error).to_string(), remedy)], None)
        }
    }
}

async fn contents(config: &Config) -> Result<(String, Option<Timestamp>), StoreError> {
    let store = config.open_reader().await?;
    let read = read(&store, &config.store.path).await;
    store.close().await;
    read
}

async fn read(store: &StoreReader, path: &Path) -> Result<(String, Option<Timestamp>), StoreError> {
    let text = format!(
        "`{}` has schema {}, {} devices, {} MiB",
        path.display(),
        store.schema_version().await?,
        store.registry().await?.devices.len(),
        store.n_bytes() / MIB,
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
