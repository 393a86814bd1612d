//! Buckets compared with what the readings say.

use domain::{BucketWidth, ObservedProperty as P};
use jiff::SignedDuration;
use store::{Bucket, Compared, RebuildMode, RebuildReport};

use super::harness::{City, Frame, at, new_device};
use crate::{Kind, STORE};

async fn check(city: &City) -> RebuildReport {
    city.store.rebuild(RebuildMode::Check).await.unwrap()
}

/// A tower that reports 1, 2, 3, ... at 10:10, 10:20, ... 11:50 on 1 June 2026.
async fn one_morning() -> City {
    let city = City::with_tower().await;
    let device = city.device(1).await;
    for i in 1..=11_i32 {
        let time = at("2026-06-01T10:00:00Z") + SignedDuration::from_mins(10 * i64::from(i));
        city.commit(Frame::new(&device, time).value(P::AirTemperature, f64::from(i)).arrival()).await;
    }
    city.store.settle().await.unwrap();
    city
}

/// The begin of an interval in a `WHERE`.
fn starts_at(time: &str) -> String {
    match STORE {
        Kind::Sqlite => format!("start_ms = {}", at(time).as_millisecond()),
        Kind::Timescale | Kind::Postgres => format!("start_at = '{time}'"),
    }
}

/// An array with one element.
fn array(element: &str) -> String {
    match STORE {
        Kind::Sqlite => format!("'[{element}]'"),
        Kind::Timescale | Kind::Postgres => format!("'{{{element}}}'"),
    }
}

async fn hour(city: &City) -> Bucket {
    let stream = city.stream(P::AirTemperature).await;
    let range = domain::TimeRange::new(at("2026-06-01T11:00:00Z"), at("2026-06-01T12:00:00Z")).unwrap();
    city.store.buckets(stream, BucketWidth::Hour, range).await.unwrap()[0]
}

#[tokio::test]
async fn after_late_duplicate_and_replaced_data_every_bucket_follows_from_the_readings() {
    let city = City::with_tower().await;
    city.store.import_devices(vec![new_device(2, "Turm", 15), new_device(3, "Pier", 60)]).await.unwrap();
    let devices = [city.device(1).await, city.device(2).await, city.device(3).await];
    // Over the end of summer time, in steps that no interval divides, every seventh one a day late.
    let begin = at("2026-10-23T05:07:00Z");
    let (mut now, mut late) = (Vec::new(), Vec::new());
    for i in 0..160_i32 {
        let time = begin + SignedDuration::from_mins(37 * i64::from(i));
        let device = &devices[usize::try_from(i % 3).unwrap()];
        let mut frame = Frame::new(device, time)
            .value(P::AirTemperature, 0.1 * f64::from(i % 41))
            .value(P::BicycleTotal, 7.3 * f64::from(i))
            .value(P::WindDirection, f64::from(i * 53 % 360))
            .value(P::WindSpeed, 0.7 * f64::from(i % 9))
            .value(P::Occupancy, f64::from(i % 2));
        if i % 5 == 0 {
            frame = frame.value(P::CarCount, f64::from(i));
        }
        let arrivals = if i % 7 == 0 { &mut late } else { &mut now };
        arrivals.push(frame.clone().arrival());
        if i % 11 == 0 {
            // The same instants again from a later uplink, with other values.
            let again = Frame::new(device, time + SignedDuration::from_mins(3));
            late.push(again.value_at(time, P::AirTemperature, 0.3 * f64::from(i % 13)).arrival());
        }
    }
    for arrivals in [&now, &late, &now] {
        for batch in arrivals.chunks(23) {
            city.store.commit(batch.to_vec()).await.unwrap();
        }
        city.store.settle().await.unwrap();
    }
    let report = check(&city).await;
    assert_eq!(report.first, []);
    assert_eq!(report.n_different(), 0);
    // Six kinds of values on two Things over five local days.
    assert!(report.days.n_compared >= 6 * 2 * 4, "{report:?}");
    assert!(report.quarter_hours.n_compared > report.hours.n_compared, "{report:?}");
    let corrected = city.store.rebuild(RebuildMode::Correct).await.unwrap();
    assert_eq!(corrected.n_different(), 0);
}

