use store::Outcome;

use testbed::Mosquitto;

use crate::{
    chirpstack::{EUI, temperatures, uplinks},
    harness::{City, chirpstack_at, eventually, publish},
};

#[tokio::test(flavor = "multi_thread")]
async fn every_published_uplink_is_stored_once() {
    let broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    publish(broker.port(), uplinks(EUI, 0..500)).await;
    running.settled(500).await;
    assert_eq!(city.temperatures().await, temperatures(0..500));
    assert_eq!(running.counts().n_received, 500);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_while_we_were_away_comes_when_we_return() {
    let broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    running.stop().await;
    publish(broker.port(), uplinks(EUI, 0..700)).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.settled(700).await;
    assert_eq!(city.temperatures().await, temperatures(0..700));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_the_commit_loses_nothing() {
    let broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    let lock = city.lock_database();
    publish(broker.port(), uplinks(EUI, 0..100)).await;
    eventually("all received", async || running.counts().n_in_flight == 100).await;
    // Had anything been acknowledged, the broker would not send it again.
    running.crash();
    drop(lock);
    let running = city.ingest(chirpstack_at(broker.port()));
    running.settled(100).await;
    assert_eq!(city.temperatures().await, temperatures(0..100));
    // A transaction the crash left behind in the store's own queue may have gone through.
    assert_eq!(running.n(Outcome::Stored) + running.n(Outcome::DuplicateDelivery), 100);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_moment_stores_everything_once() {
    let broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let port = broker.port();
    city.ingest(chirpstack_at(port)).stop_once_subscribed().await;
    let publisher = tokio::spawn(publish(port, uplinks(EUI, 0..2000)));
    for n_before_crash in [1, 40, 200, 333] {
        let running = city.ingest(chirpstack_at(port));
        eventually("some settled", async || running.counts().n_settled() >= n_before_crash).await;
        running.crash();
    }
    publisher.await.unwrap();
    let running = city.ingest(chirpstack_at(port));
    eventually("all stored", async || city.temperatures().await.len() == 2000).await;
    assert_eq!(city.temperatures().await, temperatures(0..2000));
    running.stop().await;
    assert_eq!(city.outcomes().await.get("stored/"), Some(&2000));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_store_is_away_no_more_than_the_window_is_taken() {
    let broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let mut source = chirpstack_at(broker.port());
    source.window = 16;
    let running = city.ingest(source);
    running.subscribed().await;
    let lock = city.lock_database();
    publish(broker.port(), uplinks(EUI, 0..300)).await;
    eventually("the window is full", async || running.counts().n_received == 16).await;
    drop(lock);
    running.settled(300).await;
    assert_eq!(running.counts().n_received, 300, "nothing was taken twice");
    assert_eq!(city.temperatures().await, temperatures(0..300));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_commits_and_acknowledges_what_was_taken() {
    let broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    publish(broker.port(), uplinks(EUI, 0..200)).await;
    running.stop().await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    publish(broker.port(), uplinks(EUI, 200..201)).await;
    eventually("the last is stored", async || city.temperatures().await.len() == 201).await;
    // What was committed before the stop was acknowledged too, so it did not come again.
    assert_eq!(running.n(Outcome::DuplicateDelivery), 0);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_refuses_is_tried_again_until_it_accepts() {
    let broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    let lock = city.lock_database();
    publish(broker.port(), uplinks(EUI, 0..50)).await;
    // The store waits five seconds for the lock, then reports that it is not available.
    eventually("a commit failed", async || running.metric("stadtfunk_ingest_commit_failures_total") >= 1)
        .await;
    assert_eq!(running.counts().n_settled(), 0);
    drop(lock);
    running.settled(50).await;
    assert_eq!(city.temperatures().await, temperatures(0..50));
    assert_eq!(running.metric("stadtfunk_ingest_messages_total"), 50);
    assert_eq!(running.metric("stadtfunk_ingest_received_total"), 50);
    running.stop().await;
}
