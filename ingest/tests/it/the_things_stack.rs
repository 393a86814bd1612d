use std::net::Ipv4Addr;

use ingest::{Config, Protocol, SourceConfig, broker::Broker};
use rumqttc::v5::mqttbytes::QoS;
use store::Outcome;

use testbed::Mosquitto;

use crate::{
    chirpstack::{EUI, temperatures},
    harness::{City, Running, eventually, publish, publish_at},
};

fn source_at(port: u16) -> SourceConfig {
    SourceConfig::new(Protocol::TheThingsStack, format!("mqtt://127.0.0.1:{port}").parse().unwrap())
}

/// Frame `n` reads `n` tenths of a degree.
fn uplinks(frames: std::ops::Range<u8>) -> Vec<(String, Vec<u8>)> {
    use base64::Engine as _;
    frames
        .map(|n| {
            let payload = base64::engine::general_purpose::STANDARD.encode([0x01, 0x67, 0x00, n]);
            let body = format!(
                r#"{{"end_device_ids":{{"device_id":"t","application_ids":{{"application_id":"wetter"}},"dev_eui":"{}"}},
                "received_at":"2026-11-23T11:00:00Z","uplink_message":{{"session_key_id":"AX","f_port":1,"f_cnt":{n},
                "frm_payload":"{payload}","received_at":"2026-11-23T11:{:02}:{:02}Z"}}}}"#,
                EUI.to_uppercase(),
                n / 60,
                n % 60
            );
            ("v3/wetter@stadt/devices/t/up".to_owned(), body.into_bytes())
        })
        .collect()
}

async fn check(port: u16) {
    let city = City::new(&[EUI]).await;
    let running = city.ingest(source_at(port));
    running.subscribed().await;
    // The Things Stack publishes with QoS 0.
    publish_at(port, QoS::AtMostOnce, uplinks(0..100)).await;
    running.settled(100).await;
    // A bridge in between may raise it to QoS 1.
    publish(port, uplinks(100..200)).await;
    running.settled(200).await;
    assert_eq!(city.temperatures().await, temperatures(0..200));
    assert_eq!(running.n(Outcome::Stored), 200);
    running.stop().await;
    publish(port, uplinks(200..220)).await;
    let running = city.ingest(source_at(port));
    running.settled(20).await;
    assert_eq!(city.temperatures().await, temperatures(0..220));
    assert_eq!(running.n(Outcome::DuplicateDelivery), 0);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uplinks_come_over_mqtt_3_from_mosquitto() {
    let broker = Mosquitto::start();
    check(broker.port()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uplinks_come_over_mqtt_3_from_the_embedded_broker() {
    let broker = Broker::start((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
    check(broker.local_addr().port()).await;
    broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_without_acknowledgements_is_bounded_and_its_loss_counted() {
    let broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let mut source = source_at(broker.port());
    source.unacknowledged_max = 10;
    let running = city.ingest(source);
    running.subscribed().await;
    let lock = city.lock_database();
    publish_at(broker.port(), QoS::AtMostOnce, uplinks(0..200)).await;
    eventually("all received", async || running.counts().n_received == 200).await;
    let counts = running.counts();
    assert_eq!((counts.n_in_flight, counts.n_dropped_qos0), (10, 190));
    drop(lock);
    running.settled(10).await;
    assert_eq!(city.temperatures().await, temperatures(0..10));
    running.stop().await;
}

/// MQTT 3.1.1 has no agreement on how much may be in flight: the broker sends 200 messages into room
/// for 42. Nothing is lost, nothing is stored twice, and it comes to an end.
#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_ignores_the_window_is_brought_back_to_it() {
    let broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let mut source = source_at(broker.port());
    source.window = 8;
    source.buffer_bytes = 32 * 1024;
    let config = Config {
        message_bytes_max: 1024,
        sources: [("city".to_owned(), source)].into(),
        ..Config::default()
    };
    let running = Running::start(config, city.store.clone());
    running.subscribed().await;
    let lock = city.lock_database();
    publish(broker.port(), uplinks(0..200)).await;
    // Room for 128 units of 256 bytes; a message takes at least three.
    eventually("the broker sends too much", async || running.counts().n_superseded > 100).await;
    assert!(running.counts().n_in_flight <= 42);
    drop(lock);
    eventually("all stored", async || city.temperatures().await.len() == 200).await;
    assert_eq!(city.temperatures().await, temperatures(0..200));
    running.stop().await;
}