#[tokio::test]
async fn a_bucket_that_somebody_changed_is_found_and_only_it_is_corrected() {
    let city = one_morning().await;
    let (right, before) = (hour(&city).await, check(&city).await);
    assert_eq!((right.n, right.sum), (6, 51.0));
    city.execute(&format!(
        "UPDATE bucket SET sum = {} WHERE width = '1h' AND {}",
        array("99"),
        starts_at("2026-06-01T11:00:00Z")
    ));
    // Looking changes nothing.
    for _ in 0..2 {
        let report = check(&city).await;
        assert_eq!(report.hours, Compared { n_compared: 2, n_different: 1 });
        assert_eq!(report.n_different(), 1);
        let [found] = report.first.as_slice() else { panic!("{:?}", report.first) };
        assert_eq!((found.thing.as_str(), found.width), ("Turm", BucketWidth::Hour));
        assert_eq!(found.start, at("2026-06-01T11:00:00Z"));
        assert_eq!(found.datastream.map(|(id, ..)| id), Some(city.stream(P::AirTemperature).await));
        assert_eq!(found.stored.map(|bucket| bucket.sum), Some(99.0));
        assert_eq!(found.computed, Some(right));
        assert_eq!(hour(&city).await.sum, 99.0);
    }
    assert_eq!(city.store.rebuild(RebuildMode::Correct).await.unwrap().n_different(), 1);
    assert_eq!(hour(&city).await, right);
    let after = check(&city).await;
    assert_eq!(after.n_different(), 0);
    assert_eq!(after.quarter_hours, before.quarter_hours);
}

#[tokio::test]
async fn a_bucket_that_is_gone_comes_back() {
    let city = one_morning().await;
    let right = hour(&city).await;
    city.execute(&format!("DELETE FROM bucket WHERE {}", starts_at("2026-06-01T11:00:00Z")));
    // A quarter-hour and an hour begin there.
    assert_eq!(city.store.rebuild(RebuildMode::Correct).await.unwrap().n_different(), 2);
    assert_eq!(hour(&city).await, right);
    assert_eq!(check(&city).await.n_different(), 0);
}

#[tokio::test]
async fn buckets_without_readings_are_found_and_go() {
    let city = one_morning().await;
    let n_right = city.count("bucket");
    // Four hundred days later, when nothing was measured.
    city.execute(match STORE {
        Kind::Sqlite => {
            "INSERT INTO bucket SELECT width, chunk + 400 * 24, thing_id, start_ms + 400 * 86400000,
                    end_ms + 400 * 86400000, n, sum, min, max, last, covered, east, north, n_resets, carried
             FROM bucket WHERE width = '15m'"
        }
        Kind::Timescale | Kind::Postgres => {
            "INSERT INTO bucket SELECT width, thing_id, start_at + interval '400 days', end_at + interval '400 days',
                    n, sum, min, max, last, covered, east, north, n_resets, carried_from, carried_to, carried_sum
             FROM bucket WHERE width = '15m'"
        }
    });
    let n_orphans = city.count("bucket") - n_right;
    let report = city.store.rebuild(RebuildMode::Correct).await.unwrap();
    assert_eq!((report.n_different(), report.quarter_hours.n_different), (n_orphans, n_orphans));
    assert!(report.first.iter().all(|found| found.computed.is_none()));
    assert_eq!(city.count("bucket"), n_right);
    assert_eq!(check(&city).await.n_different(), 0);
}

#[tokio::test]
async fn what_waits_to_be_computed_is_no_difference() {
    let city = one_morning().await;
    let device = city.device(1).await;
    let other = city.open_again().await;
    let time = at("2026-06-01T10:15:00Z");
    other.commit(vec![Frame::new(&device, time).value(P::AirTemperature, 4.5).arrival()]).await.unwrap();
    assert_eq!(check(&city).await.n_different(), 0);
    other.close().await.unwrap();
}
