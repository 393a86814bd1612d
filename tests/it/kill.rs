//! SIGKILL at any moment loses nothing and counts nothing twice.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher as _, DefaultHasher, Hash as _, Hasher as _, RandomState},
    time::Duration,
};

use domain::TimeRange;
use firmware_sim::{Message, Publisher, PublisherOptions, Scenario, Simulator};
use serde_json::Value;

use crate::harness::{City, Mosquitto, wait_for};

/// A frame as the publisher knows it: device and frame counter. Second deliveries are in the list, too.
type Frame = (String, u64);

#[test]
fn five_thousand_uplinks_and_five_kills_end_in_the_publishers_own_list() {
    published_is_stored_duplicate_or_quarantined(5_000, 5);
}

/// Publishes `n_messages` to a city that is killed `n_kills` times meanwhile, then compares sets. The large form is
/// `cargo xtask drill kill`.
pub(crate) fn published_is_stored_duplicate_or_quarantined(n_messages: usize, n_kills: usize) {
    let broker = Mosquitto::start();
    let mut city = City::new(&broker);
    let scenario = Scenario::fleet(200);
    // What is not imported is unknown and ends in quarantine.
    let known = scenario.devices().iter().enumerate().filter(|(n, _)| n % 10 != 9);
    city.import(known.map(|(_, device)| device));
    city.start();

    let messages = uplinks(scenario, n_messages);
    let published = frames_of(&messages);
    let url = broker.url();
    let publisher = std::thread::spawn(move || publish(&url, messages));
    let seed = RandomState::new().hash_one("kill");
    println!("the kills of seed {seed}");
    for (due, delay) in kills(n_messages, n_kills, seed) {
        wait_for("the city to work on", || events(&city) >= due);
        // Progress is seen right after a commit; the delay lets the kill fall at any moment of the next one.
        std::thread::park_timeout(delay);
        println!("killed {} ms after {due} events", delay.as_millis());
        city.kill();
        city.spawn();
    }
    publisher.join().unwrap();
    wait_for("everything to have an outcome", || events(&city) >= n_messages && adds_up(&city));
    city.kill();

    let (stored, duplicates, quarantined) = outcomes(&city);
    let total = [&stored, &duplicates, &quarantined].into_iter().flatten().fold(
        BTreeMap::new(),
        |mut total: BTreeMap<Frame, usize>, (frame, n)| {
            *total.entry(frame.clone()).or_default() += n;
            total
        },
    );
    assert_eq!(total, published);
    assert!(stored.values().all(|n| *n == 1), "a frame was measured twice");
    assert!(!duplicates.is_empty() && !quarantined.is_empty(), "the load must hold all kinds of outcomes");
    println!(
        "published {n_messages} = stored {} + duplicates {} + quarantined {}",
        stored.values().sum::<usize>(),
        duplicates.values().sum::<usize>(),
        quarantined.values().sum::<usize>()
    );
}

/// When to kill, at random but the same for the same seed: after how many events, and how much later; the last ones of the load are left alone so that
/// there is something to kill each time.
fn kills(n_messages: usize, n_kills: usize, seed: u64) -> Vec<(usize, Duration)> {
    let random = |of: &str, kill: usize, below: u64| {
        let mut hasher = DefaultHasher::new();
        (seed, of, kill).hash(&mut hasher);
        hasher.finish() % below
    };
    let last = u64::try_from(n_messages * 9 / 10).unwrap();
    let mut kills: Vec<_> = (0..n_kills)
        .map(|kill| {
            let due = usize::try_from(random("events", kill, last)).unwrap();
            (due, Duration::from_micros(random("delay", kill, 20_000)))
        })
        .collect();
    kills.sort();
    kills
}

/// The first uplinks of a day in May; each is published within one session, so that device and frame counter name it.
fn uplinks(scenario: Scenario, n: usize) -> Vec<Message> {
    let range =
        TimeRange::new("2026-05-04T00:00:00Z".parse().unwrap(), "2026-05-18T00:00:00Z".parse().unwrap());
    let mut simulator = Simulator::new(scenario, 7);
    let uplinks: Vec<Message> =
        simulator.messages(range.unwrap()).filter(|message| message.topic.ends_with("/up")).take(n).collect();
    assert_eq!(uplinks.len(), n);
    uplinks
}

fn frames_of(messages: &[Message]) -> BTreeMap<Frame, usize> {
    let mut frames = BTreeMap::new();
    for message in messages {
        *frames.entry(frame_of(&message.payload)).or_default() += 1;
    }
    frames
}

fn frame_of(payload: &[u8]) -> Frame {
    let json: Value = serde_json::from_slice(payload).unwrap();
    (json["deviceInfo"]["devEui"].as_str().unwrap().to_owned(), json["fCnt"].as_u64().unwrap())
}

fn publish(url: &str, messages: Vec<Message>) {
    let port = url.rsplit(':').next().unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = PublisherOptions::new("127.0.0.1", port, "publisher");
        let mut publisher = Publisher::connect(options).await.unwrap();
        publisher.publish_all(messages).await.unwrap();
        publisher.close().await;
    });
}

/// Distinct messages in the ledger.
fn events(city: &City) -> usize {
    city.database().query_row("SELECT count(*) FROM ingest_event", (), |row| row.get(0)).unwrap_or(0)
}

fn adds_up(city: &City) -> bool {
    let accounting =
        city.try_get("/api/v1/accounting").and_then(|body| serde_json::from_str::<Value>(&body).ok());
    accounting.is_some_and(|accounting| {
        accounting["adds_up"] == true && accounting["sources"][0]["n_in_flight"] == 0
    })
}

/// Measured frames, frames kept as duplicates, quarantined frames.
fn outcomes(city: &City) -> (BTreeMap<Frame, usize>, BTreeMap<Frame, usize>, BTreeMap<Frame, usize>) {
    let database = city.database();
    let (mut stored, mut duplicates, mut quarantined) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut uplinks = database
        .prepare("SELECT dev_eui, f_cnt, duplicate_of IS NULL FROM uplink JOIN device ON device.id = uplink.device_id")
        .unwrap();
    let rows = uplinks.query_map((), |row| Ok(((row.get(0)?, row.get(1)?), row.get::<_, bool>(2)?))).unwrap();
    for (frame, is_measured) in rows.map(Result::unwrap) {
        *if is_measured { &mut stored } else { &mut duplicates }.entry(frame).or_default() += 1;
    }
    let mut raw = database.prepare("SELECT payload FROM quarantine").unwrap();
    for payload in raw.query_map((), |row| row.get::<_, Vec<u8>>(0)).unwrap() {
        *quarantined.entry(frame_of(&payload.unwrap())).or_default() += 1;
    }
    (stored, duplicates, quarantined)
}
