//! Reading while data arrives.

use domain::{Missing, ObservedProperty as P, Quality, ReadingId, TimeRange};
use jiff::SignedDuration;

use super::harness::{City, Frame, at};
use crate::{Kind, STORE};

fn minute(n: i64) -> jiff::Timestamp {
    at("2026-06-01T10:00:00Z") + SignedDuration::from_mins(n)
}

fn all_day() -> TimeRange {
    TimeRange::new(at("2026-06-01T00:00:00Z"), at("2026-06-02T00:00:00Z")).unwrap()
}

#[tokio::test]
async fn pages_stay_right_while_data_arrives() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let frame = |n: i64| Frame::new(&tower, minute(n)).value(P::AirTemperature, 20.0).arrival();
    city.store.commit((0..100).filter(|n| n % 10 != 5).map(frame).collect()).await.unwrap();
    let stream = city.stream(P::AirTemperature).await;

    let mut seen = Vec::new();
    let mut after = None;
    for late in (5..100).step_by(10) {
        let page = city.store.observations(stream, all_day(), after, 7).await.unwrap();
        seen.extend(page.items.iter().map(|o| o.time));
        after = page.next.map(|cursor| cursor.to_string().parse().unwrap());
        // One value arrives before, one behind the position.
        city.commit(frame(late)).await;
    }
    while let Some(cursor) = after {
        let page = city.store.observations(stream, all_day(), Some(cursor), 7).await.unwrap();
        seen.extend(page.items.iter().map(|o| o.time));
        after = page.next;
    }
    assert!(seen.is_sorted_by(|a, b| a < b), "in order and none twice");
    for n in (0..100).filter(|n| n % 10 != 5) {
        assert!(seen.contains(&minute(n)), "minute {n} was there from the start");
    }
}

#[tokio::test]
async fn a_range_is_half_open_and_the_last_page_says_so() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    for n in [0, 10, 20] {
        city.commit(Frame::new(&tower, minute(n)).value(P::AirTemperature, 20.0).arrival()).await;
    }
    let stream = city.stream(P::AirTemperature).await;
    let range = TimeRange::new(minute(0), minute(20)).unwrap();
    let page = city.store.observations(stream, range, None, 2).await.unwrap();
    assert_eq!(page.items.iter().map(|o| o.time).collect::<Vec<_>>(), [minute(0), minute(10)]);
    assert_eq!(page.next, None);
    let first = city.store.observations(stream, range, None, 1).await.unwrap();
    assert_eq!(first.next.unwrap().id, first.items[0].id);
}

#[tokio::test]
async fn a_range_that_begins_within_a_millisecond_leaves_out_what_lies_before() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    city.commit(Frame::new(&tower, minute(0)).value(P::AirTemperature, 20.0).arrival()).await;
    let stream = city.stream(P::AirTemperature).await;
    let n_from = async |from| {
        let range = TimeRange::new(from, minute(20)).unwrap();
        city.store.observations(stream, range, None, 10).await.unwrap().items.len()
    };
    assert_eq!(n_from(minute(0)).await, 1);
    assert_eq!(n_from(minute(0) + SignedDuration::from_nanos(1)).await, 0);
    assert_eq!(n_from(minute(0) - SignedDuration::from_nanos(1)).await, 1);
}

