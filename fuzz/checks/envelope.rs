//! Messages of network servers.
//!
//! The first byte of an input chooses network server and topic, the rest is the message.

use ingest::{
    Protocol,
    envelope::{Envelope, EnvelopeError, RawMessage, parse},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

const CHIRPSTACK_TOPICS: [&str; 4] = [
    "application/1/device/24e124136d000001/event/up",
    "/webhook/chirpstack?event=up",
    "application/1/device/24e124136d000001/event/join",
    "application/1/device/24e124136d000001/event/",
];
const THE_THINGS_STACK_TOPICS: [&str; 4] = [
    "v3/city@ttn/devices/rain-1/up",
    "/webhook/ttn",
    "v3/city@ttn/devices/rain-1/down/ack",
    "v3/city@ttn/devices/rain-1/up/normalized",
];

/// 2026-11-25T12:00:00Z
const RECEIVED_AT: Timestamp = Timestamp::constant(1_795_608_000, 0);

/// Reads the message.
///
/// # Panics
///
/// Where a promise of the envelopes is broken.
pub(crate) fn check(data: &[u8]) {
    let Some((choice, payload)) = data.split_first() else { return };
    let topic = usize::from(choice >> 1) % 4;
    let (protocol, topic) = if choice & 1 == 0 {
        (Protocol::Chirpstack, CHIRPSTACK_TOPICS[topic])
    } else {
        (Protocol::TheThingsStack, THE_THINGS_STACK_TOPICS[topic])
    };
    let message = RawMessage { source: "city", topic, payload, received_at: RECEIVED_AT };
    let parsed = parse(protocol, message);
    assert_alike(&parsed, &parse(protocol, message));
    match parsed {
        Ok(envelope) => {
            assert_identity(protocol, message, &envelope);
            if let Envelope::Uplink(received) = &envelope {
                assert!(received.uplink.payload.len() <= payload.len());
                assert!(received.uplink.radio.heard.len() <= 64);
                let finite = |n: Option<f32>| n.is_none_or(f32::is_finite);
                assert!(
                    received.uplink.radio.heard.iter().all(|by| finite(by.rssi_dbm) && finite(by.snr_db)),
                    "{received:?}"
                );
                let name = received.device_name.as_deref().unwrap_or("a");
                assert!(!name.is_empty() && !name.contains(char::is_control), "{name:?}");
                if let Some(object) = &received.uplink.object {
                    // As it stands in the message: it is parsed only where a profile wants it.
                    assert!(payload.windows(object.len()).any(|part| part == object.as_bytes()), "{object}");
                }
            }
        }
        Err(error) => assert!(!domain::ErrorChain(&error).to_string().is_empty()),
    }
}

fn assert_alike(a: &Result<Envelope, EnvelopeError>, b: &Result<Envelope, EnvelopeError>) {
    match (a, b) {
        (Ok(a), Ok(b)) => assert_eq!(a, b, "the same message is always read alike"),
        (Err(a), Err(b)) => assert_eq!(domain::ErrorChain(a).to_string(), domain::ErrorChain(b).to_string()),
        _ => panic!("the same message is not always read alike: {a:?}, {b:?}"),
    }
}

/// The identity of a message comes from the message alone: not from our clock, and where the message names its delivery not
/// from the way it took, from what the network server decoded, or from how the JSON is written.
fn assert_identity(protocol: Protocol, message: RawMessage<'_>, envelope: &Envelope) {
    let later = RECEIVED_AT + SignedDuration::from_hours(50);
    let redelivered = parse(protocol, RawMessage { received_at: later, ..message });
    assert_eq!(redelivered.ok().as_ref().map(event_id), Some(event_id(envelope)), "received at another time");
    let Ok(mut json) = serde_json::from_slice::<Value>(message.payload) else { return };
    if !names_itself(protocol, &json, envelope) {
        return;
    }
    let other_way = parse(protocol, RawMessage { source: "village", ..message });
    assert_eq!(other_way.ok().as_ref().map(event_id), Some(event_id(envelope)), "from another source");
    if let Some(event) = json.as_object_mut() {
        event.remove("object");
    }
    if let Some(uplink) = json.get_mut("uplink_message").and_then(Value::as_object_mut) {
        uplink.remove("decoded_payload");
        uplink.remove("normalized_payload");
    }
    let payload = serde_json::to_vec_pretty(&json).unwrap_or_default();
    let rewritten = parse(protocol, RawMessage { payload: &payload, ..message });
    assert_eq!(rewritten.ok().as_ref().map(event_id), Some(event_id(envelope)), "written otherwise");
}

fn event_id(envelope: &Envelope) -> domain::EventId {
    match envelope {
        Envelope::Uplink(received) => received.uplink.event_id,
        Envelope::Other { event_id, .. } => *event_id,
    }
}

/// Whether the message says which delivery it is. Of what is no uplink every byte counts.
fn names_itself(protocol: Protocol, json: &Value, envelope: &Envelope) -> bool {
    let is_uplink = matches!(envelope, Envelope::Uplink(_) | Envelope::Other { kind: "mac_only", .. });
    let id = || json.get("deduplicationId").or_else(|| json.get("deduplication_id"));
    let is_named = || id().and_then(Value::as_str).is_some_and(|id| !id.is_empty());
    is_uplink && (protocol == Protocol::TheThingsStack || is_named())
}
