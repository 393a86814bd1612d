use std::{fs, path::Path};

use domain::FCnt;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use super::*;

/// A message, where its form comes from, and what must be read from it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    name: String,
    #[expect(dead_code, reason = "for the reader: the public source of the form")]
    source: String,
    topic: String,
    received_at: Timestamp,
    message: Box<RawValue>,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Expected {
    Uplink { uplink: Box<ExpectedUplink> },
    Ignored { ignored: String },
    Refused { refused: String, says: String, dev_eui: Option<DevEui> },
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct ExpectedUplink {
    dev_eui: DevEui,
    device_name: Option<String>,
    session: String,
    f_cnt: u32,
    f_port: u8,
    payload: String,
    network_time: Option<Timestamp>,
    heard: Vec<(String, Option<f32>, Option<f32>)>,
    frequency_hz: Option<u32>,
    spreading_factor: Option<u8>,
}

impl From<ReceivedUplink> for ExpectedUplink {
    fn from(ReceivedUplink { uplink, device_name }: ReceivedUplink) -> Self {
        Self {
            dev_eui: uplink.dev_eui,
            device_name,
            session: uplink.session.0,
            f_cnt: uplink.f_cnt.0,
            f_port: uplink.f_port.get(),
            payload: hex::encode(uplink.payload),
            network_time: uplink.network_time,
            heard: uplink.radio.heard.into_iter().map(|h| (h.gateway, h.rssi_dbm, h.snr_db)).collect(),
            frequency_hz: uplink.radio.frequency_hz,
            spreading_factor: uplink.radio.spreading_factor,
        }
    }
}

fn fixtures() -> Vec<(Protocol, Fixture)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut fixtures = Vec::new();
    for protocol in [Protocol::Chirpstack, Protocol::TheThingsStack] {
        for entry in fs::read_dir(root.join(protocol.key())).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let fixture = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            fixtures.push((protocol, fixture));
        }
    }
    assert!(fixtures.len() >= 50, "only {} fixtures found", fixtures.len());
    fixtures
}

