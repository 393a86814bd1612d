//! The shape of the messages. What is compared with comes from a live ChirpStack 4.20 (the fields and their
//! order) and from the documentation of The Things Stack v3.

use domain::TimeRange;
use firmware_sim::{Message, NetworkServer, RadioConditions, Scenario, Simulator};
use serde_json::Value;

/// The messages of three hours, with the beginning of a session among them.
fn messages(network_server: NetworkServer) -> Vec<Message> {
    let range =
        TimeRange::new("2026-05-12T20:00:00Z".parse().unwrap(), "2026-05-12T23:00:00Z".parse().unwrap());
    let scenario = Scenario::oldenburg().with_radio(RadioConditions::PERFECT).through(network_server);
    Simulator::new(scenario, 2).messages(range.unwrap()).collect()
}

fn body(message: &Message) -> Value {
    serde_json::from_slice(&message.payload).unwrap()
}

/// Keys in the order of the text, which `serde_json::Value` does not keep.
fn has_keys_in_order(message: &Message, keys: &[&str]) -> bool {
    let text = std::str::from_utf8(&message.payload).unwrap();
    let places: Option<Vec<usize>> = keys.iter().map(|key| text.find(&format!("\"{key}\":"))).collect();
    places.is_some_and(|places| places.is_sorted())
}

#[test]
fn a_chirpstack_uplink_has_the_fields_of_a_real_one() {
    let messages = messages(NetworkServer::ChirpStack);
    let keys = [
        "deduplicationId",
        "time",
        "deviceInfo",
        "tenantId",
        "tenantName",
        "applicationId",
        "applicationName",
        "deviceProfileId",
        "deviceProfileName",
        "deviceName",
        "devEui",
        "deviceClassEnabled",
        "tags",
        "devAddr",
        "adr",
        "dr",
        "fCnt",
        "fPort",
        "confirmed",
        "data",
        "rxInfo",
        "gatewayId",
        "uplinkId",
        "nsTime",
        "context",
        "crcStatus",
        "txInfo",
        "regionConfigId",
    ];
    for message in messages.iter().filter(|message| message.truth.is_some()) {
        let (body, truth) = (body(message), message.truth.as_ref().unwrap());
        assert!(has_keys_in_order(message, &keys), "{body}");
        assert_eq!(body.as_object().unwrap().len(), 13);
        assert_eq!(body["devAddr"].as_str().unwrap().len(), 8);
        assert_eq!(body["fCnt"], truth.f_cnt.0, "present also when it is 0");
        assert_eq!(body["fPort"], truth.f_port);
        let dev_eui = truth.dev_eui.to_string();
        assert_eq!(body["deviceInfo"]["devEui"], dev_eui.as_str());
        let application = body["deviceInfo"]["applicationId"].as_str().unwrap();
        assert_eq!(message.topic, format!("application/{application}/device/{dev_eui}/event/up"));
        assert!(body["time"].as_str().unwrap().ends_with("+00:00"));
        let modulation = &body["txInfo"]["modulation"]["lora"];
        assert_eq!(modulation["spreadingFactor"].as_u64().unwrap() + body["dr"].as_u64().unwrap(), 12);
    }
}

#[test]
fn gateway_fields_at_their_default_are_absent_and_nothing_is_null() {
    let mut n_without_channel = 0;
    let mut n_without_time = 0;
    for message in messages(NetworkServer::ChirpStack) {
        let text = String::from_utf8(message.payload).unwrap();
        assert!(!text.contains("null"), "{text}");
        let body: Value = serde_json::from_str(&text).unwrap();
        for rx_info in body["rxInfo"].as_array().into_iter().flatten() {
            let rx_info = rx_info.as_object().unwrap();
            let zero = ["uplinkId", "rssi", "snr", "channel", "rfChain"]
                .iter()
                .any(|key| rx_info.get(*key).is_some_and(|value| value.as_f64() == Some(0.0)));
            assert!(!zero, "{rx_info:?}");
            n_without_channel += usize::from(!rx_info.contains_key("channel"));
            n_without_time += usize::from(!rx_info.contains_key("gwTime"));
        }
    }
    assert!(n_without_channel > 0, "channel 0 is used");
    assert!(n_without_time > 0, "not every gateway has a clock");
}

#[test]
fn several_gateways_hear_a_frame_and_every_message_has_its_own_id() {
    let messages = messages(NetworkServer::ChirpStack);
    let bodies: Vec<Value> = messages.iter().map(body).collect();
    assert!(bodies.iter().any(|body| body["rxInfo"].as_array().is_some_and(|heard| heard.len() >= 3)));
    let ids: std::collections::HashSet<_> =
        bodies.iter().map(|body| body["deduplicationId"].as_str()).collect();
    assert_eq!(ids.len(), bodies.len());
}

#[test]
fn a_chirpstack_join_has_the_fields_of_a_real_one() {
    let messages = messages(NetworkServer::ChirpStack);
    let join = messages.iter().find(|message| message.truth.is_none()).unwrap();
    assert!(join.topic.ends_with("/event/join"));
    assert!(has_keys_in_order(join, &["deduplicationId", "time", "deviceInfo", "devAddr", "regionConfigId"]));
    assert_eq!(body(join).as_object().unwrap().len(), 5);
    let first = messages.iter().find(|message| body(message)["fCnt"] == 0).unwrap();
    assert_eq!(body(first)["devAddr"], body(join)["devAddr"], "the first uplink is of the session joined");
}

#[test]
fn the_things_stack_leaves_defaults_out_and_writes_euis_in_capitals() {
    let messages = messages(NetworkServer::TheThingsStack);
    let mut n_first_frames = 0;
    for message in messages.iter().filter(|message| message.truth.is_some()) {
        let (body, truth) = (body(message), message.truth.as_ref().unwrap());
        let dev_eui = truth.dev_eui.to_string();
        assert_eq!(message.topic, format!("v3/stadtsensorik@oldenburg/devices/eui-{dev_eui}/up"));
        assert_eq!(body["end_device_ids"]["dev_eui"], dev_eui.to_uppercase());
        let uplink = body["uplink_message"].as_object().unwrap();
        if truth.f_cnt.0 == 0 {
            n_first_frames += 1;
            assert!(!uplink.contains_key("f_cnt"), "{body}");
        } else {
            assert_eq!(uplink["f_cnt"], truth.f_cnt.0);
        }
        assert_eq!(uplink["f_port"], truth.f_port);
        assert!(uplink["settings"]["frequency"].as_str().unwrap().starts_with("86"), "64 bits are a text");
        assert!(uplink["received_at"].as_str().unwrap().ends_with('Z'));
    }
    assert!(n_first_frames > 0);
    let join = messages.iter().find(|message| message.truth.is_none()).unwrap();
    assert!(join.topic.ends_with("/join"));
    assert!(body(join)["join_accept"]["session_key_id"].is_string());
}
