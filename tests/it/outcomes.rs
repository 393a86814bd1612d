//! Bad input: refused or kept with the reason, counted, and no trouble for its neighbours.

use firmware_sim::{Message, Publisher, PublisherOptions};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::harness::{City, Mosquitto, wait_for};

/// A known weather station; DL-ATM22 without battery: wind 0.09 m/s from 29.9°, gust 0.2 m/s, 26.4 °C, two angles,
/// north 0.08 m/s, east 0.04 m/s (Decentlab's public example, flags 1).
const STATION: &str = "70b3d57ed0000301";
const STATION_PAYLOAD: &str = "AgjJAAGACYErgBSBCIACf+iACIAE";

fn uplink(dev_eui: &str, f_cnt: u64, f_port: u64, data: &str) -> Value {
    json!({
        "deduplicationId": format!("{dev_eui}-{f_cnt}"),
        "time": "2026-05-04T10:00:00+00:00",
        "deviceInfo": { "devEui": dev_eui, "deviceName": "<script>alert(1)</script>\u{202e}" },
        "devAddr": "26011bda", "fCnt": f_cnt, "fPort": f_port, "data": data,
        "rxInfo": [{ "gatewayId": "0016c001f153a14c", "nsTime": "2026-05-04T10:00:00+00:00" }],
    })
}

fn message(dev_eui: &str, payload: impl Into<String>) -> Message {
    Message {
        at: Timestamp::UNIX_EPOCH,
        topic: format!("application/17c82e96-be03-4f38-aef3-f83d48582d97/device/{dev_eui}/event/up"),
        payload: payload.into().into_bytes(),
        truth: None,
    }
}

fn publish(broker: &Mosquitto, messages: Vec<Message>) {
    let port = broker.url().rsplit(':').next().unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut publisher = Publisher::connect(PublisherOptions::new("127.0.0.1", port, "p")).await.unwrap();
        publisher.publish_all(messages).await.unwrap();
        publisher.close().await;
    });
}

#[test]
fn every_kind_of_bad_message_is_counted_and_the_good_ones_are_stored() {
    let broker = Mosquitto::start();
    let mut city = City::new(&broker);
    let devices = city.file(
        "devices.csv",
        format!(
            "dev_eui,name,profile\n{STATION},Station,decentlab/dl-atm22\n70b3d57ed0000302,Fremd,nobody/knows\n"
        ),
    );
    assert!(city.run(&["devices", "import", devices.to_str().unwrap()]).status.success());
    city.start();

    let mut twenty_kib = uplink(STATION, 5, 1, STATION_PAYLOAD);
    twenty_kib["object"] = json!({ "text": "x".repeat(20 * 1024) });
    let mut from_1980 = uplink(STATION, 6, 1, STATION_PAYLOAD);
    from_1980["time"] = json!("1980-01-21T00:00:00+00:00");
    from_1980["rxInfo"] = json!([]);
    publish(
        &broker,
        vec![
            message(STATION, uplink(STATION, 1, 1, STATION_PAYLOAD).to_string()),
            message(STATION, "{\"deduplicationId\": "),
            message(STATION, "[]"),
            message("70b3d57ed0000399", uplink("70b3d57ed0000399", 1, 1, STATION_PAYLOAD).to_string()),
            message("70b3d57ed0000302", uplink("70b3d57ed0000302", 1, 1, STATION_PAYLOAD).to_string()),
            message(STATION, uplink(STATION, 2, 1, "AgjJAAGACYE=").to_string()),
            message(STATION, uplink(STATION, 3, 0, "").to_string()),
            message(STATION, twenty_kib.to_string()),
            message(STATION, from_1980.to_string()),
            message(STATION, uplink(STATION, 7, 1, STATION_PAYLOAD).to_string()),
        ],
    );
    wait_for("all ten to have an outcome", || city.get_json("/api/v1/accounting")["total"] == 10);
    let accounting = city.get_json("/api/v1/accounting");
    assert_eq!(accounting["adds_up"], true);
    assert_eq!(accounting["stored"], 4, "{accounting}");
    let quarantined = &accounting["quarantined"];
    for (reason, n) in
        [("not_json", 1), ("schema", 1), ("unknown_device", 1), ("unknown_profile", 1), ("decoder_error", 1)]
    {
        assert_eq!(quarantined[reason], n, "{reason}: {accounting}");
    }
    assert_eq!(accounting["ignored"]["mac_only"], 1, "{accounting}");

    let listed = city.run(&["quarantine", "list"]);
    let text = String::from_utf8(listed.stdout).unwrap();
    assert!(text.contains("nobody/knows") && text.contains("70b3d57ed0000399"), "{text}");
    assert!(!text.contains('\u{202e}'), "a foreign text direction mark reached the terminal: {text}");
}

