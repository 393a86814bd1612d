//! What the writer remembers must never differ from what is on disk.

use domain::{BucketWidth, ObservedProperty as P, TimeRange, Value};
use store::{Arrival, Device, Outcome, QuarantineReason};

use super::harness::{City, Frame, at, new_device};
use crate::{Kind, STORE};

/// Readings of one uplink come in the order of time (ingest/src/pipeline.rs, `assess`).
#[tokio::test]
async fn the_newest_value_repeated_by_a_later_frame_is_one_observation() {
    for reopened in [false, true] {
        let mut city = City::with_tower().await;
        let tower = city.device(1).await;
        let (ten, twenty) = (at("2026-06-01T10:00:00Z"), at("2026-06-01T10:20:00Z"));
        city.commit(Frame::new(&tower, ten).value(P::BicycleCount, 3.0).arrival()).await;
        if reopened {
            city.store.close().await.unwrap();
            city.store = city.open_again().await;
        }
        let repeating =
            Frame::new(&tower, twenty).value_at(ten, P::BicycleCount, 3.0).value(P::BicycleCount, 5.0);
        city.commit(repeating.arrival()).await;
        let range = TimeRange::new(ten, at("2026-06-01T11:00:00Z")).unwrap();
        let stream = city.stream(P::BicycleCount).await;
        let page = city.store.observations(stream, range, None, 100).await.unwrap();
        assert_eq!(
            page.items.iter().map(|o| o.time).collect::<Vec<_>>(),
            [ten, twenty],
            "reopened: {reopened}"
        );
    }
}

/// Has every commit fail that counts something from the source `poison`.
fn fail_for_poison(city: &City) {
    city.execute(match STORE {
        Kind::Sqlite => {
            "CREATE TRIGGER fail BEFORE INSERT ON accounting WHEN new.source = 'poison'
             BEGIN SELECT RAISE(ABORT, 'no'); END"
        }
        Kind::Timescale | Kind::Postgres => {
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE 'no' USING ERRCODE = 'disk_full'; END $$;
             CREATE TRIGGER fail BEFORE INSERT ON accounting
             FOR EACH ROW WHEN (new.source = 'poison') EXECUTE FUNCTION fail()"
        }
    });
}

#[tokio::test]
async fn a_failed_commit_leaves_nothing_remembered() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    fail_for_poison(&city);
    city.commit(Frame::new(&tower, at("2026-06-01T10:00:00Z")).value(P::AirTemperature, 20.0).arrival())
        .await;
    city.store.settle().await.unwrap();
    let again = Frame::new(&tower, at("2026-06-01T10:10:00Z")).value(P::RelativeHumidity, 50.0).arrival();
    let mut failing = again.clone();
    failing.source = "poison".into();
    assert!(city.store.commit(vec![failing]).await.is_err());
    assert_eq!(city.commit(again).await, Outcome::Stored);
    let hour = TimeRange::new(at("2026-06-01T10:00:00Z"), at("2026-06-01T11:00:00Z")).unwrap();
    city.store.settle().await.unwrap();
    let stream = city.stream(P::RelativeHumidity).await;
    let buckets = city.store.buckets(stream, BucketWidth::Hour, hour).await.unwrap();
    assert_eq!((buckets.len(), buckets[0].n), (1, 1));
    assert_eq!(city.store.latest(None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_interval_changed_while_running_counts_from_the_next_value_on() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    city.commit(Frame::new(&tower, at("2026-06-01T10:00:00Z")).value(P::AirTemperature, 20.0).arrival())
        .await;
    city.store.import_devices(vec![new_device(1, "Turm", 60)]).await.unwrap();
    city.store.settle().await.unwrap();
    city.commit(Frame::new(&tower, at("2026-06-01T11:00:00Z")).value(P::AirTemperature, 20.0).arrival())
        .await;
    city.store.settle().await.unwrap();
    let hour = TimeRange::new(at("2026-06-01T10:00:00Z"), at("2026-06-01T11:00:00Z")).unwrap();
    let stream = city.stream(P::AirTemperature).await;
    let buckets = city.store.buckets(stream, BucketWidth::Hour, hour).await.unwrap();
    assert!((buckets[0].covered_seconds - 3600.0).abs() < 1e-9);
}

#[tokio::test]
async fn what_stood_before_a_refused_arrival_is_kept() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let good = Frame::new(&tower, at("2026-06-01T10:00:00Z")).value(P::AirTemperature, 20.0).arrival();
    let bad = Frame::new(&tower, at("2026-06-01T10:10:00Z")).value(P::AirTemperature, f64::NAN).arrival();
    let outcomes = city.store.commit(vec![good, bad]).await.unwrap();
    assert_eq!(outcomes[1], Outcome::Quarantined(QuarantineReason::StoreRefused));
    let latest = city.store.latest(None).await.unwrap();
    assert_eq!(latest.len(), 1);
    assert_eq!(latest[0].value, Value::Number(20.0));
    assert_eq!(city.store.things().await.unwrap()[0].last_heard_at, Some(at("2026-06-01T10:00:00Z")));
}

