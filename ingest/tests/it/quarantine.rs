use domain::ManualClock;
use ingest::{Config, RetryReport, retry_quarantine};
use store::{Outcome, QuarantineFilter, QuarantineReason};

use crate::{
    chirpstack::{EUI, OTHER_EUI, temperatures, topic, uplinks},
    harness::{City, NOW, chirpstack_at, eui, publish},
    mosquitto::{Mosquitto, OPEN},
};

async fn retry(city: &City, filter: &QuarantineFilter) -> RetryReport {
    let clock = ManualClock::new(NOW.parse().unwrap());
    retry_quarantine(&city.store, &Config::default(), filter, &clock).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_a_device_provisioned_later_are_stored_by_a_retry() {
    let broker = Mosquitto::start(OPEN).await;
    let city = City::new(&[]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    let mut messages = uplinks(EUI, 0..250);
    messages.extend(uplinks(OTHER_EUI, 0..10));
    messages.push((topic(EUI), b"not json".to_vec()));
    publish(broker.port(), messages).await;
    running.settled(261).await;
    assert_eq!(running.n(Outcome::Quarantined(QuarantineReason::UnknownDevice)), 260);
    running.stop().await;

    city.provision(EUI).await;
    let all = QuarantineFilter::default();
    assert_eq!(retry(&city, &all).await, RetryReport { n_tried: 261, n_stored: 250, n_still: 11 });
    assert_eq!(city.temperatures().await, temperatures(0..250));
    // Once more: what is stored stays stored once.
    assert_eq!(retry(&city, &all).await, RetryReport { n_tried: 11, n_stored: 0, n_still: 11 });
    let of_other = QuarantineFilter { dev_eui: Some(eui(OTHER_EUI)), ..QuarantineFilter::default() };
    assert_eq!(retry(&city, &of_other).await.n_tried, 10);
    assert_eq!(city.temperatures().await, temperatures(0..250));
    let outcomes = city.outcomes().await;
    assert_eq!(outcomes["stored/"], 250);
    assert_eq!(outcomes["quarantined/unknown_device"], 10);
    assert_eq!(outcomes["quarantined/not_json"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_provisioned_while_running_is_known_to_its_next_uplink() {
    let broker = Mosquitto::start(OPEN).await;
    let city = City::new(&[OTHER_EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    publish(broker.port(), uplinks(OTHER_EUI, 0..1)).await;
    running.settled(1).await;
    city.provision(EUI).await;
    publish(broker.port(), uplinks(EUI, 1..2)).await;
    running.settled(2).await;
    assert_eq!(running.n(Outcome::Stored), 2);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_poison_does_not_keep_neighbours_from_being_stored() {
    let broker = Mosquitto::start(OPEN).await;
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    let poison: [&[u8]; 5] = [b"", b"{", b"[]", b"{\"deviceInfo\":{\"devEui\":\"x\"}}", b"\xff\xfe"];
    let mut messages = Vec::new();
    for (n, good) in uplinks(EUI, 0..100).into_iter().enumerate() {
        for (m, bad) in poison.iter().enumerate() {
            // Different topics, so that each is a message of its own.
            messages.push((format!("application/a/device/{n}-{m}/event/up"), bad.to_vec()));
        }
        messages.push(good);
    }
    publish(broker.port(), messages).await;
    running.settled(600).await;
    assert_eq!(city.temperatures().await, temperatures(0..100));
    let outcomes = city.outcomes().await;
    assert_eq!(outcomes["quarantined/not_json"], 300, "{outcomes:?}");
    assert_eq!(outcomes["quarantined/schema"], 200, "{outcomes:?}");
    running.stop().await;
}
