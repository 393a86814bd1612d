//! ChirpStack v4 integration events in JSON.
//!
//! Source: `api/proto/integration/integration.proto` and the MQTT integration of ChirpStack 4.0 to 4.20.
//! Version 4.0 leaves out every default; from 4.1 on the event's own fields are always there, those of
//! `rxInfo` and `txInfo` are not. Version 4.6 renamed `rxInfo[].time` to `gwTime` and added `nsTime`.

use domain::{DevEui, EventId, FCnt, FPort, Heard, Radio, SessionKey, Truncated, Uplink};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Envelope, EnvelopeError, EnvelopeProblem, RawMessage, ReceivedUplink, device_name,
    identity::{Identity, of_raw_message, sha256},
    kept_object,
    lenient::{Loose, base64},
    object::{Lenient, LenientList, lenient_object},
};
use crate::time::{identity_time, network_time};

/// Reads one integration event; the topic's last segment says which kind it is.
pub(super) fn parse(message: RawMessage<'_>) -> Result<Envelope, EnvelopeError> {
    match event_kind(message.topic)? {
        Kind::Up => parse_up(message),
        Kind::Other(kind) => Ok(Envelope::Other { event_id: raw_id(message), kind }),
    }
}

enum Kind {
    Up,
    Other(&'static str),
}

/// The kind of event from `.../event/up` (MQTT, template configurable) or `?event=up` (HTTP integration).
fn event_kind(topic: &str) -> Result<Kind, EnvelopeProblem> {
    let (path, query) = topic.split_once('?').unwrap_or((topic, ""));
    let last = path.rsplit('/').next().unwrap_or_default();
    let word = query.split('&').find_map(|pair| pair.strip_prefix("event=")).unwrap_or(last);
    Ok(match word {
        "up" => Kind::Up,
        "join" => Kind::Other("join"),
        "ack" => Kind::Other("ack"),
        "txack" => Kind::Other("txack"),
        "status" => Kind::Other("status"),
        "log" => Kind::Other("log"),
        "location" => Kind::Other("location"),
        "integration" => Kind::Other("integration"),
        _ => return Err(EnvelopeProblem::Topic(Truncated::new(word))),
    })
}

/// `UplinkEvent`, with or without its radio facts. `object`, the network server's own decoding, is kept as it stands.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UplinkEvent<'a, const HAS_RADIO: bool> {
    #[serde(borrow, default, alias = "deduplication_id")]
    deduplication_id: Loose<'a>,
    #[serde(borrow, default)]
    time: Loose<'a>,
    #[serde(borrow, default, alias = "device_info")]
    device_info: Option<DeviceInfo<'a>>,
    #[serde(borrow, default, alias = "dev_addr")]
    dev_addr: Loose<'a>,
    #[serde(borrow, default, alias = "f_cnt")]
    f_cnt: Loose<'a>,
    #[serde(borrow, default, alias = "f_port")]
    f_port: Loose<'a>,
    #[serde(borrow, default)]
    data: Loose<'a>,
    #[serde(borrow, default, alias = "join_server_context")]
    join_server_context: Loose<'a>,
    #[serde(borrow, default, alias = "rx_info")]
    rx_info: LenientList<RxInfo<'a>, HAS_RADIO>,
    #[serde(borrow, default, alias = "tx_info")]
    tx_info: Lenient<TxInfo<'a>, HAS_RADIO>,
    #[serde(borrow, default)]
    object: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeviceInfo<'a> {
    #[serde(borrow, default, alias = "dev_eui")]
    dev_eui: Loose<'a>,
    #[serde(borrow, default, alias = "device_name")]
    device_name: Loose<'a>,
}

lenient_object! {
    struct RxInfo {
        gateway_id: Loose<'a> = "gatewayId" | "gateway_id",
        gw_time: Loose<'a> = "gwTime" | "gw_time" | "time",
        ns_time: Loose<'a> = "nsTime" | "ns_time",
        rssi: Loose<'a> = "rssi",
        snr: Loose<'a> = "snr",
    }
}

lenient_object! {
    struct TxInfo {
        frequency: Loose<'a> = "frequency",
        modulation: Lenient<Modulation<'a>> = "modulation",
    }
}

lenient_object! {
    struct Modulation {
        lora: Lenient<Lora<'a>> = "lora",
    }
}

lenient_object! {
    struct Lora {
        spreading_factor: Loose<'a> = "spreadingFactor" | "spreading_factor",
    }
}

fn parse_up(message: RawMessage<'_>) -> Result<Envelope, EnvelopeError> {
    if let Ok(event) = serde_json::from_slice::<UplinkEvent<'_, true>>(message.payload) {
        return read_event(&event, message);
    }
    let event: UplinkEvent<'_, false> =
        serde_json::from_slice(message.payload).map_err(EnvelopeProblem::from)?;
    read_event(&event, message)
}