fn fixture(protocol: Protocol, file: &str) -> Fixture {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(protocol.key())
        .join(file)
        .with_extension("json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

impl Fixture {
    fn raw(&self) -> RawMessage<'_> {
        RawMessage {
            source: "test",
            topic: &self.topic,
            payload: self.message.get().as_bytes(),
            received_at: self.received_at,
        }
    }
}

fn uplink(protocol: Protocol, message: RawMessage<'_>) -> Uplink {
    match parse(protocol, message).unwrap() {
        Envelope::Uplink(received) => received.uplink,
        other @ Envelope::Other { .. } => panic!("no uplink: {other:?}"),
    }
}

#[test]
fn the_normalized_form_comes_first_unless_there_is_nothing_in_it() {
    let fixture = fixture(Protocol::TheThingsStack, "up_full");
    let object = |normalized: Value, decoded: Value| {
        let mut message: Value = serde_json::from_str(fixture.message.get()).unwrap();
        for (key, form) in [("normalized_payload", normalized), ("decoded_payload", decoded)] {
            let fields = message["uplink_message"].as_object_mut().unwrap();
            fields.remove(key);
            if form != "absent" {
                fields.insert(key.to_owned(), form);
            }
        }
        let payload = message.to_string();
        let read =
            uplink(Protocol::TheThingsStack, RawMessage { payload: payload.as_bytes(), ..fixture.raw() });
        read.object.map(|object| serde_json::from_str::<Value>(&object).unwrap())
    };
    let absent = || Value::from("absent");
    let (normalized, decoded) = (json!([{ "air": { "temperature": 7.5 } }]), json!({ "t": 7.5 }));
    assert_eq!(object(normalized.clone(), decoded.clone()), Some(normalized.clone()));
    assert_eq!(object(normalized.clone(), absent()), Some(normalized));
    for empty in [absent(), Value::Null, json!([]), json!([{}, {}]), json!({})] {
        assert_eq!(object(empty, decoded.clone()), Some(decoded.clone()));
    }
    assert_eq!(object(absent(), json!({})), Some(json!({})), "a frame that decodes to nothing");
    assert_eq!(object(Value::Null, absent()), None);
}

#[test]
fn every_fixture_is_read_as_expected() {
    for (protocol, fixture) in fixtures() {
        let name = &fixture.name;
        match (parse(protocol, fixture.raw()), &fixture.expected) {
            (Ok(Envelope::Uplink(found)), Expected::Uplink { uplink }) => {
                assert_eq!(ExpectedUplink::from(*found), **uplink, "{name}");
            }
            (Ok(Envelope::Other { kind, .. }), Expected::Ignored { ignored }) => {
                assert_eq!(kind, ignored, "{name}");
            }
            (Err(error), Expected::Refused { refused, says, dev_eui }) => {
                assert_eq!(error.problem.reason().key(), refused, "{name}");
                let message = domain::ErrorChain(&error.problem).to_string();
                assert!(message.contains(says), "{name}: {message}");
                assert_eq!(error.dev_eui, *dev_eui, "{name}");
            }
            (found, _) => panic!("{name}: found {found:?}"),
        }
    }
}

#[test]
fn a_message_cut_off_anywhere_is_refused_as_no_json() {
    for (protocol, fixture) in fixtures() {
        if !matches!(fixture.expected, Expected::Uplink { .. }) {
            continue;
        }
        let whole = fixture.raw();
        for end in 0..whole.payload.len() {
            let cut = RawMessage { payload: &whole.payload[..end], ..whole };
            let error = parse(protocol, cut).unwrap_err();
            assert_eq!(error.problem.reason(), QuarantineReason::NotJson, "{} cut at {end}", fixture.name);
        }
    }
}

/// All ways to replace one value of a JSON document by another.
fn with_each_value_replaced(document: &Value, by: &Value) -> Vec<Value> {
    let mut variants = vec![by.clone()];
    match document {
        Value::Object(map) => {
            for (key, value) in map {
                for variant in with_each_value_replaced(value, by) {
                    let mut map = map.clone();
                    map.insert(key.clone(), variant);
                    variants.push(Value::Object(map));
                }
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                for variant in with_each_value_replaced(value, by) {
                    let mut items = items.clone();
                    items[index] = variant;
                    variants.push(Value::Array(items));
                }
            }
        }
        _ => {}
    }
    variants
}

#[test]
fn a_wrong_value_at_any_level_is_read_or_refused_as_schema() {
    let wrong = [r#""text""#, "[]", "{}", "[[1]]", "true", "-1", "1.5", "null", "4294967296"];
    for protocol in [Protocol::Chirpstack, Protocol::TheThingsStack] {
        let fixture = fixture(protocol, "up_full");
        let document: Value = serde_json::from_str(fixture.message.get()).unwrap();
        let mut n_read = 0;
        let mut n_refused = 0;
        for by in wrong {
            for variant in with_each_value_replaced(&document, &serde_json::from_str(by).unwrap()) {
                let text = variant.to_string();
                match parse(protocol, RawMessage { payload: text.as_bytes(), ..fixture.raw() }) {
                    Ok(_) => n_read += 1,
                    Err(error) => {
                        assert_eq!(error.problem.reason(), QuarantineReason::Schema, "{text}");
                        n_refused += 1;
                    }
                }
            }
        }
        assert!(n_read > 100 && n_refused > 10, "{n_read} read, {n_refused} refused");
    }
}

/// An uplink of either network server with these radio facts and a server time of 09:59:59.
fn uplink_heard_by(protocol: Protocol, rx: &str, tx: &str) -> Uplink {
    let json = match protocol {
        Protocol::Chirpstack => format!(
            r#"{{"deduplicationId":"d","time":"2026-06-01T09:59:59Z","deviceInfo":{{"devEui":"70b3d57ed0000301"}},"fCnt":7,"fPort":1,"data":"AQ==","rxInfo":{rx},"txInfo":{tx}}}"#
        ),
        Protocol::TheThingsStack => format!(
            r#"{{"end_device_ids":{{"dev_eui":"70B3D57ED0000301"}},"uplink_message":{{"f_cnt":7,"f_port":1,"frm_payload":"AQ==","received_at":"2026-06-01T09:59:59Z","rx_metadata":{rx},"settings":{tx}}}}}"#
        ),
    };
    let received_at = "2026-06-01T10:00:00Z".parse().unwrap();
    let raw = RawMessage { source: "city", topic: "a/event/up", payload: json.as_bytes(), received_at };
    uplink(protocol, raw)
}

#[test]
fn radio_facts_that_no_json_reader_takes_cost_no_measurement() {
    let nonsense = [
        r#"{"rssi":1e999}"#,
        r#"{"snr":-1e400}"#,
        r#"{"gatewayId":"\ud800"}"#,
        r#"{"\udc00":1}"#,
        r#"{"time":1e999,"received_at":1e999}"#,
    ];
    for protocol in [Protocol::Chirpstack, Protocol::TheThingsStack] {
        for nonsense in nonsense {
            for (rx, tx) in [(format!("[{nonsense}]"), "{}"), ("[]".to_owned(), nonsense)] {
                let found = uplink_heard_by(protocol, &rx, tx);
                assert_eq!((found.f_cnt, found.payload.as_slice()), (FCnt(7), [1].as_slice()), "{nonsense}");
                assert_eq!(found.network_time, Some("2026-06-01T09:59:59Z".parse().unwrap()), "{nonsense}");
                assert_eq!(uplink_heard_by(protocol, &rx, tx).event_id, found.event_id);
            }
        }
    }
}

#[test]
fn of_more_gateways_than_can_be_the_first_are_kept() {
    for protocol in [Protocol::Chirpstack, Protocol::TheThingsStack] {
        let gateway = |n: u32| match protocol {
            Protocol::Chirpstack => format!(r#"{{"gatewayId":"{n}","rssi":-{n}}}"#),
            Protocol::TheThingsStack => format!(r#"{{"gateway_ids":{{"gateway_id":"{n}"}},"rssi":-{n}}}"#),
        };
        let list: Vec<String> = (1..=1000).map(gateway).collect();
        let heard = uplink_heard_by(protocol, &format!("[{}]", list.join(",")), "{}").radio.heard;
        assert_eq!(heard.len(), 64);
        let last = heard.last().unwrap();
        assert_eq!((last.gateway.as_str(), last.rssi_dbm), ("64", Some(-64.0)));
    }
}

#[test]
fn a_second_delivery_has_the_same_identity_however_late() {
    for protocol in [Protocol::Chirpstack, Protocol::TheThingsStack] {
        let fixture = fixture(protocol, "up_full");
        let first = uplink(protocol, fixture.raw());
        let days_later = fixture.received_at + jiff::SignedDuration::from_hours(72);
        let again = uplink(protocol, RawMessage { received_at: days_later, ..fixture.raw() });
        assert_eq!(first.event_id, again.event_id);
    }
}

#[test]
fn the_identity_does_not_change_when_a_future_time_has_become_past() {
    // Not believed at first, believable at the second delivery an hour later: the identity must not
    // follow.
    let fixture = fixture(Protocol::Chirpstack, "up_half_an_hour_ahead");
    let first = uplink(Protocol::Chirpstack, fixture.raw());
    let later = fixture.received_at + jiff::SignedDuration::from_hours(1);
    let again = uplink(Protocol::Chirpstack, RawMessage { received_at: later, ..fixture.raw() });
    assert_eq!((first.network_time, again.network_time.is_some()), (None, true));
    assert_eq!(first.event_id, again.event_id);
}

#[test]
fn the_same_event_through_another_source_has_the_same_identity() {
    for protocol in [Protocol::Chirpstack, Protocol::TheThingsStack] {
        let fixture = fixture(protocol, "up_full");
        let by_webhook = RawMessage { source: "webhook", topic: "/hooks/x?event=up", ..fixture.raw() };
        assert_eq!(uplink(protocol, fixture.raw()).event_id, uplink(protocol, by_webhook).event_id);
    }
}

#[test]
fn another_frame_has_another_identity() {
    let fixture = fixture(Protocol::TheThingsStack, "up_full");
    let other = fixture.message.get().replace("65537", "65538");
    assert_ne!(
        uplink(Protocol::TheThingsStack, fixture.raw()).event_id,
        uplink(Protocol::TheThingsStack, RawMessage { payload: other.as_bytes(), ..fixture.raw() }).event_id
    );
}

#[test]
fn a_kept_message_tells_its_network_server() {
    for (protocol, fixture) in fixtures() {
        if fixture.message.get().contains("end_device_ids") || protocol == Protocol::Chirpstack {
            assert_eq!(Protocol::guess("x", fixture.message.get().as_bytes()), protocol, "{}", fixture.name);
        }
    }
}

#[test]
fn a_kept_body_that_says_nothing_is_told_by_the_path_it_was_sent_to() {
    assert_eq!(Protocol::guess("/webhooks/x?event=up", b"nonsense"), Protocol::Chirpstack);
    assert_eq!(Protocol::guess("/webhooks/x", b"nonsense"), Protocol::TheThingsStack);
    assert_eq!(Protocol::guess("application/a/device/b/event/up", b"nonsense"), Protocol::Chirpstack);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(payload in prop::collection::vec(any::<u8>(), 0..400)) {
        for protocol in [Protocol::Chirpstack, Protocol::TheThingsStack] {
            let raw = RawMessage { source: "s", topic: "a/up", payload: &payload, received_at: Timestamp::UNIX_EPOCH };
            let _ = parse(protocol, raw);
        }
    }

    #[test]
    fn no_change_of_single_bytes_makes_it_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        is_chirpstack: bool,
    ) {
        let protocol = if is_chirpstack { Protocol::Chirpstack } else { Protocol::TheThingsStack };
        let fixture = fixture(protocol, "up_full");
        let mut payload = fixture.message.get().as_bytes().to_vec();
        for (index, byte) in changes {
            *index.get_mut(&mut payload) = byte;
        }
        let _ = parse(protocol, RawMessage { payload: &payload, ..fixture.raw() });
    }
}
