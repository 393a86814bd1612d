//! Two processes on one file: the service, and a command beside it.

use domain::{BucketWidth, ObservedProperty as P, TimeRange};

use super::harness::{City, Frame, at};
use crate::{Kind, STORE};

#[tokio::test]
async fn buckets_know_a_datastream_that_another_process_made() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let time = at("2026-06-01T10:05:00Z");
    city.commit(Frame::new(&tower, time).value(P::AirTemperature, 20.0).arrival()).await;
    city.store.settle().await.unwrap();

    let other = city.open_again().await;
    let later = at("2026-06-01T10:10:00Z");
    let frame = Frame::new(&tower, later).value(P::RelativeHumidity, 50.0).arrival();
    other.commit(vec![frame]).await.unwrap();
    other.settle().await.unwrap();
    other.close().await.unwrap();

    // The same quarter-hour again, this time by the store that was open before the Datastream was.
    let quarter = match STORE {
        Kind::Sqlite => at("2026-06-01T10:00:00Z").as_millisecond().to_string(),
        Kind::Timescale | Kind::Postgres => "'2026-06-01T10:00:00Z'".to_owned(),
    };
    city.execute(&format!("INSERT INTO dirty VALUES ({}, {quarter})", tower.thing.0));
    city.store.settle().await.unwrap();
    assert_eq!(city.store.health().await.unwrap().n_dirty, 0);
    let hour = TimeRange::new(at("2026-06-01T10:00:00Z"), at("2026-06-01T11:00:00Z")).unwrap();
    for (property, value) in [(P::AirTemperature, 20.0), (P::RelativeHumidity, 50.0)] {
        let stream = city.stream(property).await;
        for width in [BucketWidth::QuarterHour, BucketWidth::Hour, BucketWidth::Day] {
            let buckets = city.store.buckets(stream, width, hour).await.unwrap();
            assert_eq!(buckets.len(), 1, "{property:?} {width:?}");
            assert_eq!((buckets[0].n, buckets[0].last), (1, Some(value)));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_that_write_at_once_lose_no_bucket() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let other = city.open_again().await;
    let properties = [P::AirTemperature, P::RelativeHumidity, P::VapourPressure, P::WindSpeed];
    let begin = at("2026-06-01T10:00:00Z");
    for (n, property) in (0_i64..).zip(properties) {
        let time = |k: i64| begin + jiff::SignedDuration::from_mins(5 * (2 * n + k));
        let frame = |k| Frame::new(&tower, time(k)).value(property, 40.0).arrival();
        let (a, b) = tokio::join!(other.commit(vec![frame(0)]), city.store.commit(vec![frame(1)]));
        a.unwrap();
        b.unwrap();
        let (a, b) = tokio::join!(city.store.settle(), other.settle());
        a.unwrap();
        b.unwrap();
    }
    let day = TimeRange::new(at("2026-05-31T22:00:00Z"), at("2026-06-01T22:00:00Z")).unwrap();
    for property in properties {
        let stream = city.stream(property).await;
        let days = city.store.buckets(stream, BucketWidth::Day, day).await.unwrap();
        assert_eq!(days[0].n, 2, "{property:?}");
    }
}
