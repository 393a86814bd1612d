//! A city as operators and planners find it: two days of Oldenburg in a TimescaleDB, stored by the program itself from a real
//! broker, with a silence, a stranger, a spoilt message, a message twice and a payload of a newer firmware; and a Prometheus that
//! watched it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Clock as _, SystemClock, TimeRange};
use firmware_sim::{Message, Publisher, PublisherOptions, Scenario, Simulator};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use testbed::{Database, Mosquitto, wait_for};

use super::{prometheus::Prometheus, views};
use crate::harness::City;

/// The city, until it is dropped.
pub(super) struct Filled {
    pub prometheus: Prometheus,
    /// Two days and two hours until the last uplink: at least one whole day of the city.
    pub range: TimeRange,
    /// When Prometheus began to watch.
    pub watched_since: Timestamp,
    /// Uplinks that were stored, each once.
    pub n_uplinks: usize,
    /// Uplinks that the frame counters show to be missing.
    pub n_missing: u64,
    /// Dropped after the city, which uses both.
    _city: City,
    _broker: Mosquitto,
    pub database: Database,
}

impl Filled {
    pub(super) fn new() -> Self {
        let database = Database::timescale();
        let broker = Mosquitto::start();
        let mut city = City::in_database(&broker, &database);
        let devices = city.path("devices.csv");
        let devices = devices.to_str().unwrap();
        for arguments in
            [&["migrate"][..], &["simulate", "--devices-csv", devices], &["devices", "import", devices]]
        {
            let done = city.run(arguments);
            assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        }
        city.start();
        views::load(&database);
        let watched_since = SystemClock.now();
        let prometheus = Prometheus::of(city.url("").trim_start_matches("http://"));

        let range = TimeRange::new(watched_since - SignedDuration::from_hours(50), watched_since).unwrap();
        let messages = messages(range);
        let is_new_uplink =
            |message: &Message| message.truth.as_ref().is_some_and(|truth| !truth.is_duplicate);
        // With the one of the newer firmware.
        let n_uplinks = messages.iter().filter(|message| is_new_uplink(message)).count() + 1;
        let n_missing = missing(&messages);
        // Not at the very end of what the dashboards look at: times are stored in whole milliseconds.
        let lately = watched_since - SignedDuration::from_secs(1);
        let further = [spoilt(), stranger(lately), newer_firmware(lately), messages[0].clone()];
        let n_messages = messages.len() + further.len();
        publish(&broker, messages.into_iter().chain(further).collect());
        // A page and an address that is not there, for the figures of the web server.
        let _ = (city.try_get("/"), city.try_get("/nowhere"));

        wait_for("every message to have an outcome", || {
            city.get_json("/api/v1/accounting")["total"].as_u64() == Some(n_messages as u64)
        });
        let shows = |line: &str| city.try_get("/metrics").is_some_and(|text| text.contains(line));
        wait_for("buckets to be computed", || shows("stadtfunk_store_dirty_quarter_hours 0\n"));
        wait_for("Prometheus to have seen it all", || {
            let all = n_messages.to_string();
            let sum = prometheus.get("query", &[("query", "sum(stadtfunk_ingest_messages_total)")]);
            sum.is_ok_and(|data| data["result"][0]["value"][1] == all.as_str())
        });
        Self {
            prometheus,
            range,
            watched_since,
            n_uplinks,
            n_missing,
            _city: city,
            _broker: broker,
            database,
        }
    }
}

/// Two days, in which a counter with a running total and a rain gauge are not heard for three hours.
fn messages(range: TimeRange) -> Vec<Message> {
    let begin = range.from() + SignedDuration::from_hours(30);
    let silence = TimeRange::new(begin, begin + SignedDuration::from_hours(3)).unwrap();
    let mut scenario = Scenario::oldenburg();
    for name in ["Damm", "Kreyenbrück"] {
        let device = scenario.devices().iter().find(|device| device.name == name).unwrap().dev_eui;
        scenario = scenario.with_outage(device, silence);
    }
    Simulator::new(scenario, 11).messages(range).collect()
}

/// Frame counters that were never heard between the first and the last of each session.
fn missing(messages: &[Message]) -> u64 {
    let mut heard: BTreeMap<_, BTreeSet<u64>> = BTreeMap::new();
    for truth in messages.iter().filter_map(|message| message.truth.as_ref()) {
        heard.entry((truth.dev_eui, truth.session)).or_default().insert(truth.f_cnt.0.into());
    }
    heard
        .values()
        .map(|counters| counters.last().unwrap() - counters.first().unwrap() + 1 - counters.len() as u64)
        .sum()
}

/// No JSON at all.
fn spoilt() -> Message {
    message("70b3d57ed0050001", "{\"deduplicationId\": ".to_owned())
}

/// An uplink of a device nobody provisioned.
fn stranger(at: Timestamp) -> Message {
    let dev_eui = "70b3d57ed00503e7";
    message(dev_eui, uplink(dev_eui, at, "AWcA6w=="))
}

/// The node of Bürgerfelde with a block of a type that Cayenne LPP 1.0 does not have: 01 67 00 eb (23.5 °C), 05 ff 01.
fn newer_firmware(at: Timestamp) -> Message {
    let dev_eui = "70b3d57ed005001d";
    message(dev_eui, uplink(dev_eui, at, "AWcA6wX/AQ=="))
}

fn uplink(dev_eui: &str, at: Timestamp, data: &str) -> String {
    json!({
        "deduplicationId": format!("{dev_eui}-of-the-test"),
        "time": at.to_string(),
        "deviceInfo": { "devEui": dev_eui, "deviceName": "of the test" },
        "devAddr": "26011bda", "fCnt": 60_000, "fPort": 1, "data": data,
        "rxInfo": [{ "gatewayId": "0016c001f1500101", "nsTime": at.to_string(), "rssi": -90, "snr": 7.5 }],
    })
    .to_string()
}

fn message(dev_eui: &str, payload: String) -> Message {
    let topic = format!("application/17c82e96-be03-4f38-aef3-f83d48582d97/device/{dev_eui}/event/up");
    Message { at: Timestamp::UNIX_EPOCH, topic, payload: payload.into_bytes(), truth: None }
}

fn publish(broker: &Mosquitto, messages: Vec<Message>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = PublisherOptions::new("127.0.0.1", broker.port(), "network-server");
        let mut publisher = Publisher::connect(options).await.unwrap();
        publisher.publish_all(messages).await.unwrap();
        publisher.close().await;
    });
}