#[tokio::test]
async fn the_tail_follows_commits() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let mut newest = city.store.newest();
    assert_eq!(*newest.borrow_and_update(), ReadingId(0));
    let frame = |n: i64| Frame::new(&tower, minute(n)).value(P::AirTemperature, 20.0).arrival();
    city.store.commit(vec![frame(0), frame(10)]).await.unwrap();
    newest.changed().await.unwrap();
    assert_eq!(*newest.borrow_and_update(), ReadingId(2));
    let tail = city.store.readings_after(ReadingId(1), 10).await.unwrap();
    assert_eq!(tail.len(), 1);
    assert_eq!((tail[0].time, tail[0].values.len()), (minute(10), 1));
    assert_eq!(city.store.readings_after(ReadingId(0), 1).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_readers_during_writes_see_no_error_and_no_half_batch() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    // Each batch holds two values of one instant's pair: a reader sees both or none.
    let batch = |n: i64| {
        let frame = |m: i64| Frame::new(&tower, minute(m)).value(P::BicycleCount, 1.0).arrival();
        vec![frame(2 * n), frame(2 * n + 1)]
    };
    city.store.commit(batch(0)).await.unwrap();
    let stream = city.stream(P::BicycleCount).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let (store, stopped) = (city.store.clone(), stopped.clone());
            tokio::spawn(async move {
                let mut n_reads = 0;
                while !*stopped.borrow() {
                    let page = store.observations(stream, all_day(), None, 10_000).await.unwrap();
                    assert_eq!(page.items.len() % 2, 0);
                    store.latest(None).await.unwrap();
                    n_reads += 1;
                }
                n_reads
            })
        })
        .collect();
    for n in 1..200 {
        city.store.commit(batch(n)).await.unwrap();
    }
    city.store.settle().await.unwrap();
    stop.send(true).unwrap();
    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
    assert_eq!(city.count("reading"), 400);
    city.store.close().await.unwrap();
    if STORE == Kind::Sqlite {
        let wal = city.place.folder().join("city.sqlite-wal");
        assert!(std::fs::metadata(wal).map_or(0, |file| file.len()) <= 64 * 1024 * 1024);
    }
}

#[tokio::test]
async fn a_commit_whose_caller_went_away_is_carried_out_or_not_at_all() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    for n in 0..50 {
        let frame = Frame::new(&tower, minute(n)).value(P::BicycleCount, 1.0).arrival();
        // Polled once, then dropped while the writer is at work.
        let commit = city.store.commit(vec![frame]);
        let mut commit = Box::pin(commit);
        let _ = std::future::poll_fn(|cx| std::task::Poll::Ready(commit.as_mut().poll(cx))).await;
    }
    city.store.settle().await.unwrap();
    let accounting = city.store.accounting().await.unwrap();
    let n = city.count("reading");
    assert_eq!(accounting.rows[0].n, n);
    assert_eq!(n, 50, "each was queued on the first poll");
}

#[tokio::test]
async fn an_interval_without_a_value_has_the_reason_the_sensor_gave() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let frame = |n: i64| Frame::new(&tower, minute(n));
    city.commit(frame(5).missing(P::CarSpeed, Missing::NothingToMeasure).arrival()).await;
    city.commit(frame(15).missing(P::CarSpeed, Missing::NothingToMeasure).arrival()).await;
    city.commit(frame(25).missing(P::CarSpeed, Missing::SensorError).arrival()).await;
    city.commit(frame(35).value(P::CarSpeed, 900.0).arrival()).await;
    city.commit(frame(45).value(P::CarSpeed, 30.0).arrival()).await;
    city.commit(frame(55).value(P::AirTemperature, 30.0).arrival()).await;
    let id = city.stream(P::CarSpeed).await;
    let stream = city.store.datastream(id).await.unwrap().unwrap();
    let ranges = [(0, 10), (10, 30), (30, 40), (40, 50), (50, 60), (0, 24 * 60), (-24 * 60, 0)];
    let ranges = ranges.map(|(from, to)| TimeRange::new(minute(from), minute(to)).unwrap());
    let expected = [
        Some(Quality::Missing(Missing::NothingToMeasure)),
        // The newest word counts.
        Some(Quality::Missing(Missing::SensorError)),
        // 900 km/h is kept, but no value.
        Some(Quality::Bad),
        None,
        None,
        Some(Quality::Bad),
        None,
    ];
    assert_eq!(city.store.missing(&stream, ranges.to_vec()).await.unwrap(), expected);
}

#[tokio::test]
async fn a_count_that_is_missing_is_missing_in_the_interval_before_it() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    // Reports every ten minutes: what is missing at 11:03 was to be counted from 10:53, mostly before 11.
    city.commit(Frame::new(&tower, minute(63)).missing(P::CarCount, Missing::SensorError).arrival()).await;
    let id = city.stream(P::CarCount).await;
    let stream = city.store.datastream(id).await.unwrap().unwrap();
    let ranges = [(45, 60), (60, 75)].map(|(from, to)| TimeRange::new(minute(from), minute(to)).unwrap());
    let reasons = city.store.missing(&stream, ranges.to_vec()).await.unwrap();
    assert_eq!(reasons, [Some(Quality::Missing(Missing::SensorError)), None]);
}