fn read_event<const HAS_RADIO: bool>(
    event: &UplinkEvent<'_, HAS_RADIO>,
    message: RawMessage<'_>,
) -> Result<Envelope, EnvelopeError> {
    let info = event.device_info.as_ref();
    let name = device_name(info.and_then(|info| info.device_name.text()));
    let dev_eui = match info.map(|info| &info.dev_eui) {
        Some(Loose::Text(text)) => text.parse::<DevEui>().map_err(EnvelopeProblem::DevEui),
        _ => Err(EnvelopeProblem::Missing("deviceInfo.devEui")),
    };
    let dev_eui =
        dev_eui.map_err(|problem| EnvelopeError { problem, dev_eui: None, device_name: name.clone() })?;
    read_up(event, dev_eui, name.clone(), message).map_err(|problem| EnvelopeError {
        problem,
        dev_eui: Some(dev_eui),
        device_name: name,
    })
}

fn read_up<const HAS_RADIO: bool>(
    event: &UplinkEvent<'_, HAS_RADIO>,
    dev_eui: DevEui,
    device_name: Option<String>,
    message: RawMessage<'_>,
) -> Result<Envelope, EnvelopeProblem> {
    let LenientList(rx_info) = &event.rx_info;
    // `time` is taken from a gateway's GPS without a check and may lie decades off; the network
    // server's own stamp does not depend on the gateway.
    let times = || {
        let ns_times = rx_info.iter().map(|rx| &rx.ns_time);
        let gw_times = rx_info.iter().map(|rx| &rx.gw_time);
        ns_times.chain([&event.time]).chain(gw_times).filter_map(Loose::text)
    };
    let event_id = event_id(event, dev_eui, identity_time(times()), message);
    // An absent fPort and fPort 0 look the same: MAC commands only.
    let f_port = event.f_port.u32("fPort")?.unwrap_or(0);
    if f_port == 0 {
        return Ok(Envelope::Other { event_id, kind: "mac_only" });
    }
    if event.join_server_context.is_some() {
        return Err(EnvelopeProblem::Encrypted);
    }
    let payload = match &event.data {
        Loose::Nothing => Vec::new(),
        Loose::Text(text) => base64("data", text)?,
        other => {
            return Err(EnvelopeProblem::Field {
                field: "data",
                expected: "base64 text",
                found: other.describe(),
            });
        }
    };
    let uplink = Uplink {
        event_id,
        dev_eui,
        session: SessionKey(event.dev_addr.text().unwrap_or_default().to_owned()),
        f_cnt: FCnt(event.f_cnt.u32("fCnt")?.unwrap_or(0)),
        f_port: FPort::try_from(f_port)?,
        payload,
        network_time: network_time(times(), message.received_at),
        received_at: message.received_at,
        radio: radio(rx_info, event.tx_info.0.as_ref()),
        object: kept_object(event.object),
    };
    Ok(Envelope::Uplink(Box::new(ReceivedUplink { uplink, device_name })))
}

fn event_id<const HAS_RADIO: bool>(
    event: &UplinkEvent<'_, HAS_RADIO>,
    dev_eui: DevEui,
    time: Option<jiff::Timestamp>,
    message: RawMessage<'_>,
) -> EventId {
    match event.deduplication_id.text() {
        Some(id) if !id.is_empty() => Identity::new("chirpstack")
            .part(dev_eui.as_bytes())
            .part(id.to_ascii_lowercase().as_bytes())
            .event_id(time),
        _ => raw_id(message),
    }
}

fn raw_id(message: RawMessage<'_>) -> EventId {
    of_raw_message(message.source, message.topic, &sha256(message.payload))
}

fn radio(rx_info: &[RxInfo<'_>], tx_info: Option<&TxInfo<'_>>) -> Radio {
    let lora =
        tx_info.and_then(|tx| tx.modulation.0.as_ref()).and_then(|modulation| modulation.lora.0.as_ref());
    Radio {
        heard: rx_info
            .iter()
            .map(|rx| Heard {
                gateway: Truncated::new(rx.gateway_id.text().unwrap_or_default()).into_string(),
                rssi_dbm: rx.rssi.number_f32(),
                snr_db: rx.snr.number_f32(),
            })
            .collect(),
        frequency_hz: tx_info.and_then(|tx| tx.frequency.u32("frequency").ok().flatten()),
        spreading_factor: lora
            .and_then(|lora| lora.spreading_factor.u32("spreadingFactor").ok().flatten())
            .and_then(|factor| u8::try_from(factor).ok()),
    }
}
