use std::collections::BTreeMap;

use base64::Engine as _;
use decoders::Catalogue;
use domain::ManualClock;
use ingest::{Config, Protocol, RetryReport, retry_quarantine};
use jiff::SignedDuration;
use store::{Interval, NewDevice, Outcome, QuarantineFilter, QuarantineReason};

use testbed::Mosquitto;

use crate::{
    chirpstack::{EUI, OTHER_EUI, temperatures, topic, uplinks},
    harness::{City, NOW, Running, chirpstack_at, eui, publish},
};

async fn retry(city: &City, filter: &QuarantineFilter) -> RetryReport {
    retry_of(city, &BTreeMap::new(), filter).await
}

async fn retry_of(
    city: &City,
    protocols: &BTreeMap<String, Protocol>,
    filter: &QuarantineFilter,
) -> RetryReport {
    let clock = ManualClock::new(NOW.parse().unwrap());
    retry_quarantine(&city.store, Catalogue::built_in(), protocols, filter, &clock).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_a_device_provisioned_later_are_stored_by_a_retry() {
    let broker = Mosquitto::start();
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
    let broker = Mosquitto::start();
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
    let broker = Mosquitto::start();
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

#[tokio::test(flavor = "multi_thread")]
async fn what_a_webhook_sent_is_read_again_as_the_first_time() {
    let city = City::new(&[]).await;
    let running = Running::start(Config::default(), city.store.clone());
    let post = |protocol, path: &'static str| running.handle.accept("hook", protocol, path, "no json".into());
    let not_json = Ok(Outcome::Quarantined(QuarantineReason::NotJson));
    assert_eq!(post(Protocol::TheThingsStack, "/webhooks/hook").await, not_json);
    assert_eq!(post(Protocol::Chirpstack, "/webhooks/hook?event=up").await, not_json);
    running.stop().await;

    let all = QuarantineFilter::default();
    // With a webhook of this name still in the settings, and without.
    let configured = BTreeMap::from([("hook".to_owned(), Protocol::TheThingsStack)]);
    for protocols in [configured, BTreeMap::new()] {
        let report = retry_of(&city, &protocols, &all).await;
        assert_eq!(report, RetryReport { n_tried: 2, n_stored: 0, n_still: 2 });
        assert_eq!(city.outcomes().await["quarantined/not_json"], 2);
    }
}

/// A ChirpStack uplink with this Cayenne LPP payload.
fn lpp(dev_eui: &str, f_cnt: usize, payload: &[u8]) -> (String, Vec<u8>) {
    let data = base64::engine::general_purpose::STANDARD.encode(payload);
    let body = format!(
        r#"{{"deduplicationId":"{dev_eui}-{f_cnt}","time":"{NOW}","deviceInfo":{{"devEui":"{dev_eui}"}},"devAddr":"00189440","fCnt":{f_cnt},"fPort":1,"data":"{data}","rxInfo":[]}}"#
    );
    (topic(dev_eui), body.into_bytes())
}

/// Puts a device up on a Thing.
async fn mount(city: &City, dev_eui: &str, thing: &str) {
    let device = NewDevice {
        dev_eui: eui(dev_eui),
        profile: "mydevices/cayenne-lpp".to_owned(),
        params: None,
        expected_interval: Interval::Given(SignedDuration::from_mins(10)),
        since: None,
        thing_name: thing.to_owned(),
        description: String::new(),
        position: None,
        channel_names: Vec::new(),
    };
    city.store.import_devices(vec![device]).await.unwrap();
}

/// A Thing has room for 256 Datastreams; the store refuses the first value of one more.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_the_store_refused_is_stored_once_its_device_hangs_elsewhere() {
    let broker = Mosquitto::start();
    let city = City::new(&[]).await;
    mount(&city, EUI, "Mast").await;
    mount(&city, OTHER_EUI, "Mast").await;
    let running = city.ingest(chirpstack_at(broker.port()));
    running.subscribed().await;
    // Temperatures (0x67) on channels 0 to 255, 50 a frame.
    let channels: Vec<u8> = (0..=255).collect();
    let mut messages: Vec<_> = channels
        .chunks(50)
        .enumerate()
        .map(|(n, channels)| {
            let payload: Vec<u8> = channels.iter().flat_map(|&channel| [channel, 0x67, 0, 215]).collect();
            lpp(EUI, n, &payload)
        })
        .collect();
    let n_frames = messages.len() as u64;
    // A humidity (0x68) has no room any more.
    messages.push(lpp(OTHER_EUI, 0, &[1, 0x68, 100]));
    publish(broker.port(), messages).await;
    running.settled(n_frames + 1).await;
    assert_eq!(running.n(Outcome::Quarantined(QuarantineReason::StoreRefused)), 1);
    running.stop().await;

    let all = QuarantineFilter::default();
    assert_eq!(retry(&city, &all).await, RetryReport { n_tried: 1, n_stored: 0, n_still: 1 });
    mount(&city, OTHER_EUI, "Haus").await;
    assert_eq!(retry(&city, &all).await, RetryReport { n_tried: 1, n_stored: 1, n_still: 0 });
    let house = city.store.thing("haus").await.unwrap().unwrap();
    let latest = city.store.latest(Some(house.id)).await.unwrap();
    assert_eq!((latest.len(), latest[0].value.as_number()), (1, Some(50.0)));
    let outcomes = city.outcomes().await;
    assert_eq!(outcomes, BTreeMap::from([("stored/".to_owned(), n_frames + 1)]));
}
