//! What only a server can do to a store.

use domain::ObservedProperty as P;
use jiff::tz::TimeZone;
use store::{Config, Outcome, Store, StoreError, StoreReader};
use testbed::{Database, Postgres, Stop};

use crate::{
    cut::{AFTER_COMMIT, BEFORE_COMMIT, Way},
    suite::harness::{City, Frame, at, berlin, new_device, target},
};

fn port_of(url: &str) -> u16 {
    let (before, _) = url.rsplit_once('/').unwrap();
    before.rsplit_once(':').unwrap().1.parse().unwrap()
}

/// A store reached by a way that can break, with device 1 on the Thing `Turm`.
async fn by_a_way() -> (Database, Way, Store) {
    let database = Database::timescale();
    let way = Way::to(port_of(&database.url()));
    let config = Config::postgres(target(&way.url(&database.url())), berlin());
    store::migrate(config.clone()).await.unwrap();
    let store = Store::open(config).await.unwrap();
    store.import_devices(vec![new_device(1, "Turm", 10)]).await.unwrap();
    (database, way, store)
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_counted_once() {
    let (database, way, store) = by_a_way().await;
    let tower = store.registry().await.unwrap().devices.into_values().next().unwrap();
    for minute in 0..3 {
        let time = at("2026-06-01T10:00:00Z") + jiff::SignedDuration::from_mins(10 * minute);
        let frame = Frame::new(&tower, time).value(P::AirTemperature, 20.0).arrival();
        way.arm(AFTER_COMMIT);
        assert_eq!(store.commit(vec![frame]).await.unwrap(), [Outcome::Stored]);
    }
    let rows = store.accounting().await.unwrap().rows;
    assert_eq!(rows.iter().map(|r| (r.outcome.as_str(), r.n)).collect::<Vec<_>>(), [("stored", 3)]);
    assert_eq!(database.query("SELECT count(*) FROM observation"), [["3"]]);
    store.settle().await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_commit_that_never_arrives_fails_and_can_be_tried_again() {
    let (database, way, store) = by_a_way().await;
    let tower = store.registry().await.unwrap().devices.into_values().next().unwrap();
    let frame = Frame::new(&tower, at("2026-06-01T10:00:00Z")).value(P::AirTemperature, 20.0).arrival();
    way.arm(BEFORE_COMMIT);
    let error = store.commit(vec![frame.clone()]).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert_eq!(database.query("SELECT count(*) FROM ingest_event"), [["0"]]);
    assert_eq!(store.commit(vec![frame]).await.unwrap(), [Outcome::Stored]);
    let rows = store.accounting().await.unwrap().rows;
    assert_eq!(rows.iter().map(|r| (r.outcome.as_str(), r.n)).collect::<Vec<_>>(), [("stored", 1)]);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_server_that_was_killed_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Postgres::start_in(folder.path(), &[]).unwrap();
    let database = Database::timescale_on(&server.url());
    let config = Config::postgres(target(&database.url()), berlin());
    store::migrate(config.clone()).await.unwrap();
    let store = Store::open(config).await.unwrap();
    store.import_devices(vec![new_device(1, "Turm", 10)]).await.unwrap();
    let tower = store.registry().await.unwrap().devices.into_values().next().unwrap();
    let frame = |minute: i64| {
        let time = at("2026-06-01T10:00:00Z") + jiff::SignedDuration::from_mins(minute);
        Frame::new(&tower, time).value(P::BicycleTotal, f64::from(u32::try_from(minute).unwrap())).arrival()
    };
    let mut expected = 0;
    for how in [Stop::Fast, Stop::Immediate] {
        assert_eq!(store.commit(vec![frame(expected)]).await.unwrap(), [Outcome::Stored]);
        server.stop(how);
        let error = store.commit(vec![frame(expected + 1)]).await.unwrap_err();
        assert!(error.is_transient(), "{error}");
        server.run().unwrap();
        let outcomes = store.commit(vec![frame(expected), frame(expected + 1)]).await.unwrap();
        assert_eq!(outcomes, [Outcome::DuplicateDelivery, Outcome::Stored]);
        expected += 2;
    }
    store.settle().await.unwrap();
    assert_eq!(database.query("SELECT count(*) FROM reading"), [["4"]]);
    assert_eq!(database.query("SELECT sum[1] FROM bucket WHERE width = '1d'"), [["3"]]);
    store.close().await.unwrap();
}

#[tokio::test]
async fn one_process_ingests_and_the_next_one_may_when_it_ends() {
    let city = City::with_tower().await;
    city.store.claim_ingest().await.unwrap();
    let other = city.open_again().await;
    assert!(matches!(other.claim_ingest().await, Err(StoreError::IngestElsewhere)));
    city.store.close().await.unwrap();
    // The server notices the end of a connection on its own.
    let mut claimed = other.claim_ingest().await;
    while matches!(claimed, Err(StoreError::IngestElsewhere)) {
        tokio::task::yield_now().await;
        claimed = other.claim_ingest().await;
    }
    claimed.unwrap();
}

#[tokio::test]
async fn a_database_without_tables_is_left_to_migrate() {
    let database = Database::timescale();
    let config = Config::postgres(target(&database.url()), berlin());
    for error in
        [Store::open(config.clone()).await.unwrap_err(), StoreReader::open(config.clone()).await.unwrap_err()]
    {
        assert!(matches!(error, StoreError::OlderSchema { found: 0, .. }), "{error}");
        assert!(error.to_string().contains("`stadtfunk migrate`"), "{error}");
    }
    assert_eq!(database.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), [["0"]]);
    // Two at once wait for each other.
    let (one, other) = tokio::join!(store::migrate(config.clone()), store::migrate(config.clone()));
    one.unwrap();
    other.unwrap();
    let hypertables = "SELECT hypertable_name FROM timescaledb_information.hypertables ORDER BY 1";
    assert_eq!(database.query(hypertables), [["reading"], ["uplink"]]);
    let zone = TimeZone::get("Europe/Lisbon").unwrap();
    for error in [
        Store::open(Config { zone: zone.clone(), ..config.clone() }).await.unwrap_err(),
        store::migrate(Config { zone, ..config }).await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::OtherZone { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let city = City::empty().await;
    city.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'");
    for error in [
        Store::open(city.config()).await.unwrap_err(),
        StoreReader::open(city.config()).await.unwrap_err(),
        store::migrate(city.config()).await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::NewerSchema { found: 99, .. }), "{error}");
    }
}

#[tokio::test]
async fn a_reader_elsewhere_follows_what_is_committed() {
    let city = City::with_tower().await;
    let reader = StoreReader::open(city.config()).await.unwrap();
    let mut newest = reader.newest();
    assert_eq!(newest.borrow_and_update().0, 0);
    let frame = Frame::new(&city.device(1).await, at("2026-06-01T10:00:00Z"));
    city.commit(frame.value(P::AirTemperature, 20.0).arrival()).await;
    newest.changed().await.unwrap();
    assert_eq!(newest.borrow().0, 1);
    assert_eq!(reader.readings_after(domain::ReadingId(0), 10).await.unwrap().len(), 1);
}