#[tokio::test]
async fn a_datastream_of_a_refused_arrival_is_made_by_the_next_one() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let bad = Frame::new(&tower, at("2026-06-01T10:00:00Z"))
        .value(P::AirTemperature, 20.0)
        .value(P::WindSpeed, f64::NAN)
        .arrival();
    let good = Frame::new(&tower, at("2026-06-01T10:10:00Z")).value(P::AirTemperature, 21.0).arrival();
    city.store.commit(vec![bad, good]).await.unwrap();
    assert_eq!(city.store.datastreams(None).await.unwrap().len(), 1);
    assert_eq!(city.store.latest(None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_ledger_tells_what_became_of_each_event() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let frame = |time| Frame::new(&tower, at(time)).f_cnt(7).value(P::BicycleCount, 3.0).arrival();
    city.commit(frame("2026-06-01T10:00:00Z")).await;
    city.commit(frame("2026-06-01T10:01:00Z")).await;
    let outcomes = city.query("SELECT outcome, reason FROM ingest_event ORDER BY event_id");
    assert_eq!(outcomes, [["stored", ""], ["duplicate", "frame"]]);
}

/// An uplink whose first reading is written before the second one has it taken back.
fn refused_at_its_second_reading(tower: &Device) -> Arrival {
    Frame::new(tower, at("2026-06-01T12:00:00Z"))
        .value(P::AirTemperature, 30.0)
        .value_at(at("2026-06-01T12:10:00Z"), P::AirTemperature, f64::NAN)
        .arrival()
}

#[tokio::test]
async fn the_newest_reading_is_one_that_is_there() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    city.commit(refused_at_its_second_reading(&tower)).await;
    let newest = city.store.newest().borrow().0;
    let there = city.query("SELECT coalesce(max(id), 0) FROM reading");
    assert_eq!(there, [[newest.to_string()]]);
}

#[tokio::test]
async fn a_reading_after_a_refused_one_wakes_the_live_stream() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    city.commit(refused_at_its_second_reading(&tower)).await;
    // Any import forgets what the writer remembers.
    city.store.import_devices(vec![new_device(2, "Hafen", 10)]).await.unwrap();
    let mut newest = city.store.newest();
    newest.mark_unchanged();
    city.commit(Frame::new(&tower, at("2026-06-01T12:20:00Z")).value(P::AirTemperature, 31.0).arrival())
        .await;
    assert!(newest.has_changed().unwrap(), "reading {:?} was not announced", newest.borrow());
}

#[tokio::test]
async fn a_failed_commit_leaves_no_gap_remembered() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    fail_for_poison(&city);
    let frame = |minute: u32, f_cnt| {
        Frame::new(&tower, at(&format!("2026-06-01T10:{minute:02}:00Z")))
            .f_cnt(f_cnt)
            .value(P::AirTemperature, 20.0)
    };
    city.commit(frame(0, 1).arrival()).await;
    let mut failing = frame(10, 5).arrival();
    failing.source = "poison".into();
    assert!(city.store.commit(vec![failing]).await.is_err());
    city.commit(frame(20, 3).arrival()).await;
    let found = city.store.receptions(None).await.unwrap().remove(0);
    assert_eq!((found.n_received, found.n_missing), (2, 1), "counter 5 was never committed");
    assert_eq!(city.count("gap"), 1);
}

#[tokio::test]
async fn a_gap_another_process_filled_is_no_longer_there() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let frame = |minute: u32, f_cnt| {
        Frame::new(&tower, at(&format!("2026-06-01T10:{minute:02}:00Z")))
            .f_cnt(f_cnt)
            .value(P::AirTemperature, 20.0)
    };
    city.commit(frame(0, 1).arrival()).await;
    city.commit(frame(20, 3).arrival()).await;
    let other = city.open_again().await;
    other.commit(vec![frame(10, 2).arrival()]).await.unwrap();
    other.close().await.unwrap();
    city.commit(frame(30, 4).arrival()).await;
    let found = city.store.receptions(None).await.unwrap().remove(0);
    assert_eq!((found.n_received, found.n_missing), (4, 0));
}
