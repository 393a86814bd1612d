//! What is removed because of its age, and what stays.

use domain::{BucketWidth, ObservedProperty as P, TimeRange};
use jiff::{SignedDuration, Timestamp};
use store::{Arrival, Bucket, Level, Outcome, RebuildMode, Removed, Retention, RetentionMode};

use super::harness::{City, Frame, at, new_device};
use crate::{Kind, STORE};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Reports of every second hour from 1 to 30 April 2026, the number of the report and a running total.
async fn april() -> (City, Vec<Arrival>) {
    let city = City::with_tower().await;
    city.store.import_devices(vec![new_device(1, "Turm", 120)]).await.unwrap();
    let device = city.device(1).await;
    let arrivals: Vec<_> = (0..360_i32)
        .map(|i| {
            let time = at("2026-04-01T00:05:00Z") + SignedDuration::from_hours(2 * i64::from(i));
            let frame = Frame::new(&device, time).value(P::AirTemperature, f64::from(i));
            frame.value(P::PersonTotal, f64::from(i * 10)).value(P::PersonCount, f64::from(i)).arrival()
        })
        .collect();
    city.store.commit(arrivals.clone()).await.unwrap();
    city.store.settle().await.unwrap();
    (city, arrivals)
}

async fn retain(city: &City, kept: Retention, mode: RetentionMode) -> Vec<Removed> {
    city.store.retain(kept, at("2026-05-01T00:00:00Z"), mode).await.unwrap()
}

