use std::path::PathBuf;

use ingest::{Config, Phase};
use store::Outcome;

use testbed::Mosquitto;

use crate::{
    chirpstack::{EUI, temperatures, uplinks},
    harness::{City, Running, chirpstack_at, eventually, publish},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_restarts_with_its_sessions_loses_nothing() {
    let settings = format!("{}persistence true\npersistence_location {{dir}}/\n", Mosquitto::OPEN);
    let mut broker = Mosquitto::start_with(&settings);
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    let lock = city.lock_database();
    publish(broker.port(), uplinks(EUI, 0..100)).await;
    eventually("all received", async || running.counts().n_received >= 100).await;
    broker.terminate();
    eventually("the loss is seen", async || running.handle.source_states()[0].n_failures > 0).await;
    broker.run();
    drop(lock);
    running.subscribed().await;
    publish(broker.port(), uplinks(EUI, 100..200)).await;
    eventually("all stored", async || city.temperatures().await.len() == 200).await;
    assert_eq!(city.temperatures().await, temperatures(0..200));
    assert_eq!(running.n(Outcome::Stored), 200);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_forgets_everything_is_subscribed_to_again() {
    let mut broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    for round in 0..3_u16 {
        running.subscribed().await;
        let frames = round * 10..(round + 1) * 10;
        publish(broker.port(), uplinks(EUI, frames.clone())).await;
        running.settled(u64::from(frames.end)).await;
        let n_failures = running.handle.source_states()[0].n_failures;
        broker.kill();
        eventually("the loss is seen", async || running.handle.source_states()[0].n_failures > n_failures)
            .await;
        broker.run();
    }
    assert_eq!(city.temperatures().await, temperatures(0..30));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_broker_the_state_says_why_and_a_stop_is_quick() {
    let broker = Mosquitto::prepare(Mosquitto::OPEN);
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    eventually("an error", async || running.handle.source_states()[0].last_error.is_some()).await;
    let state = running.handle.source_states().remove(0);
    assert!(state.last_error.unwrap().contains("refused"));
    let begun_at = tokio::time::Instant::now();
    running.stop().await;
    assert!(begun_at.elapsed().as_secs() < 5);
}

/// Where the distribution keeps it: the folder is named after the processor.
fn dynamic_security_plugin() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").unwrap();
    let mut files = folders.map(|folder| folder.unwrap().path().join("mosquitto_dynamic_security.so"));
    files.find(|file| file.exists()).expect(
        "this test needs Mosquitto's dynamic security plugin, /usr/lib/*/mosquitto_dynamic_security.so: \
         install it with `apt-get install mosquitto`",
    )
}

fn rights(subscribe: bool) -> String {
    format!(
        r#"{{"defaultACLAccess":{{"publishClientSend":true,"publishClientReceive":true,"subscribe":{subscribe},"unsubscribe":true}},"clients":[],"groups":[],"roles":[]}}"#
    )
}

/// A broker that refuses every subscription: Mosquitto's dynamic security plugin does so in the SUBACK; its ACL
/// files only filter.
pub(crate) async fn refusing_broker() -> Mosquitto {
    let settings = format!(
        "allow_anonymous true\nplugin {}\nplugin_opt_config_file {{dir}}/security.json\n",
        dynamic_security_plugin().display()
    );
    let mut broker = Mosquitto::prepare(&settings);
    std::fs::write(broker.path("security.json"), rights(false)).unwrap();
    broker.run();
    broker
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_subscription_is_an_error_and_tried_again() {
    let mut broker = refusing_broker().await;
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    eventually("refused twice", async || running.handle.source_states()[0].n_failures >= 2).await;
    let state = running.handle.source_states().remove(0);
    let error = state.last_error.unwrap();
    assert!(error.contains("refuses the subscription to `application/+/device/+/event/+`"), "{error}");
    assert_ne!(state.phase, Phase::Subscribed);

    broker.kill();
    std::fs::write(broker.path("security.json"), rights(true)).unwrap();
    broker.run();
    running.subscribed().await;
    publish(broker.port(), uplinks(EUI, 0..5)).await;
    running.settled(5).await;
    running.stop().await;
}

/// Mosquitto sends all that has queued up whatever the window. Who leaves such a connection before the broker has read the
/// acknowledgements gets the same messages again, and never comes to the end.
#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_far_larger_than_the_buffer_is_taken_without_anything_coming_twice() {
    const N: u64 = 20_000;
    let broker = Mosquitto::start();
    let city = City::new(&[]).await;
    let mut source = chirpstack_at(broker.port());
    source.buffer_bytes = 2 * 1024 * 1024;
    let config = || Config {
        message_bytes_max: 2048,
        sources: [("city".to_owned(), source.clone())].into(),
        ..Config::default()
    };
    Running::start(config(), city.store.clone()).stop_once_subscribed().await;
    let topic = "application/a/device/0000000000000001/event/up";
    let unreadable = |n: u64| (topic.to_owned(), format!("{n:>1300}").into_bytes());
    publish(broker.port(), (0..N).map(unreadable).collect()).await;

    let running = Running::start(config(), city.store.clone());
    running.settled(N).await;
    assert!(running.counts().n_superseded > 0, "the broker kept to the window: nothing was tested");
    assert_eq!(city.outcomes().await.values().sum::<u64>(), N);
    assert_eq!(running.n(Outcome::DuplicateDelivery), 0);
    running.stop().await;
}
