//! The Things Stack v3's MQTT integration in JSON.
//!
//! Names in snake case, every default left out (an `f_cnt` of 0 is absent), EUIs and DevAddr in upper case,
//! 64-bit numbers as texts (protobuf JSON mapping as The Things Stack uses it).

use domain::DevEui;
use jiff::Timestamp;
use serde::Serialize;

use super::{
    Entropy, Received, Registration, SessionKeys,
    json::{Base64, Instant, is_default, to_vec},
};

const APPLICATION: &str = "stadtsensorik";
const TENANT: &str = "oldenburg";
const JOIN_EUI: &str = "70B3D57ED0000001";

/// The topic of an event of a device.
pub(crate) fn topic(dev_eui: DevEui, event: &str) -> String {
    format!("v3/{APPLICATION}@{TENANT}/devices/eui-{dev_eui}/{event}")
}

#[derive(Serialize)]
struct Up<'a> {
    end_device_ids: EndDeviceIds,
    correlation_ids: [String; 1],
    received_at: Instant,
    uplink_message: UplinkMessage<'a>,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names of the message")]
struct Join<'a> {
    end_device_ids: EndDeviceIds,
    correlation_ids: [String; 1],
    received_at: Instant,
    join_accept: JoinAccept<'a>,
}

#[derive(Serialize)]
struct JoinAccept<'a> {
    session_key_id: Base64<'a>,
    received_at: Instant,
}

#[derive(Serialize)]
struct EndDeviceIds {
    device_id: String,
    application_ids: ApplicationIds,
    dev_eui: String,
    join_eui: &'static str,
    dev_addr: String,
}

#[derive(Serialize)]
struct ApplicationIds {
    application_id: &'static str,
}

#[derive(Serialize)]
struct UplinkMessage<'a> {
    session_key_id: Base64<'a>,
    #[serde(skip_serializing_if = "is_default")]
    f_port: u8,
    #[serde(skip_serializing_if = "is_default")]
    f_cnt: u32,
    #[serde(skip_serializing_if = "is_empty")]
    frm_payload: Base64<'a>,
    rx_metadata: Vec<RxMetadata<'a>>,
    settings: Settings,
    received_at: Instant,
    consumed_airtime: String,
    locations: Locations,
    version_ids: VersionIds<'a>,
    network_ids: NetworkIds,
}

#[derive(Serialize)]
struct RxMetadata<'a> {
    gateway_ids: GatewayIds<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<Instant>,
    #[serde(skip_serializing_if = "is_default")]
    timestamp: u32,
    #[serde(skip_serializing_if = "is_default")]
    rssi: i32,
    #[serde(skip_serializing_if = "is_default")]
    channel_rssi: i32,
    #[serde(skip_serializing_if = "is_default")]
    snr: f32,
    location: Location,
    uplink_token: Base64<'a>,
    #[serde(skip_serializing_if = "is_default")]
    channel_index: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    gps_time: Option<Instant>,
    received_at: Instant,
}

#[derive(Serialize)]
struct GatewayIds<'a> {
    gateway_id: &'a str,
    eui: String,
}

#[derive(Serialize)]
struct Location {
    latitude: f64,
    longitude: f64,
    #[serde(skip_serializing_if = "is_default")]
    altitude: f64,
    source: &'static str,
}

#[derive(Serialize)]
struct Settings {
    data_rate: DataRate,
    frequency: String,
    timestamp: u32,
}

#[derive(Serialize)]
struct DataRate {
    lora: Lora,
}

#[derive(Serialize)]
struct Lora {
    bandwidth: u32,
    spreading_factor: u32,
    coding_rate: &'static str,
}

#[derive(Serialize)]
struct Locations {
    user: Location,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names of the message")]
struct VersionIds<'a> {
    brand_id: &'a str,
    model_id: &'a str,
    band_id: &'static str,
}

#[derive(Serialize)]
struct NetworkIds {
    net_id: &'static str,
    tenant_id: &'static str,
    cluster_id: &'static str,
    cluster_address: &'static str,
}

fn is_empty(bytes: &Base64<'_>) -> bool {
    bytes.0.is_empty()
}

