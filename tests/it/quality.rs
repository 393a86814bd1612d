//! Doubts from the payload to the store: natural weather is believed, a broken sensor is not.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use decoders::Catalogue;
use domain::{Doubt, ObservedProperty as P, Params, TimeRange};
use firmware_sim::{Message, Scenario, SimDevice, Simulator};
use ingest::{
    Protocol,
    pipeline::{Body, Directory, Received, examine},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use store::{Config, Interval, NewDevice, Store};

use crate::harness::stadtfunk;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A day of the simulated city.
fn day_from(start: &str) -> TimeRange {
    TimeRange::new(at(start), at(start) + SignedDuration::from_hours(24)).unwrap()
}

fn messages(range: TimeRange) -> Vec<Message> {
    Simulator::new(Scenario::oldenburg(), 7).messages(range).collect()
}

fn as_imported(device: &SimDevice) -> NewDevice {
    let params = device.params.iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
    NewDevice {
        dev_eui: device.dev_eui,
        profile: device.profile.to_owned(),
        params: Some(params.collect::<Params>()),
        expected_interval: Interval::Given(device.interval),
        since: None,
        thing_name: device.name.clone(),
        description: String::new(),
        position: None,
        channel_names: Vec::new(),
    }
}

/// A store of its own that took the messages through the pipeline.
struct Taken {
    store: Store,
    folder: tempfile::TempDir,
}

impl Taken {
    async fn new(messages: &[Message]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::sqlite(folder.path().join("city.sqlite"), TimeZone::UTC);
        let store = Store::open(config).await.unwrap();
        let devices = Scenario::oldenburg().devices().iter().map(as_imported).collect();
        store.import_devices(devices).await.unwrap();
        let registry = store.registry().await.unwrap();
        let directory = Directory::new(registry, Catalogue::built_in(), Arc::clone(store.quality()));
        for batch in messages.chunks(100) {
            let received = |message: &Message| Received {
                source: "city".into(),
                protocol: Protocol::Chirpstack,
                topic: message.topic.as_str().into(),
                body: Body::new(message.payload.clone().into(), 256 * 1024),
                received_at: message.at,
                retry_of: None,
            };
            let arrivals = batch.iter().map(|message| examine(&received(message), &directory).arrival);
            store.commit(arrivals.collect()).await.unwrap();
        }
        Self { store, folder }
    }

    /// How many values of a property of a Thing there are of each doubt, `None` for those without.
    async fn doubts(&self, thing: &str, property: P) -> BTreeMap<Option<Doubt>, u64> {
        let things = self.store.things().await.unwrap();
        let thing = things.iter().find(|found| found.name == thing).unwrap();
        let mut counts = BTreeMap::new();
        for stream in self.store.datastreams(Some(thing.id)).await.unwrap() {
            if stream.property == property {
                let range = TimeRange::new(at("2025-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")).unwrap();
                for found in self.store.observations(stream.id, range, None, 1000).await.unwrap().items {
                    *counts.entry(found.quality.doubt()).or_default() += 1;
                }
            }
        }
        counts
    }
}

#[tokio::test]
async fn less_than_one_in_a_hundred_values_of_natural_weather_is_doubted() {
    for start in ["2026-01-20T00:00:00Z", "2026-07-15T00:00:00Z"] {
        let messages = messages(day_from(start));
        let city = Taken::new(&messages).await;
        let report = city.store.reassess(store::ReassessMode::DryRun).await.unwrap();
        assert_eq!(report.changes, BTreeMap::new(), "{start}: another assessment says something else");
        let doubtful = city.store.doubtful();
        let (n_values, n_doubtful) = (report.n_values, doubtful.values().sum::<u64>());
        assert!(n_values > 20_000, "{n_values}");
        assert!(n_doubtful * 100 < n_values, "{start}: {n_doubtful} of {n_values}: {doubtful:?}");
    }
}

/// A Decentlab DL-ATM22: after protocol, device id and flags, eight words: wind, direction, gust, temperature and more.
const STATION: &str = "Marschwegstadion";
const GUST: usize = 5 + 2 * 2;
const TEMPERATURE: usize = 5 + 2 * 3;

/// The uplinks of the station on a winter day, their payloads changed by what is broken; `n` is the number of the uplink.
fn broken(change: impl Fn(usize, &mut Vec<u8>)) -> Vec<Message> {
    let scenario = Scenario::oldenburg();
    let station = scenario.devices().iter().find(|device| device.name == STATION).unwrap().dev_eui;
    let is_its = |message: &Message| {
        message.truth.as_ref().is_some_and(|truth| truth.dev_eui == station && !truth.is_duplicate)
    };
    let mut messages: Vec<_> =
        messages(day_from("2026-01-20T00:00:00Z")).into_iter().filter(is_its).collect();
    for (n, message) in messages.iter_mut().enumerate() {
        let mut json: serde_json::Value = serde_json::from_slice(&message.payload).unwrap();
        let mut payload = BASE64.decode(json["data"].as_str().unwrap()).unwrap();
        change(n, &mut payload);
        json["data"] = BASE64.encode(payload).into();
        message.payload = serde_json::to_vec(&json).unwrap();
    }
    messages
}

fn set_word(payload: &mut [u8], at: usize, change: impl FnOnce(i32) -> i32) {
    let word = i32::from(u16::from_be_bytes([payload[at], payload[at + 1]])) - 32_768;
    let changed = u16::try_from(change(word) + 32_768).unwrap();
    payload[at..at + 2].copy_from_slice(&changed.to_be_bytes());
}

#[tokio::test]
async fn a_spike_is_a_step_and_the_values_around_it_are_none() {
    let spike = |n: usize, payload: &mut Vec<u8>| {
        if n == 40 {
            set_word(payload, TEMPERATURE, |tenths| tenths + 250);
        }
    };
    let city = Taken::new(&broken(spike)).await;
    let found = city.doubts(STATION, P::AirTemperature).await;
    assert_eq!(found.get(&Some(Doubt::Step)), Some(&1), "{found:?}");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[tokio::test]
async fn a_sensor_that_reports_the_same_for_half_a_day_is_stuck_after_three_hours() {
    let stuck = |n: usize, payload: &mut Vec<u8>| {
        if n >= 72 {
            set_word(payload, TEMPERATURE, |_| 42);
        }
    };
    let messages = broken(stuck);
    let (n_before, n_after) = (messages.len().min(72), messages.len().saturating_sub(72));
    let city = Taken::new(&messages).await;
    let found = city.doubts(STATION, P::AirTemperature).await;
    let n_stuck = *found.get(&Some(Doubt::Stuck)).unwrap();
    // Every ten minutes: three hours are eighteen values, and the radio loses some.
    assert!(n_after > 40 && n_before == 72, "{n_after}");
    let n_free = u64::try_from(n_after).unwrap() - n_stuck;
    assert!((14..=19).contains(&n_free), "{n_free} of {n_after} were believed");
}

#[tokio::test]
async fn a_gust_weaker_than_the_mean_wind_makes_both_doubtful() {
    let calm_gust = |n: usize, payload: &mut Vec<u8>| {
        if n == 40 {
            set_word(payload, GUST, |_| 0);
        }
    };
    let city = Taken::new(&broken(calm_gust)).await;
    for property in [P::WindGust, P::WindSpeed] {
        let found = city.doubts(STATION, property).await;
        assert_eq!(found.get(&Some(Doubt::Inconsistent)), Some(&1), "{property}: {found:?}");
    }
}

#[tokio::test]
async fn new_limits_reach_stored_values_by_a_command_that_tells_first() {
    let spike = |n: usize, payload: &mut Vec<u8>| {
        if n == 40 {
            set_word(payload, TEMPERATURE, |tenths| tenths + 250);
        }
    };
    let Taken { store, folder } = Taken::new(&broken(spike)).await;
    store.settle().await.unwrap();
    store.close().await.unwrap();
    let settings = folder.path().join("stadtfunk.toml");
    let file = folder.path().join("city.sqlite");
    let text = format!(
        "zone = \"UTC\"\n[store]\npath = '{}'\n[quality.air_temperature]\nstep_per_minute = \"off\"\n",
        file.display()
    );
    std::fs::write(&settings, text).unwrap();
    let said = |arguments: &[&str]| {
        let output = stadtfunk(&[&["--config", settings.to_str().unwrap(), "quality"], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let told = said(&[]);
    assert!(told.starts_with("         1 air_temperature: suspect (step) -> good\n"), "{told}");
    assert!(told.contains("1 differ; nothing was changed: `--apply` replaces their quality"), "{told}");
    assert!(said(&["--apply"]).ends_with("1 replaced\n"));
    assert!(said(&[]).ends_with("nothing is to be changed\n"));
}
