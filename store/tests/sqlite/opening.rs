//! Opening, closing and refusing.

use domain::ObservedProperty as P;
use jiff::tz::TimeZone;
use store::{Config, Outcome, Store, StoreError, StoreReader};

use crate::suite::harness::{City, Frame, at, berlin};

#[tokio::test]
async fn what_was_committed_is_there_after_opening_again() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let frame = Frame::new(&tower, at("2026-06-01T10:00:00Z")).value(P::AirTemperature, 20.0).arrival();
    city.commit(frame.clone()).await;
    city.store.close().await.unwrap();

    let again = Store::open(city.config()).await.unwrap();
    assert_eq!(again.commit(vec![frame]).await.unwrap(), [Outcome::DuplicateDelivery]);
    assert_eq!(again.latest(None).await.unwrap().len(), 1);
    assert_eq!(again.newest().borrow().0, 1);
    // What was dirty at the end is computed now.
    again.settle().await.unwrap();
    assert_eq!(again.health().await.unwrap().n_dirty, 0);
}

#[tokio::test]
async fn a_running_total_goes_on_after_opening_again() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let total = |time: &str, value: f64| Frame::new(&tower, at(time)).value(P::BicycleTotal, value).arrival();
    city.commit(total("2026-06-01T10:00:00Z", 100.0)).await;
    city.store.settle().await.unwrap();
    city.store.close().await.unwrap();

    let again = Store::open(city.config()).await.unwrap();
    // After a gap of four hours: its middle, 12:00, is found without anything remembered.
    again.commit(vec![total("2026-06-01T14:00:00Z", 140.0)]).await.unwrap();
    again.settle().await.unwrap();
    let stream = again.datastreams(None).await.unwrap()[0].id;
    let day = domain::TimeRange::new(at("2026-06-01T00:00:00Z"), at("2026-06-02T00:00:00Z")).unwrap();
    let hours = again.buckets(stream, domain::BucketWidth::Hour, day).await.unwrap();
    assert_eq!(hours[0].range.from(), at("2026-06-01T12:00:00Z"));
    assert_eq!(hours[0].carried.unwrap().sum, 40.0);
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let frame = Frame::new(&tower, at("2026-06-01T10:00:00Z")).value(P::AirTemperature, 20.0).arrival();
    city.store.close().await.unwrap();
    assert!(matches!(city.store.commit(vec![frame]).await, Err(StoreError::Closed)));
    assert!(matches!(city.store.settle().await, Err(StoreError::Closed)));
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let city = City::empty().await;
    city.store.close().await.unwrap();
    city.file().pragma_update(None, "user_version", 99).unwrap();
    let error = Store::open(city.config()).await.unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 99, known: 5 }), "{error}");
}

#[tokio::test]
async fn a_store_from_before_the_first_release_is_refused_by_name() {
    let city = City::empty().await;
    city.store.close().await.unwrap();
    city.file().pragma_update(None, "user_version", 1).unwrap();
    for error in
        [Store::open(city.config()).await.unwrap_err(), StoreReader::open(city.config()).await.unwrap_err()]
    {
        assert!(matches!(error, StoreError::UnreleasedSchema(1)), "{error}");
        assert!(!error.is_transient());
    }
}

#[tokio::test]
async fn another_calendar_is_refused() {
    let city = City::empty().await;
    city.store.close().await.unwrap();
    let zone = TimeZone::get("Europe/London").unwrap();
    let error = Store::open(Config { zone, ..city.config() }).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database keeps days of `Europe/Berlin`, the configuration says `Europe/London`"
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_unavailable() {
    let city = City::empty().await;
    let path = city.place.folder().join("city.sqlite").join("below-a-file").join("x.sqlite");
    let error = Store::open(Config::sqlite(path, berlin())).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
}

#[tokio::test]
async fn a_locked_database_is_unavailable_and_works_again_afterwards() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let frame = Frame::new(&tower, at("2026-06-01T10:00:00Z")).value(P::AirTemperature, 20.0).arrival();

    // Another process holds the write lock for longer than the writer waits.
    let other = city.file();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = city.store.commit(vec![frame.clone()]).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(city.commit(frame).await, Outcome::Stored);
}

#[tokio::test]
async fn health_counts_what_is_there() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    assert_eq!(city.store.health().await.unwrap().last_commit_at, None);
    let time = at("2026-06-01T10:00:00Z");
    city.commit(Frame::new(&tower, time).value(P::AirTemperature, 20.0).arrival()).await;
    let health = city.store.health().await.unwrap();
    assert_eq!((health.schema_version, health.last_commit_at), (5, Some(time)));
    assert!(health.n_bytes > 4096);
}

#[tokio::test]
async fn closing_leaves_one_file() {
    let city = City::with_tower().await;
    city.store.close().await.unwrap();
    assert!(matches!(city.store.things().await, Err(StoreError::Closed)));
    let files: Vec<_> =
        std::fs::read_dir(city.place.folder()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(files, ["city.sqlite"]);
}

#[tokio::test]
async fn a_store_from_before_gaps_were_known_counts_from_its_next_uplink_on() {
    let mut city = City::with_tower().await;
    let tower = city.device(1).await;
    let frame =
        |time, f_cnt| Frame::new(&tower, at(time)).f_cnt(f_cnt).value(P::AirTemperature, 20.0).arrival();
    city.commit(frame("2026-06-01T10:00:00Z", 7)).await;
    city.store.close().await.unwrap();
    // As the first migration alone leaves it.
    city.execute(
        "DROP TABLE session; DROP TABLE gap; DROP TABLE heard;
         ALTER TABLE datastream DROP COLUMN values_from_ms; ALTER TABLE datastream DROP COLUMN buckets_from_ms;
         ALTER TABLE uplink DROP COLUMN object;
         PRAGMA user_version = 2",
    );

    city.store = Store::open(city.config()).await.unwrap();
    assert_eq!(city.store.schema_version().await.unwrap(), 5);
    assert_eq!(city.store.receptions(None).await.unwrap(), []);
    city.commit(frame("2026-06-01T10:30:00Z", 10)).await;
    city.commit(frame("2026-06-01T10:50:00Z", 12)).await;
    let found = city.store.receptions(None).await.unwrap().remove(0);
    assert_eq!((found.n_received, found.n_missing), (2, 1));
    assert_eq!(city.count("uplink"), 3);
}
