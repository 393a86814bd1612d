use ingest::{Config, IngestError, Protocol};
use store::Outcome;

use crate::{
    chirpstack::{self, EUI, temperatures},
    harness::{City, Running, eventually},
};

const PATH: &str = "/hooks/chirpstack?event=up";

fn start(city: &City, webhook_waiting_max: usize) -> Running {
    Running::start(Config { webhook_waiting_max, ..Config::default() }, city.store.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_comes_after_the_commit() {
    let city = City::new(&[EUI]).await;
    let running = start(&city, 8);
    let post =
        |n| running.handle.accept("hook", Protocol::Chirpstack, PATH, chirpstack::body(EUI, n, "").into());
    assert_eq!(post(1).await, Ok(Outcome::Stored));
    assert_eq!(city.temperatures().await, [1]);
    assert_eq!(post(1).await, Ok(Outcome::DuplicateDelivery));
    let counts = running.handle.counts();
    assert_eq!((counts["hook"].n_received, counts["hook"].n_settled()), (2, 2));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_more_than_may_wait_is_refused_and_the_others_are_answered() {
    let city = City::new(&[EUI]).await;
    let running = start(&city, 3);
    let lock = city.lock_database();
    let waiting: Vec<_> = (0..3)
        .map(|n| {
            let handle = running.handle.clone();
            tokio::spawn(async move {
                handle.accept("hook", Protocol::Chirpstack, PATH, chirpstack::body(EUI, n, "").into()).await
            })
        })
        .collect();
    eventually("three wait", async || {
        running.handle.counts().get("hook").is_some_and(|c| c.n_in_flight == 3)
    })
    .await;
    let refused =
        running.handle.accept("hook", Protocol::Chirpstack, PATH, chirpstack::body(EUI, 9, "").into());
    assert_eq!(refused.await, Err(IngestError::Busy));
    drop(lock);
    for request in waiting {
        assert_eq!(request.await.unwrap(), Ok(Outcome::Stored));
    }
    assert_eq!(city.temperatures().await, temperatures(0..3));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_goes_away_gives_its_place_back() {
    let city = City::new(&[EUI]).await;
    let running = start(&city, 1);
    for n in 0..20 {
        let handle = running.handle.clone();
        let request = tokio::spawn(async move {
            handle.accept("hook", Protocol::Chirpstack, PATH, chirpstack::body(EUI, n, "").into()).await
        });
        request.abort();
        let _ = request.await;
    }
    eventually("a place is free", async || {
        let body = chirpstack::body(EUI, 100, "").into();
        running.handle.accept("hook", Protocol::Chirpstack, PATH, body).await.is_ok()
    })
    .await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_stop_nothing_is_taken() {
    let city = City::new(&[EUI]).await;
    let running = start(&city, 8);
    let handle = running.handle.clone();
    running.stop().await;
    let refused = handle.accept("hook", Protocol::Chirpstack, PATH, chirpstack::body(EUI, 1, "").into());
    assert_eq!(refused.await, Err(IngestError::Stopping));
    assert!(city.temperatures().await.is_empty());
}

/// Two batches are in work when the stop comes: the store gives up the first and takes the second.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_during_a_stop_hears_what_became_of_the_message() {
    let city = City::new(&[EUI]).await;
    let running = start(&city, 8);
    let lock = city.lock_database();
    let post = |n| {
        let handle = running.handle.clone();
        tokio::spawn(async move {
            handle.accept("hook", Protocol::Chirpstack, PATH, chirpstack::body(EUI, n, "").into()).await
        })
    };
    let in_work = |n| {
        let handle = running.handle.clone();
        async move || handle.counts().get("hook").is_some_and(|counts| counts.n_in_flight == n)
    };
    let first = post(1);
    eventually("the first is in work", in_work(1)).await;
    let second = post(2);
    eventually("both are in work", in_work(2)).await;
    let stop = tokio::spawn(running.stop());
    // The first commit gives up after waiting for the lock as long as it may.
    let first = first.await.unwrap();
    drop(lock);
    let second = second.await.unwrap();
    stop.await.unwrap();
    let n_stored = [first, second].into_iter().filter(|answer| *answer == Ok(Outcome::Stored)).count();
    assert_eq!(city.temperatures().await.len(), n_stored);
}