#[test]
fn a_device_that_is_provisioned_later_gets_its_quarantined_uplinks() {
    let broker = Mosquitto::start();
    let mut city = City::new(&broker);
    city.start();
    publish(&broker, vec![message(STATION, uplink(STATION, 1, 1, STATION_PAYLOAD).to_string())]);
    wait_for("the unknown device", || {
        city.get_json("/api/v1/accounting")["quarantined"]["unknown_device"] == 1
    });
    assert!(
        city.run(&["devices", "add", STATION, "--name", "Station", "--profile", "decentlab/dl-atm22"])
            .status
            .success()
    );
    let retried = city.run(&["quarantine", "retry"]);
    assert!(
        String::from_utf8_lossy(&retried.stdout).starts_with("1 tried, 1 stored now, 0 still"),
        "{retried:?}"
    );
    let accounting = city.get_json("/api/v1/accounting");
    assert_eq!(accounting["stored"], 1, "{accounting}");
    assert_eq!(accounting["total"], 1, "{accounting}");
    let latest = city.get_json("/api/v1/latest");
    let temperature =
        latest["latest"].as_array().unwrap().iter().find(|v| v["property"] == "air_temperature").unwrap();
    assert_eq!(temperature["value"], 26.4);
    let again = city.run(&["quarantine", "retry"]);
    assert!(String::from_utf8_lossy(&again.stdout).starts_with("0 tried"), "{again:?}");
}

#[test]
fn a_webhook_body_that_is_no_json_is_still_no_json_after_a_retry() {
    let broker = Mosquitto::start();
    let webhook = "[webhooks.things]\nprotocol = \"the_things_stack\"\ntoken = \"0123456789abcdef\"\n";
    let mut city = City::new_with(&broker, webhook);
    city.start();
    let mut answer = ureq::post(city.url("/webhooks/things"))
        .header("Authorization", "Bearer 0123456789abcdef")
        .send("good morning")
        .unwrap();
    let answer: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(answer, json!({ "outcome": "quarantined", "reason": "not_json" }));
    let retried = city.run(&["quarantine", "retry"]);
    assert!(
        String::from_utf8_lossy(&retried.stdout).starts_with("1 tried, 0 stored now, 1 still"),
        "{retried:?}"
    );
    assert_eq!(city.get_json("/api/v1/accounting")["quarantined"], json!({ "not_json": 1 }));
}

#[test]
fn the_description_of_the_interface_names_webhooks_where_there_are_any() {
    let broker = Mosquitto::start();
    let webhook = "[webhooks.things]\nprotocol = \"the_things_stack\"\ntoken = \"0123456789abcdef\"\n";
    for (settings, is_described) in [(webhook, true), ("", false)] {
        let mut city = City::new_with(&broker, settings);
        city.start();
        let paths = city.get_json("/api/v1/openapi.json")["paths"].clone();
        assert_eq!(paths["/webhooks/{name}"]["post"].is_object(), is_described, "{settings}");
        // What is described is there, and what is not is not.
        let status = ureq::post(city.url("/webhooks/things"))
            .config()
            .http_status_as_error(false)
            .build()
            .send("{}")
            .unwrap()
            .status();
        assert_eq!(status.as_u16(), if is_described { 401 } else { 404 });
        assert!(paths["/charts/{file}"].is_object() && paths["/display/{key}"].is_object());
    }
}
