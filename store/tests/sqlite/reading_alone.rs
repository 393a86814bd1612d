//! Reading a store without a writer: what is there stays as it is.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
};

use domain::ObservedProperty as P;
use jiff::tz::TimeZone;
use store::{Config, Store, StoreError, StoreReader};
use tempfile::TempDir;

use crate::suite::harness::{City, Frame, at, berlin};

/// The files of a folder with size and digest. The index of a log is rebuilt by whoever opens it.
fn files(folder: &Path) -> BTreeMap<String, (usize, u64)> {
    let names = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap()).filter(|name| !name.ends_with("-shm"));
    let digest = |bytes: Vec<u8>| {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        (bytes.len(), hasher.finish())
    };
    names.map(|name| (name.clone(), digest(std::fs::read(folder.join(name)).unwrap()))).collect()
}

/// Reads something with each connection and closes.
async fn read_all(reader: &StoreReader) {
    assert_eq!(reader.registry().await.unwrap().devices.len(), 1);
    assert_eq!(reader.latest(None).await.unwrap().len(), 1);
    assert_eq!(reader.things().await.unwrap().len(), 1);
    reader.close().await;
}

async fn measured() -> City {
    let city = City::with_tower().await;
    let frame = Frame::new(&city.device(1).await, at("2026-06-01T10:00:00Z"));
    city.commit(frame.value(P::AirTemperature, 20.0).arrival()).await;
    city
}

#[tokio::test]
async fn a_store_that_is_not_there_is_not_made() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("typo").join("city.sqlite");
    let nowhere = Config::sqlite(&path, berlin());
    let error = StoreReader::open(nowhere.clone()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "there is no store at `{}`: `stadtfunk serve` or `stadtfunk migrate` creates it",
            path.display()
        )
    );
    assert!(matches!(Store::open_existing(nowhere).await, Err(StoreError::NotThere(_))));
    assert_eq!(files(folder.path()).len(), 0);
}

#[tokio::test]
async fn a_closed_store_is_read_without_a_trace() {
    let city = measured().await;
    city.store.close().await.unwrap();
    let before = files(city.place.folder());
    let reader = StoreReader::open(city.config()).await.unwrap();
    assert_eq!(reader.newest_received_at().await.unwrap(), Some(at("2026-06-01T10:00:00Z")));
    read_all(&reader).await;
    assert_eq!(files(city.place.folder()), before);
    store::try_writing(&city.place.folder().join("city.sqlite")).unwrap();
    assert_eq!(files(city.place.folder()), before);
}

#[tokio::test]
async fn the_log_of_a_killed_process_is_read_and_left_to_the_next_writer() {
    let city = measured().await;
    // What a kill leaves: database and log without a goodbye.
    let killed = TempDir::new().unwrap();
    for name in ["city.sqlite", "city.sqlite-wal"] {
        std::fs::copy(city.place.folder().join(name), killed.path().join(name)).unwrap();
    }
    let before = files(killed.path());
    assert_ne!(before["city.sqlite-wal"].0, 0);
    read_all(&StoreReader::open(Config::sqlite(killed.path().join("city.sqlite"), berlin())).await.unwrap())
        .await;
    store::try_writing(&killed.path().join("city.sqlite")).unwrap();
    assert_eq!(files(killed.path()), before);
}

#[tokio::test]
async fn a_running_store_is_read_as_it_goes_on() {
    let city = City::with_tower().await;
    let reader = StoreReader::open(city.config()).await.unwrap();
    assert!(reader.latest(None).await.unwrap().is_empty());
    let frame = Frame::new(&city.device(1).await, at("2026-06-01T10:00:00Z"));
    city.commit(frame.value(P::AirTemperature, 20.0).arrival()).await;
    read_all(&reader).await;
    store::try_writing(&city.place.folder().join("city.sqlite")).unwrap();
}

#[tokio::test]
async fn another_schema_or_calendar_is_refused_and_left_alone() {
    let city = measured().await;
    city.store.close().await.unwrap();
    let zone = TimeZone::get("Europe/London").unwrap();
    let error = StoreReader::open(Config { zone, ..city.config() }).await.unwrap_err();
    assert!(matches!(error, StoreError::OtherZone { .. }), "{error}");

    for (version, sentence) in
        [(0, "`stadtfunk migrate` brings it up to date"), (99, "use a newer stadtfunk")]
    {
        city.file().pragma_update(None, "user_version", version).unwrap();
        let before = files(city.place.folder());
        let error = StoreReader::open(city.config()).await.unwrap_err().to_string();
        assert!(error.contains(&format!("schema {version}")) && error.contains(sentence), "{error}");
        assert_eq!(files(city.place.folder()), before);
    }
}

#[tokio::test]
async fn a_store_somebody_else_writes_to_for_long_cannot_be_written() {
    let city = City::empty().await;
    let other = city.file();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store::try_writing(&city.place.folder().join("city.sqlite")).unwrap_err();
    assert!(error.is_transient(), "{error}");
    other.execute_batch("ROLLBACK").unwrap();
    store::try_writing(&city.place.folder().join("city.sqlite")).unwrap();
}
