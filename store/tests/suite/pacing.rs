//! Commits and buckets share one thread.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use domain::{BucketWidth, ObservedProperty as P, TimeRange};
use jiff::SignedDuration;
use store::Outcome;

use super::harness::{City, Frame, at};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_constant_load_buckets_become_current() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let begin = at("2026-06-01T00:00:00Z");
    let n_begun = Arc::new(AtomicI64::new(0));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    // Several callers, so that a commit always waits.
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let (store, tower) = (city.store.clone(), tower.clone());
            let (n_begun, stopped) = (Arc::clone(&n_begun), stopped.clone());
            tokio::spawn(async move {
                while !*stopped.borrow() {
                    // An hour over and over: a load on the writer that leaves little to compute.
                    let n = n_begun.fetch_add(1, Ordering::Relaxed);
                    let time = begin + SignedDuration::from_mins(n % 60);
                    let frame = Frame::new(&tower, time).value(P::AirTemperature, 20.0).arrival();
                    store.commit(vec![frame]).await.unwrap();
                }
            })
        })
        .collect();

    let time = at("2026-05-20T10:05:00Z");
    city.commit(Frame::new(&tower, time).value(P::AirTemperature, 7.0).arrival()).await;
    let stream = city.stream(P::AirTemperature).await;
    let day = TimeRange::new(at("2026-05-19T22:00:00Z"), at("2026-05-20T22:00:00Z")).unwrap();
    let n_before = n_begun.load(Ordering::Relaxed);
    loop {
        let buckets = city.store.buckets(stream, BucketWidth::Day, day).await.unwrap();
        if let [bucket] = buckets[..] {
            assert_eq!((bucket.n, bucket.last), (1, Some(7.0)));
            break;
        }
        let n_since = n_begun.load(Ordering::Relaxed) - n_before;
        assert!(n_since < 20_000, "{n_since} commits later the bucket is not there");
    }
    stop.send(true).unwrap();
    for caller in callers {
        caller.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_does_not_wait_for_all_buckets() {
    let city = City::with_tower().await;
    let tower = city.device(1).await;
    let frame = |n: i64| {
        let time = at("2020-01-01T10:05:00Z") + SignedDuration::from_hours(24 * n);
        Frame::new(&tower, time).value(P::AirTemperature, 20.0).arrival()
    };
    city.store.commit((0..2000).map(frame).collect()).await.unwrap();

    let settling = tokio::spawn({
        let store = city.store.clone();
        async move { store.settle().await }
    });
    for n in 2000..2003 {
        assert_eq!(city.commit(frame(n)).await, Outcome::Stored);
        // Many days besides its own.
        assert!(city.store.health().await.unwrap().n_dirty > 100, "answered between two slices");
    }
    settling.await.unwrap().unwrap();
    city.store.settle().await.unwrap();
    assert_eq!(city.store.health().await.unwrap().n_dirty, 0);
    assert_eq!(city.count("bucket WHERE width = '1d'"), 2003);
}
