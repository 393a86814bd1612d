//! The Things Stack over MQTT 3.1.1: no acknowledgement, so a flood can be lost, but never silently.

use std::time::Duration;

use domain::TimeRange;
use firmware_sim::{Message, NetworkServer, Scenario, Simulator};
use rumqttc::{AsyncClient, Event, MqttOptions, Outgoing, QoS};
use serde_json::Value;

use crate::harness::{City, Mosquitto, wait_for};

#[test]
fn uplinks_are_stored_and_those_of_a_flood_that_find_no_room_are_counted_as_lost() {
    let broker = Mosquitto::start();
    let mut city = City::behind("the_things_stack", &broker, "unacknowledged_max = 200\n");
    let scenario = Scenario::fleet(50).through(NetworkServer::TheThingsStack);
    city.import(scenario.devices().iter());
    city.start();

    let range =
        TimeRange::new("2026-05-04T00:00:00Z".parse().unwrap(), "2026-05-18T00:00:00Z".parse().unwrap());
    let mut simulator = Simulator::new(scenario, 7);
    let messages: Vec<Message> = simulator
        .messages(range.unwrap())
        .filter(|message| message.topic.ends_with("/up"))
        .take(20_000)
        .collect();
    let (some, flood) = messages.split_at(200);

    publish(&broker, some);
    wait_for("a few uplinks to be stored", || part(&source(&city), "n_settled") == 200);
    assert!(city.get_json("/api/v1/accounting")["stored"].as_u64().unwrap() > 190);

    publish(&broker, flood);
    wait_for("the flood to arrive", || part(&source(&city), "n_received") > 200);
    let mut before = 0;
    wait_for("the flood to be over", || {
        let now = source(&city);
        // At any moment, not only at the end.
        let parts = ["n_settled", "n_in_flight", "n_lost", "n_superseded"].map(|name| part(&now, name));
        assert_eq!(part(&now, "n_received"), parts.iter().sum::<u64>(), "{now}");
        let is_still = part(&now, "n_received") == before;
        before = part(&now, "n_received");
        is_still && part(&now, "n_in_flight") == 0
    });
    assert!(part(&source(&city), "n_lost") > 0, "a flood of 19,800 into 200 places must lose something");
    assert_eq!(city.get_json("/api/v1/accounting")["adds_up"], true);
}

fn source(city: &City) -> Value {
    city.get_json("/api/v1/accounting")["sources"][0].clone()
}

fn part(source: &Value, name: &str) -> u64 {
    source[name].as_u64().unwrap()
}

/// Publishes as The Things Stack does: MQTT 3.1.1, QoS 0.
fn publish(broker: &Mosquitto, messages: &[Message]) {
    let port = broker.url().rsplit(':').next().unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut options = MqttOptions::new("tts", "127.0.0.1", port);
        options.set_max_packet_size(1 << 20, 1 << 20).set_keep_alive(Duration::from_secs(30));
        let (client, mut events) = AsyncClient::new(options, messages.len() + 1);
        for message in messages {
            client.try_publish(&message.topic, QoS::AtMostOnce, false, message.payload.clone()).unwrap();
        }
        client.try_disconnect().unwrap();
        while !matches!(events.poll().await.unwrap(), Event::Outgoing(Outgoing::Disconnect)) {}
    });
}
