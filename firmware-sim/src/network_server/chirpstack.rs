//! ChirpStack v4's MQTT integration in JSON.
//!
//! Messages of the integration package write all their scalar fields, nested gateway messages leave defaults
//! out, and an unset message is absent, never null (protobuf JSON mapping as ChirpStack 4.20 uses it).

use domain::DevEui;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    Entropy, Received, Registration, SessionKeys,
    json::{Base64, Instant, Text, Uuid, is_default, prepared, to_vec},
};
use crate::{SimDevice, radio::Gateway};

const TENANT: &str = "52f14cd4-c6f1-4fbd-8f87-4025e1d49242";
const APPLICATION: &str = "17c82e96-be03-4f38-aef3-f83d48582d97";
const DEVICE_PROFILE: &str = "14855bf7-d10d-4aee-b618-ebfcb64dc7ad";
const REGION: &str = "eu868";

/// The default event topic.
pub(crate) fn topic(dev_eui: DevEui, event: &str) -> String {
    format!("application/{APPLICATION}/device/{dev_eui}/event/{event}")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Up<'a> {
    deduplication_id: Uuid,
    time: Instant,
    device_info: &'a RawValue,
    dev_addr: Text<std::fmt::Arguments<'a>>,
    adr: bool,
    dr: u32,
    f_cnt: u32,
    f_port: u8,
    confirmed: bool,
    data: Base64<'a>,
    rx_info: Vec<RxInfo<'a>>,
    tx_info: TxInfo,
    region_config_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Join<'a> {
    deduplication_id: Uuid,
    time: Instant,
    device_info: &'a RawValue,
    dev_addr: Text<std::fmt::Arguments<'a>>,
    region_config_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceInfo<'a> {
    tenant_id: &'static str,
    tenant_name: &'static str,
    application_id: &'static str,
    application_name: &'static str,
    device_profile_id: &'static str,
    device_profile_name: &'a str,
    device_name: &'a str,
    dev_eui: Text<DevEui>,
    device_class_enabled: &'static str,
    tags: Tags,
}

/// No tags: an empty object.
#[derive(Serialize)]
struct Tags {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RxInfo<'a> {
    gateway_id: &'a str,
    #[serde(skip_serializing_if = "is_default")]
    uplink_id: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    gw_time: Option<Instant>,
    ns_time: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_since_gps_epoch: Option<Text<GpsTime>>,
    #[serde(skip_serializing_if = "is_default")]
    rssi: i32,
    #[serde(skip_serializing_if = "is_default")]
    snr: f32,
    #[serde(skip_serializing_if = "is_default")]
    channel: u32,
    #[serde(skip_serializing_if = "is_default")]
    rf_chain: u32,
    location: &'a RawValue,
    context: Base64<'a>,
    crc_status: &'static str,
}

#[derive(Serialize)]
struct Location {
    latitude: f64,
    longitude: f64,
    altitude: f64,
}

#[derive(Serialize)]
struct TxInfo {
    frequency: u32,
    modulation: Modulation,
}

#[derive(Serialize)]
struct Modulation {
    lora: Lora,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Lora {
    bandwidth: u32,
    spreading_factor: u32,
    code_rate: &'static str,
}

/// Seconds since 1980-01-06, leap seconds not taken out: `1437135618.775s`.
struct GpsTime(Timestamp);

impl std::fmt::Display for GpsTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // 18 leap seconds since 1980, none added since 2017 (IERS Bulletin C).
        const OFFSET_MS: i64 = (315_964_800 - 18) * 1000;
        let ms = self.0.as_millisecond() - OFFSET_MS;
        write!(f, "{}.{:03}s", ms / 1000, ms % 1000)
    }
}

fn instant(at: Timestamp) -> Instant {
    Instant { at, suffix: "+00:00" }
}

/// The part of a device's messages that is always the same.
pub(crate) fn device_info(device: &SimDevice) -> Box<RawValue> {
    prepared(&DeviceInfo {
        tenant_id: TENANT,
        tenant_name: "Stadt Oldenburg",
        application_id: APPLICATION,
        application_name: "stadtsensorik",
        device_profile_id: DEVICE_PROFILE,
        device_profile_name: device.profile,
        device_name: &device.name,
        dev_eui: Text(device.dev_eui),
        device_class_enabled: "CLASS_A",
        tags: Tags {},
    })
}

/// The place of a gateway.
pub(crate) fn location(gateway: &Gateway) -> Box<RawValue> {
    let (latitude, longitude, altitude) = gateway.place;
    prepared(&Location { latitude, longitude, altitude })
}

/// The body of an `up` event.
pub(crate) fn uplink(received: &Received<'_>) -> Vec<u8> {
    let context = received.entropy.word.to_be_bytes();
    let mut gps_time = None;
    let rx_info = received
        .reception
        .heard
        .iter()
        .filter_map(|heard| {
            let location = received.device.gateway_locations.get(heard.gateway)?;
            Some((heard, received.gateways.get(heard.gateway)?, location))
        })
        .zip(0_u64..)
        .map(|((heard, gateway, location), index)| {
            let gw_time = gateway.has_gps.then_some(received.heard_at);
            gps_time = gps_time.or(gw_time);
            RxInfo {
                gateway_id: gateway.id,
                uplink_id: low_word(received.entropy.word.rotate_left(11) ^ index),
                gw_time: gw_time.map(instant),
                ns_time: instant(received.served_at + jiff::SignedDuration::from_millis(heard.lag)),
                time_since_gps_epoch: gw_time.map(|time| Text(GpsTime(time))),
                rssi: heard.rssi,
                snr: heard.snr,
                channel: received.reception.channel,
                rf_chain: u32::from(received.reception.channel < 3),
                location,
                context: Base64(context.get(..4).unwrap_or_default()),
                crc_status: "CRC_OK",
            }
        })
        .collect();
    // The server takes the first gateway's GPS time, else its own clock after it waited for further gateways.
    let time = gps_time.map_or(received.published_at, truncated_to_ms);
    to_vec(&Up {
        deduplication_id: Uuid(received.entropy.uuid),
        time: instant(time),
        device_info: &received.device.device_info,
        dev_addr: Text(format_args!("{:08x}", received.session.dev_addr)),
        adr: true,
        dr: 12 - received.reception.spreading_factor.min(12),
        f_cnt: received.f_cnt.0,
        f_port: received.f_port,
        confirmed: false,
        data: Base64(received.payload),
        rx_info,
        tx_info: TxInfo {
            frequency: received.reception.frequency(),
            modulation: Modulation {
                lora: Lora {
                    bandwidth: 125_000,
                    spreading_factor: received.reception.spreading_factor,
                    code_rate: "CR_4_5",
                },
            },
        },
        region_config_id: REGION,
    })
}

/// The body of a `join` event.
pub(crate) fn join(device: &Registration, session: SessionKeys, at: Timestamp, entropy: Entropy) -> Vec<u8> {
    to_vec(&Join {
        deduplication_id: Uuid(entropy.uuid),
        time: instant(at),
        device_info: &device.device_info,
        dev_addr: Text(format_args!("{:08x}", session.dev_addr)),
        region_config_id: REGION,
    })
}

fn truncated_to_ms(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

fn low_word(word: u64) -> u32 {
    let [.., a, b, c, d] = word.to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}