async fn all_buckets(city: &City) -> Vec<(domain::DatastreamId, Bucket)> {
    city.store.settle().await.unwrap();
    let whole = TimeRange::new(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")).unwrap();
    let mut all = Vec::new();
    for width in [BucketWidth::QuarterHour, BucketWidth::Hour, BucketWidth::Day] {
        all.extend(city.store.all_buckets(width, whole).await.unwrap());
    }
    all
}

async fn n_different(city: &City) -> u64 {
    city.store.rebuild(RebuildMode::Check).await.unwrap().n_different()
}

fn of(removed: &[Removed], level: Level) -> u64 {
    removed.iter().find(|removed| removed.level == level).unwrap().n
}

/// A temperature of the tower, late.
async fn late(city: &City, time: Timestamp) -> Outcome {
    let device = city.device(1).await;
    city.commit(Frame::new(&device, time).value(P::AirTemperature, -40.0).arrival()).await
}

#[tokio::test]
async fn buckets_outlive_their_readings_and_a_late_value_does_not_destroy_them() {
    let (city, _) = april().await;
    let before = all_buckets(&city).await;
    let kept = Retention { readings: Some(DAY * 10), uplinks: Some(DAY * 20), ..Retention::default() };
    let would = retain(&city, kept.clone(), RetentionMode::DryRun).await;
    // Twelve reports a day: those of 1 to 20 April, and the uplinks of 1 to 10 April.
    assert_eq!((of(&would, Level::Readings), of(&would, Level::Uplinks)), (240, 120));
    assert_eq!((city.count("reading"), city.count("uplink")), (360, 360));

    let removed = retain(&city, kept.clone(), RetentionMode::Remove).await;
    assert_eq!((of(&removed, Level::Readings), of(&removed, Level::Uplinks)), (240, 120));
    assert_eq!((city.count("reading"), city.count("uplink")), (120, 240));
    assert_eq!(
        city.query("SELECT subject FROM audit WHERE action = 'retention' ORDER BY subject"),
        [["readings"], ["uplinks"]]
    );
    assert_eq!(all_buckets(&city).await, before);
    assert_eq!(n_different(&city).await, 0);

    // Late values of a day that is gone, of the border, and of a day that is there.
    assert_eq!(late(&city, at("2026-04-05T12:00:00Z")).await, Outcome::Stored);
    assert_eq!(late(&city, at("2026-04-21T00:10:00Z")).await, Outcome::Stored);
    assert_eq!(all_buckets(&city).await, before);
    assert_eq!(late(&city, at("2026-04-27T12:00:00Z")).await, Outcome::Stored);
    let after = all_buckets(&city).await;
    assert_ne!(after, before);
    assert_eq!(n_different(&city).await, 0);
    // Another interval marks everything; the buckets of what is gone stay all the same.
    city.store.import_devices(vec![new_device(1, "Turm", 119)]).await.unwrap();
    let first_half = |all: &[(domain::DatastreamId, Bucket)]| -> Vec<_> {
        all.iter().filter(|(_, b)| b.range.to() < at("2026-04-20T00:00:00Z")).copied().collect()
    };
    assert_eq!(first_half(&all_buckets(&city).await), first_half(&before));
    assert_eq!(n_different(&city).await, 0);
    // The late value of a day that is gone was not taken in: nothing to remove.
    assert_eq!(of(&retain(&city, kept, RetentionMode::Remove).await, Level::Readings), 0);
    assert_eq!(city.count("reading"), 122);
}

#[tokio::test]
async fn an_amount_counted_over_a_gap_stays_when_its_first_reading_is_gone() {
    let city = City::with_tower().await;
    let device = city.device(1).await;
    let total = |time: &str, n: f64| Frame::new(&device, at(time)).value(P::BicycleTotal, n).arrival();
    city.store
        .commit(vec![total("2026-04-01T08:00:00Z", 100.0), total("2026-04-28T08:00:00Z", 500.0)])
        .await
        .unwrap();
    let before = all_buckets(&city).await;
    let kept = Retention { readings: Some(DAY * 20), ..Retention::default() };
    assert_eq!(of(&retain(&city, kept, RetentionMode::Remove).await, Level::Readings), 1);
    assert_eq!(n_different(&city).await, 0);
    city.commit(total("2026-04-28T08:10:00Z", 501.0)).await;
    city.store.import_devices(vec![new_device(1, "Turm", 11)]).await.unwrap();
    let carried: Vec<_> = all_buckets(&city).await.iter().filter_map(|(_, b)| b.carried).collect();
    assert_eq!(carried, before.iter().filter_map(|(_, b)| b.carried).collect::<Vec<_>>());
    assert!(!carried.is_empty());
}

#[tokio::test]
async fn a_second_delivery_is_recognised_after_the_ledger_has_forgotten_it() {
    let (city, arrivals) = april().await;
    let kept = Retention { ledger: Some(DAY * 10), ..Retention::default() };
    assert_eq!(of(&retain(&city, kept, RetentionMode::Remove).await, Level::Ledger), 240);
    let adds_up = async || {
        let accounting = city.store.accounting().await.unwrap();
        let counted: u64 =
            accounting.rows.iter().filter(|row| row.reason != "delivery").map(|row| row.n).sum();
        assert_eq!(counted, accounting.n_events);
        accounting.n_events
    };
    assert_eq!(adds_up().await, 360);
    let again = city.store.commit(vec![arrivals[0].clone(), arrivals[359].clone()]).await.unwrap();
    assert_eq!(again, [Outcome::DuplicateFrame, Outcome::DuplicateDelivery]);
    assert_eq!(adds_up().await, 361);
    assert_eq!(city.count("reading"), 360);
}

#[tokio::test]
async fn values_about_people_go_and_their_buckets_and_all_other_values_stay() {
    let (city, _) = april().await;
    let before = all_buckets(&city).await;
    let kept = Retention {
        values: [(P::PersonCount, DAY * 10), (P::PersonTotal, DAY * 10)].into(),
        values_of: [(city.stream(P::PersonTotal).await, None)].into(),
        ..Retention::default()
    };
    let removed = retain(&city, kept.clone(), RetentionMode::Remove).await;
    assert_eq!(of(&removed, Level::Values), 240);
    let whole = TimeRange::new(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")).unwrap();
    for (property, n) in [(P::PersonCount, 120), (P::PersonTotal, 360), (P::AirTemperature, 360)] {
        let stream = city.stream(property).await;
        let page = city.store.observations(stream, whole, None, 1000).await.unwrap();
        assert_eq!(page.items.len(), n, "{property:?}");
    }
    assert_eq!(all_buckets(&city).await, before);
    // Late values change the buckets of the others alone.
    let device = city.device(1).await;
    let frame = Frame::new(&device, at("2026-04-05T12:00:00Z"));
    city.commit(frame.value(P::AirTemperature, 1.0).value(P::PersonCount, 7.0).arrival()).await;
    let people = city.stream(P::PersonCount).await;
    let of_people = |all: Vec<(domain::DatastreamId, Bucket)>| -> Vec<Bucket> {
        all.into_iter().filter(|(id, _)| *id == people).map(|(_, bucket)| bucket).collect()
    };
    let after = all_buckets(&city).await;
    assert_ne!(after, before);
    assert_eq!(of_people(after), of_people(before));
    assert_eq!(n_different(&city).await, 0);
    assert_eq!(of(&retain(&city, kept, RetentionMode::Remove).await, Level::Values), 0);
    let page = city.store.observations(people, whole, None, 1000).await.unwrap();
    assert_eq!(page.items.len(), 120);
}

#[tokio::test]
async fn what_a_profile_says_of_its_values_wins_over_their_properties() {
    let (city, _) = april().await;
    let profile = new_device(1, "Turm", 120).profile;
    let kept = |of_profile: Option<SignedDuration>| Retention {
        values: [(P::PersonCount, DAY * 10)].into(),
        values_of_profiles: [(profile.clone(), of_profile), ("acme/other".to_owned(), Some(DAY))].into(),
        ..Retention::default()
    };
    // Nobody is counted by this device, says its profile: nothing goes.
    assert_eq!(of(&retain(&city, kept(None), RetentionMode::DryRun).await, Level::Values), 0);
    // All of its values are about people, the temperature, too: 240 of 360 reports are older than ten days.
    let removed = retain(&city, kept(Some(DAY * 10)), RetentionMode::Remove).await;
    assert_eq!(of(&removed, Level::Values), 3 * 240);
    let whole = TimeRange::new(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")).unwrap();
    let stream = city.stream(P::AirTemperature).await;
    assert_eq!(city.store.observations(stream, whole, None, 1000).await.unwrap().items.len(), 120);
}

#[tokio::test]
async fn hours_and_days_outlive_their_quarter_hours() {
    let (city, _) = april().await;
    let long = |all: Vec<(domain::DatastreamId, Bucket)>| -> Vec<_> {
        all.into_iter().filter(|(_, b)| b.range.seconds() > 900.0).collect()
    };
    let before = long(all_buckets(&city).await);
    let kept = Retention { readings: Some(DAY * 10), buckets_15m: Some(DAY * 15), ..Retention::default() };
    assert!(of(&retain(&city, kept, RetentionMode::Remove).await, Level::Buckets15m) > 300);
    late(&city, at("2026-04-05T12:00:00Z")).await;
    city.store.import_devices(vec![new_device(1, "Turm", 119)]).await.unwrap();
    let kept_days = |all: Vec<(domain::DatastreamId, Bucket)>| -> Vec<_> {
        all.into_iter().filter(|(_, b)| b.range.to() < at("2026-04-20T00:00:00Z")).collect()
    };
    assert_eq!(kept_days(long(all_buckets(&city).await)), kept_days(before));
    assert_eq!(n_different(&city).await, 0);
}

#[tokio::test]
async fn nothing_goes_before_its_buckets_are_computed() {
    let (city, _) = april().await;
    let quarter = match STORE {
        Kind::Sqlite => at("2026-04-03T12:00:00Z").as_millisecond().to_string(),
        Kind::Timescale | Kind::Postgres => "'2026-04-03T12:00:00Z'".to_owned(),
    };
    city.execute(&format!("INSERT INTO dirty VALUES ({}, {quarter})", city.device(1).await.thing.0));
    let kept = Retention { readings: Some(DAY * 10), ..Retention::default() };
    // Of 1 and 2 April all twelve, of 3 April those until noon.
    assert_eq!(of(&retain(&city, kept.clone(), RetentionMode::Remove).await, Level::Readings), 30);
    city.store.settle().await.unwrap();
    assert_eq!(of(&retain(&city, kept, RetentionMode::Remove).await, Level::Readings), 210);
}

#[tokio::test]
async fn a_late_value_of_an_instant_whose_uplink_is_gone_is_stored() {
    let (city, _) = april().await;
    let kept = Retention { uplinks: Some(DAY * 10), ..Retention::default() };
    retain(&city, kept, RetentionMode::Remove).await;
    let device = city.device(1).await;
    let instant = at("2026-04-05T12:05:00Z");
    let frame = Frame::new(&device, at("2026-04-30T23:00:00Z")).value_at(instant, P::AirTemperature, 5.0);
    assert_eq!(city.commit(frame.arrival()).await, Outcome::Stored);
    assert_eq!(n_different(&city).await, 0);
}