fn instant(at: Timestamp) -> Instant {
    Instant { at, suffix: "Z" }
}

fn end_device_ids(device: &Registration, session: SessionKeys) -> EndDeviceIds {
    EndDeviceIds {
        device_id: format!("eui-{}", device.dev_eui),
        application_ids: ApplicationIds { application_id: APPLICATION },
        dev_eui: device.dev_eui.to_string().to_uppercase(),
        join_eui: JOIN_EUI,
        dev_addr: format!("{:08X}", session.dev_addr),
    }
}

/// The body of an `up` event.
pub(crate) fn uplink(received: &Received<'_>) -> Vec<u8> {
    let token = received.entropy.word.to_be_bytes();
    // The concentrator's microsecond counter, 32 bits.
    let [.., a, b, c, d] = received.heard_at.as_microsecond().to_be_bytes();
    let timestamp = u32::from_be_bytes([a, b, c, d]);
    let rx_metadata = received
        .reception
        .heard
        .iter()
        .filter_map(|heard| Some((heard, received.gateways.get(heard.gateway)?)))
        .map(|(heard, gateway)| {
            let time = gateway.has_gps.then_some(instant(received.heard_at));
            let (latitude, longitude, altitude) = gateway.place;
            RxMetadata {
                gateway_ids: GatewayIds { gateway_id: gateway.name, eui: gateway.id.to_uppercase() },
                time,
                timestamp,
                rssi: heard.rssi,
                channel_rssi: heard.rssi,
                snr: heard.snr,
                location: Location { latitude, longitude, altitude, source: "SOURCE_REGISTRY" },
                uplink_token: Base64(&token),
                channel_index: received.reception.channel,
                gps_time: time,
                received_at: instant(received.served_at + jiff::SignedDuration::from_millis(heard.lag)),
            }
        })
        .collect();
    let (brand_id, model_id) = received.device.profile.split_once('/').unwrap_or_default();
    to_vec(&Up {
        end_device_ids: end_device_ids(received.device, received.session),
        correlation_ids: [correlation_id("up", received.entropy)],
        received_at: instant(received.published_at),
        uplink_message: UplinkMessage {
            session_key_id: Base64(&received.session.key_id),
            f_port: received.f_port,
            f_cnt: received.f_cnt.0,
            frm_payload: Base64(received.payload),
            rx_metadata,
            settings: Settings {
                data_rate: DataRate {
                    lora: Lora {
                        bandwidth: 125_000,
                        spreading_factor: received.reception.spreading_factor,
                        coding_rate: "4/5",
                    },
                },
                frequency: received.reception.frequency().to_string(),
                timestamp,
            },
            received_at: instant(received.served_at),
            consumed_airtime: format!("0.{:03}s", received.reception.airtime().min(999)),
            locations: Locations {
                user: Location {
                    latitude: received.device.position.latitude(),
                    longitude: received.device.position.longitude(),
                    altitude: 0.0,
                    source: "SOURCE_REGISTRY",
                },
            },
            version_ids: VersionIds { brand_id, model_id, band_id: "EU_863_870" },
            network_ids: NetworkIds {
                net_id: "000013",
                tenant_id: TENANT,
                cluster_id: "eu1",
                cluster_address: "eu1.cloud.thethings.industries",
            },
        },
    })
}

/// The body of a `join` event.
pub(crate) fn join(device: &Registration, session: SessionKeys, at: Timestamp, entropy: Entropy) -> Vec<u8> {
    to_vec(&Join {
        end_device_ids: end_device_ids(device, session),
        correlation_ids: [correlation_id("join", entropy)],
        received_at: instant(at),
        join_accept: JoinAccept { session_key_id: Base64(&session.key_id), received_at: instant(at) },
    })
}

/// `as:up:` and a ULID-like text of 26 characters.
fn correlation_id(event: &str, entropy: Entropy) -> String {
    const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = u128::from_be_bytes(entropy.uuid);
    let digits = (0..26).rev().map(|place| char::from(CROCKFORD[(bits >> (5 * place) & 31) as usize]));
    format!("as:{event}:{}", digits.collect::<String>())
}
