use store::{Outcome, QuarantineReason};

use testbed::Mosquitto;

use crate::{
    chirpstack::{EUI, uplink, uplink_of_size},
    harness::{City, chirpstack_at, publish},
};

const KIB: usize = 1024;

#[tokio::test(flavor = "multi_thread")]
async fn large_messages_are_stored_up_to_the_limit_and_counted_above_without_a_reconnect() {
    let broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    let messages = vec![
        uplink_of_size(EUI, 1, 20 * KIB),
        uplink_of_size(EUI, 2, 256 * KIB),
        uplink_of_size(EUI, 3, 256 * KIB + 1),
        uplink_of_size(EUI, 4, 2048 * KIB),
        uplink(EUI, 5),
    ];
    publish(broker.port(), messages).await;
    running.settled(5).await;
    assert_eq!(city.temperatures().await, [1, 2, 5]);
    assert_eq!(running.n(Outcome::Quarantined(QuarantineReason::TooLarge)), 2);
    assert_eq!(running.counts().n_received, 5);
    assert_eq!(running.handle.source_states()[0].n_failures, 0);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_above_the_packet_limit_is_dropped_by_the_broker_and_the_next_arrives() {
    let broker = Mosquitto::start();
    let city = City::new(&[EUI]).await;
    let mut source = chirpstack_at(broker.port());
    source.packet_bytes_max = 300 * 1024;
    let running = city.ingest(source);
    running.subscribed().await;
    publish(broker.port(), vec![uplink_of_size(EUI, 1, 400 * KIB), uplink(EUI, 2)]).await;
    running.settled(1).await;
    assert_eq!(city.temperatures().await, [2]);
    assert_eq!(running.handle.source_states()[0].n_failures, 0);
    running.stop().await;
}
